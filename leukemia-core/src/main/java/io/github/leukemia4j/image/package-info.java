/**
 * From the bytes of an image file to the pixels that a network is given.
 *
 * <pre>{@code
 * file -> image.decode -> CellImage -> centre crop, Resize -> StainNormalisation -> network
 *                            |              |                                        ^
 *                            |              |  image.augment: in training alone -----+
 *                            v              v
 *                      PerceptualHash    image.quality: ImageGate, which finds unfit images
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.CellImage} is the usual way to decoding and resizing. {@link
 * io.github.leukemia4j.image.Resize} changes the size of an image exactly and gives the same pixels
 * on every machine. {@link io.github.leukemia4j.image.StainNormalisation} gives every image the
 * mean and the spread of colour of the training images. It works on {@link
 * io.github.leukemia4j.image.OpticalDensity}, the scale on which stains add up.
 */
package io.github.leukemia4j.image;
