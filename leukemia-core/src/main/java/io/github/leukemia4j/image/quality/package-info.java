/**
 * Tells by a few numbers whether an image is fit to be classified, and which images look alike.
 *
 * <pre>{@code
 * training images -> ImageStatistics -> GateThresholds.learn -> the bundle's manifest
 *                                             |
 * new image -------> ImageStatistics ----> ImageGate -> findings: blank, out of focus, unusual stain, ...
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.image.quality.ImageStatistics} measure size, contrast, focus,
 * clipping and colour. {@link io.github.leukemia4j.image.quality.GateThresholds} are learnt from
 * the training images. {@link io.github.leukemia4j.image.quality.ImageGate} holds an image against
 * them and returns each {@link io.github.leukemia4j.Finding}. {@link
 * io.github.leukemia4j.image.quality.PerceptualHash} finds candidates for near-duplicates.
 */
package io.github.leukemia4j.image.quality;
