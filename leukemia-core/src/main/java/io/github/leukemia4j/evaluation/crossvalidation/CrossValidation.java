package io.github.leukemia4j.evaluation.crossvalidation;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.ReportOrigin;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.inspection.ColourBaseline;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.loop.TrainedFrom;
import io.github.leukemia4j.training.loop.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Cross-validation by patient: every sample is scored once, by a pipeline that has seen neither its
 * patient nor its image.
 *
 * @param folds the splits, in order
 * @param scored every sample of all test parts, fold after fold
 * @param foldReports of each fold's test part
 * @param report of all samples together, with colours alone as a baseline, and with what
 *     cross-fitted temperatures do to the probabilities
 */
public record CrossValidation(
    List<Split> folds,
    List<ScoredSample> scored,
    List<EvaluationReport> foldReports,
    EvaluationReport report) {
  /** What every fold's split is called, in the fold's directory. */
  public static final String SPLIT = "split.json";

  /** Copies the lists. */
  public CrossValidation {
    folds = List.copyOf(folds);
    scored = List.copyOf(scored);
    foldReports = List.copyOf(foldReports);
  }

  /**
   * Trains and tests a pipeline for every fold, each in a directory of its own, {@code fold-1} and
   * on. A fold whose pipeline is there already is not trained again, and one that was stopped goes
   * on, so that calling this once more finishes what was interrupted.
   *
   * @param dataset whose identical images stay in one fold
   * @param k folds, at least 2
   * @param config whose seed also makes the folds
   * @param run how the trainings run; they are always gone on with where they were stopped
   * @param directory for the folds' pipelines and splits, the predictions and the report
   * @param fold is told which fold begins, from 1
   * @throws DataException where the data cannot be cut into that many folds
   * @throws IllegalArgumentException where the directory holds folds of other data or settings
   * @throws IOException where something cannot be read or written
   * @throws InterruptedException where the thread was interrupted; call again to go on
   */
  public static CrossValidation run(
      Dataset dataset,
      int k,
      TrainingConfig config,
      RunOptions run,
      Path directory,
      TrainingListener listener,
      IntConsumer fold)
      throws IOException, InterruptedException {
    try (ImageCache images = Training.read(dataset, config)) {
      List<Split> folds =
          Splitter.of(config.batches().seed())
              .folds(k, images.cached(dataset), images.verification());
      return run(folds, config, run, directory, listener, fold);
    }
  }

  /**
   * {@link #run(Dataset, int, TrainingConfig, RunOptions, Path, TrainingListener, IntConsumer)}
   * with folds of one's own, such as {@link Splitter#laboratoryFolds} of one data set.
   *
   * @param folds no sample in the test part of two of them
   */
  public static CrossValidation run(
      List<Split> folds,
      TrainingConfig config,
      RunOptions run,
      Path directory,
      TrainingListener listener,
      IntConsumer fold)
      throws IOException, InterruptedException {
    try (ImageCache images = Training.read(folds.get(0).all(), config)) {
      return run(images, folds, config, run, directory, listener, fold);
    }
  }

  private static CrossValidation run(
      ImageCache images,
      List<Split> folds,
      TrainingConfig config,
      RunOptions run,
      Path directory,
      TrainingListener listener,
      IntConsumer fold)
      throws IOException, InterruptedException {
    Verification verification = images.verification();
    Dataset dataset = folds.get(0).all();
    Files.createDirectories(directory);
    List<List<ScoredSample>> byFold = new ArrayList<>();
    List<Integer> foldOf = new ArrayList<>();
    List<EvaluationReport> reports = new ArrayList<>();
    List<ModelBundle> bundles = new ArrayList<>();
    int ofFold = 0;
    for (int i = 0; i < folds.size(); i++) {
      fold.accept(i + 1);
      Split split = folds.get(i);
      List<ScoredSample> scored;
      try (MultilevelPipeline pipeline =
          foldPipeline(
              split, images, config, run, directory.resolve("fold-" + (i + 1)), listener)) {
        scored = ScoredSample.of(pipeline, images.cached(split.test()), done -> {});
        pipeline.classifiers().values().stream()
            .flatMap(c -> c.bundle().stream())
            .distinct()
            .forEach(bundles::add);
        ofFold = i == 0 ? bundles.size() : ofFold;
      }
      byFold.add(scored);
      foldOf.addAll(Collections.nCopies(scored.size(), i + 1));
      reports.add(Evaluator.evaluate(dataset.taxonomy(), scored));
    }
    List<ScoredSample> all = byFold.stream().flatMap(List::stream).toList();
    new Predictions(dataset.taxonomy(), all, foldOf).write(directory.resolve(Predictions.FILE));
    ReportOrigin whole =
        ReportOrigin.of(
            bundles,
            folds.size() + " folds; of each stage the first is shown",
            dataset.name(),
            verification.contentDigest(dataset.samples()));
    ReportOrigin origin =
        new ReportOrigin(
            whole.library(),
            whole.model(),
            whole.modelDigest(),
            whole.data(),
            whole.dataDigest(),
            whole.stages().subList(0, ofFold)); // the folds differ in their data alone
    return new CrossValidation(
        folds,
        all,
        reports,
        Evaluator.evaluate(dataset.taxonomy(), all)
            .withOrigin(origin)
            .withBaseline(ColourBaseline.ofFolds(folds, images))
            .withCalibration(
                CrossFitting.crossFit(dataset.taxonomy(), byFold, EvaluationOptions.defaults())));
  }

  private static MultilevelPipeline foldPipeline(
      Split split,
      ImageCache images,
      TrainingConfig config,
      RunOptions run,
      Path directory,
      TrainingListener listener)
      throws IOException, InterruptedException {
    Path file = directory.resolve(SPLIT);
    if (!Files.exists(directory)) {
      MultilevelPipeline trained =
          MultilevelPipeline.train(
              split.map(images::cached), config, run.withResume(true), directory, listener);
      try {
        split.write(file);
      } catch (IOException | RuntimeException e) {
        trained.close();
        throw e;
      }
      return trained;
    }
    if (!Files.exists(file)) {
      // Stopped between the pipeline and its split, which is the same whenever it is made.
      split.write(file);
    }
    MultilevelPipeline pipeline =
        MultilevelPipeline.load(
            directory, OpenOptions.DEFAULT.withDevice(run.device()).withThreads(run.threads()));
    try {
      requireSame(split, images.verification(), config, pipeline, directory);
      return pipeline;
    } catch (IOException | RuntimeException e) {
      pipeline.close();
      throw e;
    }
  }

  private static void requireSame(
      Split split,
      Verification verification,
      TrainingConfig config,
      MultilevelPipeline pipeline,
      Path directory)
      throws IOException {
    Split there = Split.read(directory.resolve(SPLIT), split.all());
    boolean sameSplit =
        Split.PARTS.stream()
            .allMatch(
                part ->
                    there.part(part).samples().stream()
                        .map(Sample::id)
                        .sorted()
                        .toList()
                        .equals(
                            split.part(part).samples().stream().map(Sample::id).sorted().toList()));
    if (!sameSplit) {
      throw new IllegalArgumentException(
          "A cross-validation goes on only with the data and seed it began with; found other folds in %s. Choose another directory, or remove this one."
              .formatted(directory));
    }
    for (List<Label> stages : config.networks().of(split.taxonomy())) {
      TrainingConfig own = config.forStages(split.taxonomy(), stages);
      Set<String> columns = own.auxiliary().keySet();
      TrainedFrom.of(own.describe(stages), columns, split.forStages(stages, columns), verification)
          .requireSame(
              pipeline.classifiers().get(stages.get(0)).bundle().orElseThrow().directory());
    }
  }
}
