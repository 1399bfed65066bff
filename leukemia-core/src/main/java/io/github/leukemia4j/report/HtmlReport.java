package io.github.leukemia4j.report;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.compare.ComparisonReport;
import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.report.view.EvaluationView;
import io.github.leukemia4j.report.view.Picture;
import io.github.leukemia4j.report.view.Tables;
import io.github.leukemia4j.report.view.html.JtecomparisonGenerated;
import io.github.leukemia4j.report.view.html.JteevaluationGenerated;
import io.github.leukemia4j.training.TrainingHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An evaluation as one page that needs nothing else: no network, no script, no other file. What
 * came out in words, tables with intervals, plots, confusion matrices, patients and cells that
 * deserve a look, stage by stage. It reads on a phone, in the dark, and prints. Names of files
 * appear on it; patients are numbered in the order of their identifiers, which it does not show.
 * Immutable; each call of {@link #toHtml()} draws anew.
 */
public final class HtmlReport {
  private final EvaluationReport report;
  private final List<StageSamples> stages;
  private final String title;
  private final Optional<String> dataset;
  private final Optional<String> note;
  private final LocalDate date;
  private final Map<Label, List<TrainingHistory>> histories;
  private final List<EvaluationReport> folds;
  private final Map<String, ImageSource> images;

  private HtmlReport(Builder from) {
    this.report = from.report;
    this.stages = StageSamples.of(from.report, from.samples);
    this.title = from.title;
    this.dataset = Optional.ofNullable(from.dataset);
    this.note = Optional.ofNullable(from.note);
    this.date = from.date == null ? LocalDate.now(ZoneOffset.UTC) : from.date;
    this.histories = new LinkedHashMap<>();
    from.histories.forEach((stage, some) -> histories.put(stage, List.copyOf(some)));
    this.folds = List.copyOf(from.folds);
    this.images = Map.copyOf(from.images);
  }

  /**
   * @param report what was found
   * @param samples of which the report was made
   */
  public static Builder builder(EvaluationReport report, List<ScoredSample> samples) {
    return new Builder(report, samples);
  }

  /**
   * A comparison of two pipelines as a page of the same kind: which is better in a sentence, the
   * differences as a drawing, and of every stage cell by cell and patient by patient, with
   * intervals and tests. The same comparison gives the same page.
   *
   * @param report with the names of what is compared
   */
  public static String of(ComparisonReport report) {
    return Rendering.html(
        out -> JtecomparisonGenerated.render(out, null, new ComparisonPage(report, false).view()));
  }

  /**
   * An inspection as a page of the same kind: what the data set holds, with cells of each label,
   * what gives the labels away without the cell, and files that are the same. Names of files and
   * patients appear on it.
   *
   * @throws IOException where an image has gone since it was inspected
   */
  public static String of(InspectionReport report) throws IOException {
    return new InspectionPage(report).toHtml();
  }

  /** The page, which is well-formed XML, too. */
  public String toHtml() {
    Plots plots = Plots.ofStages(report, stages, histories);
    Tables tables = new Tables(report, false);
    EvaluationView view =
        new EvaluationView(
            title + dataset.map(name -> ": " + name).orElse(""),
            date.toString(),
            note.orElse(null),
            report,
            stage -> InWords.of(report, stage),
            stages.stream().map(s -> new StageSection(this, s).view(plots, tables)).toList());
    return Rendering.html(out -> JteevaluationGenerated.render(out, null, view, tables));
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
      return Optional.of(ConfidentErrors.thumbnail(source, crop, alternative));
    } catch (IOException | DataException e) {
      return Optional.empty();
    }
  }

  /** Collects what the page shows. Not thread-safe. */
  public static final class Builder {
    private final EvaluationReport report;
    private final List<ScoredSample> samples;
    private final Map<Label, List<TrainingHistory>> histories = new LinkedHashMap<>();
    private final Map<String, ImageSource> images = new HashMap<>();
    private List<EvaluationReport> folds = List.of();
    private String title = "Evaluation";
    private String dataset;
    private String note;
    private LocalDate date;

    private Builder(EvaluationReport report, List<ScoredSample> samples) {
      this.report = Objects.requireNonNull(report, "report");
      this.samples = List.copyOf(samples);
    }

    /** The heading; default "Evaluation". */
    public Builder title(String text) {
      title = Objects.requireNonNull(text, "title");
      return this;
    }

    /** A sentence under the heading: on which samples, by whom trained. */
    public Builder note(String text) {
      note = Objects.requireNonNull(text, "note");
      return this;
    }

    /** The date under the heading; default today, in UTC. */
    public Builder date(LocalDate day) {
      date = Objects.requireNonNull(day, "date");
      return this;
    }

    /**
     * Where the samples' images are, for the grid of errors, and what the data set is called. May
     * hold more samples than were scored.
     */
    public Builder dataset(Dataset set) {
      dataset = set.name();
      for (Sample sample : set.samples()) {
        images.put(sample.id(), sample.source());
      }
      return this;
    }

    /** The reports of the folds of a cross-validation, in order, for a table of them. */
    public Builder folds(List<EvaluationReport> reports) {
      folds = List.copyOf(reports);
      return this;
    }

    /** A training of a stage, for the learning curves; call it once for each. */
    public Builder history(Label stage, TrainingHistory history) {
      histories
          .computeIfAbsent(Objects.requireNonNull(stage, "stage"), s -> new ArrayList<>())
          .add(Objects.requireNonNull(history, "history"));
      return this;
    }

    /**
     * The trainings of all stages of a saved pipeline; call it once for each pipeline, such as the
     * folds of a cross-validation.
     *
     * @throws IOException where a file cannot be read
     */
    public Builder histories(Path pipeline) throws IOException {
      for (ModelBundle bundle : BundleReader.in(pipeline)) {
        BundleReader.histories(bundle).forEach((stage, found) -> history(Label.of(stage), found));
      }
      return this;
    }

    /**
     * @throws IllegalArgumentException where the samples are not those of the report
     */
    public HtmlReport build() {
      return new HtmlReport(this);
    }
  }
}
