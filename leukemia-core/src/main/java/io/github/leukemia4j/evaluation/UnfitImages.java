package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Finding;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The evaluated images with which the gate found fault: how many, why, and what the figures are
 * without them. Immutable.
 *
 * @param samples that were evaluated
 * @param unfit how many of them have a finding
 * @param referred how many of these were left to a person
 * @param findings how many images have each finding; one image may have several
 * @param without the evaluation of the other images; empty where there is none, or no unfit one
 */
public record UnfitImages(
    long samples,
    long unfit,
    long referred,
    Map<Finding, Long> findings,
    Optional<EvaluationReport> without) {
  /** Copies the map, in the order of the findings. */
  public UnfitImages {
    Objects.requireNonNull(without, "without");
    Map<Finding, Long> copy = new EnumMap<>(Finding.class);
    copy.putAll(findings);
    findings = Collections.unmodifiableMap(copy);
  }

  /** How many images were found unfit and why, in a sentence. */
  public String sentence() {
    if (unfit == 0) {
      return "The image gate found fault with none of " + samples + " images.";
    }
    return "The image gate found fault with %d of %d images (%s); %d of them were referred to a person."
        .formatted(
            unfit,
            samples,
            findings.entrySet().stream()
                .map(
                    e ->
                        "%s %s"
                            .formatted(
                                e.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                                e.getValue()))
                .collect(Collectors.joining(", ")),
            referred);
  }

  static UnfitImages of(List<ScoredSample> samples, Optional<EvaluationReport> without) {
    Map<Finding, Long> findings = new EnumMap<>(Finding.class);
    samples.forEach(s -> s.findings().forEach(f -> findings.merge(f, 1L, Long::sum)));
    List<ScoredSample> unfit = samples.stream().filter(s -> !s.findings().isEmpty()).toList();
    return new UnfitImages(
        samples.size(),
        unfit.size(),
        unfit.stream().filter(s -> s.outcome() == MultilevelResult.Outcome.REFERRED).count(),
        findings,
        without);
  }
}
