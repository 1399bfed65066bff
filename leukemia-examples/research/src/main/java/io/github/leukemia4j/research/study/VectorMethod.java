package io.github.leukemia4j.research.study;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.research.study.Learners.Fitted;
import io.github.leukemia4j.research.study.Learners.Learner;
import io.github.leukemia4j.tf.TfFeatures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A classifier of vectors for each stage: it learns from the training samples that reach the stage.
 *
 * @param source what vectors images have
 * @param learner of each stage
 */
record VectorMethod(Source source, Learner learner) implements StudyMethod {
  /** Opens what makes vectors of images in a fold. */
  @FunctionalInterface
  interface Source {
    Vectors open(StudyWork work, int fold) throws IOException;
  }

  /** Makes vectors of images. */
  @FunctionalInterface
  interface Vectors extends AutoCloseable {
    /** [samples][features]. */
    double[][] of(List<Sample> samples) throws IOException, InterruptedException;

    /** The vector of an image that was read just now. */
    default double[] one(Sample sample, CellImage image) throws IOException, InterruptedException {
      return of(List.of(sample))[0];
    }

    @Override
    default void close() {}
  }

  /** Features of the segmented nucleus. */
  static VectorMethod ofCells(Learner learner) {
    return new VectorMethod(
        (work, fold) ->
            new Vectors() {
              @Override
              public double[][] of(List<Sample> samples) throws IOException, InterruptedException {
                return work.featuresOfCells(samples);
              }

              @Override
              public double[] one(Sample sample, CellImage image) {
                return NucleusFeatures.of(image);
              }
            },
        learner);
  }

  /** Nine statistics of an image's colours. */
  static VectorMethod ofColours(Learner learner) {
    return new VectorMethod(
        (work, fold) ->
            samples ->
                samples.stream()
                    .map(s -> work.images().colour(work.images().indexOf(s.id())))
                    .toArray(double[][]::new),
        learner);
  }

  /** Nothing at all. */
  static VectorMethod ofNothing() {
    return new VectorMethod(
        (work, fold) -> samples -> new double[samples.size()][1], Learners.shares());
  }

  /** Features of the networks of {@link StudyRows#OF_FEATURES}, trained on the same fold. */
  static VectorMethod ofNetworks(Learner learner) {
    return new VectorMethod(VectorMethod::network, learner);
  }

  private static Vectors network(StudyWork work, int fold) throws IOException {
    List<TfFeatures> networks = new ArrayList<>();
    try (MultilevelPipeline pipeline =
        MultilevelPipeline.load(work.foldOf(StudyRows.OF_FEATURES, fold))) {
      List<ModelBundle> bundles =
          pipeline.classifiers().values().stream()
              .flatMap(classifier -> classifier.bundle().stream())
              .distinct()
              .toList();
      for (ModelBundle bundle : bundles) {
        networks.add(TfFeatures.open(bundle, OpenOptions.DEFAULT));
      }
    }
    return new Vectors() {
      @Override
      public double[][] of(List<Sample> samples) {
        byte[] rgb = work.pixels(samples);
        double[][] all = new double[samples.size()][0];
        for (TfFeatures network : networks) {
          double[][] some = network.of(rgb, samples.size());
          for (int i = 0; i < all.length; i++) {
            all[i] = beside(all[i], some[i]);
          }
        }
        return all;
      }

      @Override
      public void close() {
        networks.forEach(TfFeatures::close);
      }
    };
  }

  private static double[] beside(double[] a, double[] b) {
    double[] both = new double[a.length + b.length];
    System.arraycopy(a, 0, both, 0, a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @Override
  public Fold fold(StudyWork work, int number, Split split)
      throws IOException, InterruptedException {
    try (Vectors vectors = source.open(work, number)) {
      Taxonomy taxonomy = split.taxonomy();
      double[][] training = vectors.of(split.train().samples());
      long start = System.nanoTime();
      Map<Label, Fitted> stages = new LinkedHashMap<>();
      for (Label stage : taxonomy.innerNodes()) {
        stages.put(stage, fit(taxonomy, stage, split.train().samples(), training, work.seed()));
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      List<Sample> tested = split.test().samples();
      double[][] found = vectors.of(tested);
      List<ScoredSample> scored = new ArrayList<>();
      for (int i = 0; i < found.length; i++) {
        scored.add(scored(taxonomy, tested.get(i), stages, found[i]));
      }
      return new Fold(
          scored,
          OptionalDouble.of(seconds),
          oneImage(taxonomy, tested, vectors, stages),
          OptionalLong.empty());
    }
  }

  private Fitted fit(
      Taxonomy taxonomy, Label stage, List<Sample> samples, double[][] vectors, long seed) {
    LabelSet labels = taxonomy.labelSet(stage);
    List<double[]> own = new ArrayList<>();
    List<Integer> truth = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      double[] vector = vectors[i];
      taxonomy
          .childTowards(stage, samples.get(i).label())
          .ifPresent(
              child -> {
                own.add(vector);
                truth.add(labels.labels().indexOf(child));
              });
    }
    int[] classes = truth.stream().mapToInt(Integer::intValue).toArray();
    return own.isEmpty()
        ? Learners.shares().fit(new double[0][], classes, labels.size(), seed)
        : learner.fit(own.toArray(double[][]::new), classes, labels.size(), seed);
  }

  private static ScoredSample scored(
      Taxonomy taxonomy, Sample sample, Map<Label, Fitted> stages, double[] vector) {
    Map<Label, Prediction> predictions = new LinkedHashMap<>();
    stages.forEach(
        (stage, fitted) ->
            predictions.put(
                stage, Prediction.of(taxonomy.labelSet(stage), fitted.probabilities(vector))));
    Label at = taxonomy.root();
    while (predictions.containsKey(at)) {
      at = predictions.get(at).label();
    }
    return new ScoredSample(
        sample.id(),
        sample.label(),
        sample.patient(),
        predictions,
        at,
        MultilevelResult.Outcome.DECIDED);
  }

  /** With the making of its vector; nine colour statistics were taken when the image was read. */
  private static double oneImage(
      Taxonomy taxonomy, List<Sample> tested, Vectors vectors, Map<Label, Fitted> stages)
      throws IOException {
    return StudyWork.medianMilliseconds(
        tested,
        (sample, image) -> {
          try {
            scored(taxonomy, sample, stages, vectors.one(sample, image));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
