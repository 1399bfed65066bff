package io.github.leukemia4j.research.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.store.Json;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Trains and judges points, and writes each down. Asked once more from the beginning it answers
 * from the log what was tried before, so that a search goes on where it was stopped. Not
 * thread-safe.
 */
final class Trials implements Objective {
  /** Of the common folds. */
  private static final String FOLD = "fold";

  private final SearchSpace space;
  private final TrainingConfig base;
  private final List<Split> folds;
  private final Judge judge;
  private final FoldTrainings trainings;
  private final TrialLog log;
  private final SearchListener listener;
  private final List<Trial> tried = new ArrayList<>();

  Trials(
      SearchSpace space,
      TrainingConfig base,
      List<Split> folds,
      Judge judge,
      FoldTrainings trainings,
      TrialLog log,
      SearchListener listener) {
    this.space = space;
    this.base = base;
    this.folds = folds;
    this.judge = judge;
    this.trainings = trainings;
    this.log = log;
    this.listener = listener;
  }

  /** The trial of the default settings, which is the first. */
  Trial byDefault() throws IOException, InterruptedException {
    return trial(Map.of(), new Budget(folds.size(), 1));
  }

  @Override
  public double score(double[] point, Budget budget) throws IOException, InterruptedException {
    Trial trial = trial(space.values(point), budget);
    return trial.value() == null
        ? tried.stream()
                .filter(t -> t.value() != null)
                .mapToDouble(t -> judge.score(t.value()))
                .min()
                .orElse(0)
            - 1
        : judge.score(trial.value());
  }

  private Trial trial(Map<String, Object> values, Budget budget)
      throws IOException, InterruptedException {
    int number = tried.size();
    boolean remembered = number < log.trials().size();
    if (remembered) {
      Trial trial = log.trials().get(number);
      requireSame(trial, values, budget);
      for (int fold = 1; fold <= trial.folds(); fold++) {
        trainings.count(trial.training(), FOLD, fold, trial.epochs());
      }
      add(trial, true);
      return trial;
    }
    long start = System.nanoTime();
    TrainingConfig config = null;
    String failure = null;
    List<Double> byFold = new ArrayList<>();
    OptionalDouble value = OptionalDouble.empty();
    try {
      config = shortened(space.config(base, values), budget.epochs());
      List<ScoredSample> all = new ArrayList<>();
      for (int fold = 0; fold < budget.folds(); fold++) {
        List<ScoredSample> scored = trainings.scored(config, folds.get(fold), FOLD, fold + 1);
        OptionalDouble own = judge.value(scored);
        byFold.add(own.isPresent() ? own.getAsDouble() : null);
        all.addAll(scored);
      }
      value = judge.value(all);
      failure = value.isPresent() ? null : judge.metric().undefined();
    } catch (BackendException | IllegalArgumentException e) {
      failure = e.getMessage();
    }
    Trial trial =
        new Trial(
            number,
            values,
            budget.folds(),
            config == null ? 0 : config.selection().epochs(),
            config == null ? "" : FoldTrainings.key(config),
            value.isPresent() ? value.getAsDouble() : null,
            byFold,
            Math.round((System.nanoTime() - start) / 1e7) / 100.0,
            failure);
    log.append(trial);
    add(trial, false);
    return trial;
  }

  private void add(Trial trial, boolean remembered) {
    tried.add(trial);
    listener.tried(trial, best(), remembered);
  }

  private void requireSame(Trial trial, Map<String, Object> values, Budget budget) {
    if (trial.folds() != budget.folds() || !text(trial.values()).equals(text(values))) {
      throw new DataException(
          "Trial %d of %s must be at %s on %d folds, as the strategy asks for; found %s on %d folds. The file is of another search; choose another directory."
              .formatted(
                  trial.trial(),
                  TrialLog.FILE,
                  text(values),
                  budget.folds(),
                  text(trial.values()),
                  trial.folds()));
    }
  }

  static String text(Map<String, Object> values) {
    try {
      return Json.MAPPER.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Values can always be written.", e);
    }
  }

  /** Values for people, such as {@code batches.size = 32, alpha = 0.31}. */
  static String readable(Map<String, Object> values) {
    return values.entrySet().stream()
        .map(
            one ->
                "%s = %s"
                    .formatted(
                        one.getKey(),
                        one.getValue() instanceof Double real
                            ? String.format(Locale.ROOT, "%.4g", real)
                            : one.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Settings for a share of the epochs, the warm-up in proportion. */
  static TrainingConfig shortened(TrainingConfig config, double share) {
    int epochs = (int) Math.max(1, Math.round(share * config.selection().epochs()));
    int warmup = (int) Math.round(share * config.optimizer().warmupEpochs());
    return config.toBuilder().epochs(epochs).warmupEpochs(Math.min(warmup, epochs - 1)).build();
  }

  List<Trial> tried() {
    return List.copyOf(tried);
  }

  /** Those that can be held against the default: on all folds, for all epochs, with a value. */
  List<Trial> complete() {
    return tried.stream().filter(t -> t.folds() == folds.size() && t.value() != null).toList();
  }

  /** The first of the best complete ones. */
  Trial best() {
    return complete().stream()
        .max(
            Comparator.<Trial>comparingDouble(t -> judge.score(t.value()))
                .thenComparing(Comparator.comparingInt(Trial::trial).reversed()))
        .orElse(null);
  }

  /** What a complete trial said of all samples, in the order of their ids. */
  List<ScoredSample> samples(Trial trial) throws IOException, InterruptedException {
    return samples(space.config(base, trial.values()), folds, FOLD);
  }

  /** What settings say of the samples of all folds, which are trained on where they were not. */
  List<ScoredSample> samples(TrainingConfig config, List<Split> on, String kind)
      throws IOException, InterruptedException {
    List<ScoredSample> all = new ArrayList<>();
    for (int fold = 0; fold < on.size(); fold++) {
      all.addAll(trainings.scored(shortened(config, 1), on.get(fold), kind, fold + 1));
    }
    all.sort(Comparator.comparing(ScoredSample::id));
    return all;
  }
}
