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
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/**
 * Ways to tell a patient's label at a stage from the patient's cells, beside each other. What is
 * fitted is fitted to the patients of the other folds, its penalty chosen among them alone, so that
 * no patient tells of itself. Immutable.
 *
 * @param stage whose labels are told
 * @param patients how many have a label of their own there
 * @param reports of each way by its name, each over the same patients; the more probable label is
 *     called
 * @param evenReports the same where labels are called as if both were equally frequent: the
 *     log-odds less those of the labels among the patients that were fitted to. It is the threshold
 *     for the balanced accuracy, and no patient tells of its own
 */
public record PatientTable(
    Label stage,
    int patients,
    Map<String, EvaluationReport> reports,
    Map<String, EvaluationReport> evenReports) {
  private static final List<Double> PENALTIES = List.of(0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0);
  private static final List<Double> ATTENTION_PENALTIES = List.of(0.3, 1.0, 3.0, 10.0);
  private static final int ATTENTION_ROWS = 4;
  private static final long SEED = 1;
  private static final String ATTENTION = "attention over cells";

  /**
   * The ways: the mean log-odds as they are; the shares of cell types as they were given, that of
   * one type, and their mean probabilities as the networks predicted them, by ridge logistic
   * regression; what the stage says, and all together, likewise; and gated attention over the
   * patient's cells, each told by what all heads say of it.
   *
   * @param predictions of a cross-validation, with folds
   * @param stage with two labels
   * @param type of a sample by its id, as it was given; empty where it is not known
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
    PatientTable table =
        new PatientTable(stage, patients.size(), new LinkedHashMap<>(), new LinkedHashMap<>());
    table.fill(predictions, labels, patients, baseline);
    return Optional.of(
        new PatientTable(
            stage,
            patients.size(),
            Collections.unmodifiableMap(table.reports),
            Collections.unmodifiableMap(table.evenReports)));
  }

  private void fill(
      Predictions predictions,
      LabelSet labels,
      List<PatientFeatures> of,
      Optional<String> baseline) {
    Predicate<String> given = name -> name.startsWith(PatientFeatures.SHARE);
    Predicate<String> predicted = name -> name.startsWith(PatientFeatures.PREDICTED);
    Predicate<String> said = given.or(predicted).negate();
    ridge(PatientFeatures.MEAN, labels, of, PatientFeatures.MEAN::equals);
    reports.put(
        PatientFeatures.MEAN, report(labels, of, p -> p.values().get(PatientFeatures.MEAN)));
    baseline.ifPresent(
        only ->
            ridge(
                "share of " + only + ", ridge",
                labels,
                of,
                (PatientFeatures.SHARE + only)::equals));
    ridge("shares of types, ridge", labels, of, given);
    ridge("shares of types as predicted, ridge", labels, of, predicted);
    ridge("log-odds of cells, ridge", labels, of, said);
    if (!NestedFit.features(of, given).isEmpty()) {
      ridge("log-odds and shares of types, ridge", labels, of, said.or(given));
    }
    if (!NestedFit.features(of, predicted).isEmpty()) {
      ridge("log-odds and shares of types as predicted, ridge", labels, of, said.or(predicted));
    }
    Map<String, double[][]> cells = PatientCells.of(predictions);
    add(
        ATTENTION,
        of,
        new NestedFit(
            labels,
            ATTENTION_PENALTIES,
            (patients, second, penalty) -> {
              GatedAttention fitted =
                  GatedAttention.fit(
                      patients.stream().map(p -> cells.get(p.patient())).toList(),
                      second,
                      ATTENTION_ROWS,
                      penalty,
                      SEED);
              return patient -> fitted.logOdds(cells.get(patient.patient()));
            }));
  }

  private void ridge(
      String name, LabelSet labels, List<PatientFeatures> of, Predicate<String> wanted) {
    List<String> features = NestedFit.features(of, wanted);
    if (!features.isEmpty()) {
      add(name, of, new NestedFit(labels, PENALTIES, NestedFit.ridge(features)));
    }
  }

  private void add(String name, List<PatientFeatures> of, NestedFit fit) {
    Map<String, Double> logOdds = new HashMap<>();
    Map<String, Double> even = new HashMap<>();
    for (int fold : of.stream().map(PatientFeatures::fold).distinct().toList()) {
      List<PatientFeatures> others = of.stream().filter(p -> p.fold() != fold).toList();
      NestedFit.Model fitted = fit.fit(others);
      double labels = fit.logOddsOfLabels(others);
      of.stream()
          .filter(p -> p.fold() == fold)
          .forEach(
              p -> {
                logOdds.put(p.patient(), fitted.logOdds(p));
                even.put(p.patient(), fitted.logOdds(p) - labels);
              });
    }
    reports.put(name, report(fit.labels(), of, p -> logOdds.get(p.patient())));
    evenReports.put(name, report(fit.labels(), of, p -> even.get(p.patient())));
  }

  private EvaluationReport report(
      LabelSet labels, List<PatientFeatures> of, Function<PatientFeatures, Double> logOdds) {
    Taxonomy flat =
        Taxonomy.of(stage.name()).with(stage.name(), labels.get(0).name(), labels.get(1).name());
    Taxonomy taxonomy =
        labels.positive().map(p -> flat.withPositive(stage.name(), p.name())).orElse(flat);
    List<ScoredSample> scored = new ArrayList<>();
    for (PatientFeatures patient : of) {
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

  /**
   * A table in Markdown: AUROC and balanced accuracy of each way, the latter also where labels are
   * called as if both were equally frequent, with intervals by patient.
   */
  public String markdown() {
    StringBuilder table = new StringBuilder();
    table.append("## Patients at the stage %s%n%n".formatted(stage));
    table.append(
        "%d patients, each told by what was fitted to patients of other folds.%n%n"
            .formatted(patients));
    table.append(
        "| told by | AUROC | balanced accuracy | called as if both labels were equally frequent |%n|---|---|---|---|%n"
            .formatted());
    reports.forEach(
        (name, report) ->
            table.append(
                "| %s | %s | %s | %s |%n"
                    .formatted(
                        name,
                        text(report, Metrics.AUROC),
                        text(report, Metrics.BALANCED_ACCURACY),
                        text(evenReports.get(name), Metrics.BALANCED_ACCURACY))));
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
