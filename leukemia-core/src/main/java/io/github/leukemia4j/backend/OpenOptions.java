package io.github.leukemia4j.backend;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Says how a bundle is opened. Immutable.
 *
 * @param device the device that computes
 * @param threads the number of threads for the arithmetic of one call; 0 leaves the choice to the
 *     backend. The first session of a JVM sets the number for all sessions
 * @param prevalence the expected share of each label among the images to classify, by which
 *     probabilities are corrected; empty keeps the shares that the bundle expects: those of the
 *     training data, or those that an adaptation found. Shares are normalised by their sum. A stage
 *     uses them if they name all its labels
 * @param backend the backend's name; empty takes the only one that fits
 * @param gate what happens to images that are unlike those the model was trained on
 * @param micrometresPerPixel the scale of images that do not know their own; empty where it is not
 *     known, and then such images are cropped by the same share of their sides as the training's
 */
public record OpenOptions(
    Device device,
    int threads,
    Map<Label, Double> prevalence,
    Optional<String> backend,
    Gate gate,
    OptionalDouble micrometresPerPixel) {
  /** Says what happens to images that are unlike the training images, if a model has a gate. */
  public enum Gate {
    /** Their predictions carry the findings. A pipeline still decides on them. */
    FLAG,
    /**
     * Their predictions carry the findings, and a pipeline refers them to a person instead of
     * deciding. This is the default. A single classifier answers as with {@link #FLAG}.
     */
    REFUSE,
    /** Images are not checked. */
    OFF
  }

  /**
   * These options take any device, the backend's number of threads, the shares that the bundle
   * expects and the only backend, and refuse unfit images.
   */
  public static final OpenOptions DEFAULT =
      new OpenOptions(
          Device.AUTO, 0, Map.of(), Optional.empty(), Gate.REFUSE, OptionalDouble.empty());

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if threads are negative, or a prevalence or the micrometres
   *     per pixel are not above 0
   */
  public OpenOptions {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(gate, "gate");
    prevalence = Map.copyOf(prevalence);
    List<String> faults = new ArrayList<>();
    if (threads < 0) {
      faults.add("threads must be 0 or more; found " + threads);
    }
    prevalence.forEach(
        (label, share) -> {
          if (!(share > 0 && Double.isFinite(share))) {
            faults.add("the prevalence of " + label + " must be above 0; found " + share);
          }
        });
    micrometresPerPixel.ifPresent(
        scale -> {
          if (!(scale > 0 && Double.isFinite(scale))) {
            faults.add("the micrometres per pixel must be above 0; found " + scale);
          }
        });
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults) + ".");
    }
  }

  /** Returns these options with another device. */
  public OpenOptions withDevice(Device other) {
    return new OpenOptions(other, threads, prevalence, backend, gate, micrometresPerPixel);
  }

  /** Returns these options with another number of threads; 0 leaves the choice to the backend. */
  public OpenOptions withThreads(int number) {
    return new OpenOptions(device, number, prevalence, backend, gate, micrometresPerPixel);
  }

  /** Returns these options with the expected share of one label. */
  public OpenOptions withPrevalence(Label label, double share) {
    Map<Label, Double> more = new LinkedHashMap<>(prevalence);
    more.put(label, share);
    return new OpenOptions(device, threads, more, backend, gate, micrometresPerPixel);
  }

  /** Returns these options with a named backend. */
  public OpenOptions withBackend(String name) {
    return new OpenOptions(
        device, threads, prevalence, Optional.of(name), gate, micrometresPerPixel);
  }

  /** Returns these options with another gate. */
  public OpenOptions withGate(Gate other) {
    return new OpenOptions(device, threads, prevalence, backend, other, micrometresPerPixel);
  }

  /** Returns these options with the scale of images that do not know their own. */
  public OpenOptions withMicrometresPerPixel(double scale) {
    return new OpenOptions(device, threads, prevalence, backend, gate, OptionalDouble.of(scale));
  }
}
