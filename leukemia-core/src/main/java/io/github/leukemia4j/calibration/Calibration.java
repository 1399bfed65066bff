package io.github.leukemia4j.calibration;

import io.github.leukemia4j.metric.ReliabilityBin;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A classifier's temperature with its evidence. Figures "after" are measured on each patient at a
 * temperature that was fitted on others; where the temperature was not accepted, it says what it
 * would have brought. Immutable.
 *
 * @param dataset the name of the calibration samples' data set
 * @param temperature the temperature, whether it was accepted, and why
 * @param samplesWithoutPatient how many of the samples are of unknown patients; each counts as a
 *     patient
 * @param expectedCalibrationErrorBefore over {@value #BINS} bins, in [0, 1]
 * @param expectedCalibrationErrorAfter the same after
 * @param reliabilityBefore the bins behind the first
 * @param reliabilityAfter the bins behind the second
 */
public record Calibration(
    String dataset,
    Temperature temperature,
    int samplesWithoutPatient,
    double expectedCalibrationErrorBefore,
    double expectedCalibrationErrorAfter,
    List<ReliabilityBin> reliabilityBefore,
    List<ReliabilityBin> reliabilityAfter) {
  /** Of the reliability diagrams. */
  public static final int BINS = 15;

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException where a number is out of its range
   */
  public Calibration {
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(temperature, "temperature");
    reliabilityBefore = List.copyOf(reliabilityBefore);
    reliabilityAfter = List.copyOf(reliabilityAfter);
    if (!(samplesWithoutPatient >= 0
        && samplesWithoutPatient <= temperature.samples()
        && isError(expectedCalibrationErrorBefore)
        && isError(expectedCalibrationErrorAfter)
        && holds(reliabilityBefore, temperature.samples())
        && holds(reliabilityAfter, temperature.samples()))) {
      throw new IllegalArgumentException(
          """
          A calibration must have at most as many samples without patient as samples, \
          errors in [0, 1], and bins that hold all samples; found %s of %s, %s, %s, %s and \
          %s.\
          """
              .formatted(
                  samplesWithoutPatient,
                  temperature.samples(),
                  expectedCalibrationErrorBefore,
                  expectedCalibrationErrorAfter,
                  reliabilityBefore,
                  reliabilityAfter));
    }
  }

  private static boolean isError(double value) {
    return value >= 0 && value <= 1;
  }

  private static boolean holds(List<ReliabilityBin> bins, long samples) {
    return bins.stream().mapToLong(ReliabilityBin::samples).sum() == samples;
  }

  /**
   * Fits a temperature as {@link Temperature#fit(double[][], int[], int[], double)} does.
   *
   * @param samples what to fit on
   * @param present the temperature in use, above 0
   * @throws IllegalArgumentException where there are no samples
   */
  public static Calibration fit(CalibrationSamples samples, double present) {
    double[][] logits = samples.logits();
    int[] truth = samples.truth();
    double[] each = Temperature.crossFitted(logits, truth, samples.patient(), present);
    List<ReliabilityBin> before = ReliabilityBin.of(truth, samples.probabilities(present), BINS);
    double[][] probabilities =
        IntStream.range(0, truth.length)
            .mapToObj(i -> ProbabilityScale.softmax(logits[i], each[i]))
            .toArray(double[][]::new);
    List<ReliabilityBin> after = ReliabilityBin.of(truth, probabilities, BINS);
    return new Calibration(
        samples.dataset(),
        Temperature.fit(logits, truth, samples.patient(), present, each),
        samples.withoutPatient(),
        ReliabilityBin.expectedCalibrationError(before),
        ReliabilityBin.expectedCalibrationError(after),
        before,
        after);
  }
}
