/** What training makes small: Tversky losses, cross-entropy and their mixtures, on plain arrays. */
package io.github.leukemia4j.loss;
