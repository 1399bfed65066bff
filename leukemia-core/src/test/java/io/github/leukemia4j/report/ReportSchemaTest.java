package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.github.leukemia4j.evaluation.Baseline;
import io.github.leukemia4j.evaluation.EvaluationOptions;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.StageCalibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds reports against the format that the documentation promises. */
class ReportSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DOCS = Path.of("..", "docs");

  private static JsonSchema schema() throws IOException {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(JSON.readTree(DOCS.resolve("evaluation-report.schema.json").toFile()));
  }

  private static List<String> faults(JsonNode report) throws IOException {
    return schema().validate(report).stream().map(ValidationMessage::getMessage).toList();
  }

  private static JsonNode json(EvaluationReport report) throws IOException {
    return JSON.readTree(report.toJson());
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
    EvaluationOptions options = EvaluationOptions.builder().resamples(50).build();
    EvaluationReport report = Evaluator.evaluate(Examples.TAXONOMY, samples, options);
    JsonNode whole =
        json(
            report
                .withBaseline(Baseline.of("the model itself", "For the test.", report))
                .withCalibration(
                    StageCalibration.crossFit(
                        Examples.TAXONOMY,
                        List.of(
                            samples.stream().filter(s -> isEven(s)).toList(),
                            samples.stream().filter(s -> !isEven(s)).toList()),
                        options)));

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

  private static boolean isEven(ScoredSample sample) {
    return Integer.parseInt(sample.patient().orElseThrow().substring(1)) % 2 == 0;
  }

  @Test
  void findsWhatIsMissingWrongOrUnknown() throws IOException {
    ObjectNode report = (ObjectNode) json(Examples.report(Examples.SIX, 0));
    ObjectNode stage = (ObjectNode) report.get("stages").get(0);
    stage.remove("kappa");
    stage.put("mcc", 2);
    stage.put("surprise", 1);

    assertThat(faults(report))
        .hasSize(3)
        .anyMatch(fault -> fault.contains("kappa"))
        .anyMatch(fault -> fault.contains("mcc"))
        .anyMatch(fault -> fault.contains("surprise"));
  }

  @Test
  void everyFieldIsExplained() throws IOException {
    String guide = Files.readString(DOCS.resolve("evaluation-report.md"));
    JsonNode schema = JSON.readTree(DOCS.resolve("evaluation-report.schema.json").toFile());

    assertThat(schema.findValues("properties")).hasSize(15);
    for (JsonNode properties : schema.findValues("properties")) {
      properties
          .fieldNames()
          .forEachRemaining(name -> assertThat(guide).contains("| `" + name + "` |"));
    }
  }
}
