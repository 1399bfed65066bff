package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Runs commands, and has cells and a pipeline for them that are made once, and stay as they are.
 */
final class Commands {
  private static Path shared;

  private Commands() {}

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

  /** Synthetic cells of 32 pixels, with a manifest. */
  static Path cells() {
    return shared().resolve("cells");
  }

  /** What {@code train} wrote of them. */
  static Path model() {
    return shared().resolve("model");
  }

  private static synchronized Path shared() {
    if (shared == null) {
      try {
        shared = make(Files.createTempDirectory("leukemia4j-commands"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return shared;
  }

  private static Path make(Path directory) throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
    Path cells = directory.resolve("cells");
    SyntheticSmear.builder()
        .imageSize(32)
        .cellsPerLabel(24)
        .patientsPerLabel(6)
        .build()
        .write(cells);
    succeeded(train(cells.resolve("manifest.csv"), directory.resolve("model")));
    return directory;
  }

  private static void remove(Path directory) {
    try {
      AtomicDirectory.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command that must succeed. */
  static Run succeed(Object... args) {
    return succeeded(run(args));
  }

  static Run succeeded(Run run) {
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  static Run evaluate(Object... more) {
    List<Object> args = new ArrayList<>(List.of("evaluate", "--model", model()));
    args.addAll(List.of("--data", cells().resolve("manifest.csv")));
    args.addAll(List.of(more));
    return run(args.toArray());
  }

  static Run evaluatePart(String name, Object... more) {
    List<Object> args = new ArrayList<>(List.of("--split", model().resolve("split.json")));
    args.addAll(List.of("--part", name));
    args.addAll(List.of(more));
    return evaluate(args.toArray());
  }

  static Path image() throws IOException {
    return images(cells()).get(0);
  }

  static List<Path> images(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(f -> f.toString().endsWith(".png")).sorted().toList();
    }
  }

  static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** A folder for each label of the first stage, with that many images. */
  static Path tree(Path temporary, int normal, int abnormal) throws IOException {
    Path tree = temporary.resolve("tree");
    copyImages("normal", tree.resolve("normal"), normal);
    copyImages("abnormal", tree.resolve("abnormal"), abnormal);
    return tree;
  }

  /** Copies that many images of a label, named by it. */
  static void copyImages(String label, Path to, int count) throws IOException {
    Files.createDirectories(to);
    List<Path> images = images(cells().resolve(label));
    for (int i = 0; i < Math.min(count, images.size()); i++) {
      Files.copy(images.get(i), to.resolve(label + "-" + i + ".png"));
    }
  }

  static Path sharedData() {
    String property = System.getProperty("leukemia4j.shared");
    return property != null
        ? Path.of(property, "data")
        : Path.of("..", "..", "..", "..", "shared", "data");
  }
}
