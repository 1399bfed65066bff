package io.github.leukemia4j.research.study;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import libsvm.svm;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.classification.libsvm.LibSVMClassificationTrainer;
import org.tribuo.classification.libsvm.SVMClassificationType;
import org.tribuo.common.libsvm.KernelType;
import org.tribuo.common.libsvm.SVMParameters;
import org.tribuo.common.nearest.KNNModel;
import org.tribuo.common.nearest.KNNTrainer;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.distance.L2Distance;
import org.tribuo.math.neighbour.NeighboursQueryFactoryType;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * The usual classifiers of vectors, by Tribuo. Every feature is brought to mean 0 and deviation 1
 * by the training samples. Stateless.
 */
final class Learners {
  private static final LabelFactory LABELS = new LabelFactory();
  private static final int TREES = 300;
  private static final int NEIGHBOURS = 5;

  /** Tribuo tells of every tree. Held, or the level would be forgotten. */
  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  static {
    TRIBUO.setLevel(Level.WARNING);
    // LIBSVM prints every step of every fold.
    svm.svm_set_print_string_function(line -> {});
  }

  /** Makes a classifier of vectors. */
  @FunctionalInterface
  interface Learner {
    /**
     * @param vectors [samples][features]
     * @param truth of each sample, from 0
     * @param classes how many there are; some may not occur
     */
    Fitted fit(double[][] vectors, int[] truth, int classes, long seed);
  }

  /** A classifier of vectors. */
  @FunctionalInterface
  interface Fitted {
    /** The probability of each class. */
    double[] probabilities(double[] vector);
  }

  private Learners() {}

  /**
   * A support vector machine with a radial kernel, cost 1 and gamma 1 / features, whose
   * probabilities are Platt's (LIBSVM).
   */
  static Learner supportVectors() {
    return (vectors, truth, classes, seed) -> {
      SVMParameters<Label> parameters =
          new SVMParameters<>(
              new SVMClassificationType(SVMClassificationType.SVMMode.C_SVC), KernelType.RBF);
      parameters.setCost(1);
      parameters.setGamma(1.0 / vectors[0].length);
      parameters.setProbability();
      return fit(() -> new LibSVMClassificationTrainer(parameters, seed), vectors, truth, classes);
    };
  }

  /** 300 trees, each split over the square root of the number of features. */
  static Learner forest() {
    return (vectors, truth, classes, seed) -> {
      float share = (float) (1 / Math.sqrt(vectors[0].length));
      return fit(
          () ->
              new RandomForestTrainer<>(
                  new CARTClassificationTrainer(Integer.MAX_VALUE, share, seed),
                  new VotingCombiner(),
                  TREES,
                  seed),
          vectors,
          truth,
          classes);
    };
  }

  /** The shares of the labels among the five nearest samples. */
  static Learner neighbours() {
    return (vectors, truth, classes, seed) ->
        fit(
            () ->
                new KNNTrainer<>(
                    Math.min(NEIGHBOURS, vectors.length),
                    new L2Distance(),
                    1,
                    new VotingCombiner(),
                    KNNModel.Backend.THREADPOOL,
                    NeighboursQueryFactoryType.BRUTE_FORCE),
            vectors,
            truth,
            classes);
  }

  /** The shares of the labels among the training samples, whatever the vector. */
  static Learner shares() {
    return (vectors, truth, classes, seed) -> {
      double[] shares = new double[classes];
      for (int label : truth) {
        shares[label] += 1.0 / truth.length;
      }
      return vector -> normalised(shares.clone());
    };
  }

  private static Fitted fit(
      Supplier<Trainer<Label>> trainer, double[][] vectors, int[] truth, int classes) {
    if (Arrays.stream(truth).distinct().count() < 2) {
      return shares().fit(vectors, truth, classes, 0);
    }
    double[] means = new double[vectors[0].length];
    double[] deviations = new double[means.length];
    standard(vectors, means, deviations);
    String[] names =
        IntStream.range(0, means.length).mapToObj("f%04d"::formatted).toArray(String[]::new);
    MutableDataset<Label> samples =
        new MutableDataset<>(new SimpleDataSourceProvenance("study", LABELS), LABELS);
    for (int i = 0; i < vectors.length; i++) {
      double[] vector = standardised(vectors[i], means, deviations);
      samples.add(new ArrayExample<>(new Label(Integer.toString(truth[i])), names, vector));
    }
    Model<Label> model = trainer.get().train(samples);
    return vector -> {
      var scores =
          model
              .predict(
                  new ArrayExample<>(
                      LabelFactory.UNKNOWN_LABEL, names, standardised(vector, means, deviations)))
              .getOutputScores();
      double[] probabilities = new double[classes];
      for (int c = 0; c < classes; c++) {
        Label score = scores.get(Integer.toString(c));
        probabilities[c] = score == null ? 0 : Math.max(0, score.getScore());
      }
      return normalised(probabilities);
    };
  }

  private static void standard(double[][] vectors, double[] means, double[] deviations) {
    for (int f = 0; f < means.length; f++) {
      int feature = f;
      double[] values = Arrays.stream(vectors).mapToDouble(v -> v[feature]).toArray();
      double mean = Arrays.stream(values).average().orElse(0);
      double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);
      means[f] = mean;
      deviations[f] = Math.sqrt(variance);
    }
  }

  private static double[] standardised(double[] vector, double[] means, double[] deviations) {
    double[] standardised = new double[vector.length];
    Arrays.setAll(
        standardised, f -> deviations[f] < 1e-12 ? 0 : (vector[f] - means[f]) / deviations[f]);
    return standardised;
  }

  private static double[] normalised(double[] shares) {
    double sum = Arrays.stream(shares).sum();
    Arrays.setAll(shares, c -> sum > 0 ? shares[c] / sum : 1.0 / shares.length);
    return shares;
  }
}
