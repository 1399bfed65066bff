/**
 * Arithmetic on the pixels of images, in whole numbers wherever it is on the way of training.
 * {@link io.github.leukemia4j.image.pixels.Resize} changes the size of an image exactly and gives
 * the same pixels on every machine. {@link io.github.leukemia4j.image.pixels.OpticalDensity} is the
 * scale on which stains add up. {@link io.github.leukemia4j.image.pixels.Mixup} mixes two samples.
 * The module exports this package to nobody.
 */
package io.github.leukemia4j.image.pixels;
