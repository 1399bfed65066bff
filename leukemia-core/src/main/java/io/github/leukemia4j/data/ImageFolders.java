package io.github.leukemia4j.data;

import io.github.leukemia4j.data.Datasets.FileNames;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What the readers of published data sets share: looking about in folders, in a fixed order. */
final class ImageFolders {
  /** Archives wrap what they hold in one folder, or in two. */
  private static final int MAX_WRAPPERS = 2;

  private ImageFolders() {}

  /** What lies in a folder, without what is hidden, in the order of names. */
  static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> listing = Files.list(folder)) {
      return listing
          .filter(entry -> !entry.getFileName().toString().startsWith("."))
          .sorted(Comparator.comparing(entry -> entry.getFileName().toString()))
          .toList();
    }
  }

  /** The folders of a folder; quick also where it has a million images. */
  static List<Path> folders(Path folder) throws IOException {
    try (Stream<Path> listing = Files.list(folder)) {
      return listing
          .filter(ImageFolders::mayBeFolder)
          .filter(Files::isDirectory)
          .sorted(Comparator.comparing(entry -> entry.getFileName().toString()))
          .toList();
    }
  }

  private static boolean mayBeFolder(Path entry) {
    String name = entry.getFileName().toString();
    return !name.startsWith(".")
        && !name.equals(FolderReader.MAC_LEFTOVER)
        && !FileNames.isImage(entry);
  }

  /** Image files of a folder; others are counted by extension. */
  static List<Path> images(Path folder, Map<String, Integer> skipped) throws IOException {
    List<Path> images = new ArrayList<>();
    for (Path entry : entries(folder)) {
      if (FileNames.isImage(entry) && !Files.isDirectory(entry)) {
        images.add(entry);
      } else if (!Files.isDirectory(entry)) {
        skipped.merge(FileNames.extension(entry), 1, Integer::sum);
      }
    }
    return images;
  }

  static TreeMap<String, Integer> noneSkipped() {
    return new TreeMap<>();
  }

  /** The folder itself and those below it, down to two levels, that the test accepts. */
  static List<Path> find(Path root, FolderTest test) throws IOException {
    List<Path> found = new ArrayList<>();
    List<Path> level = List.of(root);
    for (int depth = 0; depth <= MAX_WRAPPERS; depth++) {
      List<Path> next = new ArrayList<>();
      for (Path folder : level) {
        List<Path> below = folders(folder);
        if (test.accepts(folder, below)) {
          found.add(folder);
        } else {
          next.addAll(below);
        }
      }
      level = next;
    }
    return found;
  }

  /** Whether a folder, whose folders are given, is what is looked for. */
  @FunctionalInterface
  interface FolderTest {
    boolean accepts(Path folder, List<Path> below) throws IOException;
  }

  /** Whether the folder has images, all of whose names fit. */
  static boolean allImages(Path folder, Predicate<String> fits) throws IOException {
    boolean any = false;
    try (DirectoryStream<Path> listing = Files.newDirectoryStream(folder, FileNames::isImage)) {
      for (Path image : listing) {
        String name = image.getFileName().toString();
        any = true;
        if (!name.startsWith(".") && !fits.test(name)) {
          return false;
        }
      }
    }
    return any;
  }

  /** The path below the root with slashes: a sample's id. */
  static String id(Path root, Path file) {
    StringBuilder id = new StringBuilder();
    for (Path step : root.relativize(file)) {
      id.append(id.isEmpty() ? "" : "/").append(step);
    }
    return id.toString();
  }
}
