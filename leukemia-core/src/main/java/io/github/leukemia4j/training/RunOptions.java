package io.github.leukemia4j.training;

import io.github.leukemia4j.Device;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a training runs; nothing of it decides the result, but for what a device and a number of
 * threads make of the last bits. Immutable.
 *
 * @param device where training runs; a GPU where there is one by default
 * @param threads for the arithmetic; 0, the default, leaves the choice to the backend
 * @param backend the name of the backend; empty takes the only one that trains
 * @param resume whether an unfinished training at the same place is gone on with; not by default
 * @param checkpointEvery the longest time between two checkpoints, above 0; 5 minutes by default.
 *     One is written after every epoch besides
 */
public record RunOptions(
    Device device,
    int threads,
    Optional<String> backend,
    boolean resume,
    Duration checkpointEvery) {
  /** The defaults. */
  public static final RunOptions DEFAULT =
      new RunOptions(Device.AUTO, 0, Optional.empty(), false, Duration.ofMinutes(5));

  /**
   * @throws IllegalArgumentException naming every option out of its range
   */
  public RunOptions {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(backend, "backend");
    Faults faults = new Faults();
    faults.checkLeast("threads", threads, 0);
    faults.check(
        checkpointEvery.compareTo(Duration.ZERO) > 0,
        "checkpointEvery must be above 0",
        checkpointEvery);
    faults.throwIfAny();
  }

  /** The same on another device. */
  public RunOptions withDevice(Device other) {
    return new RunOptions(other, threads, backend, resume, checkpointEvery);
  }

  /** The same with another number of threads; 0 leaves the choice to the backend. */
  public RunOptions withThreads(int number) {
    return new RunOptions(device, number, backend, resume, checkpointEvery);
  }

  /** The same with a backend named. */
  public RunOptions withBackend(String name) {
    return new RunOptions(device, threads, Optional.of(name), resume, checkpointEvery);
  }

  /** The same, going on with an unfinished training at the same place, or not. */
  public RunOptions withResume(boolean wanted) {
    return new RunOptions(device, threads, backend, wanted, checkpointEvery);
  }

  /** The same with another longest time between two checkpoints. */
  public RunOptions withCheckpointEvery(Duration time) {
    return new RunOptions(device, threads, backend, resume, time);
  }
}
