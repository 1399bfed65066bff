package io.github.leukemia4j.evaluation.patient;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;

/**
 * One decision on a patient from all of the patient's cells.
 *
 * @param patient the patient's identifier
 * @param cells how many cells it rests on
 * @param pooled the pooled probabilities
 * @param label what was decided: with a positive label the positive one from one half on
 * @param rule how the cells were pooled, in words
 */
public record PatientDecision(
    String patient, int cells, Prediction pooled, Label label, String rule) {}
