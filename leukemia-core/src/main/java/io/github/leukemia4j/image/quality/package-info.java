/**
 * Holds an image against the training images by a few numbers, and tells images that look alike.
 */
package io.github.leukemia4j.image.quality;
