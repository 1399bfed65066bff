package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.inference.ProbabilityScale;
import io.github.leukemia4j.model.HeadManifest;
import java.util.Optional;

/**
 * The decision of an opened stage. Thresholds were chosen on probabilities at the prevalence of the
 * training data; where the stage was opened for another one, its logits are scaled anew before they
 * are held against them, so that a promised sensitivity is kept whatever the prevalence. A
 * prediction without logits is held against them as it is. Immutable.
 *
 * @param scale of the probabilities that thresholds were chosen on; empty without thresholds
 */
record StageDecision(Decision decision, Optional<ProbabilityScale> scale) {
  static StageDecision of(LeukemiaClassifier classifier) {
    Optional<HeadManifest> head = classifier.head();
    return head.map(HeadManifest::decision)
        .filter(d -> !d.isByMostProbable())
        .map(
            d ->
                new StageDecision(
                    d,
                    head.map(
                        h ->
                            ProbabilityScale.ofTraining(h)
                                .withTemperature(d.temperature())
                                .withShift(d.bias()))))
        .orElse(new StageDecision(Decision.MOST_PROBABLE, Optional.empty()));
  }

  Decision.Call call(Prediction prediction) {
    return decision.call(asChosen(prediction));
  }

  Label settled(Prediction prediction) {
    return decision.settled(asChosen(prediction));
  }

  private Prediction asChosen(Prediction prediction) {
    return scale.flatMap(s -> prediction.logits().map(s::predict)).orElse(prediction);
  }
}
