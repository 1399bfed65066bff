/**
 * Patients told by their cells: what a stage says of the cells of each, and of which types they
 * are, made a decision on the patient by ways that are held against each other.
 *
 * <pre>{@code
 * Predictions of a cross-validation, types of cells
 *    |  PatientFeatures: shares, log-odds, number of cells
 *    v
 * ridge logistic regression, fitted to the patients of other folds
 *    |
 *    v
 * PatientTable: AUROC and balanced accuracy of each way
 * }</pre>
 */
package io.github.leukemia4j.evaluation.patient;
