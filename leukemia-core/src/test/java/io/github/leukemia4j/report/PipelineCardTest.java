package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.evaluation.Estimate;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.ModelManifest;
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
    return card(report);
  }

  private String card(EvaluationReport report) throws IOException {
    FakeBackend.bundle(directory.resolve("1-cell"), "cell", List.of("normal", "abnormal"));
    FakeBackend.bundle(directory.resolve("2-abnormal"), "abnormal", List.of("AML", "APL", "CLL"));
    Path card = PipelineCard.write(directory, report, "the test | part");
    assertThat(card).isEqualTo(directory.resolve("MODEL_CARD.md"));
    return Files.readString(card);
  }

  @Test
  void holdsTheMetricsOfTheTestWithTheirIntervals() throws IOException {
    var auroc = report.stages().get(0).measures().get(Metrics.AUROC).orElseThrow();
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

  private String row(String stage, String how, String metric, int patients, Estimate estimate) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %d | %.3f | %s |",
        stage,
        how,
        metric,
        patients,
        estimate.value(),
        estimate
            .interval()
            .map(i -> String.format(Locale.ROOT, "%.3f to %.3f", i.lower(), i.upper()))
            .orElse("none"));
  }

  @Test
  void namesTheMethodsOfIntervalsBelowTheTableTheyBelongTo() throws IOException {
    String card = card();
    String within =
        report.stages().get(0).measures().interval(Metrics.AUROC).orElseThrow().method();
    int table = card.indexOf("| stage | metric | value | interval | method |");
    int patients = card.indexOf("| stage | by patient |");

    assertThat(card.substring(table, patients)).contains(": " + within);
    // Letters begin anew with each table.
    assertThat(card.substring(table, patients)).containsOnlyOnce("- a: ");
    assertThat(card.substring(patients)).containsOnlyOnce("- a: ").contains(": jackknife over 14 ");
  }

  @Test
  void mentionsUnfitImages() throws IOException {
    assertThat(card()).contains(report.unfit().sentence());
  }

  @Test
  void showsOneDecisionForEachPatientWithTheNumberOfPatients() throws IOException {
    var decisions =
        report.stages().get(0).byPatient().orElseThrow().decisions().orElseThrow().measures();

    // Examples.many() has 24 patients with cells of one label each; 14 of them are abnormal.
    assertThat(card())
        .contains(
            "one decision for each patient, the mean log-odds of the cells.",
            row("cell", "decision", "AUROC", 24, decisions.get(Metrics.AUROC).orElseThrow()),
            row("cell", "decision", "Accuracy", 24, decisions.get(Metrics.ACCURACY).orElseThrow()),
            "| abnormal | decision | Accuracy | 14 |",
            decisions.get(Metrics.ACCURACY).orElseThrow().interval().orElseThrow().method());
  }

  @Test
  void showsMeansWithinPatientsOverThoseOnWhomTheyAreDefined() throws IOException {
    var means = report.stages().get(0).byPatient().orElseThrow().means();

    assertThat(card())
        .contains(
            row(
                "cell",
                "mean within",
                "Sensitivity",
                14,
                means.get(Metrics.SENSITIVITY).orElseThrow()),
            "jackknife over 14 patients")
        .doesNotContain("| cell | mean within | AUROC |");
  }

  @Test
  void showsNoDecisionsWherePatientsHaveCellsOfSeveralLabels() throws IOException {
    List<ScoredSample> mixed =
        List.of(
            Examples.sample("a", "normal", "p1", 0.1),
            Examples.sample("b", "AML", "p1", 0.7),
            Examples.sample("c", "normal", "p2", 0.6),
            Examples.sample("d", "APL", "p2", 0.9));

    // Both patients have their two cells in the right order; at 0.5 one of their four is wrong.
    assertThat(card(Examples.report(mixed, 0)))
        .contains(
            "| cell | mean within | AUROC | 2 | 1.000 | none |",
            "| cell | mean within | Balanced accuracy | 2 | 0.750 | none |",
            "| abnormal | decision | Accuracy | 2 | 0.500 |")
        .doesNotContain("| cell | decision |");
  }

  @Test
  void saysNothingOfPatientsWhereEachHasOneCell() throws IOException {
    List<ScoredSample> single =
        List.of(Examples.sample("a", "normal", "p1", 0.1), Examples.sample("b", "AML", "p2", 0.7));

    assertThat(card(Examples.report(single, 0))).doesNotContain("by patient |");
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
  void saysHowTheFinalModelWasChosen() throws IOException {
    FakeBackend.bundle(directory.resolve("1-cell"), "cell", List.of("normal", "abnormal"));
    ModelManifest plain = Bundles.in(directory).get(0).manifest();
    ModelManifest last =
        plain.toBuilder()
            .selection("epoch 20 of 20: the last, not chosen by any figure")
            .testTimeAugmentation("eight_views")
            .build();

    assertThat(PipelineCard.of(List.of(last), report, "the test part"))
        .contains(
            "| choice of the final model | cell: epoch 20 of 20: the last, not chosen by any"
                + " figure, test-time augmentation eight_views |")
        .doesNotContain("best epoch");
    assertThat(PipelineCard.of(List.of(plain), report, "the test part"))
        .contains("| choice of the final model | cell: not known |");
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
