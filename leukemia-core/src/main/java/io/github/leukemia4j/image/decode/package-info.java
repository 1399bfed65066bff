/**
 * Decodes JPEG, PNG, BMP and TIFF into 8-bit RGB.
 *
 * <pre>{@code
 * bytes -> ImageHeader (JpegStructure, PngStructure, BmpStructure, TiffStructure: is the file whole?)
 *              |
 *              v
 *       javax.imageio -> raster -> Pixels -> CellImage
 * }</pre>
 *
 * <p>{@code ImageDecoder} is the way in. It reads a file whole or refuses it with the reason. The
 * structure of a file is checked before a pixel is decoded, because {@code javax.imageio} accepts
 * files that were cut short. {@code Pixels} turns any layout of colours into RGB. The module
 * exports this package to nobody; {@link io.github.leukemia4j.CellImage} is the public way to it.
 */
package io.github.leukemia4j.image.decode;
