package io.github.leukemia4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The documented schema and the written report name the same things. */
class ReportSchemaTest {
  private static JsonNode schema;
  private static JsonNode report;

  @BeforeAll
  static void read() throws Exception {
    ObjectMapper json = new ObjectMapper();
    schema = json.readTree(Path.of("..", "docs", "evaluation-report.schema.json").toFile());
    report =
        json.readTree(
            Evaluator.evaluate(
                    EvaluatorTest.TAXONOMY,
                    EvaluatorIntervalsTest.cells(12, 2, 1, true, 1),
                    EvaluationOptions.builder().resamples(50).build())
                .toJson());
  }

  private static void same(JsonNode written, JsonNode described) {
    List<String> names = new ArrayList<>();
    described.get("properties").fieldNames().forEachRemaining(names::add);
    assertThat(written.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(names);
    assertThat(described.get("required")).hasSize(names.size());
  }

  private static JsonNode definition(String name) {
    return schema.at("/$defs/" + name);
  }

  @Test
  void nameTheSameFields() {
    same(report, schema);
    same(report.at("/stages/0"), definition("stage"));
    same(report.at("/stages/1/perClass/2"), definition("class"));
    same(report.at("/stages/0/reliability/0"), definition("bin"));
    same(report.at("/stages/0/accuracy"), definition("estimate"));
    same(report.at("/path"), definition("path"));
    same(report.at("/path/errors/0"), definition("path").at("/properties/errors/items"));
    same(report.get("options"), definition("options"));
  }

  @Test
  void agreeOnTheVersion() {
    assertThat(schema.at("/properties/schemaVersion/const").asInt())
        .isEqualTo(report.get("schemaVersion").asInt());
  }
}
