/**
 * From the bytes of an image file to the pixels that a network sees.
 *
 * <ul>
 *   <li>{@link io.github.leukemia4j.image.ImageDecoder} reads a file whole or refuses it, {@link
 *       io.github.leukemia4j.image.Resize} changes its size exactly; {@link
 *       io.github.leukemia4j.CellImage} is the usual way to both.
 *   <li>{@link io.github.leukemia4j.image.Augmentation} and {@link
 *       io.github.leukemia4j.image.Mixup} vary training images, {@link
 *       io.github.leukemia4j.image.ContactSheet} shows them.
 *   <li>{@link io.github.leukemia4j.image.ImageGate} holds an image against the training images by
 *       its {@link io.github.leukemia4j.image.ImageStatistics}.
 *   <li>{@link io.github.leukemia4j.image.StainNormalisation} gives images one stain.
 * </ul>
 */
package io.github.leukemia4j.image;
