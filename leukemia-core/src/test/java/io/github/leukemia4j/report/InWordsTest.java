package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.Baseline;
import io.github.leukemia4j.evaluation.EvaluationReport.UnfitImages;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.pipeline.MultilevelResult.Outcome;
import io.github.leukemia4j.report.view.InWords;
import io.github.leukemia4j.report.view.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class InWordsTest {
  private static final Taxonomy TAXONOMY = Taxonomy.of("cell").with("cell", "normal", "abnormal");
  private static final Label CELL = Label.of("cell");

  private static ScoredSample sample(
      String id, String truth, String patient, double abnormal, Set<Finding> findings) {
    boolean unfit = !findings.isEmpty();
    return new ScoredSample(
        id,
        Label.of(truth),
        Optional.of(patient),
        Map.of(CELL, Prediction.of(TAXONOMY.labelSet(CELL), 1 - abnormal, abnormal)),
        Label.of(unfit ? "cell" : abnormal >= 0.5 ? "abnormal" : "normal"),
        unfit ? Outcome.REFERRED : Outcome.DECIDED,
        Map.of(),
        findings,
        Map.of());
  }

  /** Of each of 40 patients ten cells, of which on average so many are called abnormal. */
  private static List<ScoredSample> cells(int ofAbnormal, int ofNormal) {
    List<ScoredSample> samples = new ArrayList<>();
    for (int p = 0; p < 40; p++) {
      String truth = p % 2 == 0 ? "normal" : "abnormal";
      int called = (p % 2 == 0 ? ofNormal : ofAbnormal) + p / 2 % 5 - 2;
      for (int i = 0; i < 10; i++) {
        double probability = i < called ? 0.6 + 0.01 * (p % 7) : 0.2 + 0.01 * (p % 5);
        samples.add(sample(p + "-" + i, truth, "p" + p, probability, Set.of()));
      }
    }
    return samples;
  }

  private static EvaluationReport report(List<ScoredSample> samples) {
    return Evaluator.evaluate(TAXONOMY, samples, EvaluationOptions.defaults().withResamples(200));
  }

  private static String words(EvaluationReport report) {
    return String.join(" ", InWords.of(report, report.stage(CELL)));
  }

  @Test
  void countsOfAHundredImagesOfEachLabelHowManyAreCalledPositive() {
    assertThat(words(report(cells(8, 2))))
        .containsPattern("Of 100 abnormal images 80 \\(\\d+ to \\d+\\) are called abnormal")
        .containsPattern("of 100 normal images 20 \\(\\d+ to \\d+\\) are called abnormal")
        .contains("; 400 images of 40 patients.");
  }

  @Test
  void sayWhetherAModelIsTellingMoreThanChance() {
    assertThat(words(report(cells(8, 2)))).contains("Better than chance: AUROC 0.");
    assertThat(words(report(cells(5, 5)))).contains("Not told from chance: AUROC 0.");
    assertThat(words(report(cells(2, 8)))).contains("Worse than chance: AUROC 0.");
  }

  @Test
  void holdAModelAgainstItsBaselines() {
    EvaluationReport good = report(cells(8, 2));
    Baseline blind = Baseline.of("Colours alone", "For the test.", report(cells(5, 5)));
    assertThat(words(good.withBaseline(blind)))
        .contains("Clearly better than colours alone: balanced accuracy 0.80")
        .contains("against 0.50");
    assertThat(words(good.withBaseline(Baseline.of("Colours alone", "The same.", good))))
        .contains("Not clearly different from colours alone");
  }

  @Test
  void sayThatOneLabelTellsNothingInsteadOfAPerfectBaseline() {
    List<ScoredSample> normal =
        cells(8, 2).stream().filter(s -> s.truth().name().equals("normal")).toList();
    EvaluationReport report = report(normal);
    EvaluationReport beside = report.withBaseline(Baseline.of("Colours alone", "", report));
    assertThat(words(beside)).contains("All images are of one label").doesNotContain("olours");
    assertThat(Reports.markdown(beside)).doesNotContain("beside something simpler");
  }

  @Test
  void showTheRemarkOfAFigureWithoutInterval() {
    EvaluationReport few =
        report(
            List.of(
                sample("a", "normal", "p1", 0.1, Set.of()),
                sample("b", "normal", "p1", 0.3, Set.of()),
                sample("c", "abnormal", "p2", 0.9, Set.of()),
                sample("d", "abnormal", "p2", 0.8, Set.of())));
    Estimate auroc = few.stage(CELL).metrics().get(Metrics.AUROC).orElseThrow();
    assertThat(auroc.interval()).isEmpty();
    assertThat(words(few))
        .contains("Not established: AUROC 1.00 has no interval to hold against chance, 0.50")
        .contains(auroc.remark().orElseThrow());
  }

  @Test
  void areSaidOfNoImageToo() {
    EvaluationReport none = report(List.of());
    assertThat(words(none)).isEqualTo("No image was there to judge this stage by.");
  }

  @Nested
  class Unfit {
    private List<ScoredSample> withUnfit() {
      List<ScoredSample> samples = new ArrayList<>(cells(8, 2));
      // Wrong, and found unfit: four of the first normal patient.
      for (int i = 0; i < 4; i++) {
        Set<Finding> findings =
            i == 0 ? Set.of(Finding.BLANK, Finding.CLIPPED) : Set.of(Finding.UNUSUAL_STAIN);
        samples.add(sample("unfit" + i, "normal", "p0", 0.9, findings));
      }
      return samples;
    }

    @Test
    void imagesAreCountedByFindingAndTheFiguresGivenWithAndWithoutThem() {
      EvaluationReport report = report(withUnfit());
      UnfitImages unfit = report.unfit();
      assertThat(unfit.samples()).isEqualTo(404);
      assertThat(unfit.unfit()).isEqualTo(4);
      assertThat(unfit.referred()).isEqualTo(4);
      assertThat(unfit.findings())
          .containsExactly(
              Map.entry(Finding.BLANK, 1L),
              Map.entry(Finding.CLIPPED, 1L),
              Map.entry(Finding.UNUSUAL_STAIN, 3L));
      // 40 of 200 normal cells are called abnormal; with the unfit ones 44 of 204.
      assertThat(report.stage(CELL).metrics().value(Metrics.SPECIFICITY)).hasValue(160 / 204.0);
      assertThat(unfit.without().orElseThrow().stage(CELL).metrics().value(Metrics.SPECIFICITY))
          .hasValue(160 / 200.0);
      assertThat(report.path().referred()).isEqualTo(4);
      // A referred image is not right, and not decided: 320 of 404, 320 of 400.
      assertThat(report.path().metrics().value(Metrics.PATH_ACCURACY)).hasValue(320 / 404.0);
      assertThat(report.path().metrics().value(Metrics.DECIDED_ACCURACY)).hasValue(320 / 400.0);
      assertThat(Reports.markdown(report).replaceAll("\\s+", " "))
          .contains(
              "found fault with 4 of 404 images (blank 1, clipped 1, unusual stain 3); 4 of them"
                  + " were referred to a person.")
          .contains(
              "Without them: | Stage | cell | | ----------------- | ------------------------ | |"
                  + " Images | 400 |");
    }

    @Test
    void imagesOnlyLeaveNothingToShowWithoutThem() {
      EvaluationReport report =
          report(withUnfit().stream().filter(s -> !s.findings().isEmpty()).toList());
      assertThat(report.unfit().without()).isEmpty();
      assertThat(Reports.markdown(report)).contains("No image is left without them.");
    }

    @Test
    void imagesAreSaidToBeNoneWhereThereAreNone() {
      assertThat(Reports.markdown(report(cells(8, 2))))
          .contains("The image gate found fault with none of 400 images.");
    }
  }

  @Nested
  class Text {
    @Test
    void neverSaysThatAProbabilityIsZero() {
      assertThat(Numbers.p(0.0004)).isEqualTo("< 0.001");
      assertThat(Numbers.p(0.001)).isEqualTo("0.001");
    }

    @Test
    void fitsATerminalOfEightyColumns() {
      EvaluationReport report = report(cells(8, 2));
      Baseline same = Baseline.of("Colours alone", "The five nearest neighbours.", report);
      assertThat(Reports.markdown(report.withBaseline(same)).lines().toList())
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
      assertThat(
              Reports.markdown(
                      Evaluator.compare(
                          TAXONOMY,
                          cells(8, 2),
                          cells(7, 3),
                          EvaluationOptions.defaults().withResamples(200)))
                  .lines()
                  .toList())
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void namesTheMethodOfAnIntervalBelowTheTableThatHoldsIt() {
      EvaluationReport report = report(cells(8, 2));
      String method =
          report
              .stage(CELL)
              .metrics()
              .get(Metrics.AUROC)
              .flatMap(Estimate::interval)
              .orElseThrow()
              .method();
      String text = Reports.markdown(report).replaceAll("\\s+", " ");
      int figure = text.indexOf("| AUROC");
      assertThat(text.substring(figure, text.indexOf("| Truth"))).contains(method);
    }
  }

  @Test
  void aDifferenceIsEstablishedOnlyWhereIntervalAndTestAgree() {
    Interval above = new Interval(0.043, 0.245, 0.95, "cluster bootstrap over 5 patients");
    Difference unsure =
        new Difference(0.816, 0.960, Optional.of(above), 0.0625, "sign flips", Optional.empty());
    Difference sure =
        new Difference(0.816, 0.960, Optional.of(above), 0.05, "sign flips", Optional.empty());
    Interval across = new Interval(-0.01, 0.245, 0.95, "cluster bootstrap over 5 patients");
    assertThat(unsure.established(0.95)).isFalse();
    assertThat(sure.established(0.95)).isTrue();
    assertThat(
            new Difference(0.8, 0.9, Optional.of(across), 0.01, "sign flips", Optional.empty())
                .established(0.95))
        .isFalse();
  }

  @Test
  void aComparisonSaysWhichIsBetterByName() {
    ComparisonReport report =
        Evaluator.compare(
                TAXONOMY, cells(6, 4), cells(8, 2), EvaluationOptions.defaults().withResamples(200))
            .named(
                new ComparisonReport.Compared("old.csv", "ab12"),
                new ComparisonReport.Compared("new.csv", ""));
    assertThat(InWords.of(report, report.stage(CELL)).orElseThrow())
        .startsWith("B is better than A: balanced accuracy 0.600 and 0.800");
    assertThat(Reports.markdown(report))
        .startsWith("- A: old.csv (SHA-256 ab12).\n- B: new.csv.\n");
  }
}
