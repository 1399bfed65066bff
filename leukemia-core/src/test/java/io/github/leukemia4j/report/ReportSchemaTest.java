package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.calibration.Calibration.Temperature;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.Baseline;
import io.github.leukemia4j.evaluation.EvaluationReport.ReportOrigin;
import io.github.leukemia4j.evaluation.EvaluationReport.StageCalibration;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Holds reports against the format that the documentation promises. */
class ReportSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DOCS = Path.of("..", "docs");

  private static final String EVALUATION = "evaluation-report.schema.json";
  private static final String COMPARISON = "comparison-report.schema.json";

  private static JsonNode schema(String name) throws IOException {
    return JSON.readTree(DOCS.resolve(name).toFile());
  }

  private static List<String> faults(JsonNode report) throws IOException {
    return faults(EVALUATION, report);
  }

  private static List<String> faults(String schema, JsonNode report) throws IOException {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(schema(schema))
        .validate(report)
        .stream()
        .map(ValidationMessage::getMessage)
        .toList();
  }

  private static JsonNode json(EvaluationReport report) throws IOException {
    return JSON.readTree(Reports.json(report));
  }

  @Test
  void acceptsReportsWithAndWithoutIntervalsAndSamples() throws IOException {
    assertThat(faults(json(Examples.report(Examples.many(), 200)))).isEmpty();
    assertThat(faults(json(Examples.report(Examples.SIX, 0)))).isEmpty();
    assertThat(faults(json(Examples.report(List.of(), 0)))).isEmpty();
  }

  @Test
  void acceptsBaselinesCalibrationAndPatients() throws IOException {
    List<ScoredSample> samples = Examples.many();
    EvaluationOptions options = EvaluationOptions.defaults().withResamples(50);
    EvaluationReport report = Evaluator.evaluate(Examples.TAXONOMY, samples, options);
    JsonNode whole =
        json(
            report
                .withBaseline(Baseline.of("the model itself", "For the test.", report))
                .withCalibration(
                    report.stages().stream()
                        .map(
                            s ->
                                new StageCalibration(
                                    s.stage(),
                                    List.of(new Temperature(1.5, true, 0.7, 0.6, 60, 12, "")),
                                    s,
                                    Examples.comparison(samples, 50)
                                        .stage(s.stage())
                                        .differences()))
                        .toList()));

    assertThat(faults(whole)).isEmpty();
    assertThat(whole.get("baselines").get(0).get("balancedAccuracy").fieldNames())
        .toIterable()
        .containsExactly("cell", "abnormal");
    assertThat(whole.get("calibration")).hasSize(2);
    assertThat(whole.get("stages").get(0).get("riskCoverage")).hasSize(10);
    JsonNode byPatient = whole.get("stages").get(1).get("byPatient");
    assertThat(byPatient.get("patients").intValue()).isEqualTo(14);
    assertThat(byPatient.get("decisions").get("samples").intValue()).isEqualTo(14);
  }

  @Test
  void acceptsUnfitImagesAndTheOrigin() throws IOException {
    List<ScoredSample> samples = new ArrayList<>(Examples.many());
    ScoredSample one = samples.get(0);
    samples.set(
        0,
        new ScoredSample(
            one.id(),
            one.truth(),
            one.patient(),
            one.stages(),
            Examples.TAXONOMY.root(),
            MultilevelResult.Outcome.REFERRED,
            Map.of(),
            Set.of(Finding.BLANK),
            Map.of()));
    ReportOrigin origin =
        new ReportOrigin(
            "1",
            "model",
            "ab",
            "cells, the test part",
            "cd",
            List.of(
                new ReportOrigin.Made(
                    "cell",
                    "2026-11-24",
                    Provenance.UNKNOWN,
                    "epoch 2 of 2: the last",
                    Map.of("epochs", "2"))));
    JsonNode whole = json(Examples.report(samples, 50).withOrigin(origin));

    assertThat(faults(whole)).isEmpty();
    assertThat(whole.at("/unfit/findings/BLANK").intValue()).isEqualTo(1);
    assertThat(whole.at("/unfit/without/cell/samples").intValue()).isEqualTo(samples.size() - 1);
    assertThat(whole.at("/origin/madeBy/0/settings/epochs").asText()).isEqualTo("2");
    assertThat(whole.at("/stages/0/inWords")).isNotEmpty();
  }

  @Test
  void acceptsWhatIsSaidBesideTheStagesWhichThePagesShow() throws IOException {
    Label type = Label.of("cell_class");
    List<ScoredSample> samples =
        Examples.many().stream()
            .map(
                s ->
                    new ScoredSample(
                        s.id(),
                        s.truth(),
                        s.patient(),
                        s.stages(),
                        s.decided(),
                        s.outcome(),
                        s.settled(),
                        s.findings(),
                        Map.of(
                            type,
                            new ScoredSample.Auxiliary(
                                Optional.of(
                                    Label.of(s.truth().name().equals("normal") ? "band" : "blast")),
                                Prediction.of(LabelSet.of("band", "blast"), 0.4, 0.6)))))
            .toList();
    EvaluationReport report = Examples.report(samples, 50);
    JsonNode whole = json(report);

    assertThat(faults(whole)).isEmpty();
    assertThat(whole.at("/auxiliary/0/name").asText()).isEqualTo("cell_class");
    assertThat(whole.at("/auxiliary/0/samples").intValue()).isEqualTo(samples.size());
    assertThat(Reports.markdown(report))
        .contains("## Beside the stages: cell_class", "| Recall of blast", "| Recall of band");
    assertThat(HtmlReport.of(report, samples).toHtml())
        .contains("Beside the stages: cell_class", "Recall of blast");
  }

  @Test
  void findsWhatIsMissingWrongOrUnknown() throws IOException {
    ObjectNode report = (ObjectNode) json(Examples.report(Examples.SIX, 0));
    ObjectNode stage = (ObjectNode) report.get("stages").get(0);
    ObjectNode metrics = (ObjectNode) stage.get("metrics");
    metrics.remove("kappa");
    ((ObjectNode) metrics.get("mcc")).put("estimate", 2);
    stage.put("surprise", 1);

    assertThat(faults(report))
        .hasSize(3)
        .anyMatch(fault -> fault.contains("kappa"))
        .anyMatch(fault -> fault.contains("mcc") && fault.contains("maximum"))
        .anyMatch(fault -> fault.contains("surprise"));
  }

  @Test
  void everyFieldIsExplained() throws IOException {
    String guide = Files.readString(DOCS.resolve("evaluation-report.md"));
    JsonNode schema = schema(EVALUATION);

    assertThat(schema.findValues("properties")).hasSize(24);
    for (JsonNode properties : schema.findValues("properties")) {
      properties
          .fieldNames()
          .forEachRemaining(name -> assertThat(guide).contains("| `" + name + "` |"));
    }
  }

  @Nested
  class Comparisons {
    private JsonNode comparison(List<ScoredSample> samples) throws IOException {
      return JSON.readTree(Reports.json(Examples.comparison(samples, 50)));
    }

    private List<String> faults(JsonNode comparison) throws IOException {
      return ReportSchemaTest.faults(COMPARISON, comparison);
    }

    @Test
    void areAcceptedWithAndWithoutIntervalsAndPatients() throws IOException {
      // Many: a patient's cells have one label; six: those of two patients have several.
      JsonNode many = comparison(Examples.many());
      JsonNode six = comparison(Examples.SIX);
      JsonNode single = comparison(List.of(Examples.SIX.get(0), Examples.SIX.get(2)));

      assertThat(faults(many)).isEmpty();
      assertThat(faults(six)).isEmpty();
      assertThat(faults(single)).isEmpty();
      assertThat(many.at("/stages/0/differences/auroc/lower").isNumber()).isTrue();
      assertThat(many.at("/stages/0/byPatient/decisions")).isNotEmpty();
      assertThat(six.at("/stages/0/differences/auroc/lower").isNull()).isTrue();
      assertThat(six.at("/stages/1/byPatient/decisions")).isEmpty();
      assertThat(six.at("/stages/1/byPatient/means")).isNotEmpty();
      assertThat(single.at("/stages/0/byPatient").isNull()).isTrue();
    }

    @Test
    void areRefusedWithWhatIsMissingWrongOrUnknown() throws IOException {
      ObjectNode comparison = (ObjectNode) comparison(Examples.SIX);
      ObjectNode stage = (ObjectNode) comparison.get("stages").get(0);
      stage.remove("patients");
      ((ObjectNode) stage.at("/differences/accuracy")).put("pValue", 2);
      stage.put("surprise", 1);

      assertThat(faults(comparison))
          .hasSize(3)
          .anyMatch(fault -> fault.contains("patients"))
          .anyMatch(fault -> fault.contains("pValue"))
          .anyMatch(fault -> fault.contains("surprise"));
    }

    @Test
    void shareDifferencesAndOptionsWithEvaluations() throws IOException {
      for (String shared : List.of("difference", "options")) {
        assertThat(schema(COMPARISON).at("/$defs/" + shared))
            .isNotEmpty()
            .isEqualTo(schema(EVALUATION).at("/$defs/" + shared));
      }
    }

    @Test
    void areExplainedFieldByFieldWhereTheyAreNotAnEvaluations() throws IOException {
      String guide = Files.readString(DOCS.resolve("evaluation-report.md"));
      String section = guide.substring(guide.indexOf("## A comparison"));
      ObjectNode schema = (ObjectNode) schema(COMPARISON);
      ((ObjectNode) schema.get("$defs")).remove(List.of("difference", "options"));

      assertThat(schema.findValues("properties")).hasSize(5);
      for (JsonNode properties : schema.findValues("properties")) {
        properties
            .fieldNames()
            .forEachRemaining(name -> assertThat(section).contains("| `" + name + "` |"));
      }
    }
  }
}
