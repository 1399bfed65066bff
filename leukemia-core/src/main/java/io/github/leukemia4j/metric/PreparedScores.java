package io.github.leukemia4j.metric;

import io.github.leukemia4j.LabelSet;

/** The part of a stage's scores that is the same under all weights, computed once. Immutable. */
final class PreparedScores {
  private static final double LEAST_PROBABILITY = 0x1p-52;

  final LabelSet labels;
  final int[] truth;
  final int[] chosen;
  final double[][] probabilities;
  final boolean[] endToEnd;
  final int[] cluster;
  final Place place;
  final Ranking[] rankings;
  final ClusterSums sums;

  PreparedScores(
      LabelSet labels,
      int[] truth,
      int[] chosen,
      double[][] probabilities,
      boolean[] endToEnd,
      int[] cluster,
      int clusters) {
    this.labels = labels;
    this.truth = truth;
    this.chosen = chosen;
    this.probabilities = probabilities;
    this.endToEnd = endToEnd;
    this.cluster = cluster;
    this.place = new Place(labels.size());
    this.rankings = new Ranking[labels.size()];
    for (int c = 0; c < labels.size(); c++) {
      if (labels.size() > 2 || c == scored()) {
        rankings[c] = Ranking.of(probabilities[c], isOf(c), cluster);
      }
    }
    this.sums = ClusterSums.of(place.count(), cluster, clusters, this::add);
  }

  int scored() {
    return labels.positiveIndex().orElse(1);
  }

  boolean[] isOf(int label) {
    boolean[] is = new boolean[truth.length];
    for (int i = 0; i < truth.length; i++) {
      is[i] = truth[i] == label;
    }
    return is;
  }

  int mostProbable(int sample) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      best = probabilities[c][sample] > probabilities[best][sample] ? c : best;
    }
    return best;
  }

  private void add(double[] row, int sample) {
    int actual = truth[sample];
    int best = mostProbable(sample);
    double squares = 0;
    for (int c = 0; c < probabilities.length; c++) {
      double error = probabilities[c][sample] - (c == actual ? 1 : 0);
      squares += error * error;
    }
    double column = probabilities[scored()][sample] - (scored() == actual ? 1 : 0);
    double confidence = probabilities[best][sample];
    int bin = ReliabilityBin.indexOf(confidence, StageScores.CALIBRATION_BINS);
    row[place.cell(actual, chosen[sample])]++;
    row[place.logLoss()] -= Math.log(Math.max(probabilities[actual][sample], LEAST_PROBABILITY));
    row[place.brier()] += probabilities.length == 2 ? column * column : squares;
    row[place.endToEnd()] += endToEnd[sample] ? 1 : 0;
    row[place.inBin(bin)]++;
    row[place.confidence(bin)] += confidence;
    row[place.right(bin)] += best == actual ? 1 : 0;
  }

  /** Where each sum stands in the row of sums. */
  record Place(int classes) {
    int cell(int truth, int chosen) {
      return truth * classes + chosen;
    }

    int logLoss() {
      return classes * classes;
    }

    int brier() {
      return logLoss() + 1;
    }

    int endToEnd() {
      return brier() + 1;
    }

    int inBin(int bin) {
      return endToEnd() + 1 + 3 * bin;
    }

    int confidence(int bin) {
      return inBin(bin) + 1;
    }

    int right(int bin) {
      return inBin(bin) + 2;
    }

    int count() {
      return inBin(StageScores.CALIBRATION_BINS);
    }

    ConfusionMatrix confusion(LabelSet labels, double[] sums) {
      long[][] counts = new long[classes][classes];
      for (int t = 0; t < classes; t++) {
        for (int c = 0; c < classes; c++) {
          counts[t][c] = Math.round(sums[cell(t, c)]);
        }
      }
      return new ConfusionMatrix(labels, counts);
    }
  }
}
