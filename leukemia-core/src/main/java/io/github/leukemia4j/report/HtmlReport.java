package io.github.leukemia4j.report;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.report.view.EvaluationView;
import io.github.leukemia4j.report.view.Picture;
import io.github.leukemia4j.report.view.Rendering;
import io.github.leukemia4j.report.view.StageView;
import io.github.leukemia4j.report.view.Tables;
import io.github.leukemia4j.report.view.html.JteevaluationGenerated;
import io.github.leukemia4j.training.TrainingHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An evaluation as one page that needs nothing else: no network, no script, no other file. What
 * came out in words, tables with intervals, plots, confusion matrices, patients and cells that
 * deserve a look, stage by stage. It reads on a phone, in the dark, and prints. Names of files
 * appear on it; patients are numbered in the order of their identifiers, which it does not show.
 * Say first what it shall show beyond the figures; each call of {@link #toHtml()} draws anew. Not
 * thread-safe.
 */
public final class HtmlReport {
  private final EvaluationReport report;
  private final List<StageSamples> stages;
  private final Map<Label, List<TrainingHistory>> histories = new HashMap<>();
  private final Map<String, ImageSource> images = new HashMap<>();
  private List<EvaluationReport> folds = List.of();
  private String title = "Evaluation";
  private String dataset;
  private String note;

  private HtmlReport(EvaluationReport report, List<ScoredSample> samples) {
    this.report = report;
    this.stages = StageSamples.of(report, samples);
  }

  /**
   * @param report what was found
   * @param samples of which the report was made
   * @throws IllegalArgumentException where the samples are not those of the report
   */
  public static HtmlReport of(EvaluationReport report, List<ScoredSample> samples) {
    return new HtmlReport(report, samples);
  }

  /** The heading, to which the data set's name is added; default {@code Evaluation}. */
  public HtmlReport title(String text) {
    title = Objects.requireNonNull(text, "title");
    return this;
  }

  /** A sentence under the heading: on which samples, by whom trained. */
  public HtmlReport note(String text) {
    note = Objects.requireNonNull(text, "note");
    return this;
  }

  /**
   * Where the samples' images are, for the grid of errors, and what the data set is called. May
   * hold more samples than were scored.
   */
  public HtmlReport dataset(Dataset set) {
    dataset = set.name();
    set.samples().forEach(sample -> images.put(sample.id(), sample.source()));
    return this;
  }

  /** The reports of the folds of a cross-validation, in order, for a table of them. */
  public HtmlReport folds(List<EvaluationReport> reports) {
    folds = List.copyOf(reports);
    return this;
  }

  /**
   * The trainings of all stages of a saved pipeline, for learning curves; call it once for each
   * pipeline, such as the folds of a cross-validation.
   *
   * @throws IOException where a file cannot be read
   */
  public HtmlReport histories(Path pipeline) throws IOException {
    for (ModelBundle bundle : PipelineBundles.in(pipeline)) {
      PipelineBundles.histories(bundle).forEach((stage, found) -> history(Label.of(stage), found));
    }
    return this;
  }

  HtmlReport history(Label stage, TrainingHistory history) {
    histories.computeIfAbsent(stage, s -> new ArrayList<>()).add(history);
    return this;
  }

  /** The page, which is well-formed XML, too. */
  public String toHtml() {
    Tables tables = new Tables(report, false);
    EvaluationView view =
        new EvaluationView(
            dataset == null ? title : title + ": " + dataset,
            LocalDate.now(ZoneOffset.UTC).toString(),
            note,
            report,
            stages.stream().map(stage -> section(stage, tables)).toList());
    return Rendering.html(out -> JteevaluationGenerated.render(out, null, view, tables));
  }

  private StageView section(StageSamples stage, Tables tables) {
    return new StageSection(this, stage)
        .view(histories.getOrDefault(stage.stage().stage(), List.of()), tables);
  }

  /** Writes the page, replacing what is there. */
  public void write(Path file) throws IOException {
    Files.writeString(file, toHtml());
  }

  EvaluationReport report() {
    return report;
  }

  List<EvaluationReport> folds() {
    return folds;
  }

  boolean hasImages() {
    return !images.isEmpty();
  }

  /** Empty where the image is not known or not there any more: the report is worth more than it. */
  Optional<Picture> thumbnail(String id, double crop, String alternative) {
    ImageSource source = images.get(id);
    if (source == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Picture.thumbnail(source, crop, alternative));
    } catch (IOException | DataException e) {
      return Optional.empty();
    }
  }
}
