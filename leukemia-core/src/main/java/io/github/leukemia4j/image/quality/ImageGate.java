package io.github.leukemia4j.image.quality;

import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.image.GateThresholds;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.stat.correlation.Covariance;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Checks images before they are classified: a model says something about any image, but it knows
 * only images like those that it was trained on. Immutable, and so safe to share between threads.
 */
public final class ImageGate {
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

  private final GateThresholds thresholds;
  // The lists of the thresholds, taken apart once and not for every image.
  private final double[] stainCentre;
  private final double[] stainPrecision;

  /**
   * @param thresholds learnt from the training images
   */
  public ImageGate(GateThresholds thresholds) {
    this.thresholds = Objects.requireNonNull(thresholds, "thresholds");
    this.stainCentre = unboxed(thresholds.stainCentre());
    this.stainPrecision = unboxed(thresholds.stainPrecision());
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
            .map(ImageGate::stain)
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
        Arrays.stream(centre).boxed().toList(),
        Arrays.stream(precision).boxed().toList(),
        STAIN_MARGIN * percentile(distances, 100 - TAIL));
  }

  /** What speaks against an image, in the order of {@link Finding}; empty where nothing does. */
  public Set<Finding> check(ImageStatistics image) {
    EnumSet<Finding> findings = EnumSet.noneOf(Finding.class);
    if (Math.min(image.height(), image.width()) < thresholds.smallestSide()) {
      findings.add(Finding.TOO_SMALL);
    }
    if (image.contrast() < thresholds.leastContrast()) {
      // A blank image has neither focus nor stain; saying so would only hide why.
      findings.add(Finding.BLANK);
    } else {
      if (image.focus() < thresholds.leastFocus()) {
        findings.add(Finding.OUT_OF_FOCUS);
      }
      if (stainDistance(image) > thresholds.mostStainDistance()) {
        findings.add(Finding.UNUSUAL_STAIN);
      }
    }
    if (image.clipped() > thresholds.mostClipped()) {
      findings.add(Finding.CLIPPED);
    }
    return Collections.unmodifiableSet(findings);
  }

  /**
   * How far an image's stain lies from that of the training images: the Mahalanobis distance of the
   * means and standard deviations of optical density. Its square is about 6 on average over images
   * like the training images.
   */
  double stainDistance(ImageStatistics image) {
    return distance(stain(image), stainCentre, stainPrecision);
  }

  private static double[] stain(ImageStatistics image) {
    return unboxed(image.colour().subList(0, STAIN));
  }

  private static double[] precision(List<double[]> stains) {
    RealMatrix covariance = new Covariance(stains.toArray(new double[0][])).getCovarianceMatrix();
    RealMatrix regular = covariance.scalarMultiply(1 - SHRINKAGE);
    for (int i = 0; i < STAIN; i++) {
      regular.setEntry(i, i, covariance.getEntry(i, i) + FLOOR);
    }
    double[][] inverse = new LUDecomposition(regular).getSolver().getInverse().getData();
    return Arrays.stream(inverse).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double distance(double[] stain, double[] centre, double[] precision) {
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

  private static double[] unboxed(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
