package io.github.leukemia4j.calibration.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.calibration.Decision.ConformalSets;
import io.github.leukemia4j.calibration.Decision.OperatingPoint;
import io.github.leukemia4j.calibration.DecisionRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionTest {
  private static final Label NORMAL = Label.of("normal");
  private static final Label ABNORMAL = Label.of("abnormal");
  private static final LabelSet CELL = LabelSet.of("normal", "abnormal").withPositive(ABNORMAL);
  private static final LabelSet SUBTYPES = LabelSet.of("AML", "APL", "ALL");

  static OperatingPoint at(double threshold) {
    return new OperatingPoint(
        threshold,
        "test",
        OptionalDouble.of(0.9),
        OptionalDouble.empty(),
        OptionalDouble.of(0.95),
        60,
        "made up");
  }

  private static Decision.Call cell(Decision decision, double abnormal) {
    return decision.call(Prediction.of(CELL, 1 - abnormal, abnormal));
  }

  @Nested
  class ByThreshold {
    private final Decision decision = new Decision(1, at(0.125), null, null, null);

    @ParameterizedTest
    @CsvSource({"0.125, abnormal", "0.124, normal", "0.9, abnormal", "0, normal"})
    void callsThePositiveLabelAtAndAboveIt(double probability, String expected) {
      assertThat(cell(decision, probability).label()).contains(Label.of(expected));
      assertThat(cell(decision, probability).reason()).isEmpty();
      assertThat(cell(decision, probability).candidates()).isEmpty();
    }

    @Test
    void callsTheMostProbableOfTheOthersBelowIt() {
      LabelSet three = LabelSet.of("normal", "artefact", "abnormal").withPositive(ABNORMAL);
      Decision strict = new Decision(1, at(0.9), null, null, null);
      assertThat(strict.call(Prediction.of(three, 0.1, 0.2, 0.7)).label())
          .contains(Label.of("artefact"));
    }

    @Test
    void needsAPositiveLabel() {
      assertThatThrownBy(() -> decision.call(Prediction.of(SUBTYPES, 0.2, 0.3, 0.5)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found none among [AML, APL, ALL]");
    }
  }

  @Nested
  class ByReferBand {
    private final Decision decision = new Decision(1, at(0.25), at(0.75), null, List.of());

    @ParameterizedTest
    @CsvSource({"0.24, normal", "0.75, abnormal"})
    void decidesOutsideIt(double probability, String expected) {
      assertThat(cell(decision, probability).label()).contains(Label.of(expected));
    }

    @ParameterizedTest
    @CsvSource({"0.25", "0.74"})
    void leavesOpenWhatLiesInIt(double probability) {
      assertThat(cell(decision, probability).label()).isEmpty();
      assertThat(decision.settled(Prediction.of(CELL, 1 - probability, probability)))
          .isEqualTo(ABNORMAL);
    }

    @Test
    void saysWhy() {
      assertThat(cell(decision, 0.5).reason())
          .contains("abnormal has the probability 0.500, between the thresholds 0.250 and 0.750");
    }

    @Test
    void isEmptyWhereTheSecondThresholdIsTheLowerOne() {
      Decision turned = new Decision(1, at(0.75), at(0.25), null, List.of());
      assertThat(cell(turned, 0.74).label()).contains(NORMAL);
      assertThat(cell(turned, 0.75).label()).contains(ABNORMAL);
    }
  }

  @Nested
  class ByConformalSets {
    private final Decision decision =
        new Decision(
            1,
            null,
            null,
            new ConformalSets(SUBTYPES, List.of(0.5, 0.25, 0.9), List.of(9, 9, 9), 0.9),
            List.of());

    private Decision.Call call(double... probabilities) {
      return decision.call(Prediction.of(SUBTYPES, probabilities));
    }

    @Test
    void callsTheOnlyLabelThatIsNotRuledOut() {
      // APL is called with 0.3 although AML has 0.4, which for an AML cell is too little.
      assertThat(call(0.4, 0.3, 0.3).label()).contains(Label.of("APL"));
      assertThat(call(0.4, 0.3, 0.3).candidates().orElseThrow()).containsExactly(Label.of("APL"));
    }

    @Test
    void leavesOpenWhereSeveralOrNoneAreLeft() {
      assertThat(call(0.5, 0.5, 0).label()).isEmpty();
      assertThat(call(0.5, 0.5, 0).candidates().orElseThrow())
          .containsExactly(Label.of("AML"), Label.of("APL"));
      assertThat(call(0.5, 0.5, 0).reason())
          .contains("cannot tell between AML, APL, at coverage 0.9");
      assertThat(call(0.4, 0.2, 0.4).label()).isEmpty();
      assertThat(call(0.4, 0.2, 0.4).candidates().orElseThrow()).isEmpty();
      assertThat(call(0.4, 0.2, 0.4).reason())
          .contains("unlike any of AML, APL, ALL, at coverage 0.9");
    }
  }

  @Nested
  class Made {
    @Test
    void rejectsThresholdsBesideSetsAndWithoutAFirst() {
      ConformalSets sets = new ConformalSets(CELL, List.of(0.5, 0.5), List.of(9, 9), 0.9);
      assertThatThrownBy(() -> new Decision(1, at(0.5), null, sets, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("by an operating point, alone or with an upper one, or by");
      assertThatThrownBy(() -> new Decision(1, null, at(0.5), null, null))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new Decision(0, null, null, null, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("above 0; found 0");
    }
  }

  /** As many patients of each label as are wanted, told apart by two logits with some overlap. */
  private static CalibrationSamples samples(LabelSet labels, int patientsOfEach, boolean known) {
    List<double[]> logits = new ArrayList<>();
    List<Label> truth = new ArrayList<>();
    List<Optional<String>> patients = new ArrayList<>();
    for (int k = 0; k < labels.size(); k++) {
      for (int p = 0; p < patientsOfEach; p++) {
        for (int cell = 0; cell < 2; cell++) {
          double[] row = new double[labels.size()];
          row[k] = 1 + p % 10 / 5.0;
          logits.add(row);
          truth.add(labels.get(k));
          patients.add(known ? Optional.of(labels.get(k) + "-" + p) : Optional.empty());
        }
      }
    }
    return CalibrationSamples.of("cells", labels, logits.toArray(double[][]::new), truth, patients);
  }

  @Nested
  class Fitted {
    private final DecisionRule band =
        DecisionRule.builder().sensitivity(0.95).specificity(0.95).coverage(0.9).build();

    @Test
    void toEnoughPatientsIsAReferBandWithItsEvidence() {
      Decision decision = samples(CELL, 60, true).fitDecision(band, 1);
      assertThat(decision.refusals()).isEmpty();
      assertThat(decision.operatingPoint().confidence()).hasValue(0.95);
      assertThat(decision.operatingPoint().units()).isEqualTo(60);
      assertThat(decision.operatingPoint().sensitivity().orElseThrow()).isEqualTo(1);
      assertThat(decision.operatingPoint().evidence())
          .isEqualTo(
              "fixed-sequence testing, Hoeffding-Bentkus over 60 positive patients, on 240 samples"
                  + " of cells");
      assertThat(decision.upperPoint().aim()).isEqualTo("specificity of at least 0.95");
      assertThat(decision.conformalSets()).isNull();
    }

    @Test
    void toFewPatientsIsRefusedWithTheReason() {
      Decision decision = samples(CELL, 12, true).fitDecision(band, 1);
      assertThat(decision.isByMostProbable()).isTrue();
      assertThat(decision.refusals())
          .containsExactly(
              "A sensitivity of at least 0.95 with confidence 0.95 needs at least 59 positive"
                  + " patients in the calibration part; found 12. Add calibration data, or want"
                  + " less.",
              "A refer band needs the threshold for the sensitivity, which was refused.");
    }

    @Test
    void toUnknownPatientsSaysThatCellsAreTakenAsIndependent() {
      Decision decision = samples(CELL, 60, false).fitDecision(band, 1);
      assertThat(decision.operatingPoint().evidence())
          .contains("exact binomial over 120 positive cells, assumes independent cells");
    }

    @Test
    void withoutAPositiveLabelIsConformal() {
      Decision decision = samples(SUBTYPES, 9, true).fitDecision(band, 1);
      assertThat(decision.operatingPoint()).isNull();
      assertThat(decision.conformalSets().calibrationUnits()).containsExactly(9, 9, 9);
      // Nine scores, coverage 0.9: the ninth of ten ranks is the lowest, exp(1) / (exp(1) + 2).
      assertThat(decision.conformalSets().leastProbabilities())
          .allSatisfy(p -> assertThat(p).isEqualTo(Math.E / (Math.E + 2), within(1e-12)));
    }

    @Test
    void withTooFewPatientsOfALabelIsNotConformal() {
      Decision decision = samples(SUBTYPES, 8, true).fitDecision(band, 1);
      assertThat(decision.isByMostProbable()).isTrue();
      assertThat(decision.refusals())
          .containsExactly(
              "Conformal sets of coverage 0.9 need at least 9 patients of each label in the"
                  + " calibration part; found 8 of AML, 8 of APL, 8 of ALL. Add calibration data,"
                  + " or want less.");
    }

    @Test
    void toNothingIsRefused() {
      assertThat(samples(CELL, 0, true).fitDecision(band, 1).refusals()).hasSize(2);
      assertThat(samples(SUBTYPES, 0, true).fitDecision(band, 1).refusals()).hasSize(1);
    }

    @Test
    void byCostOrYoudenHasNoGuarantee() {
      for (DecisionRule wish :
          List.of(
              DecisionRule.builder().costRatio(10).build(),
              DecisionRule.builder().youden().build())) {
        OperatingPoint point = samples(CELL, 12, true).fitDecision(wish, 1).operatingPoint();
        assertThat(point.confidence()).isEmpty();
        assertThat(point.evidence()).contains("without a guarantee");
      }
    }

    @Test
    void ofAWishForThresholdsAloneLeavesOtherStagesToTheMostProbableLabel() {
      Decision decision =
          samples(SUBTYPES, 20, true)
              .fitDecision(DecisionRule.builder().sensitivity(0.9).build(), 1);
      assertThat(decision.isByMostProbable()).isTrue();
      assertThat(decision.refusals()).isEmpty();
    }
  }

  /**
   * With two labels the same samples may fit the temperature and the threshold: the share of
   * thresholds that miss the wanted sensitivity stays at the level. Scores are drawn from normal
   * distributions, so that the true sensitivity of a threshold is known.
   */
  @Test
  void keepsTheGuaranteeThoughTheTemperatureWasFittedOnTheSameSamples() {
    Random random = new Random(5);
    NormalDistribution positive = NormalDistribution.of(3, 4);
    DecisionRule wish = DecisionRule.builder().sensitivity(0.9).confidence(0.9).build();
    int missed = 0;
    for (int r = 0; r < 400; r++) {
      double[][] logits = new double[160][2];
      List<Label> truth = new ArrayList<>();
      for (int i = 0; i < logits.length; i++) {
        boolean abnormal = i < 80;
        logits[i][1] = (abnormal ? 3 : -3) + 4 * random.nextGaussian();
        truth.add(abnormal ? ABNORMAL : NORMAL);
      }
      CalibrationSamples samples =
          CalibrationSamples.of(
              "drawn", CELL, logits, truth, Collections.nCopies(160, Optional.empty()));
      double temperature = samples.fit(1).temperature().value();
      OperatingPoint point = samples.fitDecision(wish, temperature).operatingPoint();
      double logit = temperature * Math.log(point.threshold() / (1 - point.threshold()));
      missed += positive.survivalProbability(logit) < 0.9 ? 1 : 0;
    }
    // At the level 0.1 at most 40 are expected, with a standard deviation of 6.
    assertThat(missed).isBetween(5, 58);
  }

  @Nested
  class Wish {
    @Test
    void namesEveryFault() {
      assertThatThrownBy(
              () ->
                  DecisionRule.builder()
                      .sensitivity(1)
                      .confidence(0)
                      .coverage(2)
                      .costRatio(-1)
                      .build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(
              "sensitivity must lie in (0, 1); found 1.0",
              "confidence must",
              "coverage must",
              "costRatio must be above 0; found -1.0",
              "found several of these");
    }

    @Test
    void isDescribedInWords() {
      assertThat(Stream.of(DecisionRule.NONE).map(DecisionRule::describe)).containsExactly("none");
      assertThat(DecisionRule.builder().sensitivity(0.95).coverage(0.9).build().describe())
          .isEqualTo("sensitivity 0.95 at confidence 0.95, coverage 0.9");
    }
  }
}
