package io.github.leukemia4j.spark;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.ScoredSample;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Row;

/** Makes samples of rows; what many of them have in common is there once. Not thread-safe. */
final class SampleReader {
  private final Map<Label, LabelSet> stages = new LinkedHashMap<>();
  private final Map<String, Label> labels = new HashMap<>();
  private final Map<String, Optional<String>> patients = new HashMap<>();
  private final Map<Map<Label, Label>, Map<Label, Label>> settled = new HashMap<>();
  private final Map<Set<Finding>, Set<Finding>> findings = new HashMap<>();

  SampleReader(Taxonomy taxonomy) {
    taxonomy.innerNodes().forEach(node -> stages.put(node, taxonomy.labelSet(node)));
  }

  /**
   * @param row id, truth, patient, label, outcome, stages, findings
   */
  ScoredSample read(Row row) {
    Map<String, Row> said = row.getJavaMap(5);
    Map<Label, Prediction> predictions = new LinkedHashMap<>();
    Map<Label, Label> chosen = new LinkedHashMap<>();
    for (Map.Entry<Label, LabelSet> stage : stages.entrySet()) {
      Row answer = said.get(stage.getKey().name());
      if (answer == null) {
        throw new IllegalArgumentException(
            "Row %s must have the stage %s; found %s. Evaluate with the taxonomy of the model."
                .formatted(row.getString(0), stage.getKey(), said.keySet()));
      }
      predictions.put(stage.getKey(), prediction(row, stage.getValue(), answer.getJavaMap(1)));
      chosen.put(stage.getKey(), label(answer.getString(0)));
    }
    Set<Finding> found = EnumSet.noneOf(Finding.class);
    row.<String>getList(6).forEach(name -> found.add(Finding.valueOf(name)));
    return new ScoredSample(
        row.getString(0),
        label(row.getString(1)),
        patients.computeIfAbsent(row.getString(2), Optional::ofNullable),
        predictions,
        label(row.getString(3)),
        ScoredColumns.outcome(row.getString(4)),
        settled.computeIfAbsent(Map.copyOf(chosen), same -> same),
        findings.computeIfAbsent(Set.copyOf(found), same -> same),
        Map.of());
  }

  private static Prediction prediction(Row row, LabelSet labels, Map<String, Double> byLabel) {
    double[] values = new double[labels.size()];
    for (int i = 0; i < values.length; i++) {
      Double value = byLabel.get(labels.get(i).name());
      if (value == null || byLabel.size() != values.length) {
        throw new IllegalArgumentException(
            "Row %s must have a probability for each of %s; found %s. Evaluate with the taxonomy of the model."
                .formatted(row.getString(0), labels, byLabel));
      }
      values[i] = value;
    }
    return Prediction.of(labels, values);
  }

  private Label label(String name) {
    return labels.computeIfAbsent(name, Label::of);
  }
}
