package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import java.util.Map;

/**
 * How the cascade as a whole fared. Truth at an inner node is scored down to that node: what was
 * predicted below it is cut. Samples labelled at the root are left out.
 *
 * @param samples how many were scored
 * @param patients how many different patients the data name; 0 where none is known
 * @param measures path accuracy and the hierarchical metrics
 * @param stoppedEarly how many ended at an inner node below the root
 * @param referred how many were left to a person
 * @param errors by stage, parents first: each sample whose path is not right counts at the stage
 *     that first went wrong
 */
public record PathReport(
    long samples,
    int patients,
    MetricValues measures,
    long stoppedEarly,
    long referred,
    Map<Label, StageErrors> errors) {
  /** How many samples ended at a leaf: what the cascade covers. */
  public long decided() {
    return samples - stoppedEarly - referred;
  }
}
