/**
 * Fits temperatures and decisions to samples that neither trained nor chose the model.
 *
 * <pre>{@code
 * logits + truth + patients -> CalibrationSamples
 *    |-- fit (TemperatureFit, BiasFit) --> Calibration
 *    `-- fitDecision, by a DecisionRule --> Decision
 *          | OperatingPoints: one threshold, or two
 *          | conformal sets
 *          | refusals: what the samples do not support
 * }</pre>
 */
package io.github.leukemia4j.calibration.fit;
