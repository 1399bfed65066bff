package io.github.leukemia4j.research.study;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.loop.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How accuracy grows with the number of patients to learn from, with random weights at the start
 * and with those of another model. All networks are tested on the same folds by patient; only the
 * training part shrinks. A smaller share holds patients of the larger one. Every network takes as
 * many steps as that of all patients, up to {@value #LONGEST} times the epochs.
 *
 * @param stages of the taxonomy, parents first
 * @param points by share, random weights before those of another model
 */
public record LearningCurve(List<Label> stages, List<Point> points) {
  static final int LONGEST = 10;

  /** Copies the lists. */
  public LearningCurve {
    stages = List.copyOf(stages);
    points = List.copyOf(points);
  }

  /**
   * A share of the patients.
   *
   * @param share of the patients of the training part, in (0, 1]
   * @param patients the mean number over folds; an image of an unknown patient counts as one
   * @param random balanced accuracy by stage where training began with random weights
   * @param transferred the same where it began with those of another model; null without one
   * @param gain the second less the first by stage; empty without one
   */
  public record Point(
      double share,
      double patients,
      EvaluationReport random,
      EvaluationReport transferred,
      Map<Label, Difference> gain) {}

  /**
   * What is asked.
   *
   * @param shares of the patients, each in (0, 1], from small to large
   * @param folds at least 2
   * @param training of every network
   * @param from a bundle, or a file of weights; empty for random weights alone
   * @param frozen prefixes of the names of weights that stay as they were there
   */
  public record Question(
      List<Double> shares,
      int folds,
      TrainingConfig training,
      Optional<Path> from,
      List<String> frozen) {
    /**
     * @throws IllegalArgumentException naming all that is wrong
     */
    public Question {
      shares = List.copyOf(shares);
      frozen = List.copyOf(frozen);
      List<String> faults = new ArrayList<>();
      boolean inRange = shares.stream().allMatch(share -> share > 0 && share <= 1);
      if (shares.isEmpty() || !inRange || !shares.equals(new ArrayList<>(new TreeSet<>(shares)))) {
        faults.add(
            "shares must be above 0 and at most 1, each larger than the last; found " + shares);
      }
      if (folds < 2) {
        faults.add("there must be two folds or more; found " + folds);
      }
      if (from.isPresent() && !Files.exists(from.get())) {
        faults.add("the model to start from must be there; found no " + from.get());
      }
      if (from.isEmpty() && !frozen.isEmpty()) {
        faults.add("weights are frozen only where they come from another model; found " + frozen);
      }
      if (!faults.isEmpty()) {
        throw new IllegalArgumentException(
            "The learning curve cannot begin. Mend all of these: %s."
                .formatted(String.join("; ", faults)));
      }
    }
  }

  /**
   * Trains and tests; called again on the same directory it goes on where it was stopped.
   *
   * @param data whose images are read once, for all networks
   * @param directory for the pipelines, the predictions and the curve
   * @throws IllegalArgumentException where the directory holds another curve
   */
  public static LearningCurve run(
      Dataset data,
      Question question,
      RunOptions run,
      Path directory,
      TrainingListener listener,
      Consumer<String> told)
      throws IOException, InterruptedException {
    try (ImageCache images = Training.read(data, question.training())) {
      return run(images, question, run, directory, listener, told);
    }
  }

  private static LearningCurve run(
      ImageCache images,
      Question question,
      RunOptions run,
      Path directory,
      TrainingListener listener,
      Consumer<String> told)
      throws IOException, InterruptedException {
    Verification verification = images.verification();
    Dataset dataset = verification.readable();
    long seed = question.training().batches().seed();
    List<Split> folds = Splitter.of(seed).folds(question.folds(), dataset, verification);
    StudyFolder folder = new StudyFolder(directory);
    folder.begin(described(question, dataset, verification));
    List<Point> points = new ArrayList<>();
    for (double share : question.shares()) {
      List<Split> smaller = folds.stream().map(fold -> shrunk(fold, share, seed)).toList();
      Map<Boolean, List<ScoredSample>> scored = new LinkedHashMap<>();
      for (boolean transferred :
          question.from().isPresent() ? new boolean[] {false, true} : new boolean[] {false}) {
        String row = "share-%s-%s".formatted(share, transferred ? "transferred" : "random");
        String where =
            "%.0f %% of the patients, %s weights"
                .formatted(100 * share, transferred ? "another model's" : "random");
        if (folder.has(row)) {
          told.accept(where + ": there already.");
        } else {
          Study.row(
              new NetworkMethod(config(question, share, transferred)),
              new StudyWork(images, folder, row, run, listener, seed, new ConcurrentHashMap<>()),
              smaller,
              folder,
              row,
              where,
              told);
        }
        scored.put(transferred, folder.predictions(row).sorted());
      }
      points.add(point(dataset, share, smaller, scored));
    }
    LearningCurve curve = new LearningCurve(dataset.taxonomy().innerNodes(), points);
    LearningCurveFiles.write(directory, curve);
    return curve;
  }

  private static Point point(
      Dataset dataset, double share, List<Split> folds, Map<Boolean, List<ScoredSample>> scored) {
    EvaluationOptions options = EvaluationOptions.defaults();
    Map<Label, Difference> gain = new LinkedHashMap<>();
    List<ScoredSample> transferred = scored.get(true);
    if (transferred != null) {
      Evaluator.compare(dataset.taxonomy(), scored.get(false), transferred, options)
          .stages()
          .forEach(
              stage ->
                  Optional.ofNullable(stage.differences().get(Metrics.BALANCED_ACCURACY))
                      .ifPresent(d -> gain.put(stage.stage(), d)));
    }
    return new Point(
        share,
        folds.stream().mapToInt(f -> patients(f.train().samples()).size()).average().orElse(0),
        Evaluator.evaluate(dataset.taxonomy(), scored.get(false), options),
        transferred == null ? null : Evaluator.evaluate(dataset.taxonomy(), transferred, options),
        Collections.unmodifiableMap(gain));
  }

  private static TrainingConfig config(Question question, double share, boolean transferred) {
    int epochs = question.training().selection().epochs();
    int asManySteps = (int) Math.min(LONGEST * (long) epochs, Math.round(epochs / share));
    TrainingConfig.Builder config =
        question.training().toBuilder().epochs(Math.max(epochs, asManySteps));
    if (transferred) {
      config.set("start.weights", question.from().orElseThrow().toString());
      if (!question.frozen().isEmpty()) {
        config.set("start.frozen", question.frozen());
      }
    }
    return config.build();
  }

  private static Map<String, Object> described(
      Question question, Dataset dataset, Verification verification) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("data", dataset.name());
    all.put("dataDigest", verification.contentDigest(dataset.samples()));
    all.put("shares", question.shares());
    all.put("folds", question.folds());
    all.put("from", question.from().map(Path::toString).orElse(null));
    all.put("frozen", question.frozen());
    all.put("training", question.training().describe());
    return all;
  }

  /**
   * The fold with a share of its training patients, of each combination of labels that patients
   * have, at least one. Those of a smaller share are among those of a larger one.
   */
  static Split shrunk(Split fold, double share, long seed) {
    Map<String, List<Sample>> byPatient = patients(fold.train().samples());
    Map<String, List<String>> byLabels = new TreeMap<>();
    byPatient.forEach(
        (patient, samples) ->
            byLabels
                .computeIfAbsent(
                    samples.stream()
                        .map(s -> s.label().name())
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(",")),
                    labels -> new ArrayList<>())
                .add(patient));
    Set<String> kept = new LinkedHashSet<>();
    byLabels
        .values()
        .forEach(
            patients -> {
              Collections.sort(patients);
              Collections.shuffle(patients, new Random(seed));
              kept.addAll(
                  patients.subList(0, (int) Math.max(1, Math.round(share * patients.size()))));
            });
    return fold.withTrain(kept.stream().map(byPatient::get).flatMap(Collection::stream).toList());
  }

  private static Map<String, List<Sample>> patients(List<Sample> samples) {
    return samples.stream()
        .collect(
            Collectors.groupingBy(
                sample -> sample.patient().orElse("image " + sample.id()),
                LinkedHashMap::new,
                Collectors.toList()));
  }
}
