/**
 * From samples to the batches of a training: images are read once into a cache, drawn in an order
 * that a seed fixes, varied and gathered.
 */
package io.github.leukemia4j.training.input;
