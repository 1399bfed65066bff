package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pipeline of every version of the format that was released, and of the newest one, must open and
 * say what it said when it was written. Its weights and images are drawn. That of the newest
 * version is written again with {@code -Dtest=GoldenPipelineTest -Dleukemia4j.golden=write}; see
 * docs/model-bundle-format.md.
 */
@Tag("arithmetic")
class GoldenPipelineTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");
  private static final String EXPECTED = "expected.json";
  private static final String PROPERTY = "leukemia4j.golden";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Taxonomy CELL =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "ALL", "APL");

  /** Of the network's size, larger and smaller, so that resizing is held too. */
  private static List<CellImage> images() {
    return List.of(
        DrawnModels.image(16, 16, 1),
        DrawnModels.image(16, 16, 2),
        DrawnModels.image(40, 33, 3),
        DrawnModels.image(9, 30, 4));
  }

  @ParameterizedTest
  @ValueSource(ints = {2})
  @DisabledIfSystemProperty(named = PROPERTY, matches = "write")
  void opensAndSaysWhatItSaid(int schema) throws IOException {
    Path golden = GOLDEN.resolve("schema-" + schema);
    JsonNode expected = JSON.readTree(golden.resolve(EXPECTED).toFile());
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(golden.resolve("pipeline"))) {
      assertThat(pipeline.taxonomy()).isEqualTo(CELL);
      pipeline
          .classifyAtAllStages(images())
          .forEach(
              (stage, predictions) -> {
                for (int i = 0; i < predictions.size(); i++) {
                  JsonNode said = expected.get(stage.name()).get(i);
                  assertThat(said).hasSameSizeAs(CELL.children(stage));
                  for (Label label : CELL.children(stage)) {
                    assertThat(predictions.get(i).probabilityOf(label))
                        .as("image %s, %s", i, label)
                        .isCloseTo(said.get(label.name()).doubleValue(), within(1e-5));
                  }
                }
              });
    }
  }

  @Test
  @DisabledIfSystemProperty(named = PROPERTY, matches = "write")
  void isThereForTheNewestVersionAndSmall() throws IOException {
    assertThat(GOLDEN.resolve("schema-" + ModelManifest.SCHEMA_VERSION)).isDirectory();
    try (Stream<Path> files = Files.walk(GOLDEN)) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      assertThat(bytes).isLessThan(200_000);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = PROPERTY, matches = "write")
  void writesThatOfTheNewestVersion(@TempDir Path directory) throws IOException {
    Path made =
        DrawnModels.pipeline(directory.resolve("pipeline"), CELL, NetworkConfig.small(), 16, 11);
    ObjectNode expected = JSON.createObjectNode();
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(made)) {
      pipeline
          .classifyAtAllStages(images())
          .forEach((stage, said) -> write(said, expected.putArray(stage.name())));
    }
    Path golden = GOLDEN.resolve("schema-" + ModelManifest.SCHEMA_VERSION);
    delete(golden);
    try (Stream<Path> files = Files.walk(made)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = golden.resolve("pipeline").resolve(made.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    Files.writeString(golden.resolve(EXPECTED), expected.toPrettyString() + "\n");
  }

  private static void write(List<Prediction> predictions, ArrayNode images) {
    for (Prediction prediction : predictions) {
      ObjectNode image = images.addObject();
      for (Label label : prediction.labels().labels()) {
        image.put(label.name(), prediction.probabilityOf(label));
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
