package io.github.leukemia4j.metric;

import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.ReliabilityBin;
import java.util.Arrays;

/**
 * What a stage said of each sample that it should know.
 *
 * @param labels what the stage chooses among
 * @param truth the true labels' places
 * @param chosen the chosen labels' places
 * @param probabilities {@code [label, sample]}
 * @param endToEnd which samples the cascade brought to the stage and sent on rightly
 * @param unit which unit each sample belongs to
 */
public record StageInput(
    LabelSet labels,
    int[] truth,
    int[] chosen,
    double[][] probabilities,
    boolean[] endToEnd,
    int[] unit) {
  /** The label whose probability ranks the samples of a stage with two labels. */
  public int scored() {
    return labels.positiveIndex().orElse(1);
  }

  /** All samples as one unit. */
  public StageInput asOneUnit() {
    return new StageInput(labels, truth, chosen, probabilities, endToEnd, new int[truth.length]);
  }

  public boolean[] isClass(int label) {
    boolean[] is = new boolean[truth.length];
    for (int i = 0; i < truth.length; i++) {
      is[i] = truth[i] == label;
    }
    return is;
  }

  /** These samples alone. */
  public StageInput part(int[] samples) {
    double[][] some = new double[probabilities.length][samples.length];
    boolean[] brought = new boolean[samples.length];
    for (int i = 0; i < samples.length; i++) {
      brought[i] = endToEnd[samples[i]];
      for (int c = 0; c < some.length; c++) {
        some[c][i] = probabilities[c][samples[i]];
      }
    }
    return new StageInput(
        labels,
        Arrays.stream(samples).map(i -> truth[i]).toArray(),
        Arrays.stream(samples).map(i -> chosen[i]).toArray(),
        some,
        brought,
        Arrays.stream(samples).map(i -> unit[i]).toArray());
  }

  /** The most probable label of a sample, the first of equally probable ones. */
  public int mostProbable(int sample) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      best = probabilities[c][sample] > probabilities[best][sample] ? c : best;
    }
    return best;
  }

  /** How sure the stage was of what it chose, and whether it was right. */
  public RiskCoverage riskCoverage() {
    double[] confidence = new double[truth.length];
    boolean[] right = new boolean[truth.length];
    for (int i = 0; i < truth.length; i++) {
      confidence[i] = probabilities[chosen[i]][i];
      right[i] = chosen[i] == truth[i];
    }
    return RiskCoverage.of(confidence, right);
  }

  /** Adds what one sample brings to the sums of {@link StageData}. */
  void contribute(int sample, int bins, UnitSums.Adder adder) {
    int classes = labels.size();
    int base = classes * classes;
    int actual = truth[sample];
    int best = mostProbable(sample);
    double squares = 0;
    for (int c = 0; c < classes; c++) {
      double p = probabilities[c][sample];
      double error = p - (c == actual ? 1 : 0);
      squares += error * error;
    }
    double column = probabilities[scored()][sample] - (scored() == actual ? 1 : 0);
    double confidence = probabilities[best][sample];
    int bin = base + 3 + 3 * ReliabilityBin.indexOf(confidence, bins);
    adder.add(actual * classes + chosen[sample], 1);
    adder.add(
        base, -Math.log(Math.max(probabilities[actual][sample], StageData.LEAST_PROBABILITY)));
    adder.add(base + 1, classes == 2 ? column * column : squares);
    if (endToEnd[sample]) {
      adder.add(base + 2, 1);
    }
    adder.add(bin, 1);
    adder.add(bin + 1, confidence);
    if (best == actual) {
      adder.add(bin + 2, 1);
    }
  }
}
