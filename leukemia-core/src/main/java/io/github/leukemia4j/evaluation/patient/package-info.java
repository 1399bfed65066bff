/**
 * From cells to patients. A {@link io.github.leukemia4j.evaluation.patient.PatientPooling} is a
 * rule, such as the mean of the log odds. It takes what one stage says of all cells of a patient
 * and makes one {@link io.github.leukemia4j.evaluation.patient.PatientDecision} of it. An
 * evaluation pools by such a rule to judge patients; a program can do the same for a new patient.
 */
package io.github.leukemia4j.evaluation.patient;
