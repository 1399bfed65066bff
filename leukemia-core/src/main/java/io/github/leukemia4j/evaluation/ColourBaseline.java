package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.image.quality.ImageStatistics;
import io.github.leukemia4j.training.input.ImageCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The classifier that sees no cell: it tells an image by nine statistics of its colours ({@link
 * ImageStatistics#colour()}) and the five images that are most alike. A network that is not clearly
 * better has learned the stain. Colours come from a cache where it holds the images, which are read
 * otherwise. All methods are thread-safe.
 */
public final class ColourBaseline {
  private static final String NAME = "Colours alone";
  private static final String WHAT =
      "The five nearest neighbours by nine statistics of an image's colours, ";

  private ColourBaseline() {}

  /**
   * Tells one part of a split by its training part.
   *
   * @param training with other patients than the tested ones
   * @param tested the samples that the model is tested on
   * @param images that were read before; those that it does not hold are read
   * @throws IOException where an image is missing or cannot be read
   * @throws DataException where one is no image
   */
  public static Baseline of(Dataset training, Dataset tested, ImageCache images)
      throws IOException {
    Map<ImageSource, double[]> colours = known(images);
    return Baseline.of(
        NAME,
        WHAT + "among the training part; tested on the same samples as the model.",
        Evaluator.evaluate(training.taxonomy(), score(training, tested, colours)));
  }

  /**
   * Tells the test part of every fold by the fold's training part.
   *
   * @param images that were read before; those that it does not hold are read
   * @throws IOException where an image is missing or cannot be read
   * @throws DataException where one is no image
   */
  public static Baseline ofFolds(List<Split> folds, ImageCache images) throws IOException {
    Map<ImageSource, double[]> colours = known(images);
    List<ScoredSample> scored = new ArrayList<>();
    for (Split fold : folds) {
      scored.addAll(score(fold.train(), fold.test(), colours));
    }
    return Baseline.of(
        NAME,
        WHAT + "among the training part of each fold; tested on the same samples as the model.",
        Evaluator.evaluate(folds.get(0).taxonomy(), scored));
  }

  /**
   * Tells every readable image by those of the other patients of the same data, for models that
   * were trained elsewhere: unlike the model, this baseline knows the data it is tested on.
   *
   * @param images of the data
   */
  public static Baseline withinData(ImageCache images) {
    Map<ImageSource, double[]> colours = known(images);
    return Baseline.of(
        NAME,
        WHAT
            + "among the other patients of the evaluated data themselves (cross-validated by"
            + " patient): unlike the model it has seen this data set.",
        Evaluator.evaluate(
            images.dataset().taxonomy(),
            NearestNeighbours.score(images.verification(), s -> colours.get(s.source()))));
  }

  private static Map<ImageSource, double[]> known(ImageCache images) {
    Map<ImageSource, double[]> colours = new ConcurrentHashMap<>();
    images
        .verification()
        .readable()
        .samples()
        .forEach(s -> colours.put(s.source(), images.colour(images.indexOf(s.id()))));
    return colours;
  }

  private static List<ScoredSample> score(
      Dataset training, Dataset tested, Map<ImageSource, double[]> colours) throws IOException {
    measure(training, colours);
    measure(tested, colours);
    return NearestNeighbours.score(training, tested, s -> colours.get(s.source()));
  }

  private static void measure(Dataset dataset, Map<ImageSource, double[]> colours)
      throws IOException {
    try {
      dataset.samples().parallelStream()
          .filter(s -> !colours.containsKey(s.source()))
          .forEach(s -> colours.put(s.source(), colour(s)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static double[] colour(Sample sample) {
    try {
      return ImageStatistics.colour(sample.source().read());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
