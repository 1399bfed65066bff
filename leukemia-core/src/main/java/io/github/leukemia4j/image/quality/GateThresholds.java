package io.github.leukemia4j.image.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.stat.correlation.Covariance;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * What an image must be like to be classified, learnt from training images and stored with the
 * model. Immutable.
 *
 * @param smallestSide in pixels
 * @param leastContrast of {@link ImageStatistics#contrast}
 * @param leastFocus of {@link ImageStatistics#focus}
 * @param mostClipped of {@link ImageStatistics#clipped}
 * @param stainCentre the usual means and standard deviations of optical density, [6]
 * @param stainPrecision the inverse covariance of those six, by rows, [36]
 * @param mostStainDistance of {@link #stainDistance}
 */
public record GateThresholds(
    int smallestSide,
    double leastContrast,
    double leastFocus,
    double mostClipped,
    List<Double> stainCentre,
    List<Double> stainPrecision,
    double mostStainDistance) {
  /** The fewest images that thresholds can be learnt from. */
  public static final int FEWEST_IMAGES = 20;

  private static final int STAIN = 6;
  // Percent of the training images on each side that set no limit.
  private static final double TAIL = 1;
  private static final double STAIN_MARGIN = 1.2;
  // Part of the images that the spread of stain is learnt from: outliers would hide each other.
  private static final double KEPT = 0.95;
  private static final double SHRINKAGE = 0.1;
  // A variance: about the square of one level of 255 at mid-grey, which is a density of 0.008.
  private static final double FLOOR = 1e-4;

  /**
   * @throws IllegalArgumentException where a number is not finite, a limit negative, or a list not
   *     of its length; names all that are wrong
   */
  public GateThresholds {
    stainCentre = List.copyOf(stainCentre);
    stainPrecision = List.copyOf(stainPrecision);
    List<String> faults = new ArrayList<>();
    if (smallestSide < 1) {
      faults.add("smallestSide must be at least 1, found " + smallestSide);
    }
    checkLimit(faults, "leastContrast", leastContrast);
    checkLimit(faults, "leastFocus", leastFocus);
    checkLimit(faults, "mostClipped", mostClipped);
    checkLimit(faults, "mostStainDistance", mostStainDistance);
    checkList(faults, "stainCentre", stainCentre, STAIN);
    checkList(faults, "stainPrecision", stainPrecision, STAIN * STAIN);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException("Gate thresholds: " + String.join("; ", faults) + ".");
    }
  }

  private static void checkLimit(List<String> faults, String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      faults.add(name + " must be finite and not negative, found " + value);
    }
  }

  private static void checkList(List<String> faults, String name, List<Double> list, int length) {
    if (list.size() != length || !list.stream().allMatch(Double::isFinite)) {
      faults.add(name + " must be " + length + " finite numbers, found " + list);
    }
  }

  /**
   * Learns from the images of the training part. Limits lie somewhat beyond the values of the 1 %
   * of images that are most extreme in each respect, so that few images like the training images
   * are found fault with, and single bad ones among them do not move the limits. The centre of the
   * stain is a median; its covariance is of the 95 % nearest images, shrunk by a tenth towards its
   * diagonal.
   *
   * @param images statistics of at least {@value #FEWEST_IMAGES} images; their order does not
   *     matter
   * @throws IllegalArgumentException where there are fewer
   */
  public static GateThresholds learn(Collection<ImageStatistics> images) {
    if (images.size() < FEWEST_IMAGES) {
      throw new IllegalArgumentException(
          "Gate thresholds must be learnt from at least %s images; found %s."
              .formatted(FEWEST_IMAGES, images.size()));
    }
    // Sums of doubles depend on the order, results must not.
    List<double[]> stains =
        images.stream()
            .map(GateThresholds::stain)
            .sorted(Comparator.comparing(Arrays::toString))
            .toList();
    double[] centre = new double[STAIN];
    for (int i = 0; i < STAIN; i++) {
      int column = i;
      centre[i] = new Median().evaluate(stains.stream().mapToDouble(s -> s[column]).toArray());
    }
    double[] first = precision(stains);
    List<double[]> nearest =
        stains.stream()
            .sorted(Comparator.comparingDouble(s -> distance(s, centre, first)))
            .limit((long) Math.ceil(KEPT * stains.size()))
            .toList();
    double[] precision = precision(nearest);
    double[] distances = stains.stream().mapToDouble(s -> distance(s, centre, precision)).toArray();
    return new GateThresholds(
        (int) Math.max(1, quantile(images, i -> Math.min(i.height(), i.width()), TAIL) / 2),
        quantile(images, ImageStatistics::contrast, TAIL) / 2,
        quantile(images, ImageStatistics::focus, TAIL) * 0.9,
        Math.min(1, 2 * quantile(images, ImageStatistics::clipped, 100 - TAIL) + 0.01),
        boxed(centre),
        boxed(precision),
        STAIN_MARGIN * percentile(distances, 100 - TAIL));
  }

  /**
   * How far an image's stain lies from that of the training images: the Mahalanobis distance of the
   * means and standard deviations of optical density. Its square is about 6 on average over images
   * like the training images.
   */
  public double stainDistance(ImageStatistics image) {
    return distance(stain(image), unboxed(stainCentre), unboxed(stainPrecision));
  }

  static double[] stain(ImageStatistics image) {
    return unboxed(image.colour().subList(0, STAIN));
  }

  private static double[] precision(List<double[]> stains) {
    RealMatrix covariance = new Covariance(stains.toArray(new double[0][])).getCovarianceMatrix();
    RealMatrix regular = covariance.scalarMultiply(1 - SHRINKAGE);
    for (int i = 0; i < STAIN; i++) {
      regular.setEntry(i, i, covariance.getEntry(i, i) + FLOOR);
    }
    double[][] inverse =
        new LUDecomposition(regular)
            .getSolver()
            .solve(MatrixUtils.createRealIdentityMatrix(STAIN))
            .getData();
    double[] rows = new double[STAIN * STAIN];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = inverse[i / STAIN][i % STAIN];
    }
    return rows;
  }

  static double distance(double[] stain, double[] centre, double[] precision) {
    double square = 0;
    for (int i = 0; i < STAIN; i++) {
      for (int j = 0; j < STAIN; j++) {
        square += (stain[i] - centre[i]) * precision[i * STAIN + j] * (stain[j] - centre[j]);
      }
    }
    return Math.sqrt(Math.max(0, square));
  }

  private static double quantile(
      Collection<ImageStatistics> images, ToDoubleFunction<ImageStatistics> value, double percent) {
    return percentile(images.stream().mapToDouble(value).toArray(), percent);
  }

  private static double percentile(double[] values, double percent) {
    return new Percentile(percent).evaluate(values);
  }

  private static List<Double> boxed(double[] values) {
    List<Double> list = new ArrayList<>();
    for (double value : values) {
      list.add(value);
    }
    return list;
  }

  static double[] unboxed(List<Double> values) {
    double[] array = new double[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
