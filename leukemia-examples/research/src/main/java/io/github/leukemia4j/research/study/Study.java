package io.github.leukemia4j.research.study;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.loop.Training;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Trains and tests every row of a study on the same folds by patient. A row that is done is not
 * done again: called once more on the same directory, a study goes on where it was stopped, within
 * a row's fold, too.
 */
public final class Study {
  private Study() {}

  /**
   * Runs a study and writes its tables into its directory.
   *
   * @param data whose images are read once, for all rows
   * @param run how networks run; their trainings are always gone on with where they were stopped
   * @param directory for the folds' pipelines, the predictions of every row, and the tables
   * @param listener of every training of a network
   * @param told a line when a row or a fold begins, and when it is there already
   * @throws IllegalArgumentException naming all faults of the settings, before anything is trained,
   *     or where the directory holds another study
   * @throws InterruptedException where the thread was interrupted; call again to go on
   */
  public static StudyReport run(
      Dataset data,
      StudyConfig config,
      RunOptions run,
      Path directory,
      TrainingListener listener,
      Consumer<String> told)
      throws IOException, InterruptedException {
    try (ImageCache images = Training.read(data, config.training())) {
      return run(images, config, run, directory, listener, told);
    }
  }

  private static StudyReport run(
      ImageCache images,
      StudyConfig config,
      RunOptions run,
      Path directory,
      TrainingListener listener,
      Consumer<String> told)
      throws IOException, InterruptedException {
    Verification verification = images.verification();
    Dataset dataset = verification.readable();
    List<Split> folds = checkedFolds(config, dataset, verification);
    StudyFolder folder = new StudyFolder(directory);
    String digest = verification.contentDigest(dataset.samples());
    folder.begin(described(config, dataset, digest));
    Map<String, double[]> featuresOfCells = new ConcurrentHashMap<>();
    long seed = config.training().batches().seed();
    for (int r = 0; r < config.rows().size(); r++) {
      String row = config.rows().get(r);
      String where =
          "Row %d of %d, %s".formatted(r + 1, config.rows().size(), StudyRows.title(row));
      if (folder.has(row)) {
        told.accept(where + ": there already.");
        continue;
      }
      StudyWork work = new StudyWork(images, folder, row, run, listener, seed, featuresOfCells);
      row(StudyRows.method(row, config, dataset), work, folds, folder, row, where, told);
    }
    StudyReport report = report(config, dataset, digest, folder);
    StudyFiles.write(directory, report);
    return report;
  }

  static void row(
      StudyMethod method,
      StudyWork work,
      List<Split> folds,
      StudyFolder folder,
      String row,
      String where,
      Consumer<String> told)
      throws IOException, InterruptedException {
    List<StudyMethod.Fold> done = new ArrayList<>();
    List<ScoredSample> scored = new ArrayList<>();
    List<Integer> foldOf = new ArrayList<>();
    for (int f = 0; f < folds.size(); f++) {
      told.accept("%s: fold %d of %d.".formatted(where, f + 1, folds.size()));
      StudyMethod.Fold fold = method.fold(work, f + 1, folds.get(f));
      if (Thread.interrupted()) {
        throw new InterruptedException("The study was stopped.");
      }
      done.add(fold);
      scored.addAll(fold.scored());
      foldOf.addAll(Collections.nCopies(fold.scored().size(), f + 1));
    }
    folder.write(
        row, new Predictions(folds.get(0).taxonomy(), scored, foldOf), StudyFolder.Cost.of(done));
  }

  private static StudyReport report(
      StudyConfig config, Dataset dataset, String digest, StudyFolder folder) throws IOException {
    List<StudyReport.Result> results = new ArrayList<>();
    for (String row : config.rows()) {
      results.add(new StudyReport.Result(row, folder.predictions(row).sorted(), folder.cost(row)));
    }
    return StudyReport.of(
        dataset.taxonomy(),
        results,
        new StudyReport.Origin(
            dataset.name(), digest, config.folds(), config.training().selection().epochs()),
        EvaluationOptions.defaults());
  }

  private static Map<String, Object> described(StudyConfig config, Dataset dataset, String digest) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("data", dataset.name());
    all.put("dataDigest", digest);
    all.put("rows", config.rows());
    all.put("folds", config.folds());
    all.put("training", config.training().describe());
    return all;
  }

  /**
   * The folds of a study.
   *
   * @throws IllegalArgumentException naming all that is wrong
   */
  private static List<Split> checkedFolds(
      StudyConfig config, Dataset dataset, Verification verification) {
    List<String> faults = new ArrayList<>();
    Set<String> unknown = new LinkedHashSet<>(config.rows());
    unknown.removeAll(StudyConfig.ALL);
    if (!unknown.isEmpty()) {
      faults.add("rows must be among %s; found %s".formatted(StudyConfig.ALL, unknown));
    }
    if (config.rows().size() < 2 || Set.copyOf(config.rows()).size() < config.rows().size()) {
      faults.add(
          "there must be two rows or more, each of them once; found %s".formatted(config.rows()));
    }
    int hybrid = config.rows().indexOf(StudyRows.HYBRID);
    int network = config.rows().indexOf(StudyRows.OF_FEATURES);
    if (hybrid >= 0 && (network < 0 || network > hybrid)) {
      faults.add(
          "the row %s needs the networks of the row %s, before it; found %s"
              .formatted(StudyRows.HYBRID, StudyRows.OF_FEATURES, config.rows()));
    }
    int smallest =
        config.rows().stream().anyMatch(row -> row.startsWith("paper-"))
            ? NetworkConfig.paper().smallestInput()
            : 1;
    if (config.training().input().size() < Math.max(smallest, 32)) {
      faults.add(
          "images must have at least 32 pixels a side for every network; found %d"
              .formatted(config.training().input().size()));
    }
    List<Split> folds = List.of();
    if (config.folds() < 2) {
      faults.add("there must be two folds or more; found %d".formatted(config.folds()));
    } else {
      try {
        folds =
            Splitter.of(config.training().batches().seed())
                .folds(config.folds(), dataset, verification);
      } catch (DataException | IllegalArgumentException e) {
        faults.add(
            "the data must allow %d folds with every label: %s"
                .formatted(config.folds(), e.getMessage()));
      }
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "The study cannot begin. Mend all of these: %s.".formatted(String.join("; ", faults)));
    }
    return folds;
  }
}
