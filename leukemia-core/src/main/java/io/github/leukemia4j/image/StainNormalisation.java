package io.github.leukemia4j.image;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.image.pixels.OpticalDensity;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Gives every image the mean and the spread of colour of the training images, so that stains of
 * other laboratories look alike (Reinhard et al., Color Transfer between Images, 2001). Their three
 * decorrelated axes are used, {@code (r + g + b) / sqrt(3)}, {@code (r + g - 2 b) / sqrt(6)} and
 * {@code (r - g) / sqrt(2)}, but on optical densities {@code -ln((value + 1) / 256)} of red, green
 * and blue instead of logarithms of cone responses: stains add up in densities. Immutable.
 *
 * <p>Where the network standardises each image by itself, as it does by default, most of this is
 * done already.
 *
 * @param mean on the three axes, [3]
 * @param deviation the standard deviation on the three axes, [3], each at least 0
 */
public record StainNormalisation(List<Double> mean, List<Double> deviation) {
  private static final double[][] AXES = {
    {1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)},
    {1 / Math.sqrt(6), 1 / Math.sqrt(6), -2 / Math.sqrt(6)},
    {1 / Math.sqrt(2), -1 / Math.sqrt(2), 0}
  };
  // No 8-bit colour comes near it on any axis.
  private static final double MOST_DENSITY = 10;
  // An image that hardly varies along an axis is not stretched into noise.
  private static final double MOST_STRETCH = 5;

  /**
   * @throws IllegalArgumentException where a list has not three numbers or one is beyond what a
   *     density can be
   */
  public StainNormalisation {
    if (!areWithin(mean, -MOST_DENSITY) || !areWithin(deviation, 0)) {
      throw new IllegalArgumentException(
          "A stain normalisation must have three means from -10 to 10 and three deviations from 0 to 10; found %s and %s."
              .formatted(mean, deviation));
    }
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
  }

  private static boolean areWithin(List<Double> numbers, double least) {
    return numbers != null
        && numbers.size() == 3
        && numbers.stream().allMatch(n -> n != null && n >= least && n <= MOST_DENSITY);
  }

  /** The colours of one image as the target. */
  public static StainNormalisation of(CellImage reference) {
    double[][] moments = moments(reference.rgb());
    return new StainNormalisation(boxed(moments[0]), boxed(moments[1]));
  }

  /**
   * The median of the targets of many images.
   *
   * @param references what {@link #of} gives for each training image; at least one
   * @throws IllegalArgumentException where there is none
   */
  public static StainNormalisation learn(Collection<StainNormalisation> references) {
    if (references.isEmpty()) {
      throw new IllegalArgumentException(
          "A stain normalisation must be learnt from at least one image; found none.");
    }
    double[] mean = new double[3];
    double[] deviation = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      int a = axis;
      mean[a] =
          new Median().evaluate(references.stream().mapToDouble(r -> r.mean.get(a)).toArray());
      deviation[a] =
          new Median().evaluate(references.stream().mapToDouble(r -> r.deviation.get(a)).toArray());
    }
    return new StainNormalisation(boxed(mean), boxed(deviation));
  }

  /** The image in the target's colours. */
  public CellImage apply(CellImage image) {
    byte[] rgb = image.rgb();
    double[][] moments = moments(rgb);
    double[] factor = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      double here = moments[1][axis];
      factor[axis] = here == 0 ? 1 : Math.min(MOST_STRETCH, deviation.get(axis) / here);
    }
    // Turning to the axes, scaling there and turning back is one matrix and one offset.
    int[] matrix = new int[9];
    int[] offset = new int[3];
    for (int to = 0; to < 3; to++) {
      double shift = 0;
      for (int axis = 0; axis < 3; axis++) {
        shift += AXES[axis][to] * (mean.get(axis) - factor[axis] * moments[0][axis]);
      }
      offset[to] = OpticalDensity.fixed(shift * OpticalDensity.STEPS);
      for (int from = 0; from < 3; from++) {
        double entry = 0;
        for (int axis = 0; axis < 3; axis++) {
          entry += AXES[axis][to] * factor[axis] * AXES[axis][from];
        }
        matrix[3 * to + from] = OpticalDensity.fixed(entry);
      }
    }
    OpticalDensity.mix(rgb, matrix, offset);
    return CellImage.ofRgb(image.height(), image.width(), rgb);
  }

  /** Means and standard deviations on the axes. */
  private static double[][] moments(byte[] rgb) {
    double[] sum = new double[3];
    double[] squares = new double[3];
    for (int i = 0; i < rgb.length; i += 3) {
      double red = OpticalDensity.EXACT[rgb[i] & 0xFF];
      double green = OpticalDensity.EXACT[rgb[i + 1] & 0xFF];
      double blue = OpticalDensity.EXACT[rgb[i + 2] & 0xFF];
      for (int axis = 0; axis < 3; axis++) {
        double value = AXES[axis][0] * red + AXES[axis][1] * green + AXES[axis][2] * blue;
        sum[axis] += value;
        squares[axis] += value * value;
      }
    }
    double pixels = rgb.length / 3.0;
    double[][] moments = new double[2][3];
    for (int axis = 0; axis < 3; axis++) {
      moments[0][axis] = sum[axis] / pixels;
      double variance = squares[axis] / pixels - moments[0][axis] * moments[0][axis];
      // What is smaller is rounding.
      moments[1][axis] = variance < 1e-12 ? 0 : Math.sqrt(variance);
    }
    return moments;
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
