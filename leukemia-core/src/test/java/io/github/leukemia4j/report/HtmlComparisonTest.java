package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.report.view.InWords;
import org.junit.jupiter.api.Test;

class HtmlComparisonTest {
  private static final ComparisonReport REPORT =
      Examples.comparison(Examples.many(), 200)
          .named(
              new ComparisonReport.Compared("a <b>", "0123abcd"),
              new ComparisonReport.Compared("c & d", ""));
  private static final String HTML = Reports.html(REPORT);

  @Test
  void isWellFormedAndNamesBoth() throws Exception {
    assertThat(HtmlReportTest.texts(HtmlReportTest.parse(HTML), "dd"))
        .containsExactly("a <b>", "c & d");
  }

  @Test
  void showsEveryNumberInFull() {
    double difference = REPORT.stages().get(0).differences().get(Metrics.BALANCED_ACCURACY).value();
    double patients =
        REPORT.stages().get(0).byPatient().orElseThrow().decisions().get(Metrics.AUROC).value();

    assertThat(HTML)
        .contains("<data value=\"" + difference + "\">", "<data value=\"" + patients + "\">")
        .contains("One decision for each patient", "Within patients", "Whole path");
  }

  @Test
  void beginsWithAVerdictAndNamesTheFilesByDigest() throws Exception {
    assertThat(
            HtmlReportTest.texts(HtmlReportTest.parse(HTML), "li").stream()
                .map(text -> text.replaceAll("\\s+", " "))
                .toList())
        .contains(
            "Stage cell: " + InWords.of(REPORT, REPORT.stages().get(0)).orElseThrow(),
            "A: a <b> (SHA-256 0123abcd).");
  }

  @Test
  void isTheSameOnAnyDay() {
    assertThat(HTML).doesNotContain(java.time.LocalDate.now().toString());
  }

  @Test
  void drawsEachHeadlineDifferenceWithItsInterval() throws Exception {
    var differences = REPORT.stages().get(0).differences();
    long headlines = Metrics.HEADLINES.stream().filter(differences::containsKey).count();
    long intervals =
        Metrics.HEADLINES.stream()
            .filter(m -> differences.containsKey(m) && differences.get(m).interval().isPresent())
            .count();
    String first = HTML.substring(HTML.indexOf("<svg"), HTML.indexOf("</svg>"));

    assertThat(first.split("<circle", -1)).hasSize((int) headlines + 1);
    assertThat(first.split("class=\"(range|apart)\"", -1)).hasSize((int) intervals + 1);
    assertThat(first).contains("Balanced accuracy", "aria-label=\"Differences at the stage cell\"");
  }
}
