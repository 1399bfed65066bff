package io.github.leukemia4j.evaluation.patient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatientTableTest {
  private static final Label CELL = Label.of("cell");
  private static final Label ABNORMAL = Label.of("abnormal");
  private static final Taxonomy TAXONOMY =
      Taxonomy.of("cell")
          .with("cell", "normal", "abnormal")
          .with("abnormal", "AML", "APL")
          .withPositive("cell", "abnormal");

  /**
   * @param logOdds of APL
   */
  private static ScoredSample cell(
      String id, String truth, String patient, double abnormal, double logOdds) {
    double apl = RidgeLogistic.logistic(logOdds);
    return new ScoredSample(
        id,
        Label.of(truth),
        Optional.ofNullable(patient),
        Map.of(
            CELL,
            Prediction.of(TAXONOMY.labelSet(CELL), 1 - abnormal, abnormal),
            ABNORMAL,
            Prediction.of(TAXONOMY.labelSet(ABNORMAL), 1 - apl, apl)),
        Label.of(truth),
        MultilevelResult.Outcome.DECIDED);
  }

  @Nested
  class Ridge {
    private static final double[][] FEATURES = {
      {0.0, 0.3, -0.27}, {-0.89, -0.45, -0.99}, {0.06, 1.34, -0.49}, {-0.62, 0.49, 0.36},
      {0.11, -0.93, -0.03}, {0.7, -1.34, -0.46}, {-1.9, -1.29, -1.84}, {-0.24, -1.27, 0.27},
      {0.16, -0.19, -2.52}, {-0.54, -0.05, 0.11}, {-1.53, -0.48, -0.98}, {-0.81, 1.06, -0.81}
    };
    private static final boolean[] POSITIVE = {
      true, false, true, false, false, true, false, false, true, false, false, false
    };

    /** StandardScaler and LogisticRegression(C=1/penalty) of scikit-learn 1.9.1. */
    @ParameterizedTest
    @CsvSource({
      "0.1, -2.0175702675446328, 3.659529659981617, 1.3003484203036884, -1.1679475684944585,"
          + " 0.609342428751372",
      "1.0, -0.9681655119471576, 1.3946292750009317, 0.4267089486345536, -0.5933815575307171,"
          + " -0.0754651237812134",
      "10.0, -0.7099557498843819, 0.31184997130166414, 0.09520752275829046, -0.1303814099566032,"
          + " -0.5094449792929466"
    })
    void isThatOfScikitLearn(
        double penalty, double w0, double w1, double w2, double w3, double ofFirst) {
      RidgeLogistic fitted = RidgeLogistic.fit(FEATURES, POSITIVE, penalty);

      assertThat(fitted.weights()).containsExactly(new double[] {w0, w1, w2, w3}, within(1e-7));
      assertThat(fitted.logOdds(FEATURES[0])).isCloseTo(ofFirst, within(1e-7));
    }

    @Test
    void bearsAFeatureThatDoesNotVaryAndPatientsThatAreToldForCertain() {
      double[][] rows = {{1, 0}, {1, 1}, {1, 10}, {1, 11}};
      RidgeLogistic fitted =
          RidgeLogistic.fit(rows, new boolean[] {false, false, true, true}, 1e-3);

      assertThat(fitted.weights()[1]).isZero();
      assertThat(fitted.logOdds(rows[0])).isLessThan(-3);
      assertThat(fitted.logOdds(rows[3])).isGreaterThan(3);
    }
  }

  @Nested
  class Features {
    @Test
    void areOfTheStagesCellsAndOfTheTypesOfAll() {
      List<ScoredSample> samples =
          List.of(
              cell("1", "AML", "P", 0.9, -1),
              cell("2", "AML", "P", 0.9, 0.5),
              cell("3", "AML", "P", 0.9, 2),
              cell("4", "normal", "P", 0.1, 7),
              cell("5", "AML", "mixed", 0.9, 0),
              cell("6", "APL", "mixed", 0.9, 0),
              cell("7", "AML", null, 0.9, 0),
              cell("8", "normal", "healthy", 0.1, 0));
      Map<String, String> types = Map.of("1", "Blast", "2", "Promyelocyte", "4", "Monocyte");

      List<PatientFeatures> patients =
          PatientFeatures.of(
              new Predictions(TAXONOMY, samples, List.of(3, 3, 3, 3, 1, 1, 1, 1)),
              ABNORMAL,
              id -> Optional.ofNullable(types.get(id)));

      assertThat(patients).hasSize(1);
      PatientFeatures patient = patients.get(0);
      assertThat(patient.patient()).isEqualTo("P");
      assertThat(patient.truth()).isEqualTo(Label.of("AML"));
      assertThat(patient.fold()).isEqualTo(3);
      // numpy.mean, numpy.std(ddof=1) and numpy.quantile(0.9) of -1, 0.5 and 2.
      Map<String, Double> values =
          Map.of(
              "mean log-odds",
              0.5,
              "spread of log-odds",
              1.5,
              "0.9 quantile of log-odds",
              1.7,
              "log of cells",
              Math.log(3),
              "share of Blast",
              0.25,
              "share of Promyelocyte",
              0.25,
              "share of Monocyte",
              0.25);
      assertThat(patient.values()).hasSize(7);
      values.forEach(
          (name, value) ->
              assertThat(patient.values().get(name)).as(name).isCloseTo(value, within(1e-9)));
    }

    @Test
    void needFoldsAndTwoLabels() {
      Predictions none = new Predictions(TAXONOMY, List.of(), List.of());
      assertThatThrownBy(() -> PatientFeatures.of(none, ABNORMAL, id -> Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 folds");
    }
  }

  /** 40 patients in 4 folds: promyelocytes tell the label, log-odds say nothing. */
  private static Predictions cohort() {
    Random random = new Random(5);
    List<ScoredSample> samples = new ArrayList<>();
    List<Integer> folds = new ArrayList<>();
    for (int p = 0; p < 40; p++) {
      boolean apl = p % 2 == 0;
      for (int i = 0; i < 10; i++) {
        String type = i < (apl ? 7 : 2) + p % 3 ? "Promyelocyte" : "Blast";
        samples.add(
            cell(type + p + "-" + i, apl ? "APL" : "AML", "P" + p, 0.9, random.nextGaussian()));
        folds.add(1 + p / 2 % 4);
      }
    }
    return new Predictions(TAXONOMY, samples, folds);
  }

  private static double auroc(PatientTable table, String way) {
    EvaluationReport report = table.reports().get(way);
    return report.stage(ABNORMAL).metrics().value(Metrics.AUROC).orElseThrow();
  }

  @Test
  void holdsWhatTellsBesideWhatDoesNot() {
    Function<String, Optional<String>> type = id -> Optional.of(id.replaceAll("\\d.*", ""));

    PatientTable table =
        PatientTable.of(cohort(), ABNORMAL, type, Optional.of("Promyelocyte")).orElseThrow();

    assertThat(table.patients()).isEqualTo(40);
    assertThat(table.reports().keySet())
        .containsExactly(
            "mean log-odds",
            "share of Promyelocyte, ridge",
            "shares of types, ridge",
            "log-odds of cells, ridge",
            "log-odds and shares of types, ridge",
            "attention over cells");
    assertThat(table.evenReports().keySet()).isEqualTo(table.reports().keySet());
    assertThat(auroc(table, "share of Promyelocyte, ridge")).isEqualTo(1);
    assertThat(auroc(table, "shares of types, ridge")).isEqualTo(1);
    assertThat(auroc(table, "log-odds and shares of types, ridge")).isGreaterThan(0.95);
    assertThat(auroc(table, "mean log-odds")).isBetween(0.25, 0.75);
    assertThat(table.markdown())
        .startsWith("## Patients at the stage abnormal")
        .contains("| share of Promyelocyte, ridge | 1.000");
  }

  /** 60 patients in 5 folds, one of six of them APL, whose log-odds are but a little higher. */
  private static Predictions rare() {
    Random random = new Random(7);
    List<ScoredSample> samples = new ArrayList<>();
    List<Integer> folds = new ArrayList<>();
    for (int p = 0; p < 60; p++) {
      boolean apl = p % 6 == 0;
      double middle = (apl ? 0.5 : -1) + 0.5 * random.nextGaussian();
      for (int i = 0; i < 8; i++) {
        samples.add(
            cell(
                p + "-" + i,
                apl ? "APL" : "AML",
                "P" + p,
                0.9,
                middle - 2 + random.nextGaussian()));
        folds.add(1 + p % 5);
      }
    }
    return new Predictions(TAXONOMY, samples, folds);
  }

  @Test
  void callsARareLabelWhereBothAreTakenToBeEquallyFrequent() {
    PatientTable table =
        PatientTable.of(rare(), ABNORMAL, id -> Optional.empty(), Optional.empty()).orElseThrow();
    assertThat(balanced(table.evenReports().get("mean log-odds")))
        .isGreaterThan(balanced(table.reports().get("mean log-odds")) + 0.1);
    assertThat(balanced(table.evenReports().get("log-odds of cells, ridge")))
        .isGreaterThanOrEqualTo(balanced(table.reports().get("log-odds of cells, ridge")));
  }

  private static double balanced(EvaluationReport report) {
    return report.stage(ABNORMAL).metrics().value(Metrics.BALANCED_ACCURACY).orElseThrow();
  }

  private static ScoredSample withType(ScoredSample cell, String type) {
    LabelSet types = LabelSet.of("Blast", "Promyelocyte");
    double p = type.equals("Promyelocyte") ? 0.8 : 0.2;
    return new ScoredSample(
        cell.id(),
        cell.truth(),
        cell.patient(),
        cell.stages(),
        cell.decided(),
        cell.outcome(),
        cell.settled(),
        cell.findings(),
        Map.of(
            Label.of("type"),
            new ScoredSample.Auxiliary(Optional.empty(), Prediction.of(types, 1 - p, p))));
  }

  @Test
  void tellsPatientsByTypesAsTheyWerePredictedAlsoWhereNoneIsKnown() {
    Predictions plain = cohort();
    Predictions typed =
        new Predictions(
            TAXONOMY,
            plain.samples().stream().map(s -> withType(s, s.id().replaceAll("\\d.*", ""))).toList(),
            plain.folds());
    PatientFeatures first = PatientFeatures.of(typed, ABNORMAL, id -> Optional.empty()).get(0);
    // Patient 0 has 7 of 10 promyelocytes: 0.7 * 0.8 + 0.3 * 0.2.
    assertThat(first.values().get("predicted share of type Promyelocyte"))
        .isCloseTo(0.62, within(1e-12));

    PatientTable table =
        PatientTable.of(typed, ABNORMAL, id -> Optional.empty(), Optional.empty()).orElseThrow();
    assertThat(table.reports().keySet())
        .containsExactly(
            "mean log-odds",
            "shares of types as predicted, ridge",
            "log-odds of cells, ridge",
            "log-odds and shares of types as predicted, ridge",
            "attention over cells");
    assertThat(auroc(table, "shares of types as predicted, ridge")).isEqualTo(1);
    assertThat(auroc(table, "attention over cells")).isGreaterThan(0.95);
  }

  @Test
  void isEmptyWhereAFoldIsLeftWithPatientsOfOneLabel() {
    List<ScoredSample> samples =
        List.of(cell("1", "AML", "P1", 0.9, 0), cell("2", "APL", "P2", 0.9, 0));
    Predictions two = new Predictions(TAXONOMY, samples, List.of(1, 2));

    assertThat(PatientTable.of(two, ABNORMAL, id -> Optional.empty(), Optional.empty())).isEmpty();
  }

  @Test
  void aShareOfAbnormalCellsIsCalledWhereItsExactIntervalLiesOnOneSide() {
    List<ScoredSample> samples = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      samples.add(cell("m" + i, "AML", "many", i < 30 ? 0.9 : 0.1, 0));
    }
    for (int i = 0; i < 4; i++) {
      samples.add(cell("f" + i, "AML", "few", i < 2 ? 0.9 : 0.1, 0));
    }
    for (int i = 0; i < 60; i++) {
      samples.add(cell("n" + i, "normal", "none", i < 1 ? 0.9 : 0.1, 0));
    }

    List<AbnormalShare> found = AbnormalShare.of(TAXONOMY, samples, 0.2);

    assertThat(found)
        .extracting(AbnormalShare::patient, AbnormalShare::abnormal, AbnormalShare::verdict)
        .containsExactly(
            tuple("few", 2L, AbnormalShare.Verdict.OPEN),
            tuple("many", 30L, AbnormalShare.Verdict.AT_LEAST),
            tuple("none", 1L, AbnormalShare.Verdict.BELOW));
    // scipy.stats.binomtest(30, 100).proportion_ci(0.95, "exact"), SciPy 1.17.1.
    assertThat(found.get(1).interval().lower()).isCloseTo(0.2124064204896535, within(1e-9));
    assertThat(found.get(1).interval().upper()).isCloseTo(0.3998146761797862, within(1e-9));
  }
}
