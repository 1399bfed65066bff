package io.github.leukemia4j.loss;

import java.util.random.RandomGenerator;

/** Targets and probabilities drawn for a test. */
record RandomBatch(double[][] targets, double[][] probabilities) {
  /** One-hot targets; probabilities from logits of the given spread. */
  static RandomBatch draw(RandomGenerator random, int samples, int classes, double spread) {
    double[][] targets = new double[samples][classes];
    double[][] probabilities = new double[samples][classes];
    for (int i = 0; i < samples; i++) {
      targets[i][random.nextInt(classes)] = 1;
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        probabilities[i][c] = Math.exp(spread * random.nextGaussian());
        sum += probabilities[i][c];
      }
      for (int c = 0; c < classes; c++) {
        probabilities[i][c] /= sum;
      }
    }
    return new RandomBatch(targets, probabilities);
  }

  /** The same samples, each so many times. */
  RandomBatch repeated(int times) {
    double[][] targets = new double[this.targets.length * times][];
    double[][] probabilities = new double[targets.length][];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = this.targets[i % this.targets.length];
      probabilities[i] = this.probabilities[i % this.targets.length];
    }
    return new RandomBatch(targets, probabilities);
  }
}
