/**
 * Reads every image of a data set, and says what it found before anything is trained.
 *
 * <pre>{@code
 * Dataset -> each image decoded once -> Verification: unreadable, identical, digests of the pixels
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.data.check.Verification} lists the images that cannot be decoded
 * and those with the same pixels. Its digests keep identical images in one part of a split, and
 * recognise the data of a model.
 */
package io.github.leukemia4j.data.check;
