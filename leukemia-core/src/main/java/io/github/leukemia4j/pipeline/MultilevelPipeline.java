package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.calibration.DecisionRule;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Follows a taxonomy from its root: the classifier of each inner node chooses the child to go on
 * with, until a leaf is reached, or a stage leaves the question open. A stage chooses by the {@link
 * io.github.leukemia4j.calibration.Decision} in its manifest, else by the most probable label. An
 * image with which a stage on the way finds fault is referred to a person, unless the pipeline was
 * opened otherwise ({@link OpenOptions.Gate}). Thread-safe. Owns its classifiers: {@link #close()}
 * closes each once, after waiting for running calls; later calls throw {@link
 * IllegalStateException}.
 *
 * <p>Research software, not a medical device.
 */
public interface MultilevelPipeline extends AutoCloseable {
  /** The tree that is followed. */
  Taxonomy taxonomy();

  /** The classifier of each inner node, from the root down; they stay the pipeline's own. */
  Map<Label, LeukemiaClassifier> classifiers();

  /**
   * What its networks say beside their stages, by name, such as that of a column of the data that
   * was learnt; no part of the cascade. Empty where there is nothing.
   */
  default Map<Label, ? extends LeukemiaClassifier> auxiliary() {
    return Map.of();
  }

  /**
   * The directory that it was loaded from, or that its zip file was unpacked into until it is
   * closed; empty where it was put together of classifiers.
   */
  default Optional<Path> directory() {
    return Optional.empty();
  }

  /**
   * Classifies images; each stage sees those that reach it, in one batch.
   *
   * @return one result for each image, in the same order
   * @throws IllegalStateException where the pipeline is closed
   * @throws BackendException where the backend fails
   */
  List<MultilevelResult> classifyAll(List<CellImage> images);

  /**
   * Classifies one image.
   *
   * @throws IllegalStateException where the pipeline is closed
   * @throws BackendException where the backend fails
   */
  default MultilevelResult classify(CellImage image) {
    return classifyAll(
            List.of(Objects.requireNonNull(image, "The image to classify must not be null.")))
        .get(0);
  }

  /**
   * What every stage says of every image, also of those that would not reach it, and what is said
   * beside them ({@link #auxiliary}): for evaluation. {@link #decide} makes results of it, so that
   * one pass through the networks gives both.
   *
   * @return for each inner node and each auxiliary head one prediction for each image, in the same
   *     order
   * @throws IllegalStateException where the pipeline is closed
   * @throws BackendException where the backend fails
   */
  Map<Label, List<Prediction>> classifyAtAllStages(List<CellImage> images);

  /**
   * The results of images whose predictions are known already. They are those of {@link
   * #classifyAll}, and no classifier is asked.
   *
   * @param predictions of this pipeline's classifiers, as {@link #classifyAtAllStages} gives them
   * @return one result for each image, in the same order
   * @throws IllegalArgumentException where a stage is missing, or has predictions for more or fewer
   *     images than the first
   */
  List<MultilevelResult> decide(Map<Label, List<Prediction>> predictions);

  /**
   * The label that a stage chooses by its own rule where it may not leave the question open: at its
   * operating point, where it has one, and what its refer band leaves open counts as positive,
   * since a person looks at it; else the most probable label. For evaluation.
   *
   * @param prediction of this pipeline's classifier of the node
   * @throws IllegalArgumentException where the node is no stage
   */
  Label settle(Label innerNode, Prediction prediction);

  /**
   * Copies the pipeline's files into a directory, which appears whole or not at all.
   *
   * @param directory missing, or empty
   * @throws UnsupportedOperationException where a stage has no bundle; names it
   * @throws IOException where something is there already, or cannot be written
   */
  void save(Path directory) throws IOException;

  /** Closes every classifier once. Does nothing the second time. */
  @Override
  void close();

  /** {@link #load(Path, OpenOptions)} with the default options. */
  static MultilevelPipeline load(Path directory) throws IOException {
    return load(directory, OpenOptions.DEFAULT);
  }

  /**
   * Opens what {@link #save} or {@link #train} wrote.
   *
   * @param directory the pipeline's, or a zip file of it, which is unpacked into a temporary
   *     directory that only its owner may read, and that is removed when the pipeline is closed
   * @throws IOException where it is missing or cannot be read
   * @throws ModelFormatException where it is damaged or of a version that this library does not
   *     read
   * @throws BackendException where no backend on the class path can open a stage
   */
  static MultilevelPipeline load(Path directory, OpenOptions options) throws IOException {
    return PipelineDirectory.load(directory, options);
  }

  /**
   * A pipeline of classifiers that are open already, hand-made ones for tests among them. It refers
   * images with {@link Prediction#findings()}: open classifiers with {@link OpenOptions.Gate#OFF}
   * where it is to decide on every image.
   *
   * @param classifierByInnerNode exactly one for each inner node, with the node's children as its
   *     labels; owned by the pipeline from here on
   * @throws IllegalArgumentException where one is missing, too many, or has other labels
   */
  static MultilevelPipeline of(
      Taxonomy taxonomy, Map<Label, LeukemiaClassifier> classifierByInnerNode) {
    return new TrainedPipeline(taxonomy, classifierByInnerNode, true, () -> {}, Optional.empty());
  }

  /**
   * {@link #calibrate(Path, Dataset, DecisionRule, OpenOptions, Path)} with the default options.
   */
  static MultilevelPipeline calibrate(
      Path pipeline, Dataset calibration, DecisionRule wish, Path out)
      throws IOException, InterruptedException {
    return calibrate(pipeline, calibration, wish, OpenOptions.DEFAULT, out);
  }

  /**
   * Fits temperatures, biases and decisions to samples that the pipeline was not made from, such as
   * cells of the laboratory in which it shall be used, writes a pipeline that has them, and loads
   * it. The networks stay as they are; what the samples do not support is refused with the reason,
   * which the manifest keeps and the log says, and the pipeline is still written.
   *
   * @param pipeline the directory, or a zip file of it; it is not changed
   * @param calibration whose labels are all in the pipeline's taxonomy; from now on the new
   *     pipeline may not be evaluated on its patients and images
   * @param wish how stages shall decide; {@link DecisionRule#NONE} fits temperatures and biases
   *     alone and leaves decisions as they are
   * @param options whose prevalence, if any, is that of the calibration samples: say it where they
   *     were picked by their labels. Without it the shares of the samples become the expected ones
   *     where a bias is accepted
   * @param out to write, missing or empty; it appears whole or not at all
   * @throws DataException where images are unreadable, a label is unknown, or the pipeline was made
   *     from some of the samples
   * @throws BackendException where the backend fails
   * @throws IOException where something cannot be read or written
   * @throws InterruptedException where the thread was interrupted; nothing is written
   */
  static MultilevelPipeline calibrate(
      Path pipeline, Dataset calibration, DecisionRule wish, OpenOptions options, Path out)
      throws IOException, InterruptedException {
    return PipelineCalibration.calibrate(pipeline, calibration, wish, options, out);
  }

  /**
   * Adapts a pipeline to a new laboratory by its images without labels, and writes a pipeline whose
   * normalisation statistics are theirs. Labels, weights, temperatures and decisions stay, and so
   * do the expected shares of labels unless {@link Adaptation#withShares} asks for them; the gate
   * learns the stain of these images. What was measured of the pipeline before is not known to hold
   * for the new one. The same images in any order give the same bits on one machine with one number
   * of threads.
   *
   * @param pipeline the directory, or a zip file of it; it is not changed
   * @param images whose labels are not looked at, best hundreds, of several patients, as they come
   * @param wish what is estimated again
   * @param run where the arithmetic runs
   * @param out to write, missing or empty; it appears whole or not at all
   * @return what was done, and what the pipeline says of the images before and after
   * @throws DataException where images are unreadable, or too few are different and fit
   * @throws ModelFormatException where a network has no such statistics, or was not trained by a
   *     backend that is here
   * @throws BackendException where the backend fails
   * @throws IOException where something cannot be read or written
   * @throws InterruptedException where the thread was interrupted; nothing is written
   */
  static Adaptation.Report adapt(
      Path pipeline, Dataset images, Adaptation wish, RunOptions run, Path out)
      throws IOException, InterruptedException {
    return PipelineAdaptation.adapt(pipeline, images, wish, run, out);
  }

  /**
   * {@link #train(Split, TrainingConfig, RunOptions, Path, TrainingListener)} with the default
   * options.
   */
  static MultilevelPipeline train(
      Split split, TrainingConfig config, Path directory, TrainingListener listener)
      throws IOException, InterruptedException {
    return train(split, config, RunOptions.DEFAULT, directory, listener);
  }

  /**
   * Trains a classifier for every stage of the split's taxonomy, saves them, and loads them again.
   * A stage learns from the samples whose label lies at or below its children. Where the split has
   * a calibration part, temperatures and the decisions that the configuration asks for are then
   * fitted to it. The test part is not looked at, except to refuse a leak.
   *
   * @param config what decides the result
   * @param run how the training runs
   * @param directory to write, missing or empty; it appears whole or not at all
   * @param listener is told of the progress, on the calling thread
   * @throws DataException where images are unreadable, a stage lacks samples, or a leak is found
   * @throws BackendException where the backend fails, or training diverges
   * @throws IOException where an image cannot be read or the directory not be written
   * @throws InterruptedException where the thread was interrupted; a checkpoint is left to go on
   *     from, as {@link io.github.leukemia4j.training.loop.UnfinishedTraining} says
   */
  static MultilevelPipeline train(
      Split split, TrainingConfig config, RunOptions run, Path directory, TrainingListener listener)
      throws IOException, InterruptedException {
    return PipelineTraining.train(split, config, run, directory, listener);
  }

  /**
   * Trains once more on all parts of a split what was trained and evaluated on some before: with
   * the same settings and, as far as whole epochs allow, as many steps, the last of which is kept.
   * Figures, temperatures and decisions are taken over from the evaluated pipeline, which stays as
   * it is, and the cards say so. The new pipeline cannot be evaluated on any of the samples.
   *
   * @param evaluated the directory of the pipeline that was trained on the split
   * @param config that it was trained with
   * @param directory to write, missing or empty; it appears whole or not at all
   * @throws DataException where a stage lacks samples, or a leak is found
   * @throws BackendException where the backend fails, or training diverges
   * @throws IOException where something cannot be read or written
   * @throws InterruptedException where the thread was interrupted; a checkpoint is left to go on
   *     from
   */
  static MultilevelPipeline refit(
      Path evaluated,
      Split split,
      TrainingConfig config,
      RunOptions run,
      Path directory,
      TrainingListener listener)
      throws IOException, InterruptedException {
    return PipelineTraining.refit(evaluated, split, config, run, directory, listener);
  }
}
