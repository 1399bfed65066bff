package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

class CompareLossesTest {
  private static final List<Metric> METRICS =
      List.of(
          Metrics.SENSITIVITY,
          Metrics.SPECIFICITY,
          Metrics.BALANCED_ACCURACY,
          Metrics.AUROC,
          Metrics.EXPECTED_CALIBRATION_ERROR);

  /** Every loss at 1:1 and 1:20 in both ways, each metric 0.8 and 0.9 under two seeds. */
  private static List<CompareLosses.Row> rows() {
    List<CompareLosses.Row> rows = new ArrayList<>();
    for (int imbalance : new int[] {1, 20}) {
      for (Sampling sampling : List.of(Sampling.NATURAL, Sampling.BALANCED)) {
        for (String loss : CompareLosses.LOSSES.keySet()) {
          Map<Metric, SummaryStatistics> metrics = new LinkedHashMap<>();
          for (Metric metric : METRICS) {
            SummaryStatistics values = new SummaryStatistics();
            values.addValue(0.8);
            values.addValue(0.9);
            metrics.put(metric, values);
          }
          rows.add(new CompareLosses.Row(loss, imbalance, sampling, metrics));
        }
      }
    }
    return rows;
  }

  @Test
  void itsTableFitsATerminalOf80Columns() {
    String text = CompareLosses.toText(rows());

    assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    // The standard deviation of 0.8 and 0.9 is 0.1 / sqrt(2) = 0.07; of the mean 0.85 both
    // neighbours are as near.
    assertThat(text)
        .contains("1:1, natural batches", "1:20, balanced batches")
        .containsPattern("weighted cross-entropy( 0\\.8[45]/0\\.07 ){5}");
  }

  @Test
  void itsPlotGivesEachLossAColourAndAMarkerOfItsOwn() {
    XYChart chart = CompareLosses.chart(rows(), Sampling.NATURAL);

    assertThat(chart.getSeriesMap()).hasSameSizeAs(CompareLosses.LOSSES);
    assertThat(chart.getSeriesMap().values())
        .extracting(XYSeries::getLineColor)
        .doesNotHaveDuplicates();
    assertThat(chart.getSeriesMap().values())
        .extracting(XYSeries::getMarker)
        .doesNotHaveDuplicates();
    assertThat(chart.getSeriesMap().values())
        .allSatisfy(series -> assertThat(series.getXData()).hasSize(2));
  }

  @Test
  void itsPlotIsWritten(@TempDir Path folder) throws Exception {
    Path png = folder.resolve("natural.png");
    CompareLosses.plot(rows(), Sampling.NATURAL, png);
    assertThat(Files.size(png)).isGreaterThan(10_000);
  }
}
