package io.github.leukemia4j.research.search;

import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.List;
import java.util.Optional;

/**
 * What a search found.
 *
 * @param data what was searched on, in words
 * @param space that was searched
 * @param options how
 * @param stage at which the metric was measured
 * @param base the default settings
 * @param trials all of them, the default's first
 * @param best of those on all folds; the default's where none was better
 * @param bestSettings those of the best trial
 * @param comparison the default and the best trial on the common folds, by patient; flattering,
 *     since the best was chosen by these figures. Empty where the default is best
 * @param luck what the best of so many would lead by chance; empty where the default is best
 * @param fresh the same comparison on other folds with another seed; empty where it was not asked
 *     for, or the default is best
 * @param importance of each setting, among the trials on all folds
 */
public record SearchResult(
    String data,
    SearchSpace space,
    SearchOptions options,
    String stage,
    TrainingConfig base,
    List<Trial> trials,
    Trial best,
    TrainingConfig bestSettings,
    Optional<ComparisonReport> comparison,
    Optional<BestOfMany> luck,
    Optional<ComparisonReport> fresh,
    List<Importance> importance) {
  /** The largest p-value at which a lead counts as more than chance. */
  public static final double LEVEL = 0.05;

  /** Copies the lists. */
  public SearchResult {
    trials = List.copyOf(trials);
    importance = List.copyOf(importance);
  }

  /** The trial of the default settings. */
  public Trial byDefault() {
    return trials.get(0);
  }

  /** How many different trials on all folds the best was chosen from, the default left out. */
  public int wonAgainst() {
    return luck.map(BestOfMany::trials).orElse(0);
  }

  /**
   * Whether tuning beat the default beyond the noise of choosing the best of many: the reality
   * check says so and, where there are fresh folds, these too.
   */
  public boolean beyondLuck() {
    return luck.filter(l -> l.lead() > 0 && l.pValue() <= LEVEL).isPresent()
        && fresh.map(f -> difference(f).established(1 - LEVEL) && gains(f)).orElse(true);
  }

  /** Of the metric that was searched by, best less default. */
  public ComparisonReport.Difference difference(ComparisonReport report) {
    return report.stages().stream()
        .filter(s -> s.stage().name().equals(stage))
        .findAny()
        .orElseThrow()
        .differences()
        .get(options.judgedBy());
  }

  private boolean gains(ComparisonReport report) {
    return Judge.score(options.judgedBy(), difference(report).value()) > 0;
  }
}
