package io.github.leukemia4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.examples.synthetic.SyntheticSmear;
import io.github.leukemia4j.model.ModelBundle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path shared;
  private static Path cells;
  private static Path model;

  @TempDir Path temporary;

  /** What a command printed, and its exit code. */
  record Run(int code, String out, String err) {}

  static Run run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    int code = command.execute(Stream.of(args).map(Object::toString).toArray(String[]::new));
    return new Run(code, out.toString(), err.toString());
  }

  /** Trains as quickly as can be, after the options that a test gives. */
  static Run train(Path data, Path out, Object... more) {
    List<Object> args = new ArrayList<>(List.of("train", "--data", data, "--out", out));
    args.addAll(List.of("--network", "small", "--size", "32", "--epochs", "1"));
    args.addAll(List.of(more));
    return run(args.toArray());
  }

  /** Runs a command that must succeed. */
  private static Run succeed(Object... args) {
    return succeeded(run(args));
  }

  private static Run succeeded(Run run) {
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static Run evaluate(Object... more) {
    List<Object> args = new ArrayList<>(List.of("evaluate", "--model", model));
    args.addAll(List.of("--data", cells.resolve("manifest.csv")));
    args.addAll(List.of(more));
    return run(args.toArray());
  }

  private static Run evaluatePart(String name, Object... more) {
    List<Object> args = new ArrayList<>(List.of("--split", model.resolve("split.json")));
    args.addAll(List.of("--part", name));
    args.addAll(List.of(more));
    return evaluate(args.toArray());
  }

  @BeforeAll
  static void trainOnce() throws IOException {
    cells = shared.resolve("cells");
    model = shared.resolve("model");
    SyntheticSmear.builder()
        .imageSize(32)
        .cellsPerLabel(24)
        .patientsPerLabel(6)
        .build()
        .write(cells);
    Run trained = succeeded(train(cells.resolve("manifest.csv"), model));
    assertThat(trained.out()).contains("cell", "abnormal", "test", "not a medical device");
  }

  private static Path image() throws IOException {
    return images(cells).get(0);
  }

  private static List<Path> images(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(f -> f.toString().endsWith(".png")).sorted().toList();
    }
  }

  @Nested
  class Train {
    @Test
    void writesThePipelineTheSplitAndTheReport() {
      assertThat(model.resolve("pipeline.json")).isRegularFile();
      assertThat(model.resolve("split.json")).isRegularFile();
      assertThat(model.resolve("report.json")).isRegularFile();
      assertThat(shared.resolve("model.training")).doesNotExist();
    }

    @Test
    void takesTheSplitOfAnEarlierTraining() throws IOException {
      Path out = temporary.resolve("again");
      Path split = model.resolve("split.json");

      Run run =
          train(cells.resolve("manifest.csv"), out, "--split", split.toString(), "--seed", "5");

      assertThat(run.code()).as(run.err()).isZero();
      assertThat(out.resolve("split.json")).hasSameTextualContentAs(split);
    }

    @Test
    void refusesACalibrationPartBesideAGivenSplit() {
      Run run =
          train(
              cells.resolve("manifest.csv"),
              temporary.resolve("again"),
              "--split",
              model.resolve("split.json").toString(),
              "--calibration",
              "0.2");

      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("leave --calibration out");
    }

    @Test
    void takesAFolderTree() throws IOException {
      Path tree = tree(8, 8);

      Run run = succeeded(train(tree, temporary.resolve("out")));

      assertThat(run.out()).contains("abnormal");
    }

    @Test
    void takesWindowsLineEndsAndQuotedCommas() throws IOException {
      Path data = temporary.resolve("data");
      Files.createDirectories(data);
      List<String> rows = new ArrayList<>(List.of("patient,file,label"));
      for (String label : List.of("normal", "abnormal")) {
        copyImages(label, data.resolve("a, b"), 8);
      }
      try (Stream<Path> files = Files.list(data.resolve("a, b"))) {
        files
            .sorted()
            .forEach(
                f -> {
                  String name = f.getFileName().toString();
                  String label = name.startsWith("normal") ? "normal" : "abnormal";
                  rows.add("\"P, " + rows.size() + "\",\"a, b/" + name + "\"," + label);
                });
      }
      Path csv = data.resolve("manifest.csv");
      Files.writeString(csv, String.join("\r\n", rows) + "\r\n");

      succeeded(train(csv, temporary.resolve("out")));
    }

    @Test
    void refusesToOverwrite() {
      Run run = train(cells.resolve("manifest.csv"), model);

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains(model.toString(), "exists already", "choose another");
      assertThat(run.err().strip().lines()).hasSize(1);
    }

    @Test
    void normalisesStainAndMixesImagesOnRequest() throws IOException {
      Path out = temporary.resolve("out");

      succeeded(
          train(cells.resolve("manifest.csv"), out, "--stain-normalisation", "--mixup", "0.2"));

      assertThat(out.resolve("1-cell/training-config.json"))
          .content()
          .contains("\"stainNormalisation\" : true", "\"mixup\" : 0.2");
      for (String stage : List.of("1-cell", "2-abnormal")) {
        assertThat(ModelBundle.open(out.resolve(stage)).manifest().input().stainNormalisation())
            .isNotNull();
      }
      assertThat(run("classify", "--model", out, image()).code()).isZero();
    }

    @Test
    void refusesToMixByLessThanNothing() {
      Run run = train(cells.resolve("manifest.csv"), temporary.resolve("out"), "--mixup", "-1");

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("mixup must be 0 to 1000.0; found -1.0");
    }

    @Test
    void refusesAnUnknownLoss() {
      Run run = train(cells.resolve("manifest.csv"), temporary.resolve("out"), "--loss", "hinge");

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("hinge", "tversky");
    }

    @Test
    void exitsWithTwoWhereItIsUsedWrongly() {
      assertThat(run("train", "--data", cells).code()).isEqualTo(2);
      assertThat(run("train", "--epochs", "many").code()).isEqualTo(2);
      assertThat(run("nonsense").code()).isEqualTo(2);
    }
  }

  @Nested
  class RefusesData {
    private Path out;

    private void refused(Path data, String... inMessage) throws IOException {
      out = temporary.resolve("out");
      Run run = train(data, out);

      assertThat(run.code()).as(run.out() + run.err()).isEqualTo(1);
      assertThat(run.err()).contains(inMessage).doesNotContain("\tat ");
      assertThat(out).doesNotExist();
      try (Stream<Path> left = Files.list(temporary)) {
        assertThat(left.map(p -> p.getFileName().toString()))
            .noneMatch(name -> name.contains(".training") || name.contains(".part"));
      }
    }

    @Test
    void thatIsMissing() throws IOException {
      refused(temporary.resolve("nowhere"), "nowhere");
    }

    @Test
    void thatIsAnEmptyFolder() throws IOException {
      refused(Files.createDirectories(temporary.resolve("empty")), "empty", "folder");
    }

    @Test
    void thatHasOneClassOnly() throws IOException {
      copyImages("normal", temporary.resolve("tree/normal"), 8);

      refused(temporary.resolve("tree"), "normal", "tree");
    }

    @Test
    void thatHasAClassWithOneSample() throws IOException {
      refused(tree(8, 1), "abnormal");
    }

    @Test
    void thatLacksAColumn() throws IOException {
      refused(manifest("file,class\na.png,normal\n"), "manifest.csv", "label");
    }

    @Test
    void thatHasAnUnknownLabel() throws IOException {
      Files.writeString(
          temporary.resolve("taxonomy.json"),
          "{\"name\":\"cell\",\"children\":[{\"name\":\"normal\"},{\"name\":\"abnormal\"}]}");

      refused(
          manifest("file,label\na.png,normal\nb.png,strange\n"), "manifest.csv", "strange", "3");
    }

    @Test
    void thatNamesFilesThatDoNotExist() throws IOException {
      StringBuilder rows = new StringBuilder("file,label\n");
      for (int i = 0; i < 10; i++) {
        rows.append("normal-").append(i).append(".png,normal\n");
        rows.append("abnormal-").append(i).append(".png,abnormal\n");
      }

      refused(manifest(rows.toString()), "normal-0.png", "no such file", "20");
    }

    @Test
    void thatHasAnEmptyFile() throws IOException {
      Path tree = tree(8, 8);
      Files.createFile(tree.resolve("normal/zero.png"));

      refused(tree, "zero.png", "remove");
    }

    @Test
    void thatHasTextNamedAsAnImage() throws IOException {
      Path tree = tree(8, 8);
      Files.writeString(tree.resolve("abnormal/text.png"), "I am no image");

      refused(tree, "text.png", "remove");
    }

    @Test
    void thatHasDamagedFiles() throws IOException {
      Path damaged = sharedData().resolve("damaged");
      assumeTrue(Files.isDirectory(damaged), "the shared data is not there");
      Path tree = tree(8, 8);
      List<String> names = new ArrayList<>();
      try (Stream<Path> files = Files.list(damaged)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".jpg")).sorted().toList()) {
          Files.copy(file, tree.resolve("abnormal").resolve(file.getFileName()));
          names.add(file.getFileName().toString());
        }
      }
      assertThat(names).isNotEmpty();

      refused(tree, names.toArray(String[]::new));
    }

    @Test
    void unlessToldToSkipUnreadableFiles() throws IOException {
      Path tree = tree(8, 8);
      Files.createFile(tree.resolve("normal/zero.png"));

      Run run = succeeded(train(tree, temporary.resolve("out"), "--skip-unreadable"));

      assertThat(run.out()).contains("Left out", "zero.png");
    }

    private Path manifest(String content) throws IOException {
      return Files.writeString(temporary.resolve("manifest.csv"), content);
    }
  }

  @Nested
  class RefusesModels {
    private Path copy;

    private Path copyOfTheModel() throws IOException {
      copy = temporary.resolve("copy");
      try (Stream<Path> files = Files.walk(model)) {
        for (Path file : files.toList()) {
          Path to = copy.resolve(model.relativize(file).toString());
          if (Files.isDirectory(file)) {
            Files.createDirectories(to);
          } else {
            Files.copy(file, to);
          }
        }
      }
      return copy;
    }

    private void refused(String... inMessage) throws IOException {
      Run run = run("classify", "--model", copy, image());

      assertThat(run.code()).as(run.out() + run.err()).isEqualTo(1);
      assertThat(run.err()).contains(inMessage).doesNotContain("\tat ");
      assertThat(run.out()).isEmpty();
    }

    @Test
    void withAFlippedByte() throws IOException {
      Path file = copyOfTheModel().resolve("1-cell/saved_model/saved_model.pb");
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);

      refused(file.toString(), "SHA-256", "copy");
    }

    @Test
    void withAMissingFile() throws IOException {
      Path file = copyOfTheModel().resolve("2-abnormal/training-config.json");
      Files.delete(file);

      refused(file.toString(), "expected", "copy");
    }

    @Test
    void ofANewerSchema() throws IOException {
      Path file = copyOfTheModel().resolve("1-cell/manifest.json");
      Files.writeString(
          file,
          Files.readString(file).replaceFirst("\"schemaVersion\" : 1", "\"schemaVersion\" : 2"));

      refused(file.toString(), "schemaVersion", "newer", "update");
    }

    @Test
    void thatAreMissing() throws IOException {
      copy = temporary.resolve("nowhere");

      refused("nowhere");
    }
  }

  @Nested
  class Gate {
    @Test
    void refersABlankImageWhenAsked() throws IOException {
      Path blank = temporary.resolve("blank.png");
      ImageIO.write(new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB), "png", blank.toFile());

      Run flagged = succeed("classify", "--model", model, "--json", blank);
      assertThat(JSON.readTree(flagged.out()).get("outcome").asText()).isEqualTo("decided");
      assertThat(JSON.readTree(flagged.out()).get("findings").toString()).contains("BLANK");

      Run refused = succeed("classify", "--model", model, "--json", "--refuse-unfit", blank);
      assertThat(JSON.readTree(refused.out()).get("outcome").asText()).isEqualTo("referred");
      assertThat(JSON.readTree(refused.out()).get("reason").asText()).contains("blank");
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

  @Nested
  class Inspect {
    @Test
    void writesAPageAndJson() throws IOException {
      Path html = temporary.resolve("report.html");
      Path json = temporary.resolve("report.json");
      Run run =
          succeed(
              "inspect", "--data", cells.resolve("manifest.csv"), "--html", html, "--json", json);
      assertThat(run.out()).contains("nearly the same: ", "cell: ", "balanced accuracy");
      assertThat(html).content().startsWith("<!DOCTYPE html>");
      assertThat(JSON.readTree(json.toFile()).at("/baselines/colour/0/stage").asText())
          .isEqualTo("cell");
    }

    @Test
    void drawsAContactSheet() throws IOException {
      Path png = temporary.resolve("sheet.png");
      succeed(
          "contact-sheet",
          "--data",
          cells.resolve("manifest.csv"),
          "--out",
          png,
          "--size",
          "32",
          "--images",
          "1",
          "--epochs",
          "2");
      // Three pictures of 32 pixels in a row, with 2 pixels around each.
      assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(3 * 34 + 2);
    }
  }

  @Nested
  class CrossValidate {
    @Test
    void scoresEverySampleOnceAndSaysWhatToHoldItAgainst() throws IOException {
      Path out = temporary.resolve("cv");
      Object[] args = {
        "crossvalidate",
        "--data",
        cells.resolve("manifest.csv"),
        "--out",
        out,
        "--folds",
        "2",
        "--network",
        "small",
        "--size",
        "32",
        "--epochs",
        "1"
      };
      succeed(args);

      JsonNode report = JSON.readTree(out.resolve("report.json").toFile());
      assertThat(report.at("/stages/0/samples").intValue())
          .isEqualTo(Predictions.read(out.resolve("predictions.csv")).samples().size());
      assertThat(report.at("/baselines/0/how").asText()).contains("of each fold");
      assertThat(report.at("/calibration/0/temperatures")).hasSize(2);
      assertThat(report.at("/calibration/1/differences/logLoss/first").isNumber()).isTrue();
      assertThat(report.at("/stages/1/byPatient/decisions/samples").intValue()).isPositive();
      assertThat(out.resolve("report.html"))
          .content()
          .contains("Beside something simpler", "Patient by patient", "Calibration by a temp");
      assertThat(out.resolve("report.md")).content().contains("one decision for each");
      JsonNode before = JSON.readTree(out.resolve("report.json").toFile());

      assertThat(run(args).code()).as("called again, with all folds there").isZero();
      assertThat(JSON.readTree(out.resolve("report.json").toFile())).isEqualTo(before);
      assertThat(run("compare", out, out, "--resamples", "20").code()).isZero();
    }
  }

  @Nested
  class Evaluate {
    @Test
    void writesTheReportWithItsNames() throws IOException {
      Path json = temporary.resolve("report.json");

      succeeded(evaluatePart("test", "--json", json));

      JsonNode report = JSON.readTree(json.toFile());
      assertThat(report.get("stages")).hasSize(2);
      for (JsonNode stage : report.get("stages")) {
        assertThat(fields(stage))
            .contains(
                "name",
                "labels",
                "samples",
                "patients",
                "accuracy",
                "balancedAccuracy",
                "auroc",
                "sensitivity",
                "specificity",
                "expectedCalibrationError",
                "confusion",
                "perClass");
        assertThat(fields(stage.get("accuracy"))).contains("estimate", "lower", "upper", "level");
      }
      assertThat(report.at("/stages/0/name").asText()).isEqualTo("cell");
      assertThat(report.at("/stages/0/sensitivity").isNull()).isFalse();
      assertThat(report.at("/stages/1/sensitivity").isNull()).isTrue();
      assertThat(fields(report.get("path")))
          .contains(
              "accuracy",
              "hierarchicalPrecision",
              "hierarchicalRecall",
              "hierarchicalF1",
              "stoppedEarly",
              "referred");
      assertThat(report)
          .as("what train wrote of the same part")
          .isEqualTo(JSON.readTree(model.resolve("report.json").toFile()));
    }

    @Test
    void writesPredictionsThatCanBeCompared() throws IOException {
      Path predictions = temporary.resolve("predictions.csv");
      Path json = temporary.resolve("comparison.json");
      Path html = temporary.resolve("comparison.html");
      Run evaluated = succeeded(evaluatePart("test", "--predictions", predictions));
      assertThat(evaluated.out()).contains("Colours alone", "one decision for each");

      Run run =
          succeed(
              "compare",
              predictions,
              predictions,
              "--resamples",
              "50",
              "--json",
              json,
              "--html",
              html);
      assertThat(run.out()).contains("First: " + predictions, "Whole path", "within each");
      JsonNode difference =
          JSON.readTree(json.toFile()).at("/stages/0/byPatient/means/balancedAccuracy");
      JsonNode pooled = JSON.readTree(json.toFile()).at("/stages/1/differences/accuracy");
      assertThat(difference.isMissingNode() || difference.get("estimate").doubleValue() == 0)
          .isTrue();
      assertThat(pooled.get("pValue").doubleValue()).isEqualTo(1);
      assertThat(html).content().startsWith("<!DOCTYPE html>");
    }

    @Test
    void refusesToCompareDifferentImages() throws IOException {
      String header = "file,fold,truth,patient,decided,p(normal|cell),p(abnormal|cell)\n";
      Path one = temporary.resolve("one.csv");
      Path other = temporary.resolve("other.csv");
      Files.writeString(one, header + "a,1,normal,P,normal,0.6,0.4\n");
      Files.writeString(other, header + "b,1,normal,P,normal,0.6,0.4\n");

      Run run = run("compare", one, other);

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("same samples", "a (normal) and b (normal)");
    }

    @Test
    void refusesWhatThePipelineWasTrainedOn() {
      Run refused = evaluate();
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err())
          .contains("found ", " patients and ", "--split FILE --part test", "  patient ");

      assertThat(evaluatePart("validation").code()).isEqualTo(1);
      succeeded(evaluate("--allow-training-data"));
    }

    @Test
    void judgesTheBaselineByTheLevelsOfTheModelThoughTheDataHaveNone() throws IOException {
      Path flat = cells.resolve("flat");
      Path csv = flat.resolve("manifest.csv");
      Path levels = temporary.resolve("levels.json");
      Path none = temporary.resolve("none.json");
      Files.createDirectory(flat);
      try (Stream<String> lines = Files.lines(cells.resolve("manifest.csv"))) {
        Files.write(csv, lines.toList());
      }
      try (Stream<Path> all = Files.list(cells)) {
        for (Path folder : all.filter(Files::isDirectory).filter(f -> !f.equals(flat)).toList()) {
          Files.createSymbolicLink(flat.resolve(folder.getFileName()), folder);
        }
      }

      for (Path data : List.of(cells.resolve("manifest.csv"), csv)) {
        Run run =
            run(
                "evaluate",
                "--model",
                model,
                "--data",
                data,
                "--allow-training-data",
                "--json",
                data.equals(csv) ? none : levels);
        assertThat(run.code()).as(run.err()).isZero();
      }

      assertThat(JSON.readTree(none.toFile())).isEqualTo(JSON.readTree(levels.toFile()));
    }

    @Test
    void refusesAPartWithoutItsSplit() {
      assertThat(run("evaluate", "--model", model, "--data", cells, "--part", "test").code())
          .isEqualTo(2);
    }
  }

  @Nested
  class Classify {
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
      assertThat(line.get("outcome").asText()).isEqualTo("decided");
      assertThat(line.at("/stages/0/prediction/probabilities/normal").asDouble())
          .isBetween(0.0, 1.0);
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
  }

  @Test
  void inspectShowsLabelsPatientsAndIdenticalFiles() throws IOException {
    Path tree = tree(4, 4);
    Path original = tree.resolve("normal/normal-0.png");
    Files.copy(original, tree.resolve("abnormal/copy.png"));
    Files.writeString(tree.resolve("normal/broken.png"), "no image");
    Files.writeString(tree.resolve("notes.txt"), "not an image by its name");

    Run run = succeed("inspect", "--data", tree);
    assertThat(run.out())
        .contains("broken.png", "copy.png", "normal-0.png", "No patient is known", "txt");
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** A folder for each label of the first stage, with that many images. */
  private Path tree(int normal, int abnormal) throws IOException {
    Path tree = temporary.resolve("tree");
    copyImages("normal", tree.resolve("normal"), normal);
    copyImages("abnormal", tree.resolve("abnormal"), abnormal);
    return tree;
  }

  /** Copies that many images of a label, named by it. */
  private static void copyImages(String label, Path to, int count) throws IOException {
    Files.createDirectories(to);
    List<Path> images = images(cells.resolve(label));
    for (int i = 0; i < Math.min(count, images.size()); i++) {
      Files.copy(images.get(i), to.resolve(label + "-" + i + ".png"));
    }
  }

  static Path sharedData() {
    String property = System.getProperty("leukemia4j.shared");
    return property != null ? Path.of(property, "data") : Path.of("..", "..", "shared", "data");
  }
}
