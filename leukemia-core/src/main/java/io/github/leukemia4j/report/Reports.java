package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.report.view.ComparisonPage;
import io.github.leukemia4j.report.view.Rendering;
import io.github.leukemia4j.report.view.ReportJson;
import io.github.leukemia4j.report.view.Tables;
import io.github.leukemia4j.report.view.html.JtecomparisonGenerated;
import io.github.leukemia4j.report.view.markdown.JteevaluationGenerated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reports as text: Markdown for people, whose tables also read well on a terminal of 80 columns,
 * JSON for programs, and pages for a browser. A page is one file that needs no other. The page of
 * an evaluation shows its samples, too: {@link HtmlReport} makes it. What a study needs to keep is
 * written into one folder under names that do not change. All methods are thread-safe.
 *
 * <pre>{@code
 * List<ScoredSample> scored = ScoredSample.of(pipeline, test);
 * EvaluationReport report = Evaluator.evaluate(pipeline.taxonomy(), scored);
 * HtmlReport page = HtmlReport.of(report, scored).dataset(test);
 * Reports.write(folder, page, new Predictions(pipeline.taxonomy(), scored, List.of()));
 * }</pre>
 */
public final class Reports {
  /** The report for programs. */
  public static final String JSON = "report.json";

  /** The report for a terminal, a mail or a repository. */
  public static final String MARKDOWN = "report.md";

  /** The report for a browser. */
  public static final String PAGE = "report.html";

  /** What every stage says of every sample, from which all the others can be made again. */
  public static final String PREDICTIONS = Predictions.FILE;

  /** The model card of a whole pipeline with what the test found. */
  public static final String CARD = ModelBundle.CARD;

  private Reports() {}

  /** What came out in words first, then stage by stage the figures. */
  public static String markdown(EvaluationReport report) {
    return Rendering.markdown(
        out -> JteevaluationGenerated.render(out, null, new Tables(report, true)));
  }

  /** Which is better in words first, then stage by stage the differences. */
  public static String markdown(ComparisonReport report) {
    return Rendering.markdown(
        out ->
            io.github.leukemia4j.report.view.markdown.JtecomparisonGenerated.render(
                out, null, new ComparisonPage(report, true)));
  }

  /**
   * Indented JSON with the names of {@code docs/evaluation-report.schema.json}. A metric that has
   * no value is an object whose estimate is null and whose remark is the reason.
   */
  public static String json(EvaluationReport report) {
    return ReportJson.of(report);
  }

  /** Indented JSON with the names of {@code docs/comparison-report.schema.json}. */
  public static String json(ComparisonReport report) {
    return ReportJson.of(report);
  }

  /**
   * A page on which of the two pipelines is better: in a sentence, the differences as a drawing,
   * and of every stage cell by cell and patient by patient, with intervals and tests. The same
   * comparison gives the same page.
   *
   * @param report with the names of what is compared
   */
  public static String html(ComparisonReport report) {
    return Rendering.html(
        out -> JtecomparisonGenerated.render(out, null, new ComparisonPage(report, false)));
  }

  /**
   * Writes {@value #JSON}, {@value #MARKDOWN} and {@value #PAGE}, replacing what is there.
   *
   * @param folder is made where it is missing
   * @param page of the evaluation
   */
  public static void write(Path folder, HtmlReport page) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(JSON), json(page.report()));
    Files.writeString(folder.resolve(MARKDOWN), markdown(page.report()));
    page.write(folder.resolve(PAGE));
  }

  /**
   * Writes the same and {@value #PREDICTIONS}, which names files and patients.
   *
   * @param folder is made where it is missing
   * @param page of the evaluation
   * @param predictions of which the page was made
   */
  public static void write(Path folder, HtmlReport page, Predictions predictions)
      throws IOException {
    write(folder, page);
    predictions.write(folder.resolve(PREDICTIONS));
  }

  /**
   * Writes the same three files into the directory of a saved pipeline, and {@value #CARD} and a
   * picture of each stage's training, such as {@code 1-cell-abnormal-learning-curves.png}, where
   * its history is known. The bundles themselves, whose files are listed with their digests, stay
   * as they are.
   *
   * @param pipeline its directory
   * @param page of the pipeline on samples that it was not trained on
   * @param evaluatedOn which samples these are, in words, such as {@code the test part}
   * @throws IllegalArgumentException where the directory holds no model
   */
  public static void writeBeside(Path pipeline, HtmlReport page, String evaluatedOn)
      throws IOException {
    PipelineCard.write(pipeline, page.report(), evaluatedOn);
    write(pipeline, page);
    LearningCurves.write(pipeline);
  }
}
