package io.github.leukemia4j.training.loop;

import io.github.leukemia4j.store.AtomicDirectory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * What a training that was stopped leaves to go on from: a directory beside the place of the model,
 * with the same name and {@value #SUFFIX}. Nothing is left where the model should be.
 *
 * <p>From {@link #begin} to {@link #close()} the place belongs to one training alone: a lock on a
 * file beside the directory refuses every other one, in this process or another. The operating
 * system gives it back when the process ends, however it ends. Not thread-safe.
 */
public final class UnfinishedTraining implements AutoCloseable {
  /** What the directory's name ends with. */
  public static final String SUFFIX = ".training";

  private static final Logger LOG = System.getLogger(UnfinishedTraining.class.getName());

  /**
   * What this process has locked. To lock such a file again is refused by the JDK, but to close it
   * after that would give the first lock back.
   */
  private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

  /** The longest lock file: short where a file system stores zeros, and seldom met by chance. */
  private static final long LONGEST = 1 << 20;

  private final Path target;
  private final Path directory;
  // Beside the directory and not in it, so that it is still held while that is moved or removed.
  private final Path lockFile;
  private Path locked;
  private FileChannel channel;

  private UnfinishedTraining(Path target) {
    this.target = target.toAbsolutePath().normalize();
    this.directory = this.target.resolveSibling(this.target.getFileName() + SUFFIX);
    this.lockFile = directory.resolveSibling(directory.getFileName() + ".lock");
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
   * Makes the directory, or takes the one that is there, and keeps others from it.
   *
   * @param resume whether one that is there is gone on with
   * @return the directory
   * @throws FileAlreadyExistsException where the model is there already, or an unfinished training
   *     that is not to be resumed
   * @throws FileSystemException where another training to the same place is running
   */
  public Path begin(boolean resume) throws IOException {
    lock();
    try {
      // Looked at under the lock: who held it before may have finished the model.
      AtomicDirectory.requireFree(target);
      if (!resume && !isEmpty()) {
        throw new FileAlreadyExistsException(
            directory.toString(),
            null,
            "a training of %s was not finished: go on with it (resume), or remove this directory"
                .formatted(target));
      }
      Files.createDirectories(directory);
      AtomicDirectory.removeUnfinished(directory);
      return directory;
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void lock() throws IOException {
    if (locked != null) {
      throw new IllegalStateException("The training of " + target + " must begin once.");
    }
    Path above = Files.createDirectories(directory.getParent()).toRealPath();
    Path place = above.resolve(lockFile.getFileName());
    if (!LOCKED.add(place)) {
      throw inUse("this program");
    }
    locked = place;
    // An interrupt, which is a wish for a checkpoint, would close the channel.
    boolean interrupted = Thread.interrupted();
    try {
      if (!tryLock()) {
        throw inUse("another program");
      }
    } catch (IOException | RuntimeException | Error e) {
      release();
      throw e;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * @return whether nobody else has the place; also true, with a warning, where the file system has
   *     no locks, since that is no reason not to train
   */
  private boolean tryLock() throws IOException {
    try {
      while (true) {
        channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
          return false;
        }
        if (isStillThere()) {
          return true;
        }
        // Who had it last removed it after it was opened here: a lock on nothing, while others lock
        // the file that is there.
        channel.close();
      }
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      if (channel == null) {
        throw e;
      }
      LOG.log(
          Level.WARNING,
          "{0} cannot be locked ({1}): nothing keeps a second training from the same place.",
          lockFile,
          e.getMessage());
      return true;
    }
  }

  /**
   * Whether the locked file is the one at the place of the lock file. Known by a random length that
   * is given to it: the key of a removed file is soon that of another one, and to open the file a
   * second time would, once closed, give the lock back.
   */
  private boolean isStillThere() throws IOException {
    long length = 1 + ThreadLocalRandom.current().nextLong(LONGEST);
    channel.truncate(0);
    channel.write(ByteBuffer.allocate(1), length - 1);
    try {
      return Files.size(lockFile) == length;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private FileSystemException inUse(String who) {
    return new FileSystemException(
        directory.toString(),
        null,
        "another training of %s is running in %s: wait until it ends, or train to another place"
            .formatted(target, who));
  }

  /**
   * Gives the place free for others, with what is left there. Does nothing where {@link #begin} was
   * not called, or failed.
   */
  @Override
  public void close() {
    if (channel != null) {
      try {
        // Still locked: nobody can have begun with it.
        Files.deleteIfExists(lockFile);
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "An empty lock file was left.", e);
      }
    }
    release();
  }

  private void release() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "A lock could not be given back; the end of the process does it.", e);
    }
    channel = null;
    if (locked != null) {
      LOCKED.remove(locked);
      locked = null;
    }
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

  /**
   * Removes what a killed process left beside a model that it had finished. Only for who knows that
   * no other training to that place is running.
   */
  public void removeRest() throws IOException {
    remove();
    Files.deleteIfExists(lockFile);
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
