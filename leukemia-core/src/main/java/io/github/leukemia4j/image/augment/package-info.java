/**
 * Varies training images, so that a network sees each cell in many guises.
 *
 * <pre>{@code
 * text --Augmentation.parse--> Augmentation (installed ones by AugmentationFactory)
 *                                   |
 * pixels, random generator -------> apply -> pixels of the same size
 * }</pre>
 *
 * <p>An {@link io.github.leukemia4j.image.augment.Augmentation} is one change or a sequence of
 * changes that leave the label true. {@link io.github.leukemia4j.image.augment.Augmentation#cells}
 * and {@link io.github.leukemia4j.image.augment.Augmentation#fields} are ready sequences. {@link
 * io.github.leukemia4j.image.augment.AugmentationFactory} is the interface for one of your own. All
 * random numbers come from the generator that a caller gives, so that images depend on the seed
 * alone.
 */
package io.github.leukemia4j.image.augment;
