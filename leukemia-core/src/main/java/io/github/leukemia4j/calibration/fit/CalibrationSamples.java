package io.github.leukemia4j.calibration.fit;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.calibration.DecisionRule;
import io.github.leukemia4j.inference.ProbabilityScale;
import io.github.leukemia4j.metric.ReliabilityBin;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a classifier says of samples that it was not made from, to fit a temperature and decisions
 * on. Immutable.
 */
public final class CalibrationSamples {
  private final String dataset;
  private final LabelSet labels;
  private final double[][] logits;
  private final int[] truth;
  private final int[] patient;
  private final int withoutPatient;

  private CalibrationSamples(
      String dataset,
      LabelSet labels,
      double[][] logits,
      int[] truth,
      int[] patient,
      int withoutPatient) {
    this.dataset = dataset;
    this.labels = labels;
    this.logits = logits;
    this.truth = truth;
    this.patient = patient;
    this.withoutPatient = withoutPatient;
  }

  /**
   * @param dataset its name, for the evidence
   * @param labels what the classifier chooses among
   * @param logits {@code [samples, labels]}, finite, as {@link ProbabilityScale#corrected} gives
   *     them
   * @param truth {@code [samples]}, each one of the labels
   * @param patients {@code [samples]}, whose cell each is, if known; an unknown patient counts as
   *     one of its own
   * @throws IllegalArgumentException where the shapes do not fit
   */
  public static CalibrationSamples of(
      String dataset,
      LabelSet labels,
      double[][] logits,
      List<Label> truth,
      List<Optional<String>> patients) {
    int n = logits.length;
    if (truth.size() != n
        || patients.size() != n
        || !Arrays.stream(logits).allMatch(row -> row.length == labels.size())) {
      throw new IllegalArgumentException(
          "There must be a logit for each of %s, a truth and a patient for each sample; found %s rows, %s and %s."
              .formatted(labels, n, truth.size(), patients.size()));
    }
    Map<String, Integer> numbers = new HashMap<>();
    int[] patient = new int[n];
    int unknown = 0;
    for (int i = 0; i < n; i++) {
      // The known ones from 0 up, the unknown ones from -1 down.
      patient[i] =
          patients.get(i).isPresent()
              ? numbers.computeIfAbsent(patients.get(i).get(), name -> numbers.size())
              : -1 - unknown++;
    }
    return new CalibrationSamples(
        dataset,
        labels,
        Arrays.stream(logits).map(double[]::clone).toArray(double[][]::new),
        truth.stream().mapToInt(labels::indexOf).toArray(),
        patient,
        unknown);
  }

  String dataset() {
    return dataset;
  }

  LabelSet labels() {
    return labels;
  }

  double[][] logits() {
    return logits;
  }

  int[] truth() {
    return truth;
  }

  /** Equal numbers for the samples of one patient. */
  int[] patient() {
    return patient;
  }

  int withoutPatient() {
    return withoutPatient;
  }

  boolean patientsKnown() {
    return truth.length == 0 || withoutPatient < truth.length;
  }

  /** {@code [samples, labels]} at a temperature. */
  double[][] probabilities(double temperature) {
    return Arrays.stream(logits)
        .map(row -> ProbabilityScale.softmax(row, temperature))
        .toArray(double[][]::new);
  }

  /**
   * Fits a temperature, as {@link TemperatureFit#fit} does, and measures what it brings.
   *
   * @param present the temperature in use, above 0
   * @throws IllegalArgumentException where there are no samples
   */
  public Calibration fitTemperature(double present) {
    double[] each = TemperatureFit.crossFitted(logits, truth, patient, present);
    List<ReliabilityBin> before =
        ReliabilityBin.of(truth, probabilities(present), Calibration.BINS);
    double[][] fitted =
        IntStream.range(0, truth.length)
            .mapToObj(i -> ProbabilityScale.softmax(logits[i], each[i]))
            .toArray(double[][]::new);
    List<ReliabilityBin> after = ReliabilityBin.of(truth, fitted, Calibration.BINS);
    return new Calibration(
        dataset,
        TemperatureFit.fit(logits, truth, patient, present, each),
        withoutPatient,
        ReliabilityBin.expectedCalibrationError(before),
        ReliabilityBin.expectedCalibrationError(after),
        before,
        after);
  }

  /**
   * Fits what these samples support of a wish. Where there are none, all is refused.
   *
   * @param wish which may be refused in part or as a whole
   * @param temperature of the probabilities that thresholds shall be held against
   */
  public Decision fitDecision(DecisionRule wish, double temperature) {
    return DecisionFit.fit(wish, this, temperature);
  }
}
