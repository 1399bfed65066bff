package io.github.leukemia4j.evaluation.patient;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;

/**
 * Logistic regression with a ridge penalty on standardised features: minimises the sum of the log
 * losses plus half the penalty times the squares of the weights, the intercept being free, by
 * Newton's method. With the same penalty it is {@code LogisticRegression(C = 1 / penalty)} of
 * scikit-learn behind a {@code StandardScaler}. Immutable.
 */
final class RidgeLogistic {
  private static final int MOST_STEPS = 100;
  private static final double TOLERANCE = 1e-12;

  /** A feature that does not vary gives nothing away, and must not be divided by 0. */
  private static final double NO_SPREAD = 1e-12;

  private final double[] means;
  private final double[] spreads;
  private final double[] weights;

  private RidgeLogistic(double[] means, double[] spreads, double[] weights) {
    this.means = means;
    this.spreads = spreads;
    this.weights = weights;
  }

  /**
   * Fits.
   *
   * @param features {@code [samples][features]}, at least one sample
   * @param positive of each sample
   * @param penalty above 0
   */
  static RidgeLogistic fit(double[][] features, boolean[] positive, double penalty) {
    int size = features[0].length;
    double[] means = new double[size];
    double[] spreads = new double[size];
    for (int k = 0; k < size; k++) {
      int column = k;
      means[k] = Arrays.stream(features).mapToDouble(row -> row[column]).average().orElseThrow();
      double mean = means[k];
      double variance =
          Arrays.stream(features)
              .mapToDouble(row -> (row[column] - mean) * (row[column] - mean))
              .average()
              .orElseThrow();
      spreads[k] = Math.sqrt(variance) > NO_SPREAD ? Math.sqrt(variance) : 1;
    }
    RidgeLogistic start = new RidgeLogistic(means, spreads, new double[size + 1]);
    double[][] rows = Arrays.stream(features).map(start::standardised).toArray(double[][]::new);
    return new RidgeLogistic(means, spreads, newton(rows, positive, penalty));
  }

  /** With a 1 in front, for the intercept. */
  private double[] standardised(double[] row) {
    double[] scaled = new double[row.length + 1];
    scaled[0] = 1;
    for (int k = 0; k < row.length; k++) {
      scaled[k + 1] = (row[k] - means[k]) / spreads[k];
    }
    return scaled;
  }

  private static double[] newton(double[][] rows, boolean[] positive, double penalty) {
    double[] weights = new double[rows[0].length];
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] gradient = new double[weights.length];
      double[][] curvature = new double[weights.length][weights.length];
      for (int k = 1; k < weights.length; k++) {
        gradient[k] = penalty * weights[k];
        curvature[k][k] = penalty;
      }
      for (int i = 0; i < rows.length; i++) {
        double p = logistic(dot(weights, rows[i]));
        // A floor keeps the matrix regular where all are told for certain.
        double slope = Math.max(p * (1 - p), 1e-10);
        for (int j = 0; j < weights.length; j++) {
          gradient[j] += (p - (positive[i] ? 1 : 0)) * rows[i][j];
          for (int k = 0; k < weights.length; k++) {
            curvature[j][k] += slope * rows[i][j] * rows[i][k];
          }
        }
      }
      double[] change =
          new LUDecomposition(new Array2DRowRealMatrix(curvature, false))
              .getSolver()
              .solve(new ArrayRealVector(gradient, false))
              .toArray();
      double before = objective(rows, positive, penalty, weights);
      double share = 1;
      double[] next = minus(weights, change, share);
      while (objective(rows, positive, penalty, next) > before && share > 1e-6) {
        share /= 2;
        next = minus(weights, change, share);
      }
      weights = next;
      if (Arrays.stream(change).map(Math::abs).max().orElse(0) < TOLERANCE) {
        break;
      }
    }
    return weights;
  }

  private static double[] minus(double[] weights, double[] change, double share) {
    return IntStream.range(0, weights.length)
        .mapToDouble(k -> weights[k] - share * change[k])
        .toArray();
  }

  private static double objective(
      double[][] rows, boolean[] positive, double penalty, double[] weights) {
    double sum = 0;
    for (int k = 1; k < weights.length; k++) {
      sum += penalty / 2 * weights[k] * weights[k];
    }
    for (int i = 0; i < rows.length; i++) {
      sum += logLoss(dot(weights, rows[i]), positive[i]);
    }
    return sum;
  }

  /** Of log-odds, without overflow. */
  static double logLoss(double logOdds, boolean positive) {
    double wrong = positive ? -logOdds : logOdds;
    return Math.max(wrong, 0) + Math.log1p(Math.exp(-Math.abs(wrong)));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  static double logistic(double logOdds) {
    return 1 / (1 + Math.exp(-logOdds));
  }

  /** The log-odds of being positive. */
  double logOdds(double[] features) {
    return dot(weights, standardised(features));
  }

  /** The intercept, then a weight for each standardised feature. */
  double[] weights() {
    return weights.clone();
  }
}
