package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * All files of an evaluation in one folder, under names that do not change: what a study needs to
 * keep. All methods are thread-safe.
 *
 * <pre>{@code
 * List<ScoredSample> scored = ScoredSample.of(pipeline, test);
 * EvaluationReport report = Evaluator.evaluate(pipeline.taxonomy(), scored);
 * HtmlReport page = HtmlReport.of(report, scored).dataset(test);
 * ReportFolder.write(folder, page, new Predictions(pipeline.taxonomy(), scored, List.of()));
 * }</pre>
 */
public final class ReportFolder {
  /** The report for programs. */
  public static final String JSON = "report.json";

  /** The report for a terminal, a mail or a repository. */
  public static final String MARKDOWN = "report.md";

  /** The report for a browser. */
  public static final String PAGE = "report.html";

  /** What every stage says of every sample, from which all the others can be made again. */
  public static final String PREDICTIONS = "predictions.csv";

  /** The model card of a whole pipeline with what the test found. */
  public static final String CARD = "MODEL_CARD.md";

  private ReportFolder() {}

  /**
   * Writes {@value #JSON}, {@value #MARKDOWN} and {@value #PAGE}, replacing what is there.
   *
   * @param folder is made where it is missing
   * @param page of the evaluation
   */
  public static void write(Path folder, HtmlReport page) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(JSON), Reports.json(page.report()));
    Files.writeString(folder.resolve(MARKDOWN), Reports.markdown(page.report()));
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
