package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.Baseline;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.evaluation.ScoredSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Holds what pages say against files in {@code src/test/resources/pages}: their words and numbers,
 * one block of the page on each line, not their markup. A change that is meant is written there by
 * {@code -Dpages.update=true}, and read before it is committed.
 */
class PageContentsTest {
  private static final Path EXPECTED = Path.of("src", "test", "resources", "pages");
  private static final List<String> BLOCKS =
      List.of("h1", "h2", "h3", "p", "li", "dt", "dd", "tr", "figcaption", "summary", "text");

  private static final List<ScoredSample> SAMPLES = Examples.many();
  private static final EvaluationReport REPORT = report();

  private static EvaluationReport report() {
    EvaluationReport report = Examples.report(SAMPLES, 100);
    return report.withBaseline(Baseline.of("The same again", "For the test.", report));
  }

  private static HtmlReport page() {
    return HtmlReport.of(REPORT, SAMPLES);
  }

  private static void hold(String name, String content) throws IOException {
    Path file = EXPECTED.resolve(name);
    if (Boolean.getBoolean("pages.update")) {
      Files.createDirectories(EXPECTED);
      Files.writeString(file, content);
    }
    assertThat(content).isEqualTo(Files.readString(file));
  }

  private static String words(String html) throws Exception {
    StringBuilder out = new StringBuilder();
    collect(HtmlReportTest.parse(html).getDocumentElement(), out);
    return out.toString();
  }

  private static void collect(Element element, StringBuilder out) {
    if (BLOCKS.contains(element.getTagName())) {
      out.append(text(element).replaceAll("\\s+", " ").strip()).append('\n');
      return;
    }
    for (Node n = element.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n instanceof Element child) {
        collect(child, out);
      }
    }
  }

  /** The text, with cells apart. */
  private static String text(Node node) {
    if (node.getNodeType() == Node.TEXT_NODE) {
      return node.getTextContent();
    }
    StringBuilder all = new StringBuilder();
    for (Node n = node.getFirstChild(); n != null; n = n.getNextSibling()) {
      all.append(text(n));
      if (List.of("td", "th", "small", "data").contains(n.getNodeName())) {
        all.append(' ');
      }
    }
    return all.toString();
  }

  @Test
  void ofAnEvaluationStayWhatTheyWere() throws Exception {
    String today = LocalDate.now(ZoneOffset.UTC).toString();
    hold("evaluation.txt", words(page().toHtml()).replace(today, "2026-11-24"));
    hold("evaluation.md", Reports.markdown(REPORT));
  }

  @Test
  void ofAComparisonStayWhatTheyWere() throws Exception {
    ComparisonReport comparison =
        Examples.comparison(SAMPLES, 100)
            .named(
                new ComparisonReport.Compared("one.csv", "ab12"),
                new ComparisonReport.Compared("two.csv", "cd34"));
    String words = words(Reports.html(comparison));
    hold("comparison.txt", words.replaceAll("leukemia4j \\S+\\.\n", "leukemia4j.\n"));
    hold("comparison.md", Reports.markdown(comparison));
  }

  @Test
  void stayInOneFolderWithWhatTheyWereMadeOf(@TempDir Path folder) throws Exception {
    Reports.write(
        folder.resolve("new"), page(), new Predictions(Examples.TAXONOMY, SAMPLES, List.of()));

    assertThat(folder.resolve("new"))
        .isDirectoryContaining("glob:**report.json")
        .isDirectoryContaining("glob:**report.md")
        .isDirectoryContaining("glob:**report.html");
    assertThat(folder.resolve("new/report.json")).hasContent(Reports.json(REPORT));
    assertThat(Predictions.read(folder.resolve("new/predictions.csv")).samples())
        .extracting(ScoredSample::id)
        .containsExactlyElementsOf(SAMPLES.stream().map(ScoredSample::id).toList());
  }
}
