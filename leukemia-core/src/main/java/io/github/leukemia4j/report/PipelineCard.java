package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.report.view.Numbers;
import io.github.leukemia4j.report.view.Rendering;
import io.github.leukemia4j.report.view.Table;
import io.github.leukemia4j.report.view.Tables;
import io.github.leukemia4j.report.view.markdown.JtepipelinecardGenerated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The model card of a whole pipeline with what the test found. It stands beside the bundles, whose
 * own cards know only the validation part, since a bundle never changes once it is made. All
 * methods are thread-safe.
 */
final class PipelineCard {
  private PipelineCard() {}

  /**
   * Writes the card of a saved pipeline into its directory, replacing an older one.
   *
   * @param pipeline the directory
   * @param report of the pipeline on samples that it was not trained on
   * @param evaluatedOn which samples these are, in words, such as {@code the test part}
   * @return the card
   * @throws IllegalArgumentException where the directory holds no model
   * @throws IOException where something cannot be read or written
   */
  static Path write(Path pipeline, EvaluationReport report, String evaluatedOn) throws IOException {
    List<ModelManifest> stages =
        PipelineBundles.in(pipeline).stream().map(ModelBundle::manifest).toList();
    return Files.writeString(pipeline.resolve(Reports.CARD), of(stages, report, evaluatedOn));
  }

  /**
   * The card in Markdown.
   *
   * @param stages the manifests of the pipeline's models, parents first
   * @param report of the pipeline on samples that it was not trained on
   * @param evaluatedOn which samples these are, in words, such as {@code the test part}
   * @throws IllegalArgumentException where there are no stages
   */
  static String of(List<ModelManifest> stages, EvaluationReport report, String evaluatedOn) {
    if (stages.isEmpty()) {
      throw new IllegalArgumentException(
          "A pipeline must have at least one model to have a card; found none.");
    }
    return Rendering.markdown(
        out ->
            JtepipelinecardGenerated.render(
                out,
                null,
                stages,
                heads(stages),
                new Tables(report, false),
                evaluatedOn,
                data(stages),
                calibration(stages, report)));
  }

  /** Those that answer a stage. */
  private static List<HeadManifest> heads(List<ModelManifest> models) {
    return models.stream()
        .flatMap(model -> model.heads().stream())
        .filter(head -> head.kind() == HeadManifest.Kind.STAGE)
        .toList();
  }

  private static Table data(List<ModelManifest> stages) {
    Table.Builder table = Table.of("stage", "part", "samples", "patients known");
    for (ModelManifest stage : stages) {
      stage
          .provenance()
          .samples()
          .forEach(
              (part, samples) ->
                  table
                      .row(stage.name())
                      .text(part)
                      .text(samples.toString())
                      .text(String.valueOf(stage.provenance().patients().get(part))));
    }
    return table.build();
  }

  private static Table calibration(List<ModelManifest> stages, EvaluationReport report) {
    Table.Builder table =
        Table.of("stage", "batches drawn", "temperature", "expected calibration error");
    for (HeadManifest stage : heads(stages)) {
      table
          .row(stage.stage())
          .text(stage.priors().sampling())
          .text(
              stage.bias() != null
                  ? Numbers.three(stage.temperature()) + ", and a bias"
                  : stage.temperature() == 1
                      ? "1 (not changed)"
                      : Numbers.three(stage.temperature()))
          .text(
              report.stages().stream()
                  .filter(s -> s.stage().name().equals(stage.stage()))
                  .findFirst()
                  .flatMap(s -> s.metrics().get(Metrics.EXPECTED_CALIBRATION_ERROR))
                  .map(e -> Numbers.three(e.value()))
                  .orElse("unknown"));
    }
    return table.build();
  }
}
