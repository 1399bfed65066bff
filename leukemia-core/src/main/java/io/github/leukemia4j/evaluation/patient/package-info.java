/**
 * From cells to patients: {@link io.github.leukemia4j.evaluation.patient.PatientPooling} makes one
 * decision on a patient of what a stage says of the patient's cells.
 */
package io.github.leukemia4j.evaluation.patient;
