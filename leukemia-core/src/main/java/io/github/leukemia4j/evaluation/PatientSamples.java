package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.PatientPooling.PatientDecision;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the samples of a patient one sample, so that patients are judged as cells are. */
final class PatientSamples {
  private PatientSamples() {}

  /**
   * Decides on every patient of one stage. Leaves out samples without a patient, and those whose
   * truth does not lie below the stage.
   *
   * @return one sample for each patient, in the order of first occurrence, under {@link #taxonomy}
   * @throws IllegalArgumentException where a patient's samples do not agree on the truth
   */
  static List<ScoredSample> pool(
      PatientPooling pooling, Taxonomy taxonomy, Label stage, List<ScoredSample> samples) {
    Map<String, Label> truths = new LinkedHashMap<>();
    Map<String, List<Prediction>> cells = new LinkedHashMap<>();
    for (ScoredSample sample : samples) {
      Optional<Label> truth = taxonomy.childTowards(stage, sample.truth());
      if (sample.patient().isEmpty() || truth.isEmpty()) {
        continue;
      }
      String patient = sample.patient().get();
      Label known = truths.putIfAbsent(patient, truth.get());
      if (known != null && !known.equals(truth.get())) {
        throw new IllegalArgumentException(
            """
            All samples of a patient must have one truth at stage %s to be pooled; found %s and %s \
            for patient %s. Give every sample the patient's label, or leave the patient out.\
            """
                .formatted(stage, known, truth.get(), patient));
      }
      Prediction prediction = sample.stages().get(stage);
      if (prediction == null) {
        throw new IllegalArgumentException(
            "Every sample must bring the prediction of stage %s; %s has none."
                .formatted(stage, sample.id()));
      }
      cells.computeIfAbsent(patient, p -> new ArrayList<>()).add(prediction);
    }
    List<ScoredSample> pooled = new ArrayList<>();
    cells.forEach(
        (patient, predictions) -> {
          PatientDecision decision = pooling.decide(patient, predictions);
          pooled.add(
              new ScoredSample(
                  patient,
                  truths.get(patient),
                  Optional.of(patient),
                  Map.of(stage, decision.pooled()),
                  decision.label(),
                  MultilevelResult.Outcome.DECIDED));
        });
    return List.copyOf(pooled);
  }

  /** The taxonomy of one stage alone: the stage is its root. */
  static Taxonomy taxonomy(Taxonomy taxonomy, Label stage) {
    LabelSet labels = taxonomy.labelSet(stage);
    Taxonomy one =
        Taxonomy.of(stage.name())
            .with(stage.name(), labels.labels().stream().map(Label::name).toArray(String[]::new));
    return labels
        .positive()
        .map(positive -> one.withPositive(stage.name(), positive.name()))
        .orElse(one);
  }
}
