package io.github.leukemia4j.image.augment;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A random change of an image that leaves its label true: training sees every cell in many guises.
 * Implementations are immutable, safe to use from several threads, and draw from nothing but the
 * generator that they are given; with {@link #random(long, int, long)} for each sample, a run's
 * images do not depend on the number or the order of threads.
 *
 * <p>Networks of this library standardise each image and channel first. That undoes some of these
 * changes, above all {@link #brightness} and {@link #contrast}; docs/augmentation.md has the
 * measured figures.
 *
 * <p>Augmentations of this library are equal when their settings are, and {@link #parse} reads what
 * {@link #describe} says. One of your own implements the two abstract methods; an {@link
 * AugmentationFactory} gives it a name.
 */
public interface Augmentation {
  /**
   * Changes an image in place.
   *
   * @param rgb [height, width, 3], each byte 0 to 255 unsigned
   * @param height in pixels
   * @param width in pixels
   * @param random the only source of chance
   * @throws IllegalArgumentException where the array's length is not height * width * 3
   */
  void apply(byte[] rgb, int height, int width, RandomGenerator random);

  /** Name and settings, such as {@code dihedral, stain(0.6)}; stored with a trained model. */
  String describe();

  /**
   * The generator for one sample in one epoch: a function of its three arguments alone.
   *
   * @param seed of the training run
   * @param epoch from 0
   * @param sample the sample's index in the training part, from 0
   */
  static RandomGenerator random(long seed, int epoch, long sample) {
    return new SplittableRandom(mixed(mixed(mixed(seed) + epoch) + sample));
  }

  /** Variant 13 of Stafford's finalisers, as in SplitMix64: each bit depends on all. */
  private static long mixed(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Changes nothing. */
  static Augmentation none() {
    return sequence();
  }

  /**
   * For crops of single cells: {@code dihedral, stain(0.6), brightness(0.1)}. On unseen patients
   * stain jitter and turns were worth 0.04 of balanced accuracy; any angle and scale added nothing.
   */
  static Augmentation cells() {
    return sequence(dihedral(), stain(0.6), brightness(0.1));
  }

  /**
   * For whole fields, in which cells may lie anywhere: as {@link #cells()}, and moved by up to a
   * tenth. Fields that are not square are only flipped and not turned by quarters.
   */
  static Augmentation fields() {
    return sequence(dihedral(), translation(0.1), stain(0.6), brightness(0.1));
  }

  /** One after another, in this order; none at all changes nothing. */
  static Augmentation sequence(Augmentation... augmentations) {
    return sequence(Arrays.asList(augmentations));
  }

  /** One after another, in this order; none at all changes nothing. */
  static Augmentation sequence(List<Augmentation> augmentations) {
    return Sequence.of(augmentations);
  }

  /** One of the eight flips and quarter turns; of the four flips where the image is not square. */
  static Augmentation dihedral() {
    return new Geometry.Dihedral();
  }

  /**
   * Turns about the centre by any angle up to the given one, either way.
   *
   * @param degrees above 0, at most 180
   */
  static Augmentation rotation(double degrees) {
    return affine(degrees, 0, 0);
  }

  /**
   * Enlarges by a factor between 1 - most and 1 + most.
   *
   * @param most above 0, below 1
   */
  static Augmentation scale(double most) {
    return affine(0, most, 0);
  }

  /**
   * Moves by up to a part of each side, any way.
   *
   * @param most above 0, at most 1
   */
  static Augmentation translation(double most) {
    return affine(0, 0, most);
  }

  /**
   * Turns, scales and moves at once, so that pixels are interpolated (bilinear) only once. What
   * comes in from outside is the image reflected at its border.
   *
   * @param degrees the largest angle, 0 to 180
   * @param scale the largest change of scale, 0 to below 1
   * @param shift the largest move as a part of each side, 0 to 1
   */
  static Augmentation affine(double degrees, double scale, double shift) {
    return new Geometry.Affine(degrees, scale, shift);
  }

  /**
   * Replaces a rectangle, with sides of up to a part of the image's, by the image's mean colour.
   *
   * @param most above 0, at most 1
   */
  static Augmentation cutout(double most) {
    return new Geometry.Cutout(most);
  }

  /**
   * Multiplies all values by one factor between 1 - most and 1 + most.
   *
   * @param most above 0, below 1
   */
  static Augmentation brightness(double most) {
    return new Colouring.Brightness(most);
  }

  /**
   * Stretches all values about the image's mean by one factor between 1 - most and 1 + most.
   *
   * @param most above 0, below 1
   */
  static Augmentation contrast(double most) {
    return new Colouring.Contrast(most);
  }

  /**
   * Stain as another laboratory might have it: optical densities {@code -ln((value + 1) / 256)} of
   * the three channels are multiplied by a random matrix near the identity (diagonal 1 +- 0.3
   * strength, elsewhere +- 0.1 strength) and moved by +- 0.1 strength each.
   *
   * @param strength above 0, at most 3; 0.6 is mild
   */
  static Augmentation stain(double strength) {
    return new Colouring.Stain(strength);
  }

  /**
   * Turns the hue and multiplies saturation and value.
   *
   * @param hue the largest turn, as a part of the colour circle, 0 to 0.5
   * @param saturation the largest change of the factor from 1, 0 to below 1
   * @param value the largest change of the factor from 1, 0 to below 1
   */
  static Augmentation hsv(double hue, double saturation, double value) {
    return new Colouring.Hsv(hue, saturation, value);
  }

  /**
   * Gaussian blur with a standard deviation between 0 and most, reflected at the border.
   *
   * @param most in pixels, above 0, at most 20
   */
  static Augmentation blur(double most) {
    return new Filtering.Blur(most);
  }

  /**
   * Independent Gaussian noise on every value with a standard deviation between 0 and most.
   *
   * @param most in levels of 255, above 0, at most 128
   */
  static Augmentation noise(double most) {
    return new Filtering.Noise(most);
  }

  /**
   * Reads a preset's name, {@code none}, {@code cells} or {@code fields}, or a list such as {@code
   * dihedral, stain(0.6), affine(15, 0.1, 0.05)}, which is what {@link #describe} gives.
   *
   * @throws IllegalArgumentException where it is neither; lists the names
   */
  static Augmentation parse(String text) {
    return Augmentations.parse(text);
  }
}
