package io.github.leukemia4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Walks the doors from outside: compiles the project in {@code outside/} against the packaged jars
 * and nothing else, puts its jar beside the command line's, and names by text what it brings.
 */
class DoorsIT {
  private static final Path COMMAND_LINE =
      Path.of("..", "cli", "target", "leukemia-cli.jar").toAbsolutePath().normalize();
  private static final Path PROJECT = Path.of("outside").toAbsolutePath();

  @TempDir static Path folder;
  private static Path doors;
  private static Path cells;
  private static Path model;

  @BeforeAll
  static void buildTheProjectAndTrain() throws Exception {
    Path classes = folder.resolve("classes");
    List<String> javac =
        new ArrayList<>(List.of("-d", classes.toString(), "-cp", COMMAND_LINE.toString()));
    javac.addAll(files(PROJECT.resolve("src/main/java"), ".java"));
    tool("javac", javac);
    doors = folder.resolve("doors.jar");
    tool(
        "jar",
        List.of(
            "--create",
            "--file",
            doors.toString(),
            "-C",
            classes.toString(),
            ".",
            "-C",
            PROJECT.resolve("src/main/resources").toString(),
            "."));
    cells = threeFolders();
    model = folder.resolve("model");
    List<String> train =
        new ArrayList<>(List.of("train", "--data", cells.toString(), "--out", model.toString()));
    train.addAll(List.of("--layout", "three-folders", "--network", "depthwise"));
    train.addAll(List.of("--optimizer", "sgd,momentum=0.8"));
    train.addAll(List.of("--augmentation", "dihedral, hueshift(20)"));
    train.addAll(List.of("--loss", "brier", "--size", "32", "--epochs", "1"));
    assertThat(run(train)).contains("three-folders: 72 images");
  }

  /** Synthetic cells, laid out as {@code org.example.leukemia.ThreeFolders} reads them. */
  private static Path threeFolders() throws IOException {
    Path drawn =
        SyntheticSmear.builder()
            .imageSize(32)
            .cellsPerLabel(24)
            .patientsPerLabel(6)
            .build()
            .write(folder.resolve("drawn"));
    Map<String, String> folders = Map.of("normal", "healthy", "AML", "myeloid", "ALL", "lymphoid");
    Path place = folder.resolve("cells");
    int number = 0;
    for (Sample sample : Datasets.open(drawn).samples()) {
      String name = folders.get(sample.label().name());
      if (name != null) {
        Files.createDirectories(place.resolve(name));
        String patient = sample.patient().orElseThrow().replace('_', '-');
        Path copy = place.resolve(name).resolve(patient + "_" + number++ + ".png");
        Files.copy(folder.resolve("drawn").resolve(sample.id()), copy);
      }
    }
    return place;
  }

  @Test
  void theTrainingSaysWhichOfThemItUsed() throws IOException {
    assertThat(model.resolve("1-cell").resolve("training-config.json"))
        .content()
        .contains("\"depthwise\"", "\"sgd\"", "\"brier\"", "dihedral, hueshift(20.0)");
  }

  @Test
  void theEvaluationHasTheMetric() throws Exception {
    Path report = folder.resolve("report.json");
    evaluate("--json", report.toString());
    assertThat(report).content().contains("exampleSpecificityAt95Sensitivity");
  }

  private static void evaluate(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--model",
                model.toString(),
                "--data",
                cells.toString(),
                "--layout",
                "three-folders",
                "--split",
                model.resolve("split.json").toString(),
                "--part",
                "test"));
    arguments.addAll(List.of(more));
    run(arguments);
  }

  private static List<String> files(Path tree, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      return all.map(Path::toString).filter(name -> name.endsWith(ending)).toList();
    }
  }

  private static void tool(String name, List<String> arguments) {
    int failed =
        ToolProvider.findFirst(name)
            .orElseThrow()
            .run(System.out, System.err, arguments.toArray(String[]::new));
    assertThat(failed).as(name).isZero();
  }

  /** Runs a command with the project's jar beside the command line's. */
  private static String run(List<String> arguments) throws Exception {
    Path output = folder.resolve("output");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(COMMAND_LINE + System.getProperty("path.separator") + doors);
    command.add("io.github.leukemia4j.cli.Main");
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ends").isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    return Files.readString(output);
  }
}
