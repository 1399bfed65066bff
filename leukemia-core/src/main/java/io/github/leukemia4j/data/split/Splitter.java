package io.github.leukemia4j.data.split;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Splits a data set into parts so that all samples of a patient, and all images with the same
 * pixels, are in the same part, while every part gets its share of the samples and the patients of
 * every label. An image of an unknown patient counts as a patient of its own. The same seed and
 * samples give the same split, whatever their order. Immutable.
 *
 * <p>Every part has every class: where a stage of the taxonomy has samples, each of its children
 * must have some in each part, or the split is refused.
 */
public final class Splitter {
  private static final double[] DEFAULT_FRACTIONS = {0.7, 0.1, 0, 0.2};

  private static final int TEST = 3;

  private final long seed;
  private final double[] fractions;

  private Splitter(long seed, double[] fractions) {
    this.seed = seed;
    this.fractions = fractions;
  }

  /** A splitter into 70 % train, 10 % validation, no calibration, and 20 % test. */
  public static Splitter of(long seed) {
    return new Splitter(seed, DEFAULT_FRACTIONS);
  }

  /**
   * The splitter with other shares of the samples.
   *
   * @param train above 0
   * @param validation at least 0; 0 leaves the part empty
   * @param calibration at least 0; 0 leaves the part empty
   * @param test at least 0; 0 leaves the part empty
   * @throws IllegalArgumentException where they are outside these bounds or do not add up to 1
   */
  public Splitter parts(double train, double validation, double calibration, double test) {
    double[] wanted = {train, validation, calibration, test};
    boolean inRange = Arrays.stream(wanted).allMatch(f -> f >= 0 && f <= 1) && train > 0;
    if (!inRange || Math.abs(Arrays.stream(wanted).sum() - 1) > 1e-9) {
      throw new IllegalArgumentException(
          "The shares of train, validation, calibration and test must be at least 0, that of train above 0, and add up to 1; found %s."
              .formatted(Arrays.toString(wanted)));
    }
    return new Splitter(seed, wanted);
  }

  /**
   * The splitter with a calibration part that train and validation give up in proportion to their
   * shares; the test part stays as it is.
   *
   * @param share of all samples, at least 0 and less than train and validation have together
   * @throws IllegalArgumentException where it is outside these bounds
   */
  public Splitter calibration(double share) {
    double learning = 1 - fractions[TEST];
    if (!(share >= 0 && share < learning)) {
      throw new IllegalArgumentException(
          "The share of calibration must be at least 0 and less than the %s that the test part leaves; found %s."
              .formatted(learning, share));
    }
    double kept = (learning - share) / (fractions[0] + fractions[1]);
    return new Splitter(
        seed, new double[] {kept * fractions[0], kept * fractions[1], share, fractions[TEST]});
  }

  /**
   * Splits by patient. Identical images of different patients, or of unknown ones, are not noticed:
   * see {@link #split(Dataset, Verification)}.
   *
   * @throws DataException where a class cannot be in every part; names it and the remedy
   */
  public Split split(Dataset dataset) {
    return split(dataset, Map.of());
  }

  /**
   * Splits by patient and keeps images with the same pixels together.
   *
   * @param verification of a data set that has these samples
   * @throws DataException where a class cannot be in every part; names it and the remedy
   */
  public Split split(Dataset dataset, Verification verification) {
    return split(dataset, verification.digests());
  }

  private Split split(Dataset dataset, Map<String, String> digests) {
    SampleGroups groups = SampleGroups.of(dataset, digests);
    int[] everyGroup = IntStream.range(0, groups.size()).toArray();
    return split(dataset, groups, assign(dataset, groups, everyGroup, fractions, Split.PARTS));
  }

  /**
   * Cross-validation by patient, with images with the same pixels kept together: every sample is in
   * the test part of exactly one of the splits. The rest is divided into train, validation and
   * calibration in the proportions of {@link #parts}, whose share of test is not used.
   *
   * @param folds how many splits, at least 2
   * @param verification of a data set that has these samples
   * @throws DataException where a class cannot be in every part; names it and the remedy
   */
  public List<Split> folds(int folds, Dataset dataset, Verification verification) {
    if (folds < 2) {
      throw new IllegalArgumentException(
          "Cross-validation needs at least 2 folds; found " + folds + ".");
    }
    SampleGroups groups = SampleGroups.of(dataset, verification.digests());
    int[] everyGroup = IntStream.range(0, groups.size()).toArray();
    double[] equal = new double[folds];
    Arrays.fill(equal, 1.0 / folds);
    List<String> names = IntStream.rangeClosed(1, folds).mapToObj(f -> "fold " + f).toList();
    int[] foldOf = assign(dataset, groups, everyGroup, equal, names);

    List<Split> splits = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      boolean[] held = new boolean[groups.size()];
      for (int group : everyGroup) {
        held[group] = foldOf[group] == fold;
      }
      splits.add(holdOut(dataset, groups, held));
    }
    return List.copyOf(splits);
  }

  /**
   * Leaves one laboratory out: its samples are the test part, and the rest is divided into train,
   * validation and calibration in the proportions of {@link #parts}, whose share of test is not
   * used. The test part may lack classes. A patient of two laboratories, and images that two have,
   * are in the test part too.
   *
   * @param laboratory as {@link Sample#laboratory} says
   * @param verification of a data set that has these samples
   * @throws DataException where no sample, or every one, is of the laboratory, or a class cannot be
   *     in every other part; names it and the remedy
   */
  public Split leaveOut(String laboratory, Dataset dataset, Verification verification) {
    List<String> laboratories = laboratories(dataset);
    if (!laboratories.contains(laboratory) || laboratories.size() < 2) {
      throw new DataException(
          "A data set must have samples of the laboratory that is left out and of others, in a column %s; found %s, wanted %s. Name one of them, or add the column."
              .formatted(Sample.LABORATORY, laboratories, laboratory));
    }
    SampleGroups groups = SampleGroups.of(dataset, verification.digests());
    boolean[] held = new boolean[groups.size()];
    for (int i = 0; i < groups.samples().size(); i++) {
      held[groups.groupOf(i)] |=
          groups.samples().get(i).laboratory().filter(laboratory::equals).isPresent();
    }
    return holdOut(dataset, groups, held);
  }

  /**
   * Cross-validation that leaves out each laboratory in turn, in the order of their names, as
   * {@link #leaveOut} does. Samples of an unknown laboratory are never tested on.
   */
  public List<Split> laboratoryFolds(Dataset dataset, Verification verification) {
    return laboratories(dataset).stream().map(l -> leaveOut(l, dataset, verification)).toList();
  }

  private static List<String> laboratories(Dataset dataset) {
    return dataset.samples().stream()
        .flatMap(sample -> sample.laboratory().stream())
        .distinct()
        .sorted()
        .toList();
  }

  private Split holdOut(Dataset dataset, SampleGroups groups, boolean[] held) {
    double learning = 1 - fractions[TEST];
    double[] rest = {fractions[0] / learning, fractions[1] / learning, fractions[2] / learning, 0};
    int[] others = IntStream.range(0, groups.size()).filter(g -> !held[g]).toArray();
    int[] partOf = assign(dataset, groups, others, rest, Split.PARTS);
    IntStream.range(0, groups.size()).filter(g -> held[g]).forEach(g -> partOf[g] = TEST);
    return split(dataset, groups, partOf);
  }

  private int[] assign(
      Dataset dataset, SampleGroups groups, int[] chosen, double[] shares, List<String> names) {
    Stratification stratification = new Stratification(groups, chosen, shares);
    int[] partOf = stratification.assign(seed);
    requireEveryClass(dataset.taxonomy(), groups, stratification, shares, names);
    return partOf;
  }

  private static void requireEveryClass(
      Taxonomy taxonomy,
      SampleGroups groups,
      Stratification result,
      double[] shares,
      List<String> names) {
    int[] used = IntStream.range(0, shares.length).filter(p -> shares[p] > 0).toArray();
    List<String> problems = new ArrayList<>();
    boolean anyStage = false;
    for (Label stage : taxonomy.innerNodes()) {
      List<Label> classes = taxonomy.children(stage);
      if (classes.stream().noneMatch(c -> result.samples(groups.node(c)) > 0)) {
        continue; // Nothing is labelled below this node: no stage to learn, and none to score.
      }
      anyStage = true;
      for (Label label : classes) {
        int node = groups.node(label);
        List<String> without =
            Arrays.stream(used)
                .filter(p -> result.samples(node, p) == 0)
                .mapToObj(names::get)
                .toList();
        if (!without.isEmpty()) {
          problems.add(
              "class %s: %s samples of %s patients, none left for %s"
                  .formatted(
                      label,
                      result.samples(node),
                      result.groups(node),
                      String.join(", ", without)));
        }
      }
    }
    if (!anyStage) {
      throw new DataException(
          "A data set must have samples with labels below the root of its taxonomy %s to be split; found %s. Label the images."
              .formatted(taxonomy, groups.size() == 0 ? "no samples" : "none"));
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          """
          Every class must be in each of the parts %s, and all images of a patient (an \
          image of an unknown patient counts as one, and so do identical images) in the \
          same part. Add images of further patients, take the class out of the taxonomy, \
          give its images a label further up, or make fewer parts:\
          """
              .formatted(String.join(", ", Arrays.stream(used).mapToObj(names::get).toList())),
          problems);
    }
  }

  private Split split(Dataset dataset, SampleGroups groups, int[] partOf) {
    List<List<Sample>> parts = new ArrayList<>();
    Split.PARTS.forEach(name -> parts.add(new ArrayList<>()));
    for (int i = 0; i < groups.samples().size(); i++) {
      parts.get(partOf[groups.groupOf(i)]).add(groups.samples().get(i));
    }
    // By construction no sample and no patient is in two parts, so that nothing needs to be
    // checked.
    return Split.disjoint(parts.stream().map(dataset::withSamples).toList(), seed);
  }
}
