package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A rule that turns what one stage says of a patient's cells into one decision on the patient.
 * Immutable and thread-safe.
 */
public final class PatientPooling {
  /** Below this a probability is raised to it, so that no single cell decides alone. */
  static final double LEAST_PROBABILITY = 1e-6;

  /**
   * One decision on a patient from all of the patient's cells.
   *
   * @param patient the patient's identifier
   * @param cells how many cells it rests on
   * @param pooled the pooled probabilities
   * @param label what was decided: with a positive label the positive one from one half on
   * @param rule how the cells were pooled, in words
   */
  public record PatientDecision(
      String patient, int cells, Prediction pooled, Label label, String rule) {}

  private final String description;
  private final Function<List<Prediction>, Prediction> rule;

  private PatientPooling(String description, Function<List<Prediction>, Prediction> rule) {
    this.description = description;
    this.rule = rule;
  }

  /**
   * The mean of the log-probabilities, made a distribution again: with two labels the mean
   * log-odds. Takes each cell as a word on the whole patient; probabilities below 10^-6 are raised
   * to it.
   */
  public static PatientPooling meanLogOdds() {
    return new PatientPooling("mean log-odds", PatientPooling::meanLogOdds);
  }

  private static Prediction meanLogOdds(List<Prediction> cells) {
    LabelSet labels = cells.get(0).labels();
    double[] logs = new double[labels.size()];
    for (Prediction cell : cells) {
      double[] p = cell.probabilities();
      for (int k = 0; k < p.length; k++) {
        logs[k] += Math.log(Math.max(p[k], LEAST_PROBABILITY)) / cells.size();
      }
    }
    double highest = Arrays.stream(logs).max().orElseThrow();
    double[] pooled = Arrays.stream(logs).map(l -> Math.exp(l - highest)).toArray();
    double sum = Arrays.stream(pooled).sum();
    return Prediction.of(labels, Arrays.stream(pooled).map(p -> p / sum).toArray());
  }

  /**
   * The share of cells whose positive label's probability is at or above a threshold, put on a
   * scale on which {@code share} becomes one half: the patient is positive from there on. As
   * haematology counts blasts.
   *
   * @param threshold of a cell, in [0, 1]
   * @param share of cells from which on the patient is positive, in (0, 1)
   */
  public static PatientPooling fractionAbove(double threshold, double share) {
    if (!(threshold >= 0 && threshold <= 1 && share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "The threshold must lie in [0, 1] and the share in (0, 1); found %s and %s."
              .formatted(threshold, share));
    }
    return new PatientPooling(
        "at least " + share + " of the cells at or above " + threshold,
        cells -> {
          long above =
              cells.stream().filter(cell -> positiveProbability(cell) >= threshold).count();
          double fraction = above / (double) cells.size();
          // Linear on each side of the share, and exactly one half or more from the share on.
          double score =
              fraction >= share
                  ? 0.5 + 0.5 * (fraction - share) / (1 - share)
                  : Math.min(0.5 * fraction / share, Math.nextDown(0.5));
          return binary(cells.get(0).labels(), score);
        });
  }

  /**
   * The mean of the highest probabilities of the positive label, of all where there are fewer: for
   * diseases that show in a few cells.
   *
   * @param k how many, at least 1
   */
  public static PatientPooling topK(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1; found " + k + ".");
    }
    return new PatientPooling(
        "mean of the " + k + " highest",
        cells ->
            binary(
                cells.get(0).labels(),
                cells.stream()
                    .mapToDouble(cell -> -positiveProbability(cell))
                    .sorted()
                    .limit(k)
                    .map(p -> -p)
                    .average()
                    .orElseThrow()));
  }

  private static double positiveProbability(Prediction cell) {
    return cell.probabilityOf(positive(cell.labels()));
  }

  private static Label positive(LabelSet labels) {
    return labels
        .positive()
        .filter(label -> labels.size() == 2)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "This pooling needs two labels of which one is positive; found %s. Use meanLogOdds, or name a positive child in the taxonomy."
                        .formatted(labels)));
  }

  private static Prediction binary(LabelSet labels, double score) {
    int at = labels.indexOf(positive(labels));
    double[] probabilities = new double[2];
    probabilities[at] = Math.min(1, score);
    probabilities[1 - at] = 1 - probabilities[at];
    return Prediction.of(labels, probabilities);
  }

  /** The rule in words. */
  public String describe() {
    return description;
  }

  /**
   * Decides on one patient.
   *
   * @param patient the patient's identifier
   * @param cells what one stage says of the patient's cells; at least one, all of equal labels
   * @throws IllegalArgumentException where there are none, their labels differ, or the rule needs a
   *     positive label and there is none
   */
  public PatientDecision decide(String patient, List<Prediction> cells) {
    if (cells.isEmpty()
        || cells.stream().anyMatch(cell -> !cell.labels().equals(cells.get(0).labels()))) {
      throw new IllegalArgumentException(
          "A patient needs at least one cell, and all of equal labels; found %s for %s."
              .formatted(cells.stream().map(Prediction::labels).distinct().toList(), patient));
    }
    Prediction pooled = rule.apply(cells);
    LabelSet labels = pooled.labels();
    // One half is positive: of equally probable labels a prediction would name the first.
    Label label =
        labels.size() == 2 && labels.positive().isPresent()
            ? labels.get(
                pooled.probabilityOf(labels.positive().get()) >= 0.5
                    ? labels.positiveIndex().getAsInt()
                    : 1 - labels.positiveIndex().getAsInt())
            : pooled.label();
    return new PatientDecision(patient, cells.size(), pooled, label, description);
  }
}
