package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Metric;
import io.github.leukemia4j.pipeline.FakeBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineCardTest {
  private final EvaluationReport report = Examples.report(Examples.many(), 200);

  @TempDir Path directory;

  private String card() throws IOException {
    FakeBackend.bundle(directory.resolve("1-cell"), "cell", List.of("normal", "abnormal"));
    FakeBackend.bundle(directory.resolve("2-abnormal"), "abnormal", List.of("AML", "APL", "CLL"));
    Path card = PipelineCard.write(directory, report, "the test | part");
    assertThat(card).isEqualTo(directory.resolve("MODEL_CARD.md"));
    return Files.readString(card);
  }

  @Test
  void holdsTheMetricsOfTheTestWithTheirIntervals() throws IOException {
    var auroc = report.stages().get(0).measures().get(Metric.AUROC).orElseThrow();
    var interval = auroc.interval().orElseThrow();

    assertThat(card())
        .contains(
            String.format(
                Locale.ROOT,
                "| cell | AUROC | %.3f | %.3f to %.3f |",
                auroc.value(),
                interval.lower(),
                interval.upper()))
        .contains("| abnormal | Sensitivity | undefined | the stage names no positive label |")
        .contains("On the test | part.");
  }

  @Test
  void answersEveryPartOfACard() throws IOException {
    assertThat(card())
        .contains(
            "Research use only",
            "- Stage cell: chooses among normal, abnormal; positive is abnormal.",
            "- Stage abnormal: chooses among AML, APL, CLL.",
            "## Intended use",
            "## Data",
            "## Metrics",
            "## Calibration",
            "## Operating point",
            "## Limits",
            "## Provenance",
            "## Reporting checklist");
  }

  @Test
  void breaksNoTableByWhatStandsInIt() throws IOException {
    assertThat(card()).contains("evaluated on the test \\| part");
  }

  @Test
  void leavesTheBundlesAsTheyAre() throws IOException {
    card();

    assertThat(Bundles.in(directory))
        .extracting(bundle -> bundle.manifest().name())
        .containsExactly("cell", "abnormal");
  }

  @Test
  void rejectsADirectoryWithoutModels() {
    assertThatThrownBy(() -> PipelineCard.write(directory, report, "the test part"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A pipeline must have at least one model to have a card; found none.");
  }
}
