package io.github.leukemia4j.cli;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.Baseline;
import io.github.leukemia4j.evaluation.EvaluationReport.ReportOrigin;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.inspection.ColourBaseline;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.report.HtmlReport;
import io.github.leukemia4j.report.Reports;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.input.TrainingColours;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "evaluate",
    description = "Holds a saved pipeline against labelled images.",
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  private static final String SEEN_REMEDY =
      "Name the part that was held out (--split FILE --part test), or allow it"
          + " (--allow-training-data), where other people have the same identifiers or the score is"
          + " not to be reported:";

  @Spec private CommandSpec spec;

  @Mixin private OpenPipeline model;

  @Mixin private LabelledData data;

  @Mixin private ReportFiles files;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description = "Also write what every stage says of every image, as compare reads it.")
  private Path predictions;

  @Mixin private Reading reading;

  @Option(
      names = "--allow-training-data",
      description =
          "Evaluate even on patients and images that the pipeline was made from; such a score says"
              + " nothing about other patients.")
  private boolean allowTrainingData;

  @Override
  public Integer call() throws Exception {
    files.requireFree();
    Output.requireFree(predictions);
    try (MultilevelPipeline pipeline = model.open()) {
      Dataset found = data.open(TrainingSession.columns(pipeline), spec.commandLine().getOut());
      // The model's levels count, of which the data may know nothing: a flat list of leaves, say.
      Dataset dataset = Dataset.of(found.name(), pipeline.taxonomy(), found.samples());
      try (ImageCache images =
          reading.read(
              dataset, o -> ImageCache.load(dataset, pipeline.classifiers().values(), o))) {
        evaluate(pipeline, dataset, images);
      }
    }
    return 0;
  }

  private void evaluate(MultilevelPipeline pipeline, Dataset dataset, ImageCache images)
      throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    PrintWriter errors = spec.commandLine().getErr();
    Verification verification = images.verification();
    if (!allowTrainingData) {
      List<Label> unknown = Evaluator.requireUnseen(pipeline, verification, SEEN_REMEDY);
      if (!unknown.isEmpty()) {
        errors.println(
            "WARNING: the models of %s do not say what they were made from: whether their patients are in this data is not known."
                .formatted(unknown));
      }
    }
    List<ScoredSample> scored =
        TrainingSession.score(pipeline, images.cached(verification.readable()), errors);
    EvaluationReport report =
        Evaluator.evaluate(pipeline.taxonomy(), scored)
            .withBaseline(baseline(pipeline, images))
            .withOrigin(
                ReportOrigin.of(
                    pipeline,
                    String.valueOf(model.path().toAbsolutePath().normalize().getFileName()),
                    dataset.name() + ", " + data.describe(),
                    verification.contentDigest()));
    Output.write(predictions, new Predictions(pipeline.taxonomy(), scored, List.of())::write);
    files.write(Reports.json(report), page -> page(report, scored, dataset).write(page));
    console.println(Reports.markdown(report));
  }

  private HtmlReport page(EvaluationReport report, List<ScoredSample> scored, Dataset dataset)
      throws IOException {
    HtmlReport page = HtmlReport.of(report, scored).note(note()).dataset(dataset);
    if (Files.isDirectory(model.path())) {
      page.histories(model.path());
    }
    return page;
  }

  /** Images that the pipeline was made from would find themselves among the training images. */
  private Baseline baseline(MultilevelPipeline pipeline, ImageCache tested) throws IOException {
    Path directory = pipeline.directory().orElseThrow();
    return TrainingColours.read(directory)
        .filter(colours -> !allowTrainingData)
        .map(
            colours ->
                ColourBaseline.of(
                    colours,
                    pipeline.taxonomy(),
                    tested.verification().readable().samples(),
                    tested))
        .orElseGet(() -> ColourBaseline.withinData(tested));
  }

  private String note() {
    return "What the pipeline in %s/ says of %s.%s"
        .formatted(
            model.path().toAbsolutePath().normalize().getFileName(),
            data.describe(),
            allowTrainingData
                ? " It may have been made from some of these patients: if so, the figures say"
                    + " nothing about others."
                : "");
  }
}
