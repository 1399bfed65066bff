package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.Metric;
import org.junit.jupiter.api.Test;

class HtmlComparisonTest {
  private static final ComparisonReport REPORT = Examples.comparison(Examples.many(), 200);
  private static final String HTML = HtmlComparison.of(REPORT, "a <b>", "c & d").toHtml();

  @Test
  void isWellFormedAndNamesBoth() throws Exception {
    assertThat(HtmlReportTest.texts(HtmlReportTest.parse(HTML), "dd"))
        .containsExactly("a <b>", "c & d");
  }

  @Test
  void showsEveryNumberInFull() {
    double difference = REPORT.stages().get(0).differences().get(Metric.BALANCED_ACCURACY).value();
    double patients =
        REPORT.stages().get(0).byPatient().orElseThrow().decisions().get(Metric.AUROC).value();

    assertThat(HTML)
        .contains("<data value=\"" + difference + "\">", "<data value=\"" + patients + "\">")
        .contains("One decision for each patient", "Within patients", "Whole path");
  }
}
