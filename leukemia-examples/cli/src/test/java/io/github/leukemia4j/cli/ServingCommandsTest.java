package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.cli.Commands.Run;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServingCommandsTest {
  @TempDir private static Path directory;
  private static Path cells;
  private static Path model;
  private static List<Path> images;

  @TempDir private Path place;

  @BeforeAll
  static void train() throws Exception {
    cells = directory.resolve("cells");
    SyntheticSmear.builder()
        .seed(3)
        .imageSize(16)
        .cellsPerLabel(12)
        .patientsPerLabel(4)
        .build()
        .write(cells);
    Dataset dataset = Datasets.open(cells);
    model = directory.resolve("pipeline");
    TrainingConfig config =
        TrainingConfig.builder()
            .network(NetworkConfig.small())
            .inputSize(16)
            .epochs(1)
            .batchSize(8)
            .build();
    MultilevelPipeline.train(
            Splitter.of(3).split(dataset), config, model, new TrainingListener() {})
        .close();
    try (Stream<Path> files = Files.walk(cells)) {
      images = files.filter(f -> f.toString().endsWith(".png")).sorted().toList();
    }
    Files.write(cells.resolve("damaged.png"), new byte[] {1, 2, 3});
    BufferedImage blank = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(blank, "png", cells.resolve("blank.png").toFile());
  }

  private static Path zip(Path zip) throws IOException {
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(model)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entries.putNextEntry(new ZipEntry("pipeline/" + model.relativize(file)));
        Files.copy(file, entries);
      }
    }
    return zip;
  }

  @Nested
  class Verify {
    @Test
    void acceptsAPipelineANetworkAndAZip() throws IOException {
      assertThat(run("verify", "--model", model).out())
          .contains("Stage cell", "Stage abnormal", "saved_model.pb", "is whole and opens");
      assertThat(run("verify", "--model", model.resolve("1-cell")).out())
          .contains("The network is whole");
      assertThat(run("verify", "--model", zip(place.resolve("model.zip"))).code()).isZero();
    }

    @Test
    void refusesADamagedNetwork() throws IOException {
      Path copy = place.resolve("copy");
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(model)) {
        pipeline.save(copy);
      }
      Files.writeString(copy.resolve("1-cell/MODEL_CARD.md"), "changed");
      Run run = run("verify", "--model", copy);
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("MODEL_CARD.md", "was changed");
    }
  }

  @Nested
  class Batch {
    @ParameterizedTest
    @ValueSource(strings = {"out.csv", "out.jsonl"})
    void goesOnAfterBeingKilledAsIfItHadNotBeen(String name) throws IOException {
      Path whole = place.resolve(name);
      Run run = run("classify-batch", "--model", model, "--data", cells, "--out", whole);
      assertThat(run.code()).as("one image is damaged").isEqualTo(1);
      assertThat(run.err())
          .startsWith("1 of " + (images.size() + 2) + " images could not be classified")
          .contains("  damaged.png");
      assertThat(run.out())
          .contains("Wrote " + (images.size() + 2) + " lines")
          .contains("1 of images that failed");
      String expected = Files.readString(whole);
      // Killed in the middle of a line, of the header, between lines, and before anything.
      for (int cut : List.of(expected.length() / 2, 10, expected.indexOf('\n') + 1, 0)) {
        Path killed = place.resolve(cut + name);
        Files.writeString(killed, expected.substring(0, cut));
        run("classify-batch", "--model", model, "--data", cells, "--out", killed, "--resume");
        assertThat(killed).hasContent(expected);
      }
    }

    @Test
    void writesWhatThePipelineSays() throws IOException {
      Path out = place.resolve("out.jsonl");
      run("classify-batch", "--model", model, "--data", cells, "--out", out);
      int failed = 0;
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(model)) {
        for (String line : Files.readAllLines(out)) {
          JsonNode json = new ObjectMapper().readTree(line);
          Path file = cells.resolve(json.get("file").textValue());
          if (json.has("error")) {
            assertThat(json.get("file").textValue()).isEqualTo("damaged.png");
            assertThat(json.get("error").textValue()).startsWith("DataException: ");
            failed++;
          } else {
            MultilevelResult result = pipeline.classify(io.github.leukemia4j.CellImage.read(file));
            assertThat(json.get("label").textValue()).isEqualTo(result.label().name());
            assertThat(json.get("findings"))
                .isEqualTo(new ObjectMapper().valueToTree(result.findings()));
            assertThat(json.get("probability").doubleValue()).isEqualTo(result.probability());
          }
        }
      }
      assertThat(failed).isEqualTo(1);
    }

    @Test
    void writesEveryStageIntoColumns() throws IOException {
      Path out = place.resolve("out.csv");
      run("classify-batch", "--model", model, "--data", cells, "--out", out);
      List<String> lines = Files.readAllLines(out);
      assertThat(lines.get(0))
          .startsWith(
              "file,outcome,label,probability,path,reason,candidates,findings,error,cell.normal,cell.abnormal,");
      assertThat(lines).filteredOn(l -> l.startsWith("damaged.png,failed,,,,,,,")).hasSize(1);
      String[] one =
          lines.stream().filter(l -> l.contains(",decided,")).findFirst().orElseThrow().split(",");
      assertThat(Double.parseDouble(one[9]) + Double.parseDouble(one[10]))
          .isCloseTo(1, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"out.csv, 'BLANK CLIPPED'", "out.jsonl, '[\"BLANK\",\"CLIPPED\"]'"})
    void refersAndNamesWhatTheGateFindsUnfit(String name, String findings) throws IOException {
      Path out = place.resolve(name);
      run("classify-batch", "--model", model, "--data", cells, "--out", out);
      List<String> flagged =
          Files.readAllLines(out).stream().filter(line -> line.contains("BLANK")).toList();
      assertThat(flagged).hasSize(1);
      assertThat(flagged.get(0)).contains("blank.png").contains(findings).contains("referred");
    }

    @Test
    void overwritesNothing() throws IOException {
      Path out = Files.writeString(place.resolve("out.csv"), "mine\n");
      Run run = run("classify-batch", "--model", model, "--data", cells, "--out", out);
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("exists already", "--resume");
      Run resumed =
          run("classify-batch", "--model", model, "--data", cells, "--out", out, "--resume");
      assertThat(resumed.code()).isEqualTo(1);
      assertThat(resumed.err()).contains("must have the columns of this model's results");
      assertThat(out).hasContent("mine\n");
    }

    @Test
    void leavesNothingThatBlocksTheRightCommand() throws IOException {
      Path out = place.resolve("out.csv");
      Path empty = Files.createDirectory(place.resolve("empty"));

      Run nowhere =
          run("classify-batch", "--model", model, "--data", place.resolve("no"), "--out", out);
      Run nothing = run("classify-batch", "--model", model, "--data", empty, "--out", out);

      assertThat(nowhere.code()).isEqualTo(1);
      assertThat(nowhere.err()).contains("no is not a directory");
      assertThat(nothing.code()).isEqualTo(1);
      assertThat(nothing.err()).contains("must hold images", "found none");
      assertThat(out).doesNotExist();
    }

    @Test
    void wantsAKnownFormat() {
      Run run =
          run("classify-batch", "--model", model, "--data", cells, "--out", place.resolve("o.txt"));
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains(".csv or .jsonl");
    }
  }
}
