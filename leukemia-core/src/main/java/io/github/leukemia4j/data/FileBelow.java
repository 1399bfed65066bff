package io.github.leukemia4j.data;

import io.github.leukemia4j.CellImage;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * An image file in the data set's folder. All files share one path of the folder, and the name is
 * the sample's id, so that millions of them need little memory.
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
