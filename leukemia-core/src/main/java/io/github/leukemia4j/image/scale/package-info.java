/**
 * How many micrometres a pixel is, told by the red cells of the images.
 *
 * <pre>{@code
 * CellImage -> red cells: whole, round, without a nucleus -> their diameters in pixels
 *    |  of all images
 *    v
 * ScaleEstimate: 7.2 micrometres over the median of the images, with its interval
 * }</pre>
 */
package io.github.leukemia4j.image.scale;
