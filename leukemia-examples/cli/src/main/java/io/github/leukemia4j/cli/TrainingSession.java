package io.github.leukemia4j.cli;

import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.ReportOrigin;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.inspection.ColourBaseline;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.report.HtmlReport;
import io.github.leukemia4j.report.Reports;
import io.github.leukemia4j.tf.TensorBoardListener;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.input.TrainingColours;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What {@code train} and {@code quickstart} share: from the parts of a data set to a pipeline and
 * its report.
 *
 * @param command that trains
 * @param tensorBoard directory for event files; null for none
 */
record TrainingSession(
    CommandSpec command, TrainingConfig config, RunOptions run, Path tensorBoard) {
  static final String SPLIT = "split.json";

  /**
   * @param images that were read as the network sees them
   * @param again directory for a pipeline that is trained once more on all parts; null for none
   */
  EvaluationReport run(ImageCache images, Split split, Path out, Path again)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    PrintWriter console = command.commandLine().getOut();
    Verification verification = images.verification();
    console.println(split.summary().toText());
    EvaluationReport report;
    List<ScoredSample> scored;
    try (MultilevelPipeline pipeline =
        again != null && run.resume() && isFinished(out)
            ? open(split, out)
            : train(images, split, out)) {
      split.write(out.resolve(SPLIT));
      scored = score(pipeline, images.cached(split.test()), command.commandLine().getErr());
      report =
          Evaluator.evaluate(pipeline.taxonomy(), scored)
              .withBaseline(
                  ColourBaseline.of(
                      TrainingColours.of(split.train(), images),
                      split.taxonomy(),
                      split.test().samples(),
                      images))
              .withOrigin(
                  ReportOrigin.of(
                      pipeline,
                      name(out),
                      verification.dataset().name() + ", the test part of a split",
                      verification.contentDigest(split.test().samples())));
    }
    Reports.writeBeside(
        out,
        HtmlReport.of(report, scored)
            .title("Test")
            .note("On the test part, none of whose patients was seen in training.")
            .dataset(split.test())
            .histories(out),
        "the test part, none of whose patients was seen in training");
    console.println();
    console.println(
        "On the " + split.test().size() + " test samples, none of whose patients was seen:");
    console.println(Reports.markdown(report));
    console.printf(
        Locale.ROOT,
        "Wrote the pipeline, its %s, %s, %s, %s and learning curves to %s in %.0f s.%n",
        Reports.CARD,
        SPLIT,
        Reports.JSON,
        Reports.PAGE,
        out,
        (System.nanoTime() - start) / 1e9);
    if (again != null) {
      refit(images, split, report, scored, out, again);
    }
    console.println("Research software: not a medical device.");
    return report;
  }

  /** Whether a directory holds a finished pipeline, or something else that a training must not. */
  static boolean isFinished(Path out) throws IOException {
    if (!Files.isDirectory(out)) {
      return false;
    }
    try (Stream<Path> content = Files.list(out)) {
      return content.findAny().isPresent();
    }
  }

  /**
   * One that was evaluated, or was to be, when the training on all parts was stopped.
   *
   * @throws IllegalArgumentException where it was trained on another split
   */
  private MultilevelPipeline open(Split split, Path out) throws IOException, InterruptedException {
    Path file = out.resolve(SPLIT);
    if (Files.exists(file) && !ids(Split.read(file, split.all())).equals(ids(split))) {
      throw new IllegalArgumentException(
          "A training goes on only with the settings and data it began with; %s holds another split. Set seed and shares back, or choose another directory."
              .formatted(file));
    }
    command.commandLine().getOut().println("Going on behind the finished pipeline in " + out + ".");
    OpenOptions plain = OpenOptions.DEFAULT.withDevice(run.device()).withThreads(run.threads());
    MultilevelPipeline pipeline =
        MultilevelPipeline.load(out, run.backend().map(plain::withBackend).orElse(plain));
    try {
      if (!Files.exists(file)) {
        Evaluator.requireUnseen(
            pipeline, Verification.of(split.test()), "Take the split that it was trained on:");
      }
      return pipeline;
    } catch (IOException | InterruptedException | RuntimeException e) {
      pipeline.close();
      throw e;
    }
  }

  private static List<List<String>> ids(Split split) {
    return Split.PARTS.stream()
        .map(part -> split.part(part).samples().stream().map(Sample::id).sorted().toList())
        .toList();
  }

  /** The columns of the data that a pipeline learnt beside the labels. */
  static List<String> columns(MultilevelPipeline pipeline) {
    return pipeline.auxiliary().values().stream()
        .flatMap(classifier -> classifier.head().stream())
        .filter(head -> head.kind() == HeadManifest.Kind.AUXILIARY)
        .map(HeadManifest::stage)
        .toList();
  }

  /** Runs a pipeline over a data set, and shows how far that is. */
  static List<ScoredSample> score(MultilevelPipeline pipeline, Dataset dataset, PrintWriter errors)
      throws IOException {
    try (ProgressLine progress = ProgressLine.of(errors, "Classifying", dataset.size())) {
      return ScoredSample.of(pipeline, dataset, progress::accept);
    }
  }

  private static String name(Path out) {
    Path name = out.toAbsolutePath().normalize().getFileName();
    return name == null ? "model" : name.toString();
  }

  @SuppressWarnings("try") // open while training, without being named
  private void refit(
      ImageCache images,
      Split split,
      EvaluationReport report,
      List<ScoredSample> scored,
      Path out,
      Path again)
      throws IOException, InterruptedException {
    PrintWriter console = command.commandLine().getOut();
    console.println();
    console.println("Once more on all parts:");
    console.flush();
    try (CleanStop stop = CleanStop.onThisThread();
        Progress progress = new Progress(console)) {
      MultilevelPipeline.refit(out, split.map(images::cached), config, run, again, progress)
          .close();
    }
    Reports.writeBeside(
        again,
        HtmlReport.of(report, scored)
            .title("Test of the evaluated twin")
            .note(
                "The figures are those of the twin in %s, on the test part, none of whose patients it had seen. This pipeline was then trained on all parts with the same settings and as many steps; nothing is left to test it on."
                    .formatted(name(out)))
            .dataset(split.test()),
        "the test part, of the evaluated twin %s: this pipeline was then trained once more on all parts"
            .formatted(name(out)));
    console.println(
        "Wrote the pipeline of all parts to %s; its figures are those of %s."
            .formatted(again, out));
  }

  @SuppressWarnings("try") // open while training, without being named
  private MultilevelPipeline train(ImageCache images, Split split, Path out)
      throws IOException, InterruptedException {
    try (CleanStop stop = CleanStop.onThisThread();
        Progress progress = new Progress(command.commandLine().getOut());
        TensorBoardListener board =
            tensorBoard == null ? null : new TensorBoardListener(tensorBoard)) {
      return MultilevelPipeline.train(
          split.map(images::cached),
          config,
          run,
          out,
          board == null ? progress : progress.andThen(board));
    }
  }
}
