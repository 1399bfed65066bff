/**
 * Intervals and paired tests: plain numbers in, records out. What resamples takes the patient as
 * the unit; what assumes independent observations says so.
 */
package io.github.leukemia4j.statistics;
