package org.example.leukemia;

import io.github.leukemia4j.loss.Loss;

// [loss]
/** A loss of one's own: the squared distance of probabilities and targets, mean over samples. */
public record BrierLoss() implements Loss {
  @Override
  public double value(double[][] targets, double[][] probabilities) {
    Loss.requireBatch(targets, probabilities);
    double sum = 0;
    for (int i = 0; i < targets.length; i++) {
      for (int c = 0; c < targets[i].length; c++) {
        sum += Math.pow(probabilities[i][c] - targets[i][c], 2);
      }
    }
    return sum / targets.length;
  }

  @Override
  public String describe() {
    return "mean over samples of the sum over classes of (p - g)^2";
  }

  @Override
  public String text() {
    return "brier";
  }
}
// [loss]
