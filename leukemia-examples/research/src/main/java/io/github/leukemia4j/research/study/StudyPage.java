package io.github.leukemia4j.research.study;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.report.view.Numbers;
import io.github.leukemia4j.report.view.Table;
import io.github.leukemia4j.research.study.StudyReport.Row;
import io.github.leukemia4j.research.study.StudyReport.Test;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tables and sentences of a study, for every form in which it is written. Immutable.
 *
 * @param report that is shown
 */
record StudyPage(StudyReport report) {
  private static final List<Metric> METRICS =
      List.of(
          Metrics.BALANCED_ACCURACY,
          Metrics.AUROC,
          Metrics.SENSITIVITY,
          Metrics.SPECIFICITY,
          Metrics.MACRO_F1);

  /** The headings, in order. */
  List<String> contents() {
    return Stream.of(
            Stream.of("In words"),
            report.stages().stream().map(StudyPage::title),
            Stream.of("Cost", "The paper's own figures", "Origin"))
        .flatMap(s -> s)
        .toList();
  }

  static String title(Label stage) {
    return "Stage " + stage;
  }

  /** What a table shows, a sentence for each stage. */
  List<String> words() {
    return report.stages().stream().map(this::words).toList();
  }

  private String words(Label stage) {
    Row first = report.rows().get(0);
    Row best = first;
    List<String> better = new ArrayList<>();
    List<String> worse = new ArrayList<>();
    for (Row row : report.rows()) {
      if (value(row, stage) > value(best, stage)) {
        best = row;
      }
      Test test = row.tests().get(stage);
      if (test != null && apart(test)) {
        (test.difference().value() > 0 ? better : worse).add(row.title());
      }
    }
    return "%s: the highest balanced accuracy is that of %s, %s; that of %s, the first row, is %s. Told apart from it by interval and adjusted test: %s; %s."
        .formatted(
            title(stage),
            quoted(best.title()),
            Numbers.three(value(best, stage)),
            quoted(first.title()),
            Numbers.three(value(first, stage)),
            listed("better", better),
            listed("worse", worse));
  }

  private static String quoted(String title) {
    return "\u201c" + title + "\u201d";
  }

  private static String listed(String what, List<String> titles) {
    return titles.isEmpty()
        ? "none " + what
        : "%s %s"
            .formatted(what, String.join(", ", titles.stream().map(StudyPage::quoted).toList()));
  }

  private boolean apart(Test test) {
    return test.difference().interval().filter(i -> i.lower() > 0 || i.upper() < 0).isPresent()
        && test.adjusted() <= 1 - report.level() + 1e-12;
  }

  private static double value(Row row, Label stage) {
    return row.report().stage(stage).metrics().value(Metrics.BALANCED_ACCURACY).orElse(0);
  }

  /** A stage's rows: metrics, and the difference from the first row. */
  Table table(Label stage) {
    List<Metric> shown =
        METRICS.stream()
            .filter(
                metric ->
                    report.rows().stream()
                        .anyMatch(r -> r.report().stage(stage).metrics().get(metric).isPresent()))
            .toList();
    List<String> columns = new ArrayList<>(List.of("Method"));
    shown.forEach(metric -> columns.add(metric.title()));
    columns.addAll(List.of("Less the first", "p, Holm"));
    Table.Builder table = Table.of(columns).type("wide");
    for (Row row : report.rows()) {
      StageReport of = row.report().stage(stage);
      table.row(row.title());
      shown.forEach(metric -> table.estimate(of.metrics().get(metric)));
      Test test = row.tests().get(stage);
      if (test == null) {
        table.none(null).none(null);
      } else {
        Difference difference = test.difference();
        table
            .estimate(difference.value(), difference.interval(), difference.remark(), "")
            .p(test.adjusted(), difference.test() + ", of balanced accuracy, adjusted by Holm");
      }
    }
    return table.build();
  }

  /** How many images and patients a stage was judged on. */
  String basis(Label stage) {
    StageReport of = report.rows().get(0).report().stage(stage);
    String patients = of.patients() == 0 ? "patients unknown" : of.patients() + " patients";
    return "%d images, %s, each scored once by what had seen neither its patient nor its image."
        .formatted(of.samples(), patients);
  }

  /** Parameters, time of training and of one image. */
  Table cost() {
    Table.Builder table =
        Table.of("Method", "Parameters", "Training of all folds, s", "One image, ms");
    for (Row row : report.rows()) {
      table.row(row.title());
      if (row.parameters().isPresent()) {
        table.count(row.parameters().getAsLong());
      } else {
        table.text(Numbers.NONE, "number");
      }
      table.text(
          row.trainingSeconds().isPresent()
              ? Numbers.fixed(row.trainingSeconds().getAsDouble(), 1)
              : Numbers.NONE,
          "number");
      table.text(Numbers.fixed(row.imageMilliseconds(), 2), "number");
    }
    return table.build();
  }

  /** What the paper reports of others. */
  Table paper() {
    Table.Builder table = Table.of("In the paper", "Accuracy", "Precision", "Recall", "F1");
    for (PaperFigures.Line line : PaperFigures.LINES) {
      table
          .row(line.method())
          .value(line.accuracy())
          .value(line.precision())
          .value(line.recall())
          .value(line.f1());
    }
    return table.build();
  }

  /** What the cost means. */
  String costNote() {
    return "Times are wall-clock, of the machine and its load at that time. The time for an image is the median of 25, one after another, without reading and decoding; networks average over the views that their settings ask for.";
  }

  /** What was done on what. */
  List<String> origin() {
    StudyReport.Origin origin = report.origin();
    return List.of(
        "Data: %s, SHA-256 %s.".formatted(origin.data(), origin.dataDigest()),
        "%d folds by patient, the same for every row; networks learn %d epochs."
            .formatted(origin.folds(), origin.epochs()),
        "Settings of training are in study.json, what each row said of each image in rows/*/predictions.csv.");
  }
}
