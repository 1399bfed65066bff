/**
 * From the bytes of an image file to the pixels that a network sees.
 *
 * <ul>
 *   <li>{@link io.github.leukemia4j.image.decode.ImageDecoder} reads a file whole or refuses it,
 *       {@link io.github.leukemia4j.image.Resize} changes its size exactly; {@link
 *       io.github.leukemia4j.CellImage} is the usual way to both.
 *   <li>{@link io.github.leukemia4j.image.augment.Augmentation} and {@link
 *       io.github.leukemia4j.image.augment.Mixup} vary training images, {@link
 *       io.github.leukemia4j.image.augment.ContactSheet} shows them.
 *   <li>{@link io.github.leukemia4j.image.quality.ImageGate} holds an image against the training
 *       images by its {@link io.github.leukemia4j.image.quality.ImageStatistics}.
 *   <li>{@link io.github.leukemia4j.image.StainNormalisation} gives images one stain.
 * </ul>
 */
package io.github.leukemia4j.image;
