package io.github.leukemia4j.research.search;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.StageMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a space is searched. Immutable.
 *
 * @param strategy which points are tried
 * @param trials how many, at least 1
 * @param folds by patient on which every trial is judged, at least 2
 * @param seed of the folds and of the strategy
 * @param metric by which trials are judged, by its id
 * @param stage at which it is measured; empty for the root's
 * @param fresh whether the best trial and the default are trained once more on other folds with
 *     another seed, which tells how much of the lead was luck
 */
public record SearchOptions(
    Strategy strategy,
    int trials,
    int folds,
    long seed,
    String metric,
    Optional<Label> stage,
    boolean fresh) {
  /** 30 random trials on 5 folds, judged by balanced accuracy of the root's stage, then fresh. */
  public static final SearchOptions DEFAULT =
      new SearchOptions(
          Strategy.named("random"),
          30,
          5,
          1,
          Metrics.BALANCED_ACCURACY.id(),
          Optional.empty(),
          true);

  /** Nothing is checked but that nothing is null: a search says all that is wrong at once. */
  public SearchOptions {
    Objects.requireNonNull(strategy, "strategy");
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(stage, "stage");
  }

  /** The same with another strategy and number of trials. */
  public SearchOptions with(Strategy other, int number) {
    return new SearchOptions(other, number, folds, seed, metric, stage, fresh);
  }

  /** The same on other folds. */
  public SearchOptions withFolds(int number, long otherSeed) {
    return new SearchOptions(strategy, trials, number, otherSeed, metric, stage, fresh);
  }

  /** The same judged otherwise. */
  public SearchOptions withMetric(String id, Optional<Label> at) {
    return new SearchOptions(strategy, trials, folds, seed, id, at, fresh);
  }

  /** The same with a comparison on fresh folds, or without. */
  public SearchOptions withFresh(boolean wanted) {
    return new SearchOptions(strategy, trials, folds, seed, metric, stage, wanted);
  }

  /** All that is wrong with them alone. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (trials < 1) {
      faults.add("a search must have at least 1 trial; found " + trials);
    }
    if (folds < 2) {
      faults.add("a search must have at least 2 folds; found " + folds);
    }
    if (metrics().noneMatch(known -> known.id().equals(metric))) {
      faults.add(
          "the metric must be one of %s; found %s"
              .formatted(metrics().map(StageMetric::id).toList(), metric));
    }
    return faults;
  }

  private static Stream<StageMetric> metrics() {
    return Stream.concat(Metrics.OF_STAGE.stream(), Metrics.installed().stream());
  }

  StageMetric judgedBy() {
    return metrics().filter(known -> known.id().equals(metric)).findFirst().orElseThrow();
  }
}
