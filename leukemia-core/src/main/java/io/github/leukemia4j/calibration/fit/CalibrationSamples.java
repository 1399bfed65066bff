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
import java.util.function.Function;
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

  /** {@code [samples, labels]} at a temperature, with a shift behind it. */
  double[][] probabilities(double temperature, double[] shift) {
    return Arrays.stream(logits)
        .map(row -> ProbabilityScale.softmax(row, temperature, shift))
        .toArray(double[][]::new);
  }

  /**
   * The share of each label among the samples, {@code [labels]}, summing to 1. Half a sample is
   * added to each, since a share of 0 could never be corrected.
   */
  public List<Double> shares() {
    return shares(IntStream.range(0, truth.length).toArray());
  }

  private List<Double> shares(int[] samples) {
    double[] counts = new double[labels.size()];
    Arrays.fill(counts, 0.5);
    for (int i : samples) {
      counts[truth[i]]++;
    }
    double sum = Arrays.stream(counts).sum();
    return Arrays.stream(counts).mapToObj(count -> count / sum).toList();
  }

  /** {@link #fit(double, double[])} where nothing is added behind the temperature yet. */
  public Calibration fit(double present) {
    return fit(present, new double[labels.size()]);
  }

  /**
   * Fits a temperature, as {@link TemperatureFit#fit} does, and a bias behind it (Alexandari et al.
   * 2020), and measures what they bring. The bias is accepted as the temperature is, where it
   * lowers the log loss of patients that it was not fitted on by more than chance does; it needs
   * cells of each label of at least 5 patients. Its prior is around what is in use.
   *
   * @param present the temperature in use, above 0
   * @param shift {@code [labels]} what is in use behind it, bias and correction to other shares
   *     together
   * @return whose bias is the whole shift that was found
   * @throws IllegalArgumentException where there are no samples
   */
  public Calibration fit(double present, double[] shift) {
    return fit(present, shift, fitted -> shift);
  }

  /**
   * {@link #fit(double, double[])} to samples that come as they come, so that their shares are
   * those of the place: the prior is around the bias in use at the shares of the samples.
   *
   * @param bias {@code [labels]} the part of the shift that is no correction to other shares
   * @param natural the shares that the bias was made at
   */
  public Calibration fit(double present, double[] shift, double[] bias, List<Double> natural) {
    return fit(
        present,
        shift,
        fitted -> {
          double[] middle = ProbabilityScale.ratios(shares(fitted), natural);
          for (int k = 0; k < middle.length; k++) {
            middle[k] += bias[k];
          }
          return middle;
        });
  }

  private Calibration fit(double present, double[] shift, Function<int[], double[]> middle) {
    double[] each = TemperatureFit.crossFitted(logits, truth, patient, present, shift);
    List<ReliabilityBin> before =
        ReliabilityBin.of(truth, probabilities(present, shift), Calibration.BINS);
    BiasFit.Found found =
        BiasFit.fit(
            logits,
            truth,
            patient,
            present,
            shift,
            middle,
            TemperatureFit.fit(logits, truth, patient, present, shift, each),
            each);
    double[][] fitted =
        found
            .probabilities()
            .orElseGet(
                () ->
                    IntStream.range(0, truth.length)
                        .mapToObj(i -> ProbabilityScale.softmax(logits[i], each[i], shift))
                        .toArray(double[][]::new));
    List<ReliabilityBin> after = ReliabilityBin.of(truth, fitted, Calibration.BINS);
    return new Calibration(
        dataset,
        found.temperature(),
        found.bias(),
        withoutPatient,
        ReliabilityBin.expectedCalibrationError(before),
        ReliabilityBin.expectedCalibrationError(after),
        before,
        after);
  }

  /** {@link #fitDecision(DecisionRule, double, List)} without a bias. */
  public Decision fitDecision(DecisionRule wish, double temperature) {
    return fitDecision(wish, temperature, null);
  }

  /**
   * Fits what these samples support of a wish. Where there are none, all is refused.
   *
   * @param wish which may be refused in part or as a whole
   * @param temperature of the probabilities that thresholds shall be held against
   * @param bias of the same, one number for each label; null for none
   */
  public Decision fitDecision(DecisionRule wish, double temperature, List<Double> bias) {
    return DecisionFit.fit(wish, this, temperature, bias);
  }
}
