package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.metric.Metric;

/** What is measured of the pipeline as a whole: how far each sample's path is right. */
public enum PathMetric implements Metric {
  /** The share of samples whose path is right down to the truth. */
  PATH_ACCURACY(
      "accuracy",
      "Accuracy of the whole path",
      "Path accuracy",
      "there are no samples with a label below the root"),
  /** The same among the samples that the pipeline neither stopped early with nor referred. */
  DECIDED_ACCURACY(
      "decidedAccuracy",
      "Accuracy of what was decided",
      "Decided accuracy",
      "no sample was decided"),
  /**
   * Right nodes among the predicted ones, over all samples, the root left out (Kiritchenko et al.
   * 2006).
   */
  HIERARCHICAL_PRECISION(
      "hierarchicalPrecision",
      "Hierarchical precision",
      "Hier. precision",
      "no node below the root was predicted"),
  /** Right nodes among the true ones, over all samples, the root left out. */
  HIERARCHICAL_RECALL(
      "hierarchicalRecall",
      "Hierarchical recall",
      "Hier. recall",
      "there are no samples with a label below the root"),
  /** The harmonic mean of these two. */
  HIERARCHICAL_F1(
      "hierarchicalF1",
      "Hierarchical F1",
      "Hier. F1",
      "there are no samples with a label below the root"),
  /**
   * The mean of each sample's hierarchical precision, samples without a predicted node left out.
   */
  HIERARCHICAL_PRECISION_MACRO(
      "hierarchicalPrecisionMacro",
      "Hierarchical precision, mean over samples",
      "Hier. prec., mean",
      "no node below the root was predicted"),
  /** The mean of each sample's hierarchical recall. */
  HIERARCHICAL_RECALL_MACRO(
      "hierarchicalRecallMacro",
      "Hierarchical recall, mean over samples",
      "Hier. recall, mean",
      "there are no samples with a label below the root"),
  /** The mean of each sample's hierarchical F1. */
  HIERARCHICAL_F1_MACRO(
      "hierarchicalF1Macro",
      "Hierarchical F1, mean over samples",
      "Hier. F1, mean",
      "there are no samples with a label below the root");

  private final String id;
  private final String title;
  private final String brief;
  private final String undefined;

  PathMetric(String id, String title, String brief, String undefined) {
    this.id = id;
    this.title = title;
    this.brief = brief;
    this.undefined = undefined;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public String brief() {
    return brief;
  }

  @Override
  public Nature nature() {
    return Nature.SMOOTH;
  }

  @Override
  public String undefined() {
    return undefined;
  }
}
