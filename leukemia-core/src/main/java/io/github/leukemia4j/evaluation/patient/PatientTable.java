package io.github.leukemia4j.evaluation.patient;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Ways to tell a patient's label at a stage from the patient's cells, beside each other. What is
 * fitted is fitted to the patients of the other folds, its penalty chosen among them alone, so that
 * no patient tells of itself. Immutable.
 *
 * @param stage whose labels are told
 * @param patients how many have a label of their own there
 * @param reports of each way by its name, each over the same patients
 */
public record PatientTable(Label stage, int patients, Map<String, EvaluationReport> reports) {
  private static final double[] PENALTIES = {0.1, 0.3, 1, 3, 10, 30, 100};
  private static final int INNER_FOLDS = 5;

  /**
   * The ways: the mean log-odds as they are; the shares of cell types, and that of one type, by
   * ridge logistic regression; what the stage says, and all together, likewise.
   *
   * @param predictions of a cross-validation, with folds
   * @param stage with two labels
   * @param type of a sample by its id; empty where it is not known
   * @param baseline the type whose share alone is tried, if any
   * @return empty where a fold is left with patients of one label
   */
  public static Optional<PatientTable> of(
      Predictions predictions,
      Label stage,
      Function<String, Optional<String>> type,
      Optional<String> baseline) {
    List<PatientFeatures> patients = PatientFeatures.of(predictions, stage, type);
    LabelSet labels = predictions.taxonomy().labelSet(stage);
    boolean learnable =
        patients.stream()
            .map(PatientFeatures::fold)
            .distinct()
            .allMatch(
                fold ->
                    patients.stream()
                            .filter(p -> p.fold() != fold)
                            .map(PatientFeatures::truth)
                            .distinct()
                            .count()
                        == 2);
    if (patients.isEmpty() || !learnable) {
      return Optional.empty();
    }
    Map<String, EvaluationReport> reports = new LinkedHashMap<>();
    reports.put(
        PatientFeatures.MEAN,
        report(stage, labels, patients, p -> p.values().get(PatientFeatures.MEAN)));
    baseline.ifPresent(
        only ->
            ridge(
                "share of " + only + ", ridge",
                stage,
                labels,
                patients,
                (PatientFeatures.SHARE + only)::equals,
                reports));
    Predicate<String> share = name -> name.startsWith(PatientFeatures.SHARE);
    ridge("shares of types, ridge", stage, labels, patients, share, reports);
    ridge("log-odds of cells, ridge", stage, labels, patients, share.negate(), reports);
    ridge("all features, ridge", stage, labels, patients, name -> true, reports);
    return Optional.of(new PatientTable(stage, patients.size(), reports));
  }

  private static void ridge(
      String name,
      Label stage,
      LabelSet labels,
      List<PatientFeatures> patients,
      Predicate<String> wanted,
      Map<String, EvaluationReport> reports) {
    List<String> features =
        patients.get(0).values().keySet().stream().filter(wanted).sorted().toList();
    if (features.isEmpty()) {
      return;
    }
    Map<Integer, RidgeLogistic> byFold = new LinkedHashMap<>();
    for (PatientFeatures patient : patients) {
      byFold.computeIfAbsent(
          patient.fold(),
          fold -> fit(patients.stream().filter(p -> p.fold() != fold).toList(), features, labels));
    }
    reports.put(
        name, report(stage, labels, patients, p -> byFold.get(p.fold()).logOdds(row(p, features))));
  }

  /** With the penalty of the lowest log loss on patients that it was not fitted to. */
  private static RidgeLogistic fit(
      List<PatientFeatures> patients, List<String> features, LabelSet labels) {
    // By label and then by name, dealt out in turn: each inner fold has both labels where it can.
    List<PatientFeatures> dealt =
        patients.stream()
            .sorted(
                Comparator.comparing((PatientFeatures p) -> labels.indexOf(p.truth()))
                    .thenComparing(PatientFeatures::patient))
            .toList();
    double best = Double.POSITIVE_INFINITY;
    double chosen = PENALTIES[PENALTIES.length - 1];
    for (double penalty : PENALTIES) {
      double loss = 0;
      for (int fold = 0; fold < INNER_FOLDS; fold++) {
        int held = fold;
        List<PatientFeatures> others =
            IntStream.range(0, dealt.size())
                .filter(i -> i % INNER_FOLDS != held)
                .mapToObj(dealt::get)
                .toList();
        RidgeLogistic fitted = fitted(others, features, labels, penalty);
        for (int i = held; i < dealt.size(); i += INNER_FOLDS) {
          PatientFeatures patient = dealt.get(i);
          loss +=
              RidgeLogistic.logLoss(
                  fitted.logOdds(row(patient, features)), isSecond(patient, labels));
        }
      }
      if (loss <= best) {
        best = loss;
        chosen = penalty;
      }
    }
    return fitted(dealt, features, labels, chosen);
  }

  private static RidgeLogistic fitted(
      List<PatientFeatures> patients, List<String> features, LabelSet labels, double penalty) {
    boolean[] second = new boolean[patients.size()];
    for (int i = 0; i < second.length; i++) {
      second[i] = isSecond(patients.get(i), labels);
    }
    return RidgeLogistic.fit(
        patients.stream().map(p -> row(p, features)).toArray(double[][]::new), second, penalty);
  }

  private static boolean isSecond(PatientFeatures patient, LabelSet labels) {
    return labels.indexOf(patient.truth()) == 1;
  }

  private static double[] row(PatientFeatures patient, List<String> features) {
    return features.stream().mapToDouble(patient.values()::get).toArray();
  }

  private static EvaluationReport report(
      Label stage,
      LabelSet labels,
      List<PatientFeatures> patients,
      Function<PatientFeatures, Double> logOdds) {
    Taxonomy flat =
        Taxonomy.of(stage.name()).with(stage.name(), labels.get(0).name(), labels.get(1).name());
    Taxonomy taxonomy =
        labels.positive().map(p -> flat.withPositive(stage.name(), p.name())).orElse(flat);
    List<ScoredSample> scored = new ArrayList<>();
    for (PatientFeatures patient : patients) {
      double second = RidgeLogistic.logistic(logOdds.apply(patient));
      Prediction prediction =
          Prediction.of(taxonomy.labelSet(stage), DoubleStream.of(1 - second, second).toArray());
      scored.add(
          new ScoredSample(
              patient.patient(),
              patient.truth(),
              Optional.of(patient.patient()),
              Map.of(stage, prediction),
              prediction.label(),
              MultilevelResult.Outcome.DECIDED));
    }
    return Evaluator.evaluate(taxonomy, scored);
  }

  /** A table in Markdown: AUROC and balanced accuracy of each way, with intervals by patient. */
  public String markdown() {
    StringBuilder table = new StringBuilder();
    table.append("## Patients at the stage %s%n%n".formatted(stage));
    table.append(
        "%d patients, each told by what was fitted to patients of other folds.%n%n"
            .formatted(patients));
    table.append("| told by | AUROC | balanced accuracy |%n|---|---|---|%n".formatted());
    reports.forEach(
        (name, report) ->
            table.append(
                "| %s | %s | %s |%n"
                    .formatted(
                        name,
                        text(report, Metrics.AUROC),
                        text(report, Metrics.BALANCED_ACCURACY))));
    return table.toString();
  }

  private String text(EvaluationReport report, Metric metric) {
    Optional<Estimate> found = report.stage(stage).metrics().get(metric);
    if (found.isEmpty()) {
      return "undefined";
    }
    String value = String.format(Locale.ROOT, "%.3f", found.get().value());
    return found
        .get()
        .interval()
        .map(
            (Interval i) ->
                String.format(Locale.ROOT, "%s (%.3f to %.3f)", value, i.lower(), i.upper()))
        .orElse(value);
  }
}
