package io.github.leukemia4j.research.search;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.store.AtomicFile;
import io.github.leukemia4j.store.Json;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Searches settings of a training. Every trial trains on common folds by patient of all samples but
 * those of the test part, which is never looked at, and is judged by what was said of the patients
 * left out. Called again with the same directory it goes on where it was stopped, to the same
 * trials.
 */
public final class Search {
  /** What a search was begun with. */
  private static final String BEGUN = "search.json";

  /** Far from the seeds that people choose next. */
  private static final long FRESH = 1_000_003;

  private final Split split;
  private final SearchSpace space;
  private final TrainingConfig base;
  private final SearchOptions options;
  private final RunOptions run;
  private final Path directory;

  /**
   * @param split of which the test part stays shut
   * @param space of settings
   * @param base what is not searched; with nothing changed it is the default, the first trial
   * @param run how trainings run
   * @param directory for the trials, missing, empty, or that of this search
   */
  public Search(
      Split split,
      SearchSpace space,
      TrainingConfig base,
      SearchOptions options,
      RunOptions run,
      Path directory) {
    this.split = Objects.requireNonNull(split, "split");
    this.space = Objects.requireNonNull(space, "space");
    this.base = Objects.requireNonNull(base, "base");
    this.options = Objects.requireNonNull(options, "options");
    this.run = Objects.requireNonNull(run, "run");
    this.directory = Objects.requireNonNull(directory, "directory");
  }

  /**
   * Searches, or goes on searching.
   *
   * @throws IllegalArgumentException where the search cannot begin; one message with all faults,
   *     before the first training
   * @throws DataException where images cannot be read
   * @throws IOException where something cannot be read or written
   * @throws InterruptedException where the thread was interrupted; call again to go on
   */
  public SearchResult run(SearchListener listener) throws IOException, InterruptedException {
    Dataset learning =
        split
            .all()
            .withSamples(
                Stream.of(split.train(), split.validation(), split.calibration())
                    .flatMap(part -> part.samples().stream())
                    .toList());
    Label stage = options.stage().orElse(learning.taxonomy().root());
    Path trainings = directory.resolve("trainings");
    try (FoldTrainings trained = new FoldTrainings(learning, run, trainings, listener::advanced)) {
      Strategy.Task task = task();
      List<Split> folds = begin(learning, stage, task, trained.images(base).verification());
      listener.planned(epochs(task));
      Judge judge = new Judge(learning.taxonomy(), stage, options.judgedBy());
      try (TrialLog log = new TrialLog(directory.resolve(TrialLog.FILE))) {
        Trials trials = new Trials(space, base, folds, judge, trained, log, listener);
        Trial byDefault = trials.byDefault();
        if (byDefault.value() == null) {
          throw new DataException(
              "The default settings must train before others are searched; found: %s. Mend them, or the data."
                  .formatted(byDefault.failure()));
        }
        options.strategy().search(task, trials);
        return result(learning, judge, trials, trained.images(base).verification(), listener);
      }
    }
  }

  private Strategy.Task task() {
    Map<String, Object> known = base.describe();
    double[] start = new double[space.size()];
    for (int axis = 0; axis < start.length; axis++) {
      Setting setting = space.settings().get(axis);
      Object value = known.get(setting.name());
      boolean inside =
          setting.values() instanceof Values.Choices choices
              ? choices.of().contains(value)
              : value instanceof Number;
      double place = inside ? setting.values().place(value) : 0.5;
      start[axis] = place >= 0 && place <= 1 ? place : 0.5;
    }
    return new Strategy.Task(
        space.axes(),
        Math.max(1, options.trials()),
        new Budget(Math.max(1, options.folds()), 1),
        start,
        options.seed());
  }

  private long epochs(Strategy.Task task) {
    double whole = options.strategy().cost(task) + options.folds() * (options.fresh() ? 3.0 : 1.0);
    return Math.round(whole * base.selection().epochs());
  }

  /** Everything that can be wrong before the first training. */
  private List<Split> begin(
      Dataset learning, Label stage, Strategy.Task task, Verification verification)
      throws IOException {
    List<String> faults = new ArrayList<>(options.faults());
    faults.addAll(space.faults(base));
    if (!learning.taxonomy().innerNodes().contains(stage)) {
      faults.add(
          "the stage must be one of %s; found %s"
              .formatted(learning.taxonomy().innerNodes(), stage));
    }
    try {
      options.strategy().cost(task);
      options.strategy().search(task, (point, budget) -> stop());
    } catch (Begun e) {
      // It suits.
    } catch (IllegalArgumentException e) {
      faults.add(e.getMessage());
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nothing was run.", e);
    }
    List<Split> folds = List.of();
    try {
      folds = folds(options.seed(), verification);
    } catch (DataException | IllegalArgumentException e) {
      faults.add(e.getMessage());
    }
    faults.addAll(otherSearch(identity(learning)));
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "A search cannot begin:\n  - " + String.join("\n  - ", new LinkedHashSet<>(faults)));
    }
    Files.createDirectories(directory);
    AtomicFile.write(
        directory.resolve(BEGUN),
        file ->
            Json.MAPPER
                .writerWithDefaultPrettyPrinter()
                .writeValue(file.toFile(), identity(learning)));
    return folds;
  }

  private static final class Begun extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static double stop() {
    throw new Begun();
  }

  private List<Split> folds(long seed, Verification verification) {
    return Splitter.of(seed)
        .folds(Math.max(2, options.folds()), verification.readable(), verification);
  }

  /** What must stay the same for a search to go on. */
  private Map<String, Object> identity(Dataset learning) {
    Map<String, Object> identity = new LinkedHashMap<>();
    identity.put("strategy", options.strategy().name());
    identity.put("folds", options.folds());
    identity.put("seed", options.seed());
    identity.put("metric", options.metric());
    identity.put("stage", options.stage().map(Label::name).orElse(""));
    if (!options.strategy().extendable()) {
      identity.put("trials", options.trials());
    }
    identity.put("space", space.settings().toString());
    identity.put("settings", new TreeMap<>(base.describe()).toString());
    identity.put(
        "samples", learning.samples().stream().map(Sample::id).sorted().toList().hashCode());
    return identity;
  }

  private List<String> otherSearch(Map<String, Object> identity) throws IOException {
    Path file = directory.resolve(BEGUN);
    if (!Files.exists(file)) {
      return List.of();
    }
    JsonNode there = Json.MAPPER.readTree(Files.readAllBytes(file));
    JsonNode now = Json.MAPPER.valueToTree(identity);
    List<String> faults = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    there.fieldNames().forEachRemaining(names::add);
    now.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      if (!there.path(name).asText().equals(now.path(name).asText())) {
        faults.add(
            "%s holds a search of other %s: %s, wanted %s. Choose another directory"
                .formatted(directory, name, there.path(name).asText(), now.path(name).asText()));
      }
    }
    return faults;
  }

  private SearchResult result(
      Dataset learning,
      Judge judge,
      Trials trials,
      Verification verification,
      SearchListener listener)
      throws IOException, InterruptedException {
    Trial byDefault = trials.tried().get(0);
    Trial best = trials.best();
    TrainingConfig bestSettings = space.config(base, best.values());
    List<Trial> others = different(trials.complete(), byDefault);
    Optional<ComparisonReport> comparison = Optional.empty();
    Optional<BestOfMany> luck = Optional.empty();
    Optional<ComparisonReport> fresh = Optional.empty();
    if (best.trial() > 0) {
      List<ScoredSample> first = trials.samples(byDefault);
      List<List<ScoredSample>> all = new ArrayList<>();
      for (Trial other : others) {
        all.add(trials.samples(other));
      }
      luck = Optional.of(BestOfMany.of(judge, first, all, options.seed()));
      comparison = Optional.of(compare(learning, first, trials.samples(best)));
      if (options.fresh()) {
        listener.freshFolds();
        long seed = options.seed() + FRESH;
        List<Split> folds = folds(seed, verification);
        fresh =
            Optional.of(
                compare(
                    learning,
                    trials.samples(again(base), folds, "fresh"),
                    trials.samples(again(bestSettings), folds, "fresh")));
      }
    }
    List<Trial> importantTo = trials.complete().stream().filter(t -> t.trial() > 0).toList();
    double[] scores = importantTo.stream().mapToDouble(t -> judge.score(t.value())).toArray();
    return new SearchResult(
        learning.description(),
        space,
        options,
        judge.stage().name(),
        base,
        trials.tried(),
        best,
        bestSettings,
        comparison,
        luck,
        fresh,
        Importance.of(space, importantTo, scores, options.seed()));
  }

  /** With a seed that no trial had. */
  private static TrainingConfig again(TrainingConfig config) {
    return config.toBuilder().seed(config.batches().seed() + FRESH).build();
  }

  /** Each training once, that of the default left out. */
  private static List<Trial> different(List<Trial> complete, Trial byDefault) {
    Map<String, Trial> byTraining = new LinkedHashMap<>();
    complete.forEach(trial -> byTraining.putIfAbsent(trial.training(), trial));
    byTraining.remove(byDefault.training());
    return List.copyOf(byTraining.values());
  }

  private static ComparisonReport compare(
      Dataset learning, List<ScoredSample> first, List<ScoredSample> second) {
    return Evaluator.compare(learning.taxonomy(), first, second, EvaluationOptions.defaults());
  }
}
