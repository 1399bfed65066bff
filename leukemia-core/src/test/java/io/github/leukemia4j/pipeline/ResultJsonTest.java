package io.github.leukemia4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.serving.ClassificationService.Health;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Results as Jackson writes and reads them, held against the schema that documentation shows. */
class ResultJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Label CELL = Label.of("cell");
  private static final Label ABNORMAL = Label.of("abnormal");
  private static final Label AML = Label.of("AML");
  private static final LabelSet LEVEL = LabelSet.of("normal", "abnormal").withPositive(ABNORMAL);
  private static final LabelSet TYPES = LabelSet.of("AML", "APL");

  private static JsonSchema schema() throws IOException {
    try (InputStream in =
        MultilevelResult.class.getResourceAsStream(
            "/io/github/leukemia4j/schema/result.schema.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(JSON.readTree(in));
    }
  }

  private static List<String> faults(JsonNode result) throws IOException {
    return schema().validate(result).stream().map(ValidationMessage::getMessage).toList();
  }

  /** A way to a leaf with probabilities whose digits are hard to keep. */
  private static MultilevelResult decided(SplittableRandom random) {
    MultilevelResult.Steps steps = new MultilevelResult.Steps(CELL);
    double abnormal = random.nextDouble();
    steps.go(
        CELL,
        Prediction.ofLogits(
            LEVEL,
            new double[] {random.nextDouble(-9, 9), random.nextDouble() * Double.MIN_NORMAL},
            new double[] {1 - abnormal, abnormal}),
        call(Set.of(ABNORMAL), null));
    double aml = random.nextDouble() * Double.MIN_NORMAL;
    steps.go(ABNORMAL, Prediction.of(TYPES, aml, 1 - aml), call(Set.of(AML), Set.of(AML)));
    return steps.end();
  }

  private static MultilevelResult stopped() {
    MultilevelResult.Steps steps = new MultilevelResult.Steps(CELL);
    steps.go(CELL, Prediction.of(LEVEL, 0.1, 0.9), call(Set.of(ABNORMAL), null));
    steps.go(
        ABNORMAL,
        Prediction.of(TYPES, 0.5, 0.5).withFindings(Set.of(Finding.CLIPPED)),
        call(Set.of(), new LinkedHashSet<>(TYPES.labels())));
    return steps.end();
  }

  private static MultilevelResult referred() {
    MultilevelResult.Steps steps = new MultilevelResult.Steps(CELL);
    steps.refuse(
        CELL,
        Prediction.of(LEVEL, 0.2, 0.8).withFindings(List.of(Finding.BLANK, Finding.OUT_OF_FOCUS)));
    return steps.end();
  }

  private static Decision.Call call(Set<Label> chosen, Set<Label> candidates) {
    return new Decision.Call(
        chosen.stream().findFirst(),
        Optional.ofNullable(candidates),
        chosen.isEmpty() ? Optional.of("cannot tell between AML, APL") : Optional.empty());
  }

  static Stream<MultilevelResult> results() {
    SplittableRandom random = new SplittableRandom(7);
    return Stream.concat(
        Stream.of(stopped(), referred()), Stream.generate(() -> decided(random)).limit(500));
  }

  @Test
  void comeBackToTheBitAndFitTheSchema() throws IOException {
    for (MultilevelResult result : results().toList()) {
      String json = JSON.writeValueAsString(result);

      MultilevelResult read = JSON.readValue(json, MultilevelResult.class);

      assertThat(read).isEqualTo(result).hasToString(result.toString());
      assertThat(read.stages().keySet()).containsExactlyElementsOf(result.stages().keySet());
      assertThat(read.candidates().map(List::copyOf))
          .isEqualTo(result.candidates().map(List::copyOf));
      assertThat(JSON.writeValueAsString(read)).isEqualTo(json);
      assertThat(faults(JSON.readTree(json))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("predictions")
  void predictionsComeBackToo(Prediction prediction) throws IOException {
    String json = JSON.writeValueAsString(prediction);

    assertThat(JSON.readValue(json, Prediction.class)).isEqualTo(prediction);
  }

  static Stream<Prediction> predictions() {
    return results().limit(20).flatMap(result -> result.stages().values().stream());
  }

  @Test
  void haveTheFieldsThatTheGuideShows() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "results-json.md"));
    String example = guide.substring(guide.indexOf("```json") + 7);
    JsonNode shown = JSON.readTree(example.substring(0, example.indexOf("```")));
    MultilevelResult result = JSON.treeToValue(shown, MultilevelResult.class);

    assertThat(faults(shown)).isEmpty();
    assertThat(JSON.<JsonNode>valueToTree(result)).isEqualTo(shown);
    JsonNode schema =
        JSON.readTree(Path.of("..", "docs", "result.schema.json").toFile()).get("$defs");
    for (JsonNode properties : schema.findValues("properties")) {
      properties
          .fieldNames()
          .forEachRemaining(name -> assertThat(guide).containsPattern("`" + name + "`"));
    }
  }

  @Test
  void ofTheCommandLineMayNameTheirFile() throws IOException {
    ObjectNode line = JSON.valueToTree(stopped());
    line.put("file", "cell.png");

    assertThat(faults(line)).isEmpty();
    assertThat(JSON.treeToValue(line, MultilevelResult.class)).isEqualTo(stopped());
    assertThat(faults(JSON.createObjectNode().put("file", "a.png").put("error", "no image")))
        .isEmpty();
  }

  @Test
  void theSchemaFindsWhatIsMissingWrongOrUnknown() throws IOException {
    for (String field : List.of("path", "outcome", "stages")) {
      ObjectNode without = JSON.valueToTree(stopped());
      without.remove(field);
      assertThat(faults(without)).as(field).isNotEmpty();
    }
    assertThat(faults(JSON.<ObjectNode>valueToTree(stopped()).put("surprise", 1))).isNotEmpty();
    assertThat(faults(JSON.<ObjectNode>valueToTree(stopped()).put("probability", 2))).isNotEmpty();
  }

  @Test
  void areRefusedWhereTheyContradictThemselves() {
    refused(JSON.<ObjectNode>valueToTree(stopped()).put("outcome", "decided"), "must follow from");
    refused(JSON.<ObjectNode>valueToTree(stopped()).put("probability", 0.5), "must follow from");
    refused(JSON.<ObjectNode>valueToTree(stopped()).put("schemaVersion", 2), "schema version 1");
    refused(JSON.<ObjectNode>valueToTree(stopped()).putNull("path"), "schema version 1, a path");
    ObjectNode without = JSON.valueToTree(stopped());
    ((ObjectNode) without.at("/stages/0/prediction/probabilities")).remove("normal");
    refused(without, "one probability for each");
    ObjectNode more = JSON.valueToTree(stopped());
    ((ObjectNode) more.at("/stages/0/prediction")).putObject("logits").put("normal", 1.5);
    refused(more, "one logit for each or none at all");
  }

  private static void refused(JsonNode json, String message) {
    assertThatThrownBy(() -> JSON.treeToValue(json, MultilevelResult.class))
        .isInstanceOf(JsonMappingException.class)
        .hasMessageContaining(message);
  }

  @Test
  void sayInWordsWhatWasFoundAndWhyAPersonShouldLook() {
    assertThat(referred())
        .hasToString(
            "MultilevelResult[referred cell, because of blank, out of focus, findings [BLANK,"
                + " OUT_OF_FOCUS]]");
    assertThat(stopped())
        .hasToString(
            "MultilevelResult[stopped cell > abnormal, probability 0.9, because of stage abnormal:"
                + " cannot tell between AML, APL, findings [CLIPPED]]");
  }

  @Test
  void healthIsWrittenWithoutModules() throws IOException {
    assertThat(JSON.writeValueAsString(new Health(Optional.of("closed"), Duration.ofMillis(12))))
        .isEqualTo("{\"ok\":false,\"problem\":\"closed\",\"tookMillis\":12}");
  }
}
