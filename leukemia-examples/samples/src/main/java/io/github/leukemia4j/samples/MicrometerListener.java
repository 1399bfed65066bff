package io.github.leukemia4j.samples;

import io.github.leukemia4j.serving.ServiceOptions.ServiceListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Feeds the meters of Micrometer from a classification service. Thread-safe. */
public final class MicrometerListener implements ServiceListener {
  private final MeterRegistry registry;
  private final Counter accepted;
  private final Counter rejected;
  private final DistributionSummary batches;
  private final Timer computing;
  private final Timer latency;

  /** Registers the meters, all of whose names begin with {@code leukemia4j.service}. */
  public MicrometerListener(MeterRegistry registry) {
    this.registry = registry;
    this.accepted = registry.counter("leukemia4j.service.accepted");
    this.rejected = registry.counter("leukemia4j.service.rejected");
    this.batches = registry.summary("leukemia4j.service.batch.images");
    this.computing = registry.timer("leukemia4j.service.batch.computing");
    this.latency = registry.timer("leukemia4j.service.latency");
  }

  @Override
  public void accepted(int waiting) {
    accepted.increment();
  }

  @Override
  public void rejected(int waiting) {
    rejected.increment();
  }

  @Override
  public void classified(int images, Duration time) {
    batches.record(images);
    computing.record(time);
  }

  @Override
  public void answered(Duration time) {
    latency.record(time);
  }

  @Override
  public void failed(Duration time, Throwable reason) {
    // By class only: messages are without number, and a meter for each would grow for ever.
    registry
        .counter("leukemia4j.service.failed", "reason", reason.getClass().getSimpleName())
        .increment();
  }
}
