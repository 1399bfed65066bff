package io.github.leukemia4j.loss;

/**
 * The sums of one class over a batch, of which the index and the {@link TverskyLoss} are made.
 *
 * @param hits TP + smoothing, at least {@link TverskyLoss#LEAST_HITS}
 * @param errors alpha FP + beta FN
 * @param hitsAreFree whether hits follow TP, and are not held at their least value
 */
record TverskySums(double hits, double errors, boolean hitsAreFree) {
  static TverskySums of(TverskyLoss loss, double[][] targets, double[][] probabilities, int c) {
    double truePositive = 0;
    double falsePositive = 0;
    double falseNegative = 0;
    for (int i = 0; i < targets.length; i++) {
      double g = targets[i][c];
      double p = probabilities[i][c];
      truePositive += p * g;
      falsePositive += p * (1 - g);
      falseNegative += (1 - p) * g;
    }
    double hits = truePositive + loss.smoothing();
    double errors =
        loss.falsePositiveWeight() * falsePositive + loss.falseNegativeWeight() * falseNegative;
    return new TverskySums(
        Math.max(hits, TverskyLoss.LEAST_HITS), errors, hits >= TverskyLoss.LEAST_HITS);
  }

  /** 1 - index, or -log(index): what the exponent applies to, before its clamp. */
  private double base(TverskyLoss loss) {
    // Neither subtracts from 1, so that a nearly perfect class keeps its digits.
    return loss.logarithmic()
        ? Math.log1p(Math.min(errors / hits, 1 / TverskyLoss.LEAST_BASE - 1))
        : errors / (hits + errors);
  }

  double loss(TverskyLoss loss) {
    double base = base(loss);
    double clamped = loss.focalExponent() < 1 ? Math.max(base, TverskyLoss.LEAST_BASE) : base;
    return Math.pow(clamped, loss.focalExponent());
  }

  private double lossPerBase(TverskyLoss loss) {
    double base = base(loss);
    if (loss.focalExponent() < 1 && base < TverskyLoss.LEAST_BASE) {
      return 0;
    }
    return loss.focalExponent() * Math.pow(base, loss.focalExponent() - 1);
  }

  double lossPerError(TverskyLoss loss) {
    double all = hits + errors;
    if (loss.logarithmic()) {
      return errors / hits > 1 / TverskyLoss.LEAST_BASE - 1 ? 0 : lossPerBase(loss) / all;
    }
    return lossPerBase(loss) * (hits / all / all);
  }

  double lossPerHit(TverskyLoss loss) {
    if (!hitsAreFree) {
      return 0;
    }
    return -lossPerError(loss) * (errors / hits);
  }
}
