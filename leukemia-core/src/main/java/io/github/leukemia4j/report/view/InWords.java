package io.github.leukemia4j.report.view;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.ComparisonReport.StageComparison;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.Baseline;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.StageReport.ClassReport;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.evaluation.inspection.LaboratoryCheck;
import io.github.leukemia4j.image.scale.ScaleEstimate;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Results in sentences, for those who do not read intervals. All methods are thread-safe. */
public final class InWords {
  private InWords() {}

  /**
   * The result of a stage: how many of 100 are right, whether that is more than chance and than the
   * baselines give, and whether there are too few patients to say.
   *
   * @param stage of the report
   * @return at least one sentence
   */
  public static List<String> of(EvaluationReport report, StageReport stage) {
    if (stage.samples() == 0) {
      return List.of("No image was there to judge this stage by.");
    }
    List<String> sentences = new ArrayList<>();
    sentences.add(counts(stage));
    boolean told = stage.labelsThatOccur() > 1;
    sentences.add(
        told
            ? chance(stage)
            : "All images are of one label: nothing can be said about telling labels apart.");
    if (told) {
      report.baselines().forEach(b -> against(b, stage).ifPresent(sentences::add));
    }
    remarks(stage).ifPresent(sentences::add);
    return List.copyOf(sentences);
  }

  private static String counts(StageReport stage) {
    String basis =
        "; %s%s"
            .formatted(
                Numbers.count(stage.samples(), "image"),
                stage.patients() == 0
                    ? " of unknown patients."
                    : " of " + Numbers.count(stage.patients(), "patient") + ".");
    LabelSet labels = stage.labels();
    if (labels.size() > 2) {
      return stage
              .metrics()
              .get(Metrics.BALANCED_ACCURACY)
              .map(e -> "Of 100 images, each label counting alike, " + of100(e) + " are right")
              .orElse("Nothing can be counted")
          + weakest(stage)
          + basis;
    }
    List<String> parts = new ArrayList<>();
    for (ClassReport one : ordered(stage)) {
      boolean negative =
          labels.positive().isPresent() && !labels.positive().get().equals(one.label());
      Optional<Estimate> share = one.metrics().get(Metrics.RECALL);
      if (share.isPresent()) {
        Label called = negative ? labels.positive().get() : one.label();
        parts.add(
            "of 100 %s images %s are called %s"
                .formatted(
                    one.label(), of100(negative ? complement(share.get()) : share.get()), called));
      }
    }
    String joined = String.join(", ", parts);
    return joined.substring(0, 1).toUpperCase(Locale.ROOT) + joined.substring(1) + basis;
  }

  /** The positive label first. */
  private static List<ClassReport> ordered(StageReport stage) {
    return stage.classes().stream()
        .sorted(
            Comparator.comparing(
                c -> !stage.labels().positive().filter(c.label()::equals).isPresent()))
        .toList();
  }

  private static String weakest(StageReport stage) {
    return stage.classes().stream()
        .filter(c -> c.metrics().get(Metrics.RECALL).isPresent())
        .min(Comparator.comparingDouble(c -> c.metrics().value(Metrics.RECALL).getAsDouble()))
        .map(
            c ->
                ", the weakest label is %s with %s of 100"
                    .formatted(c.label(), of100(c.metrics().get(Metrics.RECALL).orElseThrow())))
        .orElse("");
  }

  private static String chance(StageReport stage) {
    boolean two = stage.labels().size() == 2 && stage.metrics().get(Metrics.AUROC).isPresent();
    Metric metric = two ? Metrics.AUROC : Metrics.BALANCED_ACCURACY;
    double chance = two ? 0.5 : 1.0 / stage.labelsThatOccur();
    Optional<Estimate> found = stage.metrics().get(metric);
    if (found.isEmpty()) {
      return "Whether this is better than chance cannot be said: %s."
          .formatted(stage.metrics().undefined().getOrDefault(metric, "there is no figure"));
    }
    Optional<Interval> interval = found.get().interval();
    if (interval.isEmpty()) {
      return "Not established: %s %s has no interval to hold against chance, %s%s."
          .formatted(
              two ? "AUROC" : "balanced accuracy",
              Numbers.fixed(found.get().value(), 2),
              Numbers.fixed(chance, 2),
              found.get().remark().map(r -> "; " + r).orElse(""));
    }
    String verdict =
        interval.get().lower() > chance
            ? "Better than chance"
            : interval.get().upper() < chance ? "Worse than chance" : "Not told from chance";
    return "%s: %s %s, chance %s."
        .formatted(
            verdict,
            two ? "AUROC" : "balanced accuracy",
            Numbers.text(found.get().value(), found.get().interval(), 2),
            Numbers.fixed(chance, 2));
  }

  private static Optional<String> against(Baseline baseline, StageReport stage) {
    Optional<Estimate> model = stage.metrics().get(Metrics.BALANCED_ACCURACY);
    Optional<Estimate> other = Optional.ofNullable(baseline.balancedAccuracy().get(stage.stage()));
    if (model.isEmpty() || other.isEmpty()) {
      return Optional.empty();
    }
    Optional<Interval> mine = model.get().interval();
    Optional<Interval> its = other.get().interval();
    String verdict;
    if (mine.isEmpty() || its.isEmpty()) {
      verdict = "Not to be told from";
    } else if (mine.get().lower() > its.get().upper()) {
      verdict = "Clearly better than";
    } else if (mine.get().upper() < its.get().lower()) {
      verdict = "Clearly worse than";
    } else {
      verdict = "Not clearly different from";
    }
    return Optional.of(
        "%s %s: balanced accuracy %s against %s."
            .formatted(
                verdict,
                baseline.name().toLowerCase(Locale.ROOT),
                Numbers.text(model.get().value(), model.get().interval(), 2),
                Numbers.text(other.get().value(), other.get().interval(), 2)));
  }

  /** What the headline figures' intervals lack, each reason once. */
  private static Optional<String> remarks(StageReport stage) {
    Map<String, List<String>> remarks = new LinkedHashMap<>();
    for (Metric metric : Metrics.HEADLINES) {
      stage
          .metrics()
          .get(metric)
          .flatMap(Estimate::remark)
          .ifPresent(
              remark ->
                  remarks.computeIfAbsent(remark, r -> new ArrayList<>()).add(metric.title()));
    }
    return remarks.isEmpty()
        ? Optional.empty()
        : Optional.of(
            remarks.entrySet().stream()
                .map(e -> String.join(", ", e.getValue()) + ": " + e.getKey())
                .collect(Collectors.joining("; ", "Mind: ", ".")));
  }

  private static Estimate complement(Estimate share) {
    return new Estimate(
        1 - share.value(),
        share
            .interval()
            .map(i -> new Interval(1 - i.upper(), 1 - i.lower(), i.level(), i.method())),
        Optional.empty());
  }

  private static String of100(Estimate share) {
    return Math.round(100 * share.value())
        + share
            .interval()
            .map(
                i ->
                    " (%d to %d)"
                        .formatted(Math.round(100 * i.lower()), Math.round(100 * i.upper())))
            .orElse("");
  }

  /**
   * Which of the two is better at a stage, in a sentence, by the balanced accuracy; empty where it
   * has none.
   *
   * @param stage of the comparison
   */
  public static Optional<String> of(ComparisonReport report, StageComparison stage) {
    return Optional.ofNullable(stage.differences().get(Metrics.BALANCED_ACCURACY))
        .map(
            d -> {
              String found =
                  !d.established(report.options().level())
                      ? "No difference between A and B is established"
                      : d.value() > 0 ? "B is better than A" : "B is worse than A";
              return "%s: balanced accuracy %s and %s, difference %s, p %s%s."
                  .formatted(
                      found,
                      Numbers.three(d.first()),
                      Numbers.three(d.second()),
                      Numbers.text(d.value(), d.interval(), 3),
                      Numbers.p(d.pValue()),
                      d.remark().map(r -> "; " + r).orElse(""));
            });
  }

  /** What each baseline reaches, a sentence for each stage that has samples, and the scale. */
  public static List<String> of(InspectionReport report) {
    return Stream.of(
            sentences(report, "colour", report.colour()),
            sentences(report, "size or format", report.sizeAndFormat()),
            report.laboratories().stream().map(InWords::sentence).toList(),
            report.inspection().scale().map(InWords::sentence).stream().toList())
        .flatMap(List::stream)
        .toList();
  }

  private static String sentence(LaboratoryCheck check) {
    return "%s: the laboratory %s (Cramer's V %s of 1, p %s by permutation of patients, %s of %d laboratories)%s."
        .formatted(
            check.stage(),
            check.tells() ? "tells of the labels" : "does not tell the labels",
            Numbers.three(check.cramersV()),
            Numbers.p(check.pValue()),
            Numbers.count(check.samples(), "image"),
            check.laboratories(),
            check.tells()
                ? ": a network can learn the look of a laboratory for a label, so test on a laboratory that it has not seen"
                : "");
  }

  private static String sentence(ScaleEstimate scale) {
    return "Red cells suggest %s micrometres per pixel: %s of them on %s, each taken to be %s micrometres across; those of a disease may differ by a tenth."
        .formatted(
            Numbers.text(scale.micrometresPerPixel(), Optional.of(scale.interval()), 4),
            scale.cells(),
            Numbers.count(scale.images(), "image"),
            ScaleEstimate.RED_CELL);
  }

  private static List<String> sentences(
      InspectionReport report, String what, EvaluationReport baseline) {
    return baseline.stages().stream()
        .filter(s -> s.samples() > 0)
        .map(s -> sentence(report, what, s))
        .toList();
  }

  private static String sentence(InspectionReport report, String what, StageReport stage) {
    String value =
        stage
            .metrics()
            .get(Metrics.BALANCED_ACCURACY)
            .map(e -> Numbers.text(e.value(), e.interval(), 3))
            .orElse("not defined");
    String verdict =
        switch (InspectionReport.shortcut(stage)) {
          case NONE -> what + " does not give the labels away";
          case SOME -> what + " gives the labels away a little";
          case MUCH -> what + " gives much of the labels away";
          case ALMOST_ALL -> what + " alone almost gives the labels away";
        };
    List<Label> single = report.ofOnePatient(stage);
    return "%s: %s; balanced accuracy %s, chance %s%s."
        .formatted(
            stage.stage(),
            verdict,
            value,
            Numbers.three(InspectionReport.chance(stage)),
            single.isEmpty() ? "" : ", with no other patient to tell %s by".formatted(single));
  }
}
