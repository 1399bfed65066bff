package io.github.leukemia4j.data;

import io.github.leukemia4j.CellImage;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A file that shares its folder's path with all others of the data set, and its own with the
 * sample's id: lean enough for millions.
 */
public record FileBelow(Path folder, String file) implements ImageSource {
  public Path path() throws IOException {
    try {
      return folder.resolve(file);
    } catch (InvalidPathException e) {
      throw new IOException("this machine cannot have a file of that name: " + e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return folder + "/" + file;
  }

  @Override
  public CellImage read() throws IOException {
    return CellImage.read(path());
  }
}
