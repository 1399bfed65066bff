package io.github.leukemia4j.data;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

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

  /** An image file. */
  static ImageSource file(Path path) {
    return new FileSource(path);
  }

  /**
   * An image in memory, for tests and for applications that hold their images elsewhere.
   *
   * @param name what messages call it
   */
  static ImageSource of(String name, CellImage image) {
    return new MemorySource(name, image);
  }

  /**
   * An image file.
   *
   * @param path to it
   */
  record FileSource(Path path) implements ImageSource {
    /** Checks nothing but null. */
    public FileSource {
      Objects.requireNonNull(path, "path");
    }

    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public CellImage read() throws IOException {
      return CellImage.read(path);
    }
  }

  /**
   * An image in memory.
   *
   * @param name what messages call it
   * @param image the image itself
   */
  record MemorySource(String name, CellImage image) implements ImageSource {
    /** Checks nothing but null. */
    public MemorySource {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(image, "image");
    }

    @Override
    public CellImage read() {
      return image;
    }
  }
}
