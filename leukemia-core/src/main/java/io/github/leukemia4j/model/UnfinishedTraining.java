package io.github.leukemia4j.model;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a training that was stopped leaves to go on from: a directory beside the place of the model,
 * with the same name and {@value #SUFFIX}. Nothing is left where the model should be.
 */
public final class UnfinishedTraining {
  /** What the directory's name ends with. */
  public static final String SUFFIX = ".training";

  private final Path target;
  private final Path directory;

  private UnfinishedTraining(Path target) {
    this.target = target.toAbsolutePath().normalize();
    this.directory = this.target.resolveSibling(this.target.getFileName() + SUFFIX);
  }

  /**
   * @param target where the finished model will be
   */
  public static UnfinishedTraining at(Path target) {
    return new UnfinishedTraining(target);
  }

  /** Where checkpoints and finished stages are kept. */
  public Path directory() {
    return directory;
  }

  /**
   * Makes the directory, or takes the one that is there.
   *
   * @param resume whether one that is there is gone on with
   * @return the directory
   * @throws FileAlreadyExistsException where the model is there already, or an unfinished training
   *     that is not to be resumed
   */
  public Path begin(boolean resume) throws IOException {
    AtomicDirectory.requireFree(target);
    if (!resume && !isEmpty()) {
      throw new FileAlreadyExistsException(
          directory.toString(),
          null,
          "a training of "
              + target
              + " was not finished: go on with it (resume), or remove this directory");
    }
    Files.createDirectories(directory);
    AtomicDirectory.removeUnfinished(directory);
    return directory;
  }

  /** Removes the directory where it holds no file; does nothing where there is none. */
  public void removeIfEmpty() throws IOException {
    if (Files.isDirectory(directory) && isEmpty()) {
      AtomicDirectory.delete(directory);
    }
  }

  /** Removes the directory with all that it holds; does nothing where there is none. */
  public void remove() throws IOException {
    if (Files.isDirectory(directory)) {
      AtomicDirectory.delete(directory);
    }
  }

  private boolean isEmpty() throws IOException {
    if (!Files.exists(directory)) {
      return true;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.noneMatch(Files::isRegularFile);
    }
  }
}
