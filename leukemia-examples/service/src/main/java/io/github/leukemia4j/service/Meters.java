package io.github.leukemia4j.service;

import io.github.leukemia4j.serving.ServiceOptions.ServiceListener;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;

/** What Prometheus is told. Thread-safe. */
final class Meters implements ServiceListener {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final DistributionSummary batches =
      DistributionSummary.builder("leukemia4j.batch.images").register(registry);

  /** How many images wait, asked when the meters are read. */
  void queue(Supplier<Number> waiting) {
    Gauge.builder("leukemia4j.queue.images", waiting).register(registry);
  }

  /** A part of a request's work: read, decode, classify, explain. */
  Timer stage(String name) {
    return Timer.builder("leukemia4j.stage")
        .tag("stage", name)
        .publishPercentiles(0.5, 0.99)
        .register(registry);
  }

  void refused(String code) {
    registry.counter("leukemia4j.refused", "reason", code).increment();
  }

  void labelled(String label) {
    registry.counter("leukemia4j.images", "label", label).increment();
  }

  String scrape() {
    return registry.scrape();
  }

  @Override
  public void classified(int images, Duration computing) {
    batches.record(images);
    stage("compute").record(computing);
  }

  @Override
  public void answered(Duration latency) {
    stage("classify").record(latency);
  }

  @Override
  public void failed(Duration latency, Throwable reason) {
    refused("failed");
  }
}
