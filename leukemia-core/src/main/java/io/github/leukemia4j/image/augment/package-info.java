/** Varies training images: single changes, sequences of them, and mixtures of two images. */
package io.github.leukemia4j.image.augment;
