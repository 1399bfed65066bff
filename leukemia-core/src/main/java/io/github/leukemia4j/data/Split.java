package io.github.leukemia4j.data;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.util.Objects;

/** The parts of a data set; no patient and no identical image is in two of them. Immutable. */
public final class Split {
  private final Dataset train;
  private final Dataset validation;
  private final Dataset calibration;
  private final Dataset test;

  private Split(Dataset train, Dataset validation, Dataset calibration, Dataset test) {
    this.train = Objects.requireNonNull(train, "train");
    this.validation = Objects.requireNonNull(validation, "validation");
    this.calibration = Objects.requireNonNull(calibration, "calibration");
    this.test = Objects.requireNonNull(test, "test");
  }

  /** The parts; any but train may be empty. */
  public static Split of(Dataset train, Dataset validation, Dataset calibration, Dataset test) {
    return new Split(train, validation, calibration, test);
  }

  /** The tree that every label is in. */
  public Taxonomy taxonomy() {
    return train.taxonomy();
  }

  /** What weights are fitted to. */
  public Dataset train() {
    return train;
  }

  /** What epochs are chosen on. */
  public Dataset validation() {
    return validation;
  }

  /** What temperatures and thresholds are fitted to; may be empty. */
  public Dataset calibration() {
    return calibration;
  }

  /** What nothing is fitted to or chosen on. */
  public Dataset test() {
    return test;
  }

  /** The parts as the stage of an inner node sees them: see {@link Dataset#forStage}. */
  public Split forStage(Label innerNode) {
    return new Split(
        train.forStage(innerNode),
        validation.forStage(innerNode),
        calibration.forStage(innerNode),
        test.forStage(innerNode));
  }
}
