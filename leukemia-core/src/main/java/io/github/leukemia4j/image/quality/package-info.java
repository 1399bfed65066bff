/**
 * Tells by a few numbers whether an image is fit to be classified.
 *
 * <pre>{@code
 * training images -> ImageStatistics -> ImageGate.learn -> GateThresholds in the bundle's manifest
 *                                             |
 * new image -------> ImageStatistics ----> ImageGate -> findings: blank, out of focus, unusual stain, ...
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.image.quality.ImageStatistics} measure size, contrast, focus,
 * clipping and colour. {@link io.github.leukemia4j.image.GateThresholds} are learnt from the
 * training images. {@link io.github.leukemia4j.image.quality.ImageGate} holds an image against them
 * and returns each {@link io.github.leukemia4j.Prediction.Finding}. The module exports this package
 * to nobody: a classifier that was opened from a bundle holds each image against its gate.
 */
package io.github.leukemia4j.image.quality;
