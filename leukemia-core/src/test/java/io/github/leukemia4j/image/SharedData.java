package io.github.leukemia4j.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The public data sets beside the checkout, where they are; they are no part of the project. */
public final class SharedData {
  private SharedData() {}

  /** Skips the calling test where the folder is not there. */
  public static Path folder(String name) {
    Path shared = Path.of(System.getProperty("leukemia4j.shared", "../../shared"));
    Path folder = shared.resolve("data").resolve(name);
    Assumptions.assumeTrue(Files.isDirectory(folder), () -> "no " + folder);
    return folder;
  }

  /** JPEG and BMP files at any depth, in order. */
  public static List<Path> images(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".jpg") || file.toString().endsWith(".bmp"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
