/**
 * From the bytes of an image file to the pixels that a network is given.
 *
 * <pre>{@code
 * file -> image.decode -> CellImage -> centre crop, resize -> StainNormalisation -> network
 *                            |              |                                        ^
 *                            |              |  image.augment: in training alone -----+
 *                            v              v
 *                       statistics     image.quality: holds an image against GateThresholds
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.CellImage} is the way to decoding and resizing. {@link
 * io.github.leukemia4j.image.StainNormalisation} gives every image the mean and the spread of
 * colour of the training images. {@link io.github.leukemia4j.image.GateThresholds} say what an
 * image must be like to be classified. Both are learnt in training and stored with the model. The
 * arithmetic on pixels is in {@code image.pixels}, which the module exports to nobody.
 */
package io.github.leukemia4j.image;
