package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.Baseline;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.report.view.InWords;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final String NASTY = "<b>\"A&B\"<b> 'x'";

  static Document parse(String html) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(html)));
  }

  private static List<Element> elements(Document page, String name) {
    NodeList found = page.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  static List<String> texts(Document page, String name) {
    return elements(page, name).stream().map(Element::getTextContent).toList();
  }

  private static CellImage image() {
    return CellImage.ofRgb(2, 3, new byte[18]);
  }

  private static Dataset dataset(List<ScoredSample> samples, String name, Taxonomy taxonomy) {
    return Dataset.of(
        name,
        taxonomy,
        samples.stream()
            .map(s -> new Sample(s.id(), ImageSource.of(s.id(), image()), s.truth(), s.patient()))
            .toList());
  }

  @Nested
  class OfManySamples {
    private final List<ScoredSample> samples = Examples.many();
    private final EvaluationReport report = Examples.report(samples, 200);
    private final String html =
        HtmlReport.of(
                report.withBaseline(
                    new Baseline(
                        "colour alone",
                        "By colours.",
                        Map.of(
                            Label.of("cell"),
                            new Estimate(0.612345, Optional.empty(), Optional.empty())))),
                samples)
            .title("Test")
            .note("On unseen patients.")
            .dataset(dataset(samples, "drawn cells", Examples.TAXONOMY))
            .history(Label.of("cell"), Examples.history())
            .toHtml();

    @Test
    void saysWhatWasEvaluatedWhenAndForWhatUse() throws Exception {
      Document page = parse(html);

      assertThat(texts(page, "h1")).containsExactly("Test: drawn cells");
      assertThat(texts(page, "p"))
          .contains(
              LocalDate.now(ZoneOffset.UTC) + " \u00b7 120 samples \u00b7 24 patients",
              "Research use only. Not a medical device: not for diagnosis.",
              "On unseen patients.");
    }

    @Test
    void beginsWithLinksToEverySectionThere() throws Exception {
      Document page = parse(html);
      List<String> targets =
          elements(page, "a").stream().map(a -> a.getAttribute("href").substring(1)).toList();
      List<String> sections =
          elements(page, "section").stream().map(s -> s.getAttribute("id")).toList();

      assertThat(targets).isEqualTo(sections).hasSize(6);
      assertThat(texts(page, "a")).isEqualTo(texts(page, "h2"));
    }

    @Test
    void saysTheResultInWordsBeforeAnyFigure() throws Exception {
      assertThat(texts(parse(html), "dd")).containsAll(InWords.of(report, report.stages().get(0)));
      assertThat(html.indexOf("Better than chance"))
          .isPositive()
          .isLessThan(html.indexOf("<table"));
    }

    @Test
    void namesTheMethodOfEachIntervalBelowItsTable() {
      String method =
          report.stages().get(0).metrics().interval(Metrics.AUROC).orElseThrow().method();
      int table = html.indexOf("<table>");
      assertThat(html.indexOf(method, table))
          .isPositive()
          .isLessThan(html.indexOf("<table>", table + 1));
    }

    @Test
    void tablesTheFoldsOfACrossValidation() throws Exception {
      EvaluationReport six = Examples.report(Examples.SIX, 0);
      String page = HtmlReport.of(report, samples).folds(List.of(report, six)).toHtml();
      double second = six.stages().get(0).metrics().value(Metrics.BALANCED_ACCURACY).orElseThrow();

      assertThat(texts(parse(page), "h3")).contains("Fold by fold");
      int table = page.indexOf("<table", page.indexOf("Fold by fold"));
      assertThat(page.substring(table, page.indexOf("</table>", table)))
          .contains("<data value=\"" + second + "\">")
          .contains("<data value=\"120\">120</data>", "<data value=\"6\">6</data>");
      assertThat(html).doesNotContain("Fold by fold");
    }

    @Test
    void describesEveryPicture() throws Exception {
      assertThat(elements(parse(html), "img"))
          .allSatisfy(image -> assertThat(image.getAttribute("alt")).hasSizeGreaterThan(15));
    }

    @Test
    void showsEachPatientByNumberWithTheShareThatIsCalledPositive() throws Exception {
      // p0, p1, p10, ...: the first in the order of identifiers is p0, whose five cells are normal.
      long called =
          samples.stream()
              .filter(s -> s.patient().orElseThrow().equals("p0"))
              .filter(s -> !s.decided().name().equals("normal"))
              .count();
      assertThat(html)
          .containsPattern(
              "<th scope=\"row\">1</th>\\s+<td class=\"number\"><data value=\"5\">5</data></td>"
                  + "\\s+<td class=\"number\"><data value=\""
                  + called);
      assertThat(texts(parse(html), "h3")).contains("Patient by patient");
    }

    @Test
    void showsRightAndUnsureCellsBesideTheErrors() throws Exception {
      StageSamples stage = StageSamples.of(report, samples).get(0);
      assertThat(ConfidentErrors.right(stage))
          .hasSize(ConfidentErrors.FEW)
          .allMatch(StageSamples.Answer::right);
      double least =
          stage.answers().stream()
              .mapToDouble(a -> Math.max(a.probabilities()[0], a.probabilities()[1]))
              .min()
              .orElseThrow();
      assertThat(ConfidentErrors.unsure(stage).get(0).probabilities()).contains(least);
      assertThat(texts(parse(html), "h3")).contains("Sure and right", "Least sure");
    }

    @Test
    void isDarkWhereTheReaderWantsIt() {
      assertThat(html).contains("color-scheme: light dark", "prefers-color-scheme: dark");
    }

    @Test
    void needsNothingFromOutside() throws Exception {
      Document page = parse(html);

      for (String attribute : List.of("src", "href")) {
        assertThat(elements(page, "*"))
            .filteredOn(element -> element.hasAttribute(attribute))
            .allSatisfy(
                element ->
                    assertThat(element.getAttribute(attribute)).matches("(data:image/|#part-).*"));
      }
      assertThat(elements(page, "img")).isNotEmpty();
      assertThat(elements(page, "script")).isEmpty();
      assertThat(elements(page, "link")).isEmpty();
      assertThat(html).doesNotContain("http:", "https:", "url(", "@import");
    }

    @Test
    void showsEveryNumberOfTheReportInFull() throws Exception {
      List<String> values =
          elements(parse(html), "data").stream().map(e -> e.getAttribute("value")).toList();
      List<String> expected = new ArrayList<>();
      for (StageReport stage : report.stages()) {
        add(stage.metrics().estimates().values(), expected);
        stage.classes().forEach(c -> add(c.metrics().estimates().values(), expected));
        for (long[] row : stage.confusion().counts()) {
          for (long count : row) {
            expected.add(Long.toString(count));
          }
        }
      }
      add(report.path().metrics().estimates().values(), expected);
      report.path().errors().values().forEach(e -> expected.add(Long.toString(e.wrong())));
      expected.add("0.612345");

      assertThat(values).containsAll(expected);
      assertThat(expected).hasSizeGreaterThan(150);
    }

    private void add(Iterable<Estimate> estimates, List<String> values) {
      for (Estimate estimate : estimates) {
        values.add(Double.toString(estimate.value()));
        for (Interval interval : estimate.interval().stream().toList()) {
          values.add(Double.toString(interval.lower()));
          values.add(Double.toString(interval.upper()));
        }
      }
    }

    @Test
    void roundsWhatPeopleRead() throws Exception {
      for (Element data : elements(parse(html), "data")) {
        assertThat(Double.parseDouble(data.getTextContent()))
            .isCloseTo(
                Double.parseDouble(data.getAttribute("value")),
                org.assertj.core.api.Assertions.within(0.0005001));
      }
    }

    @Test
    void saysWhyAMetricIsUndefined() throws Exception {
      assertThat(texts(parse(html), "p"))
          .anyMatch(p -> p.contains("Undefined: the stage names no positive label."));
    }

    @Test
    void showsTheMostConfidentErrorsFirst() {
      StageSamples stage = StageSamples.of(report, samples).get(0);
      List<StageSamples.Answer> errors = ConfidentErrors.of(stage);

      assertThat(errors)
          .hasSize(ConfidentErrors.MOST)
          .noneMatch(StageSamples.Answer::right)
          .isSortedAccordingTo((a, b) -> Double.compare(b.confidence(), a.confidence()));
      assertThat(html).contains("<span class=\"file\">" + errors.get(0).id() + "</span>");
    }

    @Test
    void namesNoPatient() throws Exception {
      assertThat(texts(parse(html), "*")).noneMatch(text -> text.matches("p\\d+"));
    }

    @Test
    void isTheSameEachTime() {
      HtmlReport again = HtmlReport.of(report, samples);

      assertThat(again.toHtml()).isEqualTo(again.toHtml());
    }
  }

  @Nested
  class Names {
    @Test
    void areTextWhateverTheyHold() throws Exception {
      Taxonomy taxonomy = Taxonomy.of("cell").with("cell", "normal", NASTY);
      Prediction wrong = Prediction.of(taxonomy.labelSet(taxonomy.root()), 0.9, 0.1);
      List<ScoredSample> samples =
          List.of(
              new ScoredSample(
                  "dir/" + NASTY + "\u0001.png",
                  Label.of(NASTY),
                  Optional.empty(),
                  Map.of(taxonomy.root(), wrong),
                  Label.of("normal"),
                  MultilevelResult.Outcome.DECIDED));
      String html =
          HtmlReport.of(
                  Evaluator.evaluate(
                          taxonomy, samples, EvaluationOptions.defaults().withResamples(0))
                      .withBaseline(new Baseline(NASTY, NASTY, Map.of())),
                  samples)
              .title(NASTY)
              .note(NASTY)
              .dataset(dataset(samples, NASTY, taxonomy))
              .toHtml();

      Document page = parse(html);
      assertThat(texts(page, "h1")).containsExactly(NASTY + ": " + NASTY);
      assertThat(texts(page, "th")).contains(NASTY, "as " + NASTY);
      assertThat(texts(page, "span")).contains("dir/" + NASTY + "\uFFFD.png");
      assertThat(texts(page, "b")).contains("normal", NASTY);
    }
  }

  @Nested
  class MissingParts {
    @Test
    void anImageThatIsGoneLeavesItsPlaceEmpty() throws Exception {
      List<Sample> gone =
          Examples.SIX.stream()
              .map(
                  s ->
                      new Sample(
                          s.id(),
                          ImageSource.file(Path.of("gone", s.id())),
                          s.truth(),
                          s.patient()))
              .toList();
      String html =
          HtmlReport.of(Examples.report(Examples.SIX, 0), Examples.SIX)
              .dataset(Dataset.of("gone", Examples.TAXONOMY, gone))
              .toHtml();

      assertThat(texts(parse(html), "div")).contains("no image");
    }

    @Test
    void patientsOfOneCellEachHaveATableAllTheSame() throws Exception {
      List<ScoredSample> single =
          List.of(
              Examples.sample("a", "normal", "p1", 0.1), Examples.sample("b", "AML", "p2", 0.7));
      String html = HtmlReport.of(Examples.report(single, 0), single).toHtml();

      assertThat(texts(parse(html), "p"))
          .anyMatch(p -> p.contains("The decision is the mean log-odds of the cells"));
    }

    @Test
    void withoutSamplesThereAreTablesOfDashes() throws Exception {
      String html = HtmlReport.of(Examples.report(List.of(), 0), List.of()).toHtml();

      Document page = parse(html);
      assertThat(elements(page, "img")).isEmpty();
      assertThat(texts(page, "p")).anyMatch(p -> p.contains("Undefined: there are no samples."));
    }
  }
}
