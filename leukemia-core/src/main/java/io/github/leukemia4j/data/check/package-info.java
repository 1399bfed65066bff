/**
 * Reads every image of a data set, and says what it found before anything is trained.
 *
 * <pre>{@code
 * Dataset -> each image decoded once -> Verification: unreadable, identical, digests of the pixels
 *                     |                      |
 *                     |                      v
 *                     +------------> Inspection: the same with ImageStatistics, file formats
 *                                                and each NearDuplicate
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.data.check.Verification} lists the images that cannot be decoded
 * and those with the same pixels. Its digests keep identical images in one part of a split, and
 * recognise the data of a model. {@link io.github.leukemia4j.data.check.Inspection} reads the same
 * images for a report; it adds numbers about each image and pairs that look alike though their
 * pixels differ.
 */
package io.github.leukemia4j.data.check;
