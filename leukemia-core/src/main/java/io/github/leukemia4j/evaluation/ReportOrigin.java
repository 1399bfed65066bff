package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.model.Provenance;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a report is a report of: which model, on which data, by which version. It names no person,
 * no path and no time of day, so that the same evaluation gives the same report. Immutable.
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
    List<Stage> stages) {
  /** Copies the list. */
  public ReportOrigin {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(modelDigest, "modelDigest");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(dataDigest, "dataDigest");
    stages = List.copyOf(stages);
  }

  /**
   * How a stage's network was made.
   *
   * @param name of the stage
   * @param made the day, such as {@code 2026-11-24}
   * @param library version of leukemia4j that trained
   * @param backend its name and version
   * @param device that trained
   * @param threads of the arithmetic
   * @param options of the backend that change results
   * @param seed of the training
   * @param trainedOn the name of the data set
   * @param trainingDigest of the training and validation samples
   * @param selection which epoch was kept and how it was chosen; empty where not known
   * @param settings of the training by name, as texts; empty where the bundle keeps none
   */
  public record Stage(
      String name,
      String made,
      String library,
      String backend,
      String device,
      int threads,
      Map<String, String> options,
      long seed,
      String trainedOn,
      String trainingDigest,
      String selection,
      Map<String, String> settings) {
    /** Copies the maps. */
    public Stage {
      options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    static Stage of(ModelManifest manifest, Map<String, String> settings) {
      Provenance from = manifest.provenance();
      String created = from.created() == null ? "" : from.created();
      return new Stage(
          manifest.name(),
          created.length() > 10 ? created.substring(0, 10) : created,
          from.library(),
          from.backend(),
          from.device(),
          from.threads(),
          from.options(),
          from.seed(),
          from.dataset(),
          from.datasetDigest(),
          manifest.selection() == null ? "" : manifest.selection(),
          settings);
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
    List<ModelBundle> bundles = bundles(pipeline);
    return new ReportOrigin(
        Provenance.libraryVersion(),
        model,
        ModelBundle.digest(bundles),
        data,
        dataDigest,
        stages(bundles));
  }

  /** The same in sentences. */
  public List<String> sentences() {
    List<String> lines = new ArrayList<>();
    lines.add("Model " + model + suffix(modelDigest) + ".");
    lines.add("Data " + data + suffix(dataDigest) + ".");
    lines.add("Evaluated by leukemia4j " + library + ".");
    for (Stage stage : stages) {
      lines.add(
          "Stage %s: made %s by leukemia4j %s, %s, %s, %d threads%s, seed %d, on %s%s.%s"
              .formatted(
                  stage.name(),
                  stage.made().isEmpty() ? "on an unknown day" : stage.made(),
                  stage.library(),
                  stage.backend(),
                  stage.device(),
                  stage.threads(),
                  stage.options().isEmpty() ? "" : " " + stage.options(),
                  stage.seed(),
                  stage.trainedOn(),
                  suffix(stage.trainingDigest()),
                  stage.selection().isEmpty() ? "" : " Kept was " + stage.selection() + "."));
    }
    return List.copyOf(lines);
  }

  private static String suffix(String digest) {
    return digest == null || digest.isEmpty() ? "" : ", SHA-256 " + digest;
  }

  /** The bundles of a pipeline's stages, parents first. */
  static List<ModelBundle> bundles(MultilevelPipeline pipeline) {
    return pipeline.classifiers().values().stream()
        .flatMap(c -> c.bundle().stream())
        .distinct()
        .toList();
  }

  static List<Stage> stages(List<ModelBundle> bundles) throws IOException {
    List<Stage> stages = new ArrayList<>();
    for (ModelBundle bundle : bundles) {
      stages.add(Stage.of(bundle.manifest(), settings(bundle)));
    }
    return stages;
  }

  /** The settings that a bundle was trained with, as texts; empty where it keeps none. */
  private static Map<String, String> settings(ModelBundle bundle) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    if (bundle.manifest().files().containsKey(TrainingConfig.FILE)) {
      TrainingConfig.describe(bundle.file(TrainingConfig.FILE))
          .forEach((name, value) -> settings.put(name, value.toString()));
    }
    return settings;
  }
}
