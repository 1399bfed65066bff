package io.github.leukemia4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.calibration.Decision.ConformalSets;
import io.github.leukemia4j.calibration.Decision.OperatingPoint;
import io.github.leukemia4j.inference.ProbabilityScale;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.MultilevelResult.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a cascade makes of thresholds and conformal sets. */
class StageDecisionTest {
  private static final Label CELL = Label.of("cell");
  private static final Label ABNORMAL = Label.of("abnormal");
  private static final Label APL = Label.of("APL");
  private static final Label AML = Label.of("AML");
  private static final Taxonomy CELLS =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "APL");
  private static final CellImage IMAGE = CellImage.ofRgb(1, 1, new byte[3]);

  /** A stage that always gives the last of its two labels the same logit. */
  private record Stage(HeadManifest headOf, double logit, OpenOptions options)
      implements LeukemiaClassifier {
    @Override
    public LabelSet labels() {
      return headOf.labelSet();
    }

    @Override
    public Optional<HeadManifest> head() {
      return Optional.of(headOf);
    }

    @Override
    public List<Prediction> classifyAll(List<CellImage> images) {
      double[] logits = new double[labels().size()];
      logits[logits.length - 1] = logit;
      return images.stream()
          .map(i -> ProbabilityScale.of(headOf, options.prevalence()).predict(logits))
          .toList();
    }

    @Override
    public void close() {}
  }

  private static HeadManifest manifest(
      Label node, double temperature, List<Double> natural, Decision decision) {
    LabelSet labels = CELLS.labelSet(node);
    return new HeadManifest(
        node.name(),
        HeadManifest.Kind.STAGE,
        labels.labels().stream().map(Label::name).toList(),
        labels.positive().map(Label::name).orElse(null),
        null,
        "none",
        new ModelManifest.Priors("balanced", natural, List.of(0.5, 0.5)),
        temperature,
        null,
        null,
        decision,
        Map.of());
  }

  private static OperatingPoint at(double threshold) {
    return new OperatingPoint(
        threshold,
        "test",
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        0,
        "made up");
  }

  private static Decision thresholds(double lower, Double upper) {
    return new Decision(1, at(lower), upper == null ? null : at(upper), null, List.of());
  }

  private static Decision sets(double aml, double apl) {
    return new Decision(
        1,
        null,
        null,
        new ConformalSets(LabelSet.of("AML", "APL"), List.of(aml, apl), List.of(9, 9), 0.9),
        List.of());
  }

  private static double logit(double probability) {
    return Math.log(probability / (1 - probability));
  }

  private static Stage stage(Label node, double probability, Decision decision) {
    return new Stage(
        manifest(node, 1, List.of(0.5, 0.5), decision), logit(probability), OpenOptions.DEFAULT);
  }

  private static MultilevelResult classify(LeukemiaClassifier cell, LeukemiaClassifier abnormal) {
    Map<Label, LeukemiaClassifier> stages = new LinkedHashMap<>();
    stages.put(CELL, cell);
    stages.put(ABNORMAL, abnormal);
    try (MultilevelPipeline pipeline = MultilevelPipeline.of(CELLS, stages)) {
      return pipeline.classify(IMAGE);
    }
  }

  private static List<String> names(MultilevelResult result) {
    return result.path().stream().map(Label::name).toList();
  }

  @Nested
  class Decided {
    @Test
    void atTheThresholdAndNotByTheMostProbableLabel() {
      MultilevelResult result =
          classify(stage(CELL, 0.25, thresholds(0.125, null)), stage(ABNORMAL, 0.875, null));
      assertThat(result.outcome()).isEqualTo(Outcome.DECIDED);
      assertThat(names(result)).containsExactly("cell", "abnormal", "APL");
      // Of the way that was taken: 0.25 * 0.875, all exact in binary but for the logarithms.
      assertThat(result.probability()).isCloseTo(0.21875, within(1e-15));
      assertThat(result.stages().get(CELL).label()).isEqualTo(Label.of("normal"));
      assertThat(result.chosen(CELL)).contains(ABNORMAL);
      assertThat(result.chosen(ABNORMAL)).contains(APL);
      assertThat(result.chosen(APL)).isEmpty();
      assertThat(result.reason()).isEmpty();
      assertThat(result.candidates()).isEmpty();
    }

    @Test
    void bySetsWithTheOneLabelThatIsLeft() {
      MultilevelResult result =
          classify(stage(CELL, 0.75, null), stage(ABNORMAL, 0.25, sets(0.8, 0.2)));
      assertThat(names(result)).containsExactly("cell", "abnormal", "APL");
      assertThat(result.probability()).isCloseTo(0.75 * 0.25, within(1e-15));
      assertThat(result.candidates()).contains(Set.of(APL));
    }

    @Test
    void belowTheThresholdAsNormal() {
      MultilevelResult result =
          classify(stage(CELL, 0.75, thresholds(0.875, null)), stage(ABNORMAL, 0.9, null));
      assertThat(names(result)).containsExactly("cell", "normal");
      assertThat(result.probability()).isCloseTo(0.25, within(1e-15));
      assertThat(result.stages()).containsOnlyKeys(CELL);
    }
  }

  @Nested
  class Stopped {
    @Test
    void whereASetHoldsSeveralLabels() {
      MultilevelResult result =
          classify(stage(CELL, 0.75, null), stage(ABNORMAL, 0.625, sets(0.25, 0.25)));
      assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
      assertThat(result.label()).isEqualTo(ABNORMAL);
      assertThat(names(result)).containsExactly("cell", "abnormal");
      assertThat(result.probability()).isCloseTo(0.75, within(1e-15));
      assertThat(result.candidates().orElseThrow()).containsExactly(AML, APL);
      assertThat(result.reason())
          .contains("stage abnormal: cannot tell between AML, APL, at coverage 0.9");
      assertThat(result.stages()).containsOnlyKeys(CELL, ABNORMAL);
      assertThat(result.chosen(ABNORMAL)).isEmpty();
      assertThat(result)
          .hasToString(
              "MultilevelResult[stopped cell > abnormal, probability 0.75, because of "
                  + result.reason().orElseThrow()
                  + "]");
    }

    @Test
    void whereASetHoldsNone() {
      MultilevelResult result =
          classify(stage(CELL, 0.75, null), stage(ABNORMAL, 0.5, sets(0.75, 0.75)));
      assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
      assertThat(result.candidates()).contains(Set.of());
      assertThat(result.reason())
          .contains("stage abnormal: unlike any of AML, APL, at coverage 0.9");
    }
  }

  @Nested
  class Referred {
    @Test
    void atTheRootBetweenTwoThresholds() {
      MultilevelResult result =
          classify(stage(CELL, 0.5, thresholds(0.25, 0.75)), stage(ABNORMAL, 0.9, null));
      assertThat(result.outcome()).isEqualTo(Outcome.REFERRED);
      assertThat(names(result)).containsExactly("cell");
      assertThat(result.probability()).isEqualTo(1);
      assertThat(result.stages()).containsOnlyKeys(CELL);
      assertThat(result.reason())
          .contains(
              "stage cell: abnormal has the probability 0.500, between the thresholds 0.250 and"
                  + " 0.750");
    }

    @Test
    void becauseOfTheImageRatherThanOfTheStage() {
      LeukemiaClassifier blurred =
          new LeukemiaClassifier() {
            @Override
            public LabelSet labels() {
              return CELLS.labelSet(ABNORMAL);
            }

            @Override
            public List<Prediction> classifyAll(List<CellImage> images) {
              return List.of(
                  Prediction.of(labels(), 0.5, 0.5).withFindings(Set.of(Finding.OUT_OF_FOCUS)));
            }

            @Override
            public void close() {}
          };
      try (TrainedPipeline cascade =
          new TrainedPipeline(
              CELLS,
              Map.of(CELL, stage(CELL, 0.5, thresholds(0.25, null)), ABNORMAL, blurred),
              true,
              () -> {},
              Optional.empty())) {
        MultilevelResult result = cascade.classify(IMAGE);
        assertThat(result.outcome()).isEqualTo(Outcome.REFERRED);
        assertThat(result.reason()).contains("out of focus");
        assertThat(result.probability()).isEqualTo(1);
        assertThat(names(result)).containsExactly("cell");
      }
    }
  }

  @Nested
  class Settled {
    @ParameterizedTest
    @CsvSource({"0.2, normal", "0.25, abnormal", "0.5, abnormal", "0.9, abnormal"})
    void countsTheReferBandAsPositive(double probability, String expected) {
      Stage cell = stage(CELL, probability, thresholds(0.25, 0.75));
      try (MultilevelPipeline pipeline =
          MultilevelPipeline.of(CELLS, Map.of(CELL, cell, ABNORMAL, stage(ABNORMAL, 0.9, null)))) {
        assertThat(pipeline.settle(CELL, cell.classify(IMAGE))).isEqualTo(Label.of(expected));
        assertThatThrownBy(() -> pipeline.settle(APL, cell.classify(IMAGE)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("The stage must be one of [cell, abnormal]; found APL.");
      }
    }
  }

  /** A threshold promises what it was chosen for, whatever a stage is opened for. */
  @Nested
  class OpenedForAnotherPrevalence {
    private Stage opened(double probability, double abnormalShare) {
      // At its natural prevalence of 0.2 and temperature 2, the stage gives this probability.
      double logit = 2 * logit(probability) - Math.log(0.2 / 0.8);
      return new Stage(
          manifest(CELL, 2, List.of(0.8, 0.2), new Decision(2, at(0.25), null, null, List.of())),
          logit,
          OpenOptions.DEFAULT
              .withPrevalence(Label.of("normal"), 1 - abnormalShare)
              .withPrevalence(ABNORMAL, abnormalShare));
    }

    @ParameterizedTest
    @CsvSource({"0.01", "0.2", "0.5", "0.99"})
    void decidesAsAtTheNaturalOne(double abnormalShare) {
      for (double probability : new double[] {0.2499999, 0.2500001}) {
        MultilevelResult result =
            classify(opened(probability, abnormalShare), stage(ABNORMAL, 0.9, null));
        assertThat(result.path().get(1).name())
            .isEqualTo(probability < 0.25 ? "normal" : "abnormal");
      }
    }

    @Test
    void stillShowsTheProbabilitiesOfThePrevalence() {
      // 0.25 at 0.2; the odds 1/3 are multiplied by (1) / (1/4).
      double shown = opened(0.25, 0.5).classify(IMAGE).probabilityOf(ABNORMAL);
      assertThat(shown).isCloseTo(4 / 7.0, within(1e-12));
    }
  }

  @Test
  void holdsThresholdsAgainstProbabilitiesOfTheirOwnTemperature() {
    // Logit 2 at temperature 4 is shown as 0.622; the threshold 0.7 was chosen at temperature 1,
    // where it is 0.881.
    HeadManifest manifest = manifest(CELL, 4, List.of(0.5, 0.5), thresholds(0.7, null));
    Stage cell = new Stage(manifest, 2, OpenOptions.DEFAULT);
    MultilevelResult result = classify(cell, stage(ABNORMAL, 0.9, null));
    assertThat(result.path().get(1)).isEqualTo(ABNORMAL);
    assertThat(result.stages().get(CELL).probabilityOf(ABNORMAL)).isCloseTo(0.6225, within(1e-4));
  }

  @Test
  void bearsProbabilitiesOfZero() {
    HeadManifest manifest = manifest(CELL, 0.5, List.of(0.9, 0.1), thresholds(0.7, null));
    for (double logit : new double[] {-1e6, 1e6}) {
      MultilevelResult result =
          classify(new Stage(manifest, logit, OpenOptions.DEFAULT), stage(ABNORMAL, 0.9, null));
      assertThat(result.path().get(1).name()).isEqualTo(logit < 0 ? "normal" : "abnormal");
    }
  }
}
