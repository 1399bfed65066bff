package io.github.leukemia4j.evaluation.inspection;

import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.evaluation.EvaluationReport.Baseline;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.image.quality.ImageStatistics;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.input.TrainingColours;
import java.util.List;

/**
 * The classifier that sees no cell: it tells an image by nine statistics of its colours ({@link
 * ImageStatistics#colour()}) and the five images that are most alike. A network that is not clearly
 * better has learned the stain. All methods are thread-safe.
 */
public final class ColourBaseline {
  private static final String NAME = "Colours alone";
  private static final String WHAT =
      "The five nearest neighbours by nine statistics of an image's colours, ";

  private ColourBaseline() {}

  /**
   * Tells images by those that a model was trained on.
   *
   * @param training of other patients than the tested ones
   * @param taxonomy with the labels of both
   * @param images that the model is tested on
   * @param tested samples, of the images
   */
  public static Baseline of(
      TrainingColours training, Taxonomy taxonomy, List<Sample> tested, ImageCache images) {
    return Baseline.of(
        NAME,
        WHAT + "among the training part; tested on the same samples as the model.",
        Evaluator.evaluate(taxonomy, score(training, taxonomy, tested, images)));
  }

  /**
   * Tells the test part of every fold by the fold's training part.
   *
   * @param images those of all folds
   */
  public static Baseline ofFolds(List<Split> folds, ImageCache images) {
    Taxonomy taxonomy = folds.get(0).taxonomy();
    List<ScoredSample> scored =
        folds.stream()
            .flatMap(
                fold ->
                    score(
                        TrainingColours.of(fold.train(), images),
                        taxonomy,
                        fold.test().samples(),
                        images)
                        .stream())
            .toList();
    return Baseline.of(
        NAME,
        WHAT + "among the training part of each fold; tested on the same samples as the model.",
        Evaluator.evaluate(taxonomy, scored));
  }

  /**
   * Tells every readable image by those of the other patients of the same data, for models that do
   * not know the colours of their training images: unlike the model, this baseline knows the data
   * it is tested on.
   *
   * @param images of the data
   */
  public static Baseline withinData(ImageCache images) {
    return Baseline.of(
        NAME,
        "%samong the other patients of the evaluated data themselves (cross-validated by patient): unlike the model it has seen this data set."
            .formatted(WHAT),
        Evaluator.evaluate(
            images.dataset().taxonomy(),
            NearestNeighbours.score(images.verification(), s -> colour(images, s))));
  }

  private static List<ScoredSample> score(
      TrainingColours training, Taxonomy taxonomy, List<Sample> tested, ImageCache images) {
    return NearestNeighbours.score(taxonomy, training, tested, s -> colour(images, s));
  }

  private static double[] colour(ImageCache images, Sample sample) {
    return images.colour(images.indexOf(sample.id()));
  }
}
