/**
 * Divides a data set into the parts train, validation, calibration and test, by patient, and writes
 * down which sample is in which part.
 */
package io.github.leukemia4j.data.split;
