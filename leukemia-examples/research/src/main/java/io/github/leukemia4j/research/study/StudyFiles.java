package io.github.leukemia4j.research.study;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import gg.jte.Content;
import gg.jte.html.HtmlTemplateOutput;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.report.view.Rendering;
import io.github.leukemia4j.report.view.Table;
import io.github.leukemia4j.report.view.html.JtelayoutGenerated;
import io.github.leukemia4j.report.view.html.JtesectionGenerated;
import io.github.leukemia4j.report.view.html.JtetableGenerated;
import io.github.leukemia4j.research.study.StudyReport.Row;
import io.github.leukemia4j.research.study.StudyReport.Test;
import io.github.leukemia4j.store.AtomicFile;
import io.github.leukemia4j.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Writes the tables of a study. Stateless. */
final class StudyFiles {
  private static final List<String> COLUMNS =
      List.of(
          "row",
          "title",
          "stage",
          "metric",
          "value",
          "lower",
          "upper",
          "difference",
          "differenceLower",
          "differenceUpper",
          "p",
          "pHolm",
          "parameters",
          "trainingSeconds",
          "imageMilliseconds");

  private StudyFiles() {}

  /** Into {@code study.md}, {@code study.html}, {@code study.csv} and {@code study-table.json}. */
  static void write(Path directory, StudyReport report) throws IOException {
    String markdown = markdown(report);
    String html = html(report);
    AtomicFile.write(directory.resolve("study.md"), place -> Files.writeString(place, markdown));
    AtomicFile.write(directory.resolve("study.html"), place -> Files.writeString(place, html));
    AtomicFile.write(directory.resolve("study.csv"), place -> csv(report, place));
    AtomicFile.write(
        directory.resolve("study-table.json"),
        place ->
            Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(place.toFile(), json(report)));
  }

  static String markdown(StudyReport report) {
    StudyPage page = new StudyPage(report);
    StringBuilder text = new StringBuilder("# Study\n\n");
    page.words().forEach(words -> text.append("- ").append(words).append('\n'));
    for (Label stage : report.stages()) {
      section(text, StudyPage.title(stage), page.basis(stage), page.table(stage));
    }
    section(text, "Cost", page.costNote(), page.cost());
    section(text, "The paper's own figures", PaperFigures.NOT_COMPARABLE, page.paper());
    text.append('\n').append(PaperFigures.CURVES).append("\n\n## Origin\n\n");
    page.origin().forEach(line -> text.append("- ").append(line).append('\n'));
    return text.toString();
  }

  private static void section(StringBuilder text, String title, String words, Table table) {
    text.append("\n## %s\n\n%s\n\n".formatted(title, words)).append(table.markdown());
  }

  static String html(StudyReport report) {
    StudyPage page = new StudyPage(report);
    List<String> contents = page.contents();
    return Rendering.html(
        out ->
            JtelayoutGenerated.render(
                out,
                null,
                "Study of %s".formatted(report.origin().data()),
                content(out, o -> paragraph(o, page.basis(report.stages().get(0)))),
                contents,
                content(out, o -> sections(o, page, contents))));
  }

  private static void sections(HtmlTemplateOutput out, StudyPage page, List<String> contents) {
    section(out, contents, "In words", o -> items(o, page.words()));
    for (Label stage : page.report().stages()) {
      section(
          out,
          contents,
          StudyPage.title(stage),
          o -> {
            paragraph(o, page.basis(stage));
            JtetableGenerated.render(o, null, page.table(stage));
          });
    }
    section(
        out,
        contents,
        "Cost",
        o -> {
          paragraph(o, page.costNote());
          JtetableGenerated.render(o, null, page.cost());
        });
    section(
        out,
        contents,
        "The paper's own figures",
        o -> {
          paragraph(o, PaperFigures.NOT_COMPARABLE);
          JtetableGenerated.render(o, null, page.paper());
          paragraph(o, PaperFigures.CURVES);
        });
    section(out, contents, "Origin", o -> items(o, page.origin()));
  }

  private static void section(
      HtmlTemplateOutput out,
      List<String> contents,
      String title,
      Consumer<HtmlTemplateOutput> inside) {
    JtesectionGenerated.render(out, null, contents, title, content(out, inside));
  }

  private static void paragraph(HtmlTemplateOutput out, String text) {
    element(out, "p", o -> o.writeUserContent(text));
  }

  private static void items(HtmlTemplateOutput out, List<String> lines) {
    element(
        out,
        "ul",
        list -> lines.forEach(line -> element(list, "li", o -> o.writeUserContent(line))));
  }

  /** The output is told in which element it is, so that it escapes as it must there. */
  private static void element(
      HtmlTemplateOutput out, String name, Consumer<HtmlTemplateOutput> inside) {
    out.writeContent("<%s>".formatted(name));
    out.setContext(name, null);
    inside.accept(out);
    out.writeContent("</%s>".formatted(name));
    out.setContext("div", null);
  }

  private static Content content(HtmlTemplateOutput out, Consumer<HtmlTemplateOutput> inside) {
    return ignored -> inside.accept(out);
  }

  private static void csv(StudyReport report, Path place) throws IOException {
    try (SequenceWriter rows = new CsvMapper().writer().writeValues(place.toFile())) {
      rows.write(COLUMNS);
      for (Row row : report.rows()) {
        for (Label stage : report.stages()) {
          for (Map.Entry<Metric, Estimate> metric : estimates(row, stage).entrySet()) {
            rows.write(line(row, stage, metric.getKey(), metric.getValue()));
          }
        }
      }
    }
  }

  private static Map<Metric, Estimate> estimates(Row row, Label stage) {
    Map<Metric, Estimate> all = new LinkedHashMap<>();
    var metrics = row.report().stage(stage).metrics();
    metrics.measured().forEach(m -> metrics.get(m).ifPresent(e -> all.put(m, e)));
    return all;
  }

  private static List<String> line(Row row, Label stage, Metric metric, Estimate estimate) {
    List<String> cells = new ArrayList<>(List.of(row.id(), row.title(), stage.name(), metric.id()));
    cells.add(Double.toString(estimate.value()));
    cells.addAll(ends(estimate.interval()));
    Optional<Test> test =
        Optional.ofNullable(row.tests().get(stage))
            .filter(t -> metric.id().equals("balancedAccuracy"));
    cells.add(test.map(t -> Double.toString(t.difference().value())).orElse(""));
    cells.addAll(ends(test.flatMap(t -> t.difference().interval())));
    cells.add(test.map(t -> Double.toString(t.difference().pValue())).orElse(""));
    cells.add(test.map(t -> Double.toString(t.adjusted())).orElse(""));
    cells.add(text(row.parameters()));
    cells.add(
        row.trainingSeconds().isPresent()
            ? Double.toString(row.trainingSeconds().getAsDouble())
            : "");
    cells.add(Double.toString(row.imageMilliseconds()));
    return cells;
  }

  private static String text(OptionalLong number) {
    return number.isPresent() ? Long.toString(number.getAsLong()) : "";
  }

  private static List<String> ends(Optional<Interval> interval) {
    return interval
        .map(i -> List.of(Double.toString(i.lower()), Double.toString(i.upper())))
        .orElse(List.of("", ""));
  }

  private static Map<String, Object> json(StudyReport report) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("schemaVersion", 1);
    all.put("origin", report.origin());
    all.put("level", report.level());
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Row row : report.rows()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("row", row.id());
      one.put("title", row.title());
      one.put("parameters", row.parameters().isPresent() ? row.parameters().getAsLong() : null);
      one.put("trainingSeconds", row.trainingSeconds());
      one.put("imageMilliseconds", row.imageMilliseconds());
      Map<String, Object> stages = new LinkedHashMap<>();
      report.stages().forEach(stage -> stages.put(stage.name(), json(row, stage)));
      one.put("stages", stages);
      rows.add(one);
    }
    all.put("rows", rows);
    Map<String, Object> paper = new LinkedHashMap<>();
    paper.put("comparable", false);
    paper.put("why", PaperFigures.NOT_COMPARABLE);
    paper.put("lines", PaperFigures.LINES);
    all.put("paper", paper);
    return all;
  }

  private static Map<String, Object> json(Row row, Label stage) {
    Map<String, Object> one = new LinkedHashMap<>();
    Map<String, Object> metrics = new LinkedHashMap<>();
    estimates(row, stage)
        .forEach(
            (metric, estimate) ->
                metrics.put(metric.id(), numbers(estimate.value(), estimate.interval())));
    one.put("metrics", metrics);
    Test test = row.tests().get(stage);
    if (test != null) {
      Map<String, Object> against =
          numbers(test.difference().value(), test.difference().interval());
      against.put("p", test.difference().pValue());
      against.put("pHolm", test.adjusted());
      against.put("test", test.difference().test());
      one.put("balancedAccuracyLessFirst", against);
    }
    return one;
  }

  private static Map<String, Object> numbers(double value, Optional<Interval> interval) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("value", value);
    all.put(
        "lower", interval.map(i -> OptionalDouble.of(i.lower())).orElse(OptionalDouble.empty()));
    all.put(
        "upper", interval.map(i -> OptionalDouble.of(i.upper())).orElse(OptionalDouble.empty()));
    return all;
  }
}
