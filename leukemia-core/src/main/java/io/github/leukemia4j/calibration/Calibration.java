package io.github.leukemia4j.calibration;

import io.github.leukemia4j.metric.ReliabilityBin;
import java.util.List;
import java.util.Objects;

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
   * What logits are divided by (temperature scaling, Guo et al. 2017), and what that rests on.
   *
   * @param value the temperature to use: the present one where the fitted one was not accepted
   * @param accepted whether the fitted one was
   * @param logLossBefore on the calibration samples, at the present temperature
   * @param logLossAfter on the same, each by a temperature that was fitted on other patients; what
   *     it was before where there were too few to fit one
   * @param samples how many calibration samples there were; 0 only where there was nothing to fit
   *     on
   * @param patients how many patients; each sample counts as one where patients are not known
   * @param reason why it was accepted or not, in words
   */
  public record Temperature(
      double value,
      boolean accepted,
      double logLossBefore,
      double logLossAfter,
      int samples,
      int patients,
      String reason) {
    /**
     * @throws IllegalArgumentException where a number is out of its range
     */
    public Temperature {
      Objects.requireNonNull(reason, "reason");
      if (!(value > 0
          && Double.isFinite(value)
          && logLossBefore >= 0
          && Double.isFinite(logLossBefore)
          && logLossAfter >= 0
          && Double.isFinite(logLossAfter)
          && (samples >= 1 && patients >= 1 || samples == 0 && patients == 0 && !accepted)
          && patients <= samples)) {
        throw new IllegalArgumentException(
            """
                A temperature must be above 0 and, where accepted, rest on at least one sample \
                and patient, with finite log losses; found %s, %s samples of %s patients, and \
                log losses %s and %s."""
                .formatted(value, samples, patients, logLossBefore, logLossAfter));
      }
    }
  }
}
