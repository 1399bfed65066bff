package io.github.leukemia4j.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pipeline as it is committed, on the cells beside it. Its answers are the golden file {@code
 * answers.csv}, which {@code -Dtest=StarterTest -Dleukemia4j.golden=write} writes again, with the
 * picture of the README.
 */
class StarterTest {
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "io", "github", "leukemia4j", "starter", "answers.csv");
  private static final Path PICTURE = Path.of("..", "..", "docs", "starter-cells.jpg");
  private static final double SAME = 1e-4;

  @TempDir static Path folder;
  private static Dataset cells;
  private static MultilevelPipeline pipeline;
  private static List<MultilevelResult> answers;

  @BeforeAll
  static void answer() throws IOException {
    cells = Starter.cells(folder.resolve("cells"));
    pipeline = Starter.pipeline();
    List<CellImage> images = new ArrayList<>();
    for (Sample sample : cells.samples()) {
      images.add(sample.read());
    }
    answers = pipeline.classifyAll(images);
    if ("write".equals(System.getProperty("leukemia4j.golden"))) {
      Files.write(GOLDEN, lines());
      StarterPicture.write(cells, answers, PICTURE);
    }
  }

  @AfterAll
  static void close() {
    pipeline.close();
  }

  private static List<String> lines() {
    return Stream.concat(
            Stream.of("file,outcome,label,probability"),
            IntStream.range(0, answers.size())
                .mapToObj(
                    i ->
                        String.format(
                            Locale.ROOT,
                            "%s,%s,%s,%.6f",
                            cells.samples().get(i).id(),
                            answers.get(i).outcome(),
                            answers.get(i).label(),
                            answers.get(i).probability())))
        .toList();
  }

  @Test
  void answersAsTheGoldenFileSays() throws IOException {
    List<String> expected = Files.readAllLines(GOLDEN);
    List<String> found = lines();
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 1; i < expected.size(); i++) {
      int at = expected.get(i).lastIndexOf(',') + 1;
      assertThat(found.get(i)).startsWith(expected.get(i).substring(0, at));
      assertThat(Double.parseDouble(found.get(i).substring(at)))
          .as(found.get(i))
          .isCloseTo(Double.parseDouble(expected.get(i).substring(at)), Offset.offset(SAME));
    }
  }

  @Test
  void knowsMostOfTheCellsThatItWasNotTrainedOn() {
    int known = 0;
    int right = 0;
    for (int i = 0; i < answers.size(); i++) {
      Label truth = cells.samples().get(i).label();
      known += answers.get(i).label().equals(truth) ? 1 : 0;
      right +=
          answers
                  .get(i)
                  .chosen(cells.taxonomy().root())
                  .equals(cells.taxonomy().childTowards(cells.taxonomy().root(), truth))
              ? 1
              : 0;
    }
    assertThat(known).as("types of 60").isGreaterThanOrEqualTo(42);
    assertThat(right).as("normal or abnormal of 60").isGreaterThanOrEqualTo(50);
  }

  @Test
  void bringsSixtyCellsOfTenTypesAndSaysWhoMadeThem() throws IOException {
    assertThat(cells.size()).isEqualTo(60);
    assertThat(
            cells.samples().stream()
                .collect(Collectors.groupingBy(Sample::label, Collectors.counting()))
                .values())
        .hasSize(10)
        .allMatch(n -> n >= 4);
    assertThat(folder.resolve("cells").resolve("ATTRIBUTION.txt"))
        .content()
        .contains("10.17632/snkd93bnjr.1", "CC BY 4.0", "10.7937/tcia.2019.36f5o9ld", "CC BY 3.0");
    assertThat(pipeline.taxonomy()).isEqualTo(cells.taxonomy());
  }

  @Test
  void wasNotTrainedOnTheCellsThatItBrings() throws Exception {
    assertThat(Evaluator.requireUnseen(pipeline, Verification.of(cells), "Choose other cells:"))
        .as("stages that do not know what they were made from")
        .isEmpty();
  }

  @Test
  void itsCardSaysWhoseImagesItWasMadeFrom() throws IOException {
    Path zip = Starter.write(folder.resolve("card.zip"));
    try (FileSystem files = FileSystems.newFileSystem(zip)) {
      assertThat(Files.readString(files.getPath("MODEL_CARD.md")))
          .contains("Acevedo", "CC BY 4.0", "Matek", "CC BY 3.0", "a starting point");
    }
  }

  @Test
  void replacesNothing() throws IOException {
    assertThatThrownBy(() -> Starter.cells(folder.resolve("cells")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void isSmall() throws IOException {
    Path resources = Path.of("src", "main", "resources");
    try (Stream<Path> files = Files.walk(resources)) {
      long bytes = files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
      assertThat(bytes).isLessThan(3_000_000);
    }
  }

  @Test
  void itsConfigurationIsThatOfTheNetwork() throws Exception {
    ObjectMapper json = new ObjectMapper();
    Path zip = Starter.write(folder.resolve("again.zip"));
    try (FileSystem files = FileSystems.newFileSystem(zip)) {
      assertThat(json.readTree(Files.readString(files.getPath("1-cell", "training-config.json"))))
          .isInstanceOf(ObjectNode.class)
          .isEqualTo(json.readTree(Path.of("training", "training-config.json").toFile()));
    }
  }
}
