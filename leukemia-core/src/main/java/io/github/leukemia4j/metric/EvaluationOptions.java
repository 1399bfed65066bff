package io.github.leukemia4j.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * How predictions are evaluated. Immutable.
 *
 * @param level of the intervals, in (0, 1)
 * @param resamples of the bootstrap; 0 makes no intervals
 * @param seed of the bootstrap: equal seeds give equal intervals
 * @param calibrationBins of the reliability diagram, at least 1
 * @param beta of F-beta, above 0: recall counts that many times as much as precision
 * @param atSpecificity at which {@link Metric#SENSITIVITY_AT_SPECIFICITY} is read off, in [0, 1]
 * @param atSensitivity at which {@link Metric#SPECIFICITY_AT_SENSITIVITY} is read off, in [0, 1]
 */
public record EvaluationOptions(
    double level,
    int resamples,
    long seed,
    int calibrationBins,
    double beta,
    double atSpecificity,
    double atSensitivity) {

  /**
   * @throws IllegalArgumentException where one breaks the rules above; lists them all
   */
  public EvaluationOptions {
    List<String> faults = new ArrayList<>();
    if (!(level > 0 && level < 1)) {
      faults.add("the level must lie in (0, 1); found " + level);
    }
    if (resamples < 0) {
      faults.add("resamples must be 0 or more; found " + resamples);
    }
    if (calibrationBins < 1) {
      faults.add("there must be at least one calibration bin; found " + calibrationBins);
    }
    if (!(beta > 0 && Double.isFinite(beta))) {
      faults.add("beta must be above 0; found " + beta);
    }
    if (!(atSpecificity >= 0 && atSpecificity <= 1)) {
      faults.add("atSpecificity must lie in [0, 1]; found " + atSpecificity);
    }
    if (!(atSensitivity >= 0 && atSensitivity <= 1)) {
      faults.add("atSensitivity must lie in [0, 1]; found " + atSensitivity);
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException("Evaluation options: " + String.join("; ", faults) + ".");
    }
  }

  /**
   * Level 0.95 from 1,000 resamples with seed 0, 15 calibration bins, F2, and operating points at
   * 0.95.
   */
  public static EvaluationOptions defaults() {
    return builder().build();
  }

  /** A builder that starts from {@link #defaults()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {
    private double level = 0.95;
    private int resamples = 1000;
    private long seed;
    private int calibrationBins = 15;
    private double beta = 2;
    private double atSpecificity = 0.95;
    private double atSensitivity = 0.95;

    private Builder() {}

    /** The level of the intervals. */
    public Builder level(double value) {
      level = value;
      return this;
    }

    /** How many resamples the bootstrap takes; 0 makes no intervals. */
    public Builder resamples(int value) {
      resamples = value;
      return this;
    }

    /** The seed of the bootstrap. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** How many bins the reliability diagram has. */
    public Builder calibrationBins(int value) {
      calibrationBins = value;
      return this;
    }

    /** How much more recall counts than precision in F-beta. */
    public Builder beta(double value) {
      beta = value;
      return this;
    }

    /** The specificity at which the sensitivity is read off. */
    public Builder atSpecificity(double value) {
      atSpecificity = value;
      return this;
    }

    /** The sensitivity at which the specificity is read off. */
    public Builder atSensitivity(double value) {
      atSensitivity = value;
      return this;
    }

    /**
     * @throws IllegalArgumentException where an option is out of its range; lists them all
     */
    public EvaluationOptions build() {
      return new EvaluationOptions(
          level, resamples, seed, calibrationBins, beta, atSpecificity, atSensitivity);
    }
  }
}
