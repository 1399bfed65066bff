package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.FakeBackend;
import io.github.leukemia4j.report.view.Numbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
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

  /** The card's part below a heading, without the spaces that pad its tables. */
  private static String part(String card, String heading) {
    int start = card.indexOf("\n" + heading + "\n");
    assertThat(start).as(heading).isPositive();
    int end = card.indexOf("\n#", start + heading.length());
    return card.substring(start, end).replaceAll(" +", " ");
  }

  private static String text(Estimate estimate) {
    return Numbers.text(estimate.value(), estimate.interval(), 3);
  }

  @Test
  void holdsTheMetricsOfTheTestWithTheirIntervals() throws IOException {
    var first = report.stages().get(0).metrics().get(Metrics.AUROC).orElseThrow();
    var second = report.stages().get(1).metrics().get(Metrics.AUROC).orElseThrow();

    assertThat(part(card(), "## Metrics"))
        .contains("On the test | part.", "| Stage | cell | abnormal |")
        .containsPattern(
            "\\| AUROC \\| %s \\w+ \\| %s \\w* ?\\|"
                .formatted(Pattern.quote(text(first)), Pattern.quote(text(second))))
        .contains(": Undefined: the stage names no positive label");
  }

  @Test
  void namesTheMethodsOfIntervalsBelowTheTableTheyBelongTo() throws IOException {
    String card = card();
    String within = report.stages().get(0).metrics().interval(Metrics.AUROC).orElseThrow().method();

    assertThat(part(card, "## Metrics").replaceAll("\\s+", " ")).contains(": " + within);
    // Letters begin anew with each table.
    assertThat(part(card, "## Metrics")).containsOnlyOnce("- a: ");
    assertThat(part(card, "### With the patient as what is judged"))
        .contains(": jackknife over 14 ");
  }

  @Test
  void mentionsUnfitImages() throws IOException {
    assertThat(card()).contains(report.unfit().sentence());
  }

  @Test
  void showsOneDecisionForEachPatientWithTheNumberOfPatients() throws IOException {
    var decisions =
        report.stages().get(0).byPatient().orElseThrow().decisions().orElseThrow().metrics();

    // Examples.many() has 24 patients with cells of one label each; 14 of them are abnormal.
    assertThat(part(card(), "### With the patient as what is judged"))
        .contains(
            "one decision for each patient, the mean log-odds of the cells.",
            "| Patients | 24 | 14 |",
            "| AUROC | " + text(decisions.get(Metrics.AUROC).orElseThrow()),
            "| Accuracy | " + text(decisions.get(Metrics.ACCURACY).orElseThrow()));
  }

  @Test
  void showsMeansWithinPatientsOverThoseOnWhomTheyAreDefined() throws IOException {
    var means = report.stages().get(0).byPatient().orElseThrow().means();

    assertThat(part(card(), "### With the patient as what is judged"))
        .contains(
            "| Sensitivity | %s (n = 14)"
                .formatted(text(means.get(Metrics.SENSITIVITY).orElseThrow())),
            "jackknife over 14 patients");
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
    assertThat(part(card(Examples.report(mixed, 0)), "### With the patient as what is judged"))
        .contains(
            "| Stage | abnormal |\n"
                + "| ----------------- | -------- |\n"
                + "| Patients | 2 |\n"
                + "| Accuracy | 0.500 |",
            "| AUROC | 1.000 (n = 2) |",
            "| Balanced accuracy | 0.750 (n = 2) |");
  }

  @Test
  void saysNothingOfPatientsWhereEachHasOneCell() throws IOException {
    List<ScoredSample> single =
        List.of(Examples.sample("a", "normal", "p1", 0.1), Examples.sample("b", "AML", "p2", 0.7));

    assertThat(card(Examples.report(single, 0))).doesNotContain("With the patient");
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
    ModelManifest plain = PipelineBundles.in(directory).get(0).manifest();
    ModelManifest last =
        new ModelManifest(
            plain.name(),
            plain.format(),
            plain.input(),
            "eight_views",
            plain.heads(),
            "epoch 20 of 20: the last, not chosen by any figure",
            null,
            plain.provenance());

    assertThat(PipelineCard.of(List.of(last), report, "the test part"))
        .contains(
            "| choice of the final model             | cell: epoch 20 of 20: the last, not chosen"
                + " by any figure, test-time augmentation eight_views |")
        .doesNotContain("best epoch");
    assertThat(PipelineCard.of(List.of(plain), report, "the test part"))
        .contains("| choice of the final model             | cell: not known |");
  }

  @Test
  void breaksNoTableByWhatStandsInIt() throws IOException {
    assertThat(card()).contains("evaluated on the test \\| part");
  }

  @Test
  void leavesTheBundlesAsTheyAre() throws IOException {
    card();

    assertThat(PipelineBundles.in(directory))
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
