/**
 * From logits to probabilities, and from probabilities to decisions that keep a promise.
 *
 * <pre>{@code
 * logits --ProbabilityScale (priors, temperature)--> probabilities --Decision--> label, or none
 *
 * CalibrationSamples --Calibration.fit--> Calibration (Temperature with its evidence)
 * CalibrationSamples + DecisionRule --Decision.fit--> Decision
 *                                                     | OperatingPoint: one threshold, or two
 *                                                     | ConformalSets: sets of labels
 *                                                     | refusals: what the samples do not support
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.calibration.ProbabilityScale} corrects logits for the priors and
 * divides them by the temperature. {@link io.github.leukemia4j.calibration.CalibrationSamples} hold
 * what a classifier says of samples that neither trained nor chose it. {@link
 * io.github.leukemia4j.calibration.Calibration} fits the {@link
 * io.github.leukemia4j.calibration.Temperature} to them and measures what it brings. {@link
 * io.github.leukemia4j.calibration.Decision} fits what a {@link
 * io.github.leukemia4j.calibration.DecisionRule} wishes: thresholds, such as one that guarantees a
 * sensitivity, or conformal sets. Where the samples do not support a wish, the decision refuses it
 * and says why.
 */
package io.github.leukemia4j.calibration;
