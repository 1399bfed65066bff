/**
 * Training and testing by folds. {@link
 * io.github.leukemia4j.evaluation.crossvalidation.CrossValidation} trains a pipeline for each fold
 * and scores the patients of the fold with it, so that every sample is scored once by a pipeline
 * that has not seen its patient. Its report tells how far colour alone would get, and what a
 * temperature that was fitted on the other folds does to the probabilities.
 */
package io.github.leukemia4j.evaluation.crossvalidation;
