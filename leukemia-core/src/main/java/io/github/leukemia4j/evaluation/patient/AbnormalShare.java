package io.github.leukemia4j.evaluation.patient;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.statistics.Proportions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether at least a share of a patient's cells is abnormal, as haematology counts blasts. Cells
 * that a pipeline calls wrongly are counted as it calls them. Immutable.
 *
 * @param patient the patient's identifier
 * @param cells how many were looked at
 * @param abnormal how many of them the first stage called positive
 * @param interval of the share, at 95 %, exact (Clopper and Pearson 1934): of what as many cells of
 *     this patient, drawn by chance, can show
 * @param verdict whether the interval lies on one side of the share that was asked for
 */
public record AbnormalShare(
    String patient, long cells, long abnormal, Interval interval, Verdict verdict) {
  private static final double LEVEL = 0.95;

  /** What the cells say of the share. */
  public enum Verdict {
    /** The whole interval lies at or above it. */
    AT_LEAST,
    /** The whole interval lies below it. */
    BELOW,
    /** The interval holds it: too few cells to say. */
    OPEN
  }

  /**
   * Counts for each patient, in the order of their names.
   *
   * @param taxonomy whose root's stage has a positive label
   * @param least the share from which on a patient is called, in (0, 1)
   * @throws IllegalArgumentException where there is no positive label, or the share is out of range
   */
  public static List<AbnormalShare> of(
      Taxonomy taxonomy, List<ScoredSample> samples, double least) {
    Label root = taxonomy.root();
    Label positive =
        taxonomy
            .labelSet(root)
            .positive()
            .filter(label -> least > 0 && least < 1)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "A share in (0, 1) of the positive label of the stage %s is counted; found %s of %s."
                            .formatted(root, least, taxonomy.labelSet(root))));
    Map<String, List<ScoredSample>> byPatient =
        samples.stream()
            .filter(sample -> sample.patient().isPresent())
            .collect(
                Collectors.groupingBy(s -> s.patient().get(), TreeMap::new, Collectors.toList()));
    return byPatient.entrySet().stream()
        .map(
            one ->
                of(
                    one.getKey(),
                    one.getValue().size(),
                    one.getValue().stream().filter(s -> called(s, root).equals(positive)).count(),
                    least))
        .toList();
  }

  private static Label called(ScoredSample sample, Label root) {
    return sample.settled().getOrDefault(root, sample.stages().get(root).label());
  }

  private static AbnormalShare of(String patient, long cells, long abnormal, double least) {
    Interval interval = Proportions.clopperPearson(abnormal, cells, LEVEL);
    Verdict verdict =
        interval.lower() >= least
            ? Verdict.AT_LEAST
            : interval.upper() < least ? Verdict.BELOW : Verdict.OPEN;
    return new AbnormalShare(patient, cells, abnormal, interval, verdict);
  }
}
