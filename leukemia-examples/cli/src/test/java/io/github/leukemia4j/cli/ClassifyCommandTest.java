package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.fields;
import static io.github.leukemia4j.cli.Commands.image;
import static io.github.leukemia4j.cli.Commands.images;
import static io.github.leukemia4j.cli.Commands.run;
import static io.github.leukemia4j.cli.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.cli.Commands.Run;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.starter.Starter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifyCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir Path temporary;
  private final Path cells = Commands.cells();
  private final Path model = Commands.model();

  @Test
  void printsOneJsonObjectForEachImage() throws IOException {
    Path image = image();

    Run run = succeed("classify", "--model", model, "--json", image, image);
    List<String> lines = run.out().strip().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).isEqualTo(lines.get(1));
    JsonNode line = JSON.readTree(lines.get(0));
    assertThat(fields(line)).contains("file", "outcome", "label", "probability", "stages");
    assertThat(line.get("file").asText()).isEqualTo(image.toString());
    assertThat(line.get("outcome").asText()).isIn("decided", "referred");
    assertThat(line.at("/stages/0/prediction/probabilities/normal").asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  void knowsThePipelineThatComesWithTheProgram() throws IOException {
    Path cell =
        Starter.cells(temporary.resolve("cells")).samples().stream()
            .filter(sample -> sample.label().equals(Label.of("Lymphocyte")))
            .findFirst()
            .flatMap(sample -> sample.source().path())
            .orElseThrow();

    assertThat(succeed("classify", "--model", "starter", cell).out())
        .startsWith(cell.toString())
        .contains("cell > ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing.png", "text.png"})
  void namesTheImageThatItCannotRead(String name) throws IOException {
    Path bad = temporary.resolve(name);
    if (name.startsWith("text")) {
      Files.writeString(bad, "no image");
    }

    Run run = run("classify", "--model", model, bad);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(bad.toString());
  }

  @Test
  void refersABlankImageUnlessToldToAcceptIt() throws IOException {
    Path blank = blank();

    JsonNode refused = JSON.readTree(succeed("classify", "--model", model, "--json", blank).out());
    assertThat(refused.get("outcome").asText()).isEqualTo("referred");
    assertThat(refused.get("reason").asText()).contains("blank");

    JsonNode accepted =
        JSON.readTree(
            succeed("classify", "--pipeline", model, "--json", "--accept-unfit", blank).out());
    assertThat(accepted.get("outcome").asText()).isEqualTo("decided");
    assertThat(accepted.get("findings").toString()).contains("BLANK");
  }

  private Path blank() throws IOException {
    Path blank = temporary.resolve("blank.png");
    ImageIO.write(new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB), "png", blank.toFile());
    return blank;
  }

  @Test
  void goesOnAfterABadFileAndNamesItInTheEnd() throws IOException {
    Path bad = Files.writeString(temporary.resolve("bad.png"), "no image");

    Run run = run("classify", "--model", model, image(), bad, blank());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out().lines())
        .hasSize(2)
        .element(1)
        .asString()
        .contains("blank.png  referred  cell  [BLANK");
    assertThat(run.err())
        .contains("1 of 3 images could not be classified:")
        .containsOnlyOnce("bad.png");
  }

  @Test
  void writesWhatTheLibraryReads() throws IOException {
    Run run = succeed("classify", "--model", model, "--json", image());

    MultilevelResult read = JSON.readValue(run.out(), MultilevelResult.class);

    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model)) {
      assertThat(read).isEqualTo(pipeline.classify(CellImage.read(image())));
    }
  }

  @Test
  void findsNothingAgainstMostTrainingImages() throws IOException {
    List<Object> args = new ArrayList<>(List.of("classify", "--model", model, "--json"));
    args.addAll(images(cells).subList(0, 20));
    Run run = succeed(args.toArray());
    assertThat(run.out().lines().filter(line -> line.contains("\"findings\":[]")).count())
        .isGreaterThan(14);
  }
}
