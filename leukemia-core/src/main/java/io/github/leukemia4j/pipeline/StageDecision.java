package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.calibration.PriorCorrection;
import io.github.leukemia4j.calibration.Temperature;
import io.github.leukemia4j.model.ModelManifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The decision of an opened stage. Thresholds were chosen on probabilities at the prevalence of the
 * training data; where the stage was opened for another one, its probabilities are brought back
 * before they are held against them, so that a promised sensitivity is kept whatever the
 * prevalence. Immutable.
 */
final class StageDecision {
  private final Decision decision;
  private final Optional<Scale> scale;

  private StageDecision(Decision decision, Optional<Scale> scale) {
    this.decision = decision;
    this.scale = scale;
  }

  static StageDecision of(LeukemiaClassifier classifier) {
    Optional<ModelManifest> manifest = classifier.manifest();
    Decision decision =
        manifest.map(ModelManifest::decision).filter(d -> !d.isByMostProbable()).orElse(null);
    if (decision == null) {
      return new StageDecision(Decision.MOST_PROBABLE, Optional.empty());
    }
    boolean asShown =
        classifier.prevalence().isEmpty() && decision.temperature() == manifest.get().temperature();
    return new StageDecision(
        decision, asShown ? Optional.empty() : Optional.of(Scale.of(classifier, manifest.get())));
  }

  Decision.Call call(Prediction prediction) {
    return decision.call(asChosen(prediction));
  }

  Label settled(Prediction prediction) {
    return decision.settled(asChosen(prediction));
  }

  private Prediction asChosen(Prediction prediction) {
    return scale
        .map(
            s ->
                Prediction.of(
                    s.labels,
                    Temperature.softmax(s.naturalLogits(prediction), decision.temperature())))
        .orElse(prediction);
  }

  /**
   * From a stage's probabilities back to its logits.
   *
   * @param temperature by which they were divided
   * @param correction back from the stage's prevalence to the natural one
   */
  record Scale(LabelSet labels, double temperature, PriorCorrection correction) {
    static Scale of(LeukemiaClassifier classifier, ModelManifest manifest) {
      List<Double> natural = manifest.priors().natural();
      Map<Label, Double> all = classifier.prevalence();
      Map<Label, Double> stated =
          all.keySet().containsAll(manifest.labelSet().labels()) ? all : Map.of();
      double[] to = natural.stream().mapToDouble(Double::doubleValue).toArray();
      double[] from =
          stated.isEmpty()
              ? to
              : manifest.labelSet().labels().stream().mapToDouble(stated::get).toArray();
      return new Scale(manifest.labelSet(), manifest.temperature(), PriorCorrection.of(from, to));
    }

    /**
     * Logits that give these probabilities at the stage's temperature: as the network gave them,
     * corrected to the stage's prevalence, but for a number that all labels share.
     */
    double[] logits(Prediction prediction) {
      return labels.labels().stream()
          .mapToDouble(
              label ->
                  temperature
                      * Math.log(Math.max(prediction.probabilityOf(label), Double.MIN_VALUE)))
          .toArray();
    }

    /** The same, corrected to the natural shares of the training data. */
    double[] naturalLogits(Prediction prediction) {
      return correction.apply(logits(prediction));
    }
  }
}
