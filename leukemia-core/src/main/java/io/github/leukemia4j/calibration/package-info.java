/**
 * From probabilities to decisions that keep a promise.
 *
 * <p>A {@link io.github.leukemia4j.calibration.DecisionRule} is what someone wishes: thresholds,
 * such as one that guarantees a sensitivity, or conformal sets. A {@link
 * io.github.leukemia4j.calibration.Decision} is what calibration samples support of it, with the
 * evidence; where they do not support a wish, the decision refuses it and says why. A {@link
 * io.github.leukemia4j.calibration.Calibration} is a temperature with its evidence. Both stand in
 * the manifest of a model.
 */
package io.github.leukemia4j.calibration;
