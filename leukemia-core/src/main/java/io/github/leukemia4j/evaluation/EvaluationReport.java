package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.calibration.Calibration.Temperature;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.evaluation.StageReport.MetricValues;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@link Evaluator} found. Immutable.
 *
 * @param taxonomy the tree of labels
 * @param stages one for each inner node of the taxonomy, parents first
 * @param path the cascade as a whole
 * @param options how it was evaluated
 * @param baselines something simpler on the same samples, to be read beside
 * @param calibration what cross-fitted temperatures do to the probabilities of each stage; empty
 *     where none were fitted
 * @param unfit the images with which the gate found fault, and the figures without them
 * @param auxiliary what is said beside the stages, such as a column of the data that was learnt:
 *     one for each head, on the samples whose value is known
 * @param origin which model and which data this is a report of, where that was said
 */
public record EvaluationReport(
    Taxonomy taxonomy,
    List<StageReport> stages,
    PathReport path,
    EvaluationOptions options,
    List<Baseline> baselines,
    List<StageCalibration> calibration,
    UnfitImages unfit,
    List<StageReport> auxiliary,
    Optional<ReportOrigin> origin) {
  /** Copies the lists. */
  public EvaluationReport {
    stages = List.copyOf(stages);
    baselines = List.copyOf(baselines);
    calibration = List.copyOf(calibration);
    auxiliary = List.copyOf(auxiliary);
  }

  /** The same report with one more baseline. */
  public EvaluationReport withBaseline(Baseline baseline) {
    return new EvaluationReport(
        taxonomy,
        stages,
        path,
        options,
        Stream.concat(baselines.stream(), Stream.of(baseline)).toList(),
        calibration,
        unfit,
        auxiliary,
        origin);
  }

  /** The same report with this calibration. */
  public EvaluationReport withCalibration(List<StageCalibration> ofStages) {
    return new EvaluationReport(
        taxonomy, stages, path, options, baselines, ofStages, unfit, auxiliary, origin);
  }

  /** The same report with the model and the data that it is of. */
  public EvaluationReport withOrigin(ReportOrigin of) {
    return new EvaluationReport(
        taxonomy, stages, path, options, baselines, calibration, unfit, auxiliary, Optional.of(of));
  }

  /**
   * The report of one stage.
   *
   * @throws IllegalArgumentException where the label is no stage
   */
  public StageReport stage(Label innerNode) {
    return StageReport.of(innerNode, stages, StageReport::stage);
  }

  /**
   * How the cascade as a whole fared. Truth at an inner node is scored down to that node: what was
   * predicted below it is cut. Samples labelled at the root are left out.
   *
   * @param samples how many were scored
   * @param patients how many different patients the data name; 0 where none is known
   * @param metrics path accuracy and the hierarchical metrics
   * @param stoppedEarly how many ended at an inner node below the root
   * @param referred how many were left to a person
   * @param errors by stage, parents first: each sample whose path is not right counts at the stage
   *     that first went wrong
   */
  public record PathReport(
      long samples,
      int patients,
      MetricValues metrics,
      long stoppedEarly,
      long referred,
      Map<Label, StageErrors> errors) {
    /** How many samples ended at a leaf: what the cascade covers. */
    public long decided() {
      return samples - stoppedEarly - referred;
    }
  }

  /**
   * Samples whose way through the cascade first left the truth's way at one stage.
   *
   * @param wrong sent to another child
   * @param stopped not sent on, though the truth lies deeper
   * @param referred not sent on, and left to a person
   */
  public record StageErrors(long wrong, long stopped, long referred) {
    StageErrors plus(StageErrors other) {
      return new StageErrors(
          wrong + other.wrong, stopped + other.stopped, referred + other.referred);
    }
  }

  /**
   * Something simple that a model must beat to be worth having, such as a classifier that sees
   * colour alone.
   *
   * @param name what reports call it
   * @param how what it may know, and on what it was tested, in a sentence
   * @param balancedAccuracy on the same samples, by stage; a stage may be missing
   */
  public record Baseline(String name, String how, Map<Label, Estimate> balancedAccuracy) {
    /** Copies the map. */
    public Baseline {
      balancedAccuracy = Collections.unmodifiableMap(new LinkedHashMap<>(balancedAccuracy));
    }

    /** A baseline that was itself evaluated. */
    public static Baseline of(String name, String how, EvaluationReport report) {
      Map<Label, Estimate> found = new LinkedHashMap<>();
      for (StageReport stage : report.stages()) {
        stage
            .metrics()
            .get(Metrics.BALANCED_ACCURACY)
            .ifPresent(estimate -> found.put(stage.stage(), estimate));
      }
      return new Baseline(name, how, found);
    }
  }

  /**
   * What cross-fitted temperatures do to the probabilities of one stage: those of each fold are
   * scaled by a temperature that was fitted on the out-of-fold predictions of the other folds, so
   * that no probability is calibrated on its own label.
   *
   * @param stage the inner node
   * @param temperatures the one used for each fold, in order
   * @param after the stage with the scaled probabilities; what it chooses is the same
   * @param differences after minus before, of the metrics that calibration is about, as {@link
   *     Evaluator#compare} makes them
   */
  public record StageCalibration(
      Label stage,
      List<Temperature> temperatures,
      StageReport after,
      Map<Metric, Difference> differences) {}

  /**
   * The evaluated images with which the gate found fault: how many, why, and what the figures are
   * without them.
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
          Collections.unmodifiableMap(findings),
          without);
    }
  }

  /**
   * What a report is a report of: which model, on which data, by which version. It names no person,
   * no path and no time of day, so that the same evaluation gives the same report.
   *
   * @param library version of leukemia4j that evaluated
   * @param model what the model is called
   * @param modelDigest SHA-256 over the files of all its stages; empty where it was not saved
   * @param data what the data set is called, and which part of it
   * @param dataDigest SHA-256 of the evaluated images and labels, see {@link
   *     io.github.leukemia4j.data.check.Verification#contentDigest()}; empty where it is not known
   * @param stages how each stage's network was made, parents first
   */
  public record ReportOrigin(
      String library,
      String model,
      String modelDigest,
      String data,
      String dataDigest,
      List<Made> stages) {
    /** Checks for null, and copies the list. */
    public ReportOrigin {
      Objects.requireNonNull(model, "model");
      Objects.requireNonNull(data, "data");
      Objects.requireNonNull(dataDigest, "dataDigest");
      stages = List.copyOf(stages);
    }

    /**
     * How a stage's network was made.
     *
     * @param stage its name
     * @param day on which it was made, such as {@code 2026-11-24}; may be empty
     * @param provenance where it comes from
     * @param selection which epoch was kept and how it was chosen; empty where not known
     * @param settings of the training by name, as texts; empty where the bundle keeps none
     */
    public record Made(
        String stage,
        String day,
        Provenance provenance,
        String selection,
        Map<String, String> settings) {
      private static Made of(ModelBundle bundle) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        if (bundle.manifest().files().containsKey(TrainingConfig.FILE)) {
          TrainingConfig.describe(bundle.file(TrainingConfig.FILE))
              .forEach((name, value) -> settings.put(name, value.toString()));
        }
        String created = Objects.requireNonNullElse(bundle.manifest().provenance().created(), "");
        return new Made(
            bundle.manifest().name(),
            created.length() > 10 ? created.substring(0, 10) : created,
            bundle.manifest().provenance(),
            Objects.requireNonNullElse(bundle.manifest().selection(), ""),
            Collections.unmodifiableMap(settings));
      }
    }

    /**
     * Of a pipeline; its stages without a bundle, such as hand-made ones, are left out.
     *
     * @param model what it is called
     * @param data what the data set is called, and which part of it
     * @param dataDigest of the evaluated samples, or empty
     * @throws IOException where the settings of a bundle cannot be read
     */
    public static ReportOrigin of(
        MultilevelPipeline pipeline, String model, String data, String dataDigest)
        throws IOException {
      return of(
          pipeline.classifiers().values().stream()
              .flatMap(c -> c.bundle().stream())
              .distinct()
              .toList(),
          model,
          data,
          dataDigest);
    }

    /**
     * Of the bundles of one pipeline or several, as {@link #of(MultilevelPipeline, String, String,
     * String)}.
     */
    public static ReportOrigin of(
        List<ModelBundle> bundles, String model, String data, String dataDigest)
        throws IOException {
      List<Made> made = new ArrayList<>();
      for (ModelBundle bundle : bundles) {
        made.add(Made.of(bundle));
      }
      return new ReportOrigin(
          Provenance.libraryVersion(), model, ModelBundle.digest(bundles), data, dataDigest, made);
    }

    /** The same in sentences. */
    public List<String> sentences() {
      List<String> lines = new ArrayList<>();
      lines.add("Model " + model + suffix(modelDigest) + ".");
      lines.add("Data " + data + suffix(dataDigest) + ".");
      lines.add("Evaluated by leukemia4j " + library + ".");
      for (Made made : stages) {
        Provenance from = made.provenance();
        lines.add(
            "Stage %s: made %s by leukemia4j %s, %s, %s, %d threads%s, seed %d, on %s%s.%s"
                .formatted(
                    made.stage(),
                    made.day().isEmpty() ? "on an unknown day" : made.day(),
                    from.library(),
                    from.backend(),
                    from.device(),
                    from.threads(),
                    from.options().isEmpty() ? "" : " " + from.options(),
                    from.seed(),
                    from.dataset(),
                    suffix(from.datasetDigest()),
                    made.selection().isEmpty() ? "" : " Kept was " + made.selection() + "."));
      }
      return List.copyOf(lines);
    }

    private static String suffix(String digest) {
      return digest == null || digest.isEmpty() ? "" : ", SHA-256 " + digest;
    }
  }
}
