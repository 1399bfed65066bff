package io.github.leukemia4j.calibration;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.leukemia4j.metric.ReliabilityBin;
import java.util.List;
import java.util.Objects;

/**
 * A classifier's temperature and bias with their evidence. Figures "after" are measured on each
 * patient at a temperature, and with a bias where one was accepted, that were fitted on others;
 * where the temperature was not accepted, it says what it would have brought. Immutable.
 *
 * @param dataset the name of the calibration samples' data set
 * @param temperature the temperature, whether it was accepted, and why
 * @param bias what is added behind the temperature, whether it was accepted, and why; null where
 *     none was fitted
 * @param samplesWithoutPatient how many of the samples are of unknown patients; each counts as a
 *     patient
 * @param expectedCalibrationErrorBefore over {@value #BINS} bins, in [0, 1]
 * @param expectedCalibrationErrorAfter the same after
 * @param reliabilityBefore the bins behind the first
 * @param reliabilityAfter the bins behind the second
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Calibration(
    String dataset,
    Temperature temperature,
    Bias bias,
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

  /** The same with another bias; null for none. */
  public Calibration withBias(Bias other) {
    return new Calibration(
        dataset,
        temperature,
        other,
        samplesWithoutPatient,
        expectedCalibrationErrorBefore,
        expectedCalibrationErrorAfter,
        reliabilityBefore,
        reliabilityAfter);
  }

  private static boolean isError(double value) {
    return value >= 0 && value <= 1;
  }

  private static boolean holds(List<ReliabilityBin> bins, long samples) {
    return bins.stream().mapToLong(ReliabilityBin::samples).sum() == samples;
  }

  /**
   * What is added to each label's logit behind the temperature (bias-corrected temperature scaling,
   * Alexandari et al. 2020), and what that rests on.
   *
   * @param values one for each label, in nats: those in use where the fitted ones were not
   *     accepted; null for none
   * @param accepted whether the fitted ones were
   * @param logLossBefore on the calibration samples without the fitted bias, at the temperature
   *     that would be used then
   * @param logLossAfter on the same, each by a temperature and a bias that were fitted on other
   *     patients
   * @param reason why it was accepted or not, in words
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Bias(
      List<Double> values,
      boolean accepted,
      double logLossBefore,
      double logLossAfter,
      String reason) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException where an accepted bias has no values, or a log loss is below
     *     0 or not finite
     */
    public Bias {
      Objects.requireNonNull(reason, "reason");
      values = values == null ? null : List.copyOf(values);
      if (values == null && accepted
          || !(logLossBefore >= 0 && Double.isFinite(logLossBefore))
          || !(logLossAfter >= 0 && Double.isFinite(logLossAfter))) {
        throw new IllegalArgumentException(
            "An accepted bias must have values, and log losses must be 0 or more and finite; found %s, %s and %s."
                .formatted(values, logLossBefore, logLossAfter));
      }
    }

    /** The same with other values. */
    public Bias withValues(List<Double> others) {
      return new Bias(others, accepted, logLossBefore, logLossAfter, reason);
    }
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
            log losses %s and %s.\
            """
                .formatted(value, samples, patients, logLossBefore, logLossAfter));
      }
    }
  }
}
