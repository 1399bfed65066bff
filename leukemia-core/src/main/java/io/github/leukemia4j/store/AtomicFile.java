package io.github.leukemia4j.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** A file that appears whole or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * @param file does not exist; its name ends as that of the file to come does
     */
    void writeTo(Path file) throws IOException;
  }

  /**
   * Writes a file under a temporary name beside its place and moves it there at once, in place of
   * what is there.
   *
   * @param file in a directory that exists
   * @throws IOException where it cannot be written; what was there stays as it was
   */
  public static void write(Path file, Content content) throws IOException {
    Path place = file.toAbsolutePath();
    Path beside = place.resolveSibling("." + UUID.randomUUID() + "-" + place.getFileName());
    try {
      content.writeTo(beside);
      Files.move(
          beside, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
