package io.github.leukemia4j.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory that appears whole or not at all: it is filled under a temporary name beside its
 * place and moved there at the end. {@link #close()} without {@link #commit()} removes what was
 * written. Not thread-safe.
 */
public final class AtomicDirectory implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AtomicDirectory.class.getName());
  private static final String PART = ".part-";

  private final Path target;
  private final Path temporary;
  private boolean committed;

  private AtomicDirectory(Path target, Path temporary) {
    this.target = target;
    this.temporary = temporary;
  }

  /**
   * @param target where the directory shall appear; missing, or an empty directory
   * @throws FileAlreadyExistsException where something is there already
   * @throws IOException where the directory above cannot be written
   */
  public static AtomicDirectory create(Path target) throws IOException {
    Path place = target.toAbsolutePath().normalize();
    requireFree(place);
    Path above = place.getParent();
    if (above == null) {
      throw new FileAlreadyExistsException(place.toString(), null, "it is a file system's root");
    }
    Files.createDirectories(above);
    // Not a temporary directory of the JDK's: only its owner may read that, also when it is moved.
    String name = "." + place.getFileName() + PART + UUID.randomUUID();
    return new AtomicDirectory(place, Files.createDirectory(above.resolve(name)));
  }

  /** Removes what killed processes left of directories that never appeared in this one. */
  public static void removeUnfinished(Path directory) throws IOException {
    List<Path> unfinished;
    try (Stream<Path> content = Files.list(directory)) {
      unfinished =
          content
              .filter(
                  path -> {
                    String name = path.getFileName().toString();
                    return name.startsWith(".") && name.contains(PART);
                  })
              .toList();
    }
    for (Path path : unfinished) {
      delete(path);
    }
  }

  /**
   * Whether a directory may be written there.
   *
   * @throws FileAlreadyExistsException where something is there already
   * @throws IOException where it cannot be looked at
   */
  public static void requireFree(Path target) throws IOException {
    if (Files.isDirectory(target)) {
      try (Stream<Path> content = Files.list(target)) {
        if (content.findAny().isEmpty()) {
          return;
        }
      }
    } else if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    throw new FileAlreadyExistsException(
        target.toString(),
        null,
        "nothing is overwritten: choose another directory, or remove this one");
  }

  /** Where to write. */
  public Path path() {
    return temporary;
  }

  /** Forces everything to the disk and moves it to its place. */
  public void commit() throws IOException {
    move(temporary, target);
    committed = true;
  }

  /**
   * Forces a directory with all that it holds to the disk and moves it to another place at once,
   * where it stays even if the power fails then.
   *
   * @param target on the same file system; missing, or an empty directory
   * @throws FileAlreadyExistsException where something is there already
   */
  public static void move(Path directory, Path target) throws IOException {
    try (Stream<Path> content = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) content::iterator) {
        if (Files.isRegularFile(path)) {
          try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        } else if (Files.isDirectory(path)) {
          forceDirectory(path);
        }
      }
    }
    requireFree(target);
    Files.deleteIfExists(target);
    try {
      Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException(
          "The file system of " + target + " must be able to move a directory at once.", e);
    } catch (DirectoryNotEmptyException e) {
      requireFree(target);
      throw e;
    }
    forceDirectory(target.toAbsolutePath().getParent());
  }

  /** Forces the names in a directory to the disk, where the operating system can do that. */
  private static void forceDirectory(Path directory) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(directory, StandardOpenOption.READ);
    } catch (AccessDeniedException e) {
      // Windows opens no directory.
      LOG.log(Level.DEBUG, "The directory cannot be forced to the disk", e);
      return;
    }
    try (channel) {
      channel.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    if (!committed) {
      delete(temporary);
    }
  }

  /** Removes a directory with all that it holds. */
  public static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
