/**
 * Probabilities that can be acted on: correction of priors, temperature, operating thresholds with
 * a guarantee, and conformal sets. Each is fitted on data that neither trained nor chose the model,
 * and says what it rests on; where the data do not support a wish, it is refused with the reason.
 */
package io.github.leukemia4j.calibration;
