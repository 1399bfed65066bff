package io.github.leukemia4j.evaluation.patient;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Tells a patient's label from the patient's cells by a weighted mean of their features, whose
 * weights are learnt (gated attention, Ilse et al. 2018): {@code a_k = softmax_k(w . (tanh(V h_k) *
 * sigmoid(U h_k)))}, log-odds {@code u . sum_k a_k h_k + c}, features h standardised over all
 * cells. Minimises the sum of the log losses plus half the penalty times the squares of all weights
 * but c, by Adam over all patients at once, from small random weights. With V, U and w of 0 it is
 * logistic regression on the mean. Immutable.
 */
final class GatedAttention {
  private static final int STEPS = 200;
  private static final double RATE = 0.05;
  private static final double NO_SPREAD = 1e-12;

  private final int hidden;
  private final double[] means;
  private final double[] spreads;
  private final double[] weights;

  private GatedAttention(int hidden, double[] means, double[] spreads, double[] weights) {
    this.hidden = hidden;
    this.means = means;
    this.spreads = spreads;
    this.weights = weights;
  }

  /**
   * Fits.
   *
   * @param patients {@code [patients][cells][features]}, at least one cell each
   * @param positive of each patient
   * @param hidden rows of V and U
   * @param penalty above 0
   * @param seed of the first weights
   */
  static GatedAttention fit(
      List<double[][]> patients, boolean[] positive, int hidden, double penalty, long seed) {
    int size = patients.get(0)[0].length;
    double[] means = new double[size];
    double[] spreads = new double[size];
    double[][] cells = patients.stream().flatMap(Arrays::stream).toArray(double[][]::new);
    for (int k = 0; k < size; k++) {
      int column = k;
      double mean = Arrays.stream(cells).mapToDouble(h -> h[column]).average().orElseThrow();
      double variance =
          Arrays.stream(cells)
              .mapToDouble(h -> (h[column] - mean) * (h[column] - mean))
              .average()
              .orElseThrow();
      means[k] = mean;
      spreads[k] = Math.sqrt(variance) > NO_SPREAD ? Math.sqrt(variance) : 1;
    }
    GatedAttention start =
        new GatedAttention(hidden, means, spreads, random(2 * hidden * size + hidden, size, seed));
    List<double[][]> scaled = patients.stream().map(start::standardised).toList();
    double[] weights = start.weights.clone();
    double[] first = new double[weights.length];
    double[] second = new double[weights.length];
    double[] slope = new double[weights.length];
    for (int step = 1; step <= STEPS; step++) {
      objective(scaled, positive, hidden, penalty, weights, slope);
      for (int i = 0; i < weights.length; i++) {
        first[i] = 0.9 * first[i] + 0.1 * slope[i];
        second[i] = 0.999 * second[i] + 0.001 * slope[i] * slope[i];
        weights[i] -=
            RATE
                * (first[i] / (1 - Math.pow(0.9, step)))
                / (Math.sqrt(second[i] / (1 - Math.pow(0.999, step))) + 1e-8);
      }
    }
    return new GatedAttention(hidden, means, spreads, weights);
  }

  /**
   * Weights of the attention that are not 0, from where they could not grow; the rest begins at 0.
   */
  private static double[] random(int attention, int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] weights = new double[attention + size + 1];
    for (int i = 0; i < attention; i++) {
      weights[i] = random.nextDouble() - 0.5;
    }
    return weights;
  }

  private double[][] standardised(double[][] cells) {
    double[][] scaled = new double[cells.length][means.length];
    for (int c = 0; c < cells.length; c++) {
      for (int k = 0; k < means.length; k++) {
        scaled[c][k] = (cells[c][k] - means[k]) / spreads[k];
      }
    }
    return scaled;
  }

  /** The log-odds of being positive. */
  double logOdds(double[][] cells) {
    return new Pass(standardised(cells), hidden, weights).logOdds;
  }

  /** How much each cell counts, summing to 1. */
  double[] attention(double[][] cells) {
    return new Pass(standardised(cells), hidden, weights).attention;
  }

  /**
   * What is minimised.
   *
   * @param patients standardised
   * @param weights V and U row by row, w, u, c
   * @param slope is given the derivatives with respect to the weights
   */
  static double objective(
      List<double[][]> patients,
      boolean[] positive,
      int hidden,
      double penalty,
      double[] weights,
      double[] slope) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      boolean held = i < weights.length - 1;
      slope[i] = held ? penalty * weights[i] : 0;
      sum += held ? penalty / 2 * weights[i] * weights[i] : 0;
    }
    for (int p = 0; p < positive.length; p++) {
      Pass pass = new Pass(patients.get(p), hidden, weights);
      sum += RidgeLogistic.logLoss(pass.logOdds, positive[p]);
      pass.addSlopes(RidgeLogistic.logistic(pass.logOdds) - (positive[p] ? 1 : 0), slope);
    }
    return sum;
  }

  /** One patient through the formula, and back. */
  private static final class Pass {
    private final double[][] cells;
    private final int hidden;
    private final double[] weights;
    private final int size;
    private final double[][] tanh;
    private final double[][] gate;
    private final double[] attention;
    private final double[] pooled;
    private final double logOdds;

    Pass(double[][] cells, int hidden, double[] weights) {
      this.cells = cells;
      this.hidden = hidden;
      this.weights = weights;
      this.size = cells[0].length;
      this.tanh = new double[cells.length][hidden];
      this.gate = new double[cells.length][hidden];
      this.attention = new double[cells.length];
      this.pooled = new double[size];
      double highest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < cells.length; c++) {
        for (int j = 0; j < hidden; j++) {
          tanh[c][j] = Math.tanh(dot(j * size, cells[c]));
          gate[c][j] = RidgeLogistic.logistic(dot((hidden + j) * size, cells[c]));
          attention[c] += weights[2 * hidden * size + j] * tanh[c][j] * gate[c][j];
        }
        highest = Math.max(highest, attention[c]);
      }
      double sum = 0;
      for (int c = 0; c < cells.length; c++) {
        attention[c] = Math.exp(attention[c] - highest);
        sum += attention[c];
      }
      for (int c = 0; c < cells.length; c++) {
        attention[c] /= sum;
        for (int k = 0; k < size; k++) {
          pooled[k] += attention[c] * cells[c][k];
        }
      }
      this.logOdds = dot(2 * hidden * size + hidden, pooled) + weights[weights.length - 1];
    }

    private double dot(int from, double[] row) {
      double sum = 0;
      for (int k = 0; k < size; k++) {
        sum += weights[from + k] * row[k];
      }
      return sum;
    }

    /**
     * @param ofLogOdds the derivative of what is minimised with respect to the log-odds
     */
    void addSlopes(double ofLogOdds, double[] slope) {
      int w = 2 * hidden * size;
      int u = w + hidden;
      slope[slope.length - 1] += ofLogOdds;
      double mean = 0;
      double[] ofCell = new double[cells.length];
      for (int k = 0; k < size; k++) {
        slope[u + k] += ofLogOdds * pooled[k];
      }
      for (int c = 0; c < cells.length; c++) {
        ofCell[c] = ofLogOdds * dot(u, cells[c]);
        mean += attention[c] * ofCell[c];
      }
      for (int c = 0; c < cells.length; c++) {
        double ofScore = attention[c] * (ofCell[c] - mean);
        for (int j = 0; j < hidden; j++) {
          double own = ofScore * weights[w + j];
          slope[w + j] += ofScore * tanh[c][j] * gate[c][j];
          double ofV = own * gate[c][j] * (1 - tanh[c][j] * tanh[c][j]);
          double ofU = own * tanh[c][j] * gate[c][j] * (1 - gate[c][j]);
          for (int k = 0; k < size; k++) {
            slope[j * size + k] += ofV * cells[c][k];
            slope[(hidden + j) * size + k] += ofU * cells[c][k];
          }
        }
      }
    }
  }
}
