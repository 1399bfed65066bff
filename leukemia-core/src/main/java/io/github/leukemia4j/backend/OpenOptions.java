package io.github.leukemia4j.backend;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How a bundle is opened.
 *
 * @param device where it runs
 * @param threads for the arithmetic of one call; 0 leaves the choice to the backend. The first
 *     session of a JVM sets it for all
 * @param prevalence the share of each label among the images to come, by which probabilities are
 *     corrected; empty keeps that of the training data. Shares are normalised by their sum; a stage
 *     uses them where they name all its labels
 * @param backend the backend's name; empty takes the only one that fits
 * @param gate what becomes of images that are unlike those the model was trained on
 */
public record OpenOptions(
    Device device,
    int threads,
    Map<Label, Double> prevalence,
    Optional<String> backend,
    Gate gate) {
  /** What becomes of images that are unlike those a model was trained on, if it knows its gate. */
  public enum Gate {
    /** Their predictions carry what was found; a pipeline decides on them all the same. */
    FLAG,
    /**
     * The default: their predictions carry what was found, and a pipeline refers them to a person
     * instead of deciding. A lone classifier decides nothing and answers as with {@link #FLAG}.
     */
    REFUSE,
    /** Images are not looked at, and nothing is found. */
    OFF
  }

  /**
   * Any device, the backend's threads, the training data's prevalence, the only backend, and unfit
   * images are refused.
   */
  public static final OpenOptions DEFAULT =
      new OpenOptions(Device.AUTO, 0, Map.of(), Optional.empty(), Gate.REFUSE);

  /**
   * @throws IllegalArgumentException where threads are negative or a prevalence is not above 0
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
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults) + ".");
    }
  }

  /** Options whose gate refuses. */
  public OpenOptions(
      Device device, int threads, Map<Label, Double> prevalence, Optional<String> backend) {
    this(device, threads, prevalence, backend, Gate.REFUSE);
  }

  /** The same on another device. */
  public OpenOptions withDevice(Device other) {
    return new OpenOptions(other, threads, prevalence, backend, gate);
  }

  /** The same with another number of threads; 0 leaves the choice to the backend. */
  public OpenOptions withThreads(int number) {
    return new OpenOptions(device, number, prevalence, backend, gate);
  }

  /** The same with one label's share among the images to come. */
  public OpenOptions withPrevalence(Label label, double share) {
    Map<Label, Double> more = new LinkedHashMap<>(prevalence);
    more.put(label, share);
    return new OpenOptions(device, threads, more, backend, gate);
  }

  /** The same with a backend named. */
  public OpenOptions withBackend(String name) {
    return new OpenOptions(device, threads, prevalence, Optional.of(name), gate);
  }

  /** The same with another gate. */
  public OpenOptions withGate(Gate other) {
    return new OpenOptions(device, threads, prevalence, backend, other);
  }
}
