package io.github.leukemia4j.data;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a sample's image comes from. Implementations are immutable and safe to use from several
 * threads; nothing is opened before one of the methods is called.
 */
public interface ImageSource {
  /** What messages call it: a path, or an archive with an index. */
  String name();

  /**
   * Reads and decodes the image.
   *
   * @throws IOException where it is missing or cannot be read
   * @throws DataException where the content is not an image; names it
   */
  CellImage read() throws IOException;

  /** The image's file; empty unless overridden, for an image that has no file of its own. */
  default Optional<Path> path() {
    return Optional.empty();
  }

  /** An image file. */
  static ImageSource file(Path path) {
    return file(path, "");
  }

  /**
   * An image file in a folder. Millions of them need little memory where they share the folder.
   *
   * @param file its path below the folder, with forward slashes
   */
  static ImageSource file(Path folder, String file) {
    record ImageFile(Path folder, String file) implements ImageSource {
      @Override
      public String name() {
        return folder + (file.isEmpty() ? "" : "/" + file);
      }

      @Override
      public Optional<Path> path() {
        return Optional.of(folder.resolve(file));
      }

      @Override
      public CellImage read() throws IOException {
        try {
          return CellImage.read(folder.resolve(file));
        } catch (InvalidPathException e) {
          throw new IOException(
              "this machine cannot have a file of that name: " + e.getMessage(), e);
        }
      }
    }
    return new ImageFile(Objects.requireNonNull(folder, "folder"), file);
  }

  /**
   * An image in memory, for tests and for applications that hold their images elsewhere.
   *
   * @param name what messages call it
   */
  static ImageSource of(String name, CellImage image) {
    record InMemory(String name, CellImage read) implements ImageSource {}
    return new InMemory(
        Objects.requireNonNull(name, "name"), Objects.requireNonNull(image, "image"));
  }
}
