package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.calibration.LabelShift;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a pipeline is adapted to a new laboratory by its images without labels. The normalisation
 * statistics of the network (means and variances of batch normalisation) are estimated again on
 * these images; no other weight changes (Li et al. 2018; Schneider et al. 2020). Immutable.
 *
 * @param weight of the new statistics, 0 to 1; the old ones have the rest. 1 by default
 * @param blocks how many of the network's blocks are estimated again, from the images up, at least
 *     1; {@value #ALL_BLOCKS} or any number that is large enough for all. {@value #DEFAULT_BLOCKS}
 *     by default: early blocks see stain and optics, late ones see cell types, and their statistics
 *     shift with the shares of the labels
 * @param shares whether the shares of the labels are estimated from the probabilities ({@link
 *     LabelShift}) and the probabilities corrected to them; not by default
 */
public record Adaptation(double weight, int blocks, boolean shares) {
  /** So many blocks as there are. */
  public static final int ALL_BLOCKS = Integer.MAX_VALUE;

  /** The first blocks that are adapted where nothing else is said. */
  public static final int DEFAULT_BLOCKS = 3;

  /** The fewest different images that statistics are estimated on. */
  public static final int FEWEST_IMAGES = 16;

  /** Below so many images a report warns. */
  public static final int FEW_IMAGES = 100;

  /** A report warns where a label's share among the predictions changes by more. */
  public static final double LARGE_CHANGE = 0.2;

  /** The first blocks wholly, and no other shares. */
  public static final Adaptation DEFAULT = new Adaptation(1, DEFAULT_BLOCKS, false);

  /**
   * @throws IllegalArgumentException where a number is out of its range
   */
  public Adaptation {
    if (!(weight >= 0 && weight <= 1) || blocks < 1) {
      throw new IllegalArgumentException(
          "An adaptation must have a weight of 0 to 1 and at least 1 block; found the weight %s and %d blocks."
              .formatted(weight, blocks));
    }
  }

  /** The same with another weight of the new statistics, 0 to 1. */
  public Adaptation withWeight(double other) {
    return new Adaptation(other, blocks, shares);
  }

  /** The same for another number of blocks, at least 1. */
  public Adaptation withBlocks(int number) {
    return new Adaptation(weight, number, shares);
  }

  /** The same with the shares of the labels estimated, or not. */
  public Adaptation withShares(boolean estimated) {
    return new Adaptation(weight, blocks, estimated);
  }

  /**
   * What an adaptation did. The pipeline's file {@code ADAPTATION.md} says the same for people.
   *
   * @param dataset the name of the images
   * @param images how many were used: different ones that the gate finds no fault with, but for
   *     their stain
   * @param leftOut how many were left out, as unfit or as copies of others
   * @param weight of the new statistics
   * @param blocks the blocks whose statistics were estimated, of all networks
   * @param stages what each stage says of the images before and after, parents first
   * @param warnings what to look at, a sentence each; empty where nothing is remarkable
   */
  public record Report(
      String dataset,
      int images,
      int leftOut,
      double weight,
      List<String> blocks,
      List<Stage> stages,
      List<String> warnings) {
    /** Copies the lists. */
    public Report {
      Objects.requireNonNull(dataset, "dataset");
      blocks = List.copyOf(blocks);
      stages = List.copyOf(stages);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * What a stage says of the images before and after an adaptation.
   *
   * @param stage the inner node
   * @param labels its children, in the order of the figures
   * @param before by the pipeline that was adapted
   * @param after by the adapted one. The stage's own probabilities are those before they are
   *     corrected to other shares; those of the stages above, by which an image counts, are
   *     corrected where {@code shifted} says so of them
   * @param shift the estimated shares; empty where none were asked for
   * @param shifted whether the probabilities are corrected to them: there must be enough images,
   *     and they must speak for other shares by more than chance does
   */
  public record Stage(
      Label stage,
      List<Label> labels,
      Predicted before,
      Predicted after,
      Optional<LabelShift> shift,
      boolean shifted) {
    /** Copies the list. */
    public Stage {
      labels = List.copyOf(labels);
    }
  }

  /**
   * What a stage says of all images together. An image counts by the probability that it belongs to
   * the stage at all: 1 at the root.
   *
   * @param images the sum of what they count
   * @param shares the mean probability of each label, 0 where no image counts
   * @param histograms {@code [labels][10]} what the images count whose probability of the label
   *     lies in each tenth
   */
  public record Predicted(double images, List<Double> shares, List<List<Double>> histograms) {
    /** The bins of a histogram. */
    public static final int BINS = 10;

    /** Copies the lists. */
    public Predicted {
      shares = List.copyOf(shares);
      histograms = histograms.stream().map(List::copyOf).toList();
    }

    static Predicted of(double[][] probabilities, double[] weights, int labels) {
      double images = 0;
      double[] shares = new double[labels];
      Double[][] counts = new Double[labels][BINS];
      for (Double[] row : counts) {
        Arrays.fill(row, 0.0);
      }
      for (int i = 0; i < weights.length; i++) {
        images += weights[i];
        for (int k = 0; k < labels; k++) {
          shares[k] += weights[i] * probabilities[i][k];
          counts[k][Math.min(BINS - 1, (int) (BINS * probabilities[i][k]))] += weights[i];
        }
      }
      double sum = images;
      return new Predicted(
          images,
          Arrays.stream(shares).mapToObj(s -> sum > 0 ? s / sum : 0.0).toList(),
          Arrays.stream(counts).map(List::of).toList());
    }
  }
}
