package io.github.leukemia4j.cli;

import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.store.AtomicFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a command writes: looked at before the work, and whole or absent after it. Nothing is
 * overwritten. Missing folders above a file are made when it is written.
 */
final class Output {
  private Output() {}

  /**
   * Whether these files can be written.
   *
   * @param files of which those that are null were not asked for
   * @throws FileAlreadyExistsException where one is there
   * @throws IOException where the folder above one cannot be written
   */
  static void requireFree(Path... files) throws IOException {
    for (Path file : files) {
      if (file != null) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
          throw new FileAlreadyExistsException(
              file.toString(),
              null,
              "nothing is overwritten: choose another file, or remove this one");
        }
        requireWritableAbove(file);
      }
    }
  }

  /** Whether a directory can be made, or is there and empty. */
  static void requireFreeDirectory(Path directory) throws IOException {
    AtomicDirectory.requireFree(directory);
    requireWritableAbove(directory);
  }

  /** Whether something can be made below the nearest folder above a place that is there. */
  static void requireWritableAbove(Path place) throws IOException {
    Path above = place.toAbsolutePath().normalize().getParent();
    while (above != null && !Files.exists(above)) {
      above = above.getParent();
    }
    if (above == null || !Files.isDirectory(above)) {
      throw new IOException(
          "%s must lie in a folder; found that %s is none. Choose another place."
              .formatted(place, above));
    }
    if (!Files.isWritable(above)) {
      throw new IOException(
          "%s must lie in a folder that can be written; found that %s cannot. Choose another place."
              .formatted(place, above));
    }
  }

  /** Refuses a picture whose name says that it is of another kind than PNG. */
  static void requirePng(Path file) {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new IllegalArgumentException(
          "The picture is a PNG and its name must end in .png; found %s. Choose another name."
              .formatted(file));
    }
  }

  /**
   * Writes a file beside its place and moves it there at once; makes the folders above it.
   *
   * @param file null where it was not asked for
   * @throws IOException which names the file and the cause; nothing is left of it
   */
  static void write(Path file, AtomicFile.Content content) throws IOException {
    if (file == null) {
      return;
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      AtomicFile.write(file, content);
    } catch (IOException e) {
      throw new IOException(
          "%s could not be written: %s. Nothing was left of it; make room, or choose another place."
              .formatted(file, cause(e)),
          e);
    }
  }

  static void write(Path file, String text) throws IOException {
    write(file, beside -> Files.writeString(beside, text));
  }

  private static String cause(IOException e) {
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.toString() : reason;
  }
}
