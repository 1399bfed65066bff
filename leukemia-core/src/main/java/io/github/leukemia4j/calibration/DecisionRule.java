package io.github.leukemia4j.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * By what rule the stages of a pipeline shall decide, instead of by the most probable label. A
 * stage that has a positive label gets the threshold; one that has none, and every stage where no
 * threshold is wished, gets the conformal sets. Made by {@link #builder()}. Immutable.
 *
 * @param sensitivity to be guaranteed, in (0, 1)
 * @param specificity to be guaranteed, in (0, 1); with a sensitivity it makes a refer band
 * @param costRatio how many times as much a missed positive costs as a false alarm, above 0; a
 *     threshold without a guarantee
 * @param youden whether the threshold shall have the highest sum of sensitivity and specificity,
 *     without a guarantee
 * @param confidence of the guarantees, in (0, 1)
 * @param coverage of conformal sets, in (0, 1)
 */
public record DecisionRule(
    OptionalDouble sensitivity,
    OptionalDouble specificity,
    OptionalDouble costRatio,
    boolean youden,
    double confidence,
    OptionalDouble coverage) {
  /** Nothing is wished: the most probable label decides. */
  public static final DecisionRule NONE = builder().build();

  /**
   * @throws IllegalArgumentException naming every wish that is out of its range, or several that
   *     exclude each other
   */
  public DecisionRule {
    List<String> faults = new ArrayList<>();
    requireShare(faults, "sensitivity", sensitivity.orElse(0.5));
    requireShare(faults, "specificity", specificity.orElse(0.5));
    requireShare(faults, "confidence", confidence);
    requireShare(faults, "coverage", coverage.orElse(0.5));
    if (!(costRatio.orElse(1) > 0 && Double.isFinite(costRatio.orElse(1)))) {
      faults.add("costRatio must be above 0; found " + costRatio.getAsDouble());
    }
    boolean guaranteed = sensitivity.isPresent() || specificity.isPresent();
    if ((guaranteed ? 1 : 0) + (costRatio.isPresent() ? 1 : 0) + (youden ? 1 : 0) > 1) {
      faults.add(
          "a threshold can be wished for sensitivity and specificity, for a cost ratio, or by"
              + " Youden's index; found several of these");
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults) + ".");
    }
  }

  private static void requireShare(List<String> faults, String name, double value) {
    if (!(value > 0 && value < 1)) {
      faults.add(name + " must lie in (0, 1); found " + value);
    }
  }

  /** A builder that wishes nothing, with confidence 0.95. */
  public static Builder builder() {
    return new Builder();
  }

  /** Whether nothing is wished. */
  public boolean isNone() {
    return !wantsThreshold() && coverage.isEmpty();
  }

  /** Whether a threshold of the positive label is wished. */
  public boolean wantsThreshold() {
    return sensitivity.isPresent() || specificity.isPresent() || costRatio.isPresent() || youden;
  }

  /** In words, such as {@code sensitivity 0.95 at confidence 0.95, coverage 0.9}. */
  public String describe() {
    List<String> words = new ArrayList<>();
    sensitivity.ifPresent(s -> words.add("sensitivity " + s + " at confidence " + confidence));
    specificity.ifPresent(s -> words.add("specificity " + s + " at confidence " + confidence));
    costRatio.ifPresent(c -> words.add("cost ratio " + c));
    if (youden) {
      words.add("Youden's index");
    }
    coverage.ifPresent(c -> words.add("coverage " + c));
    return words.isEmpty() ? "none" : String.join(", ", words);
  }

  /** Collects wishes; not thread-safe. */
  public static final class Builder {
    private OptionalDouble sensitivity = OptionalDouble.empty();
    private OptionalDouble specificity = OptionalDouble.empty();
    private OptionalDouble costRatio = OptionalDouble.empty();
    private boolean youden;
    private double confidence = 0.95;
    private OptionalDouble coverage = OptionalDouble.empty();

    private Builder() {}

    /** To be guaranteed. */
    public Builder sensitivity(double value) {
      sensitivity = OptionalDouble.of(value);
      return this;
    }

    /** To be guaranteed; with a sensitivity, what lies between the thresholds is left open. */
    public Builder specificity(double value) {
      specificity = OptionalDouble.of(value);
      return this;
    }

    /** Of a missed positive to a false alarm. */
    public Builder costRatio(double value) {
      costRatio = OptionalDouble.of(value);
      return this;
    }

    /** The highest sum of sensitivity and specificity (Youden 1950). */
    public Builder youden() {
      youden = true;
      return this;
    }

    /** Of the guarantees; 0.95 by default. */
    public Builder confidence(double value) {
      confidence = value;
      return this;
    }

    /** Of conformal sets. */
    public Builder coverage(double value) {
      coverage = OptionalDouble.of(value);
      return this;
    }

    /**
     * @throws IllegalArgumentException naming every wish that is out of its range, or several that
     *     exclude each other
     */
    public DecisionRule build() {
      return new DecisionRule(sensitivity, specificity, costRatio, youden, confidence, coverage);
    }
  }
}
