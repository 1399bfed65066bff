/**
 * The vocabulary: classifiers, images, labels and their taxonomy, predictions, errors. Start at
 * {@code LeukemiaClassifier} for one level and at the pipeline package for several.
 */
package io.github.leukemia4j;
