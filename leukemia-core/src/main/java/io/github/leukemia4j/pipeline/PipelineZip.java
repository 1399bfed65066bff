package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.store.AtomicDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A pipeline in a zip file, unpacked into a directory of its own among the temporary ones, which
 * only its owner may read. Nothing is written outside that directory, whatever the zip says.
 */
final class PipelineZip {
  static final int MAX_ENTRIES = 1000;

  /** Of all files together, unpacked. A network of TensorFlow's has 2 GB at most. */
  static final long MAX_BYTES = 2L << 30;

  /** Folders and a name that start with a letter or a digit, so that none is ".." or hidden. */
  private static final Pattern PLAIN_PATH =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,119}(/[A-Za-z0-9][A-Za-z0-9._-]{0,119}){0,7}/?");

  private static final Logger LOG = System.getLogger(PipelineZip.class.getName());
  private static final String PREFIX = "leukemia4j-";
  private static final String LOCK_SUFFIX = ".lock";

  /** Of the directories that this process has in use: open, and so locked. */
  private static final Map<Path, FileChannel> LOCKED = new ConcurrentHashMap<>();

  private PipelineZip() {}

  /**
   * Unpacks a zip.
   *
   * @param above where the directory is made
   * @param maxBytes of all files together
   * @return the temporary directory, for the caller to {@link #delete}
   * @throws IOException where it cannot be read or unpacked
   * @throws ModelFormatException where it is no whole zip, or an entry is not allowed
   */
  static Path unpack(Path zip, Path above, long maxBytes) throws IOException {
    Path directory = privateDirectory(above);
    try (ZipFile file = new ZipFile(zip.toFile())) {
      if (file.size() > MAX_ENTRIES) {
        throw new ModelFormatException(
            zip + ": expected at most " + MAX_ENTRIES + " entries; found " + file.size() + ".");
      }
      long left = maxBytes;
      for (ZipEntry entry : Collections.list(file.entries())) {
        left -= unpack(zip, file, entry, directory, left);
      }
      return directory;
    } catch (FileAlreadyExistsException e) {
      IOException failure = cleanedUp(directory, e);
      throw new ModelFormatException(
          zip + ": expected each file once; found one that is there twice.", failure);
    } catch (ZipException e) {
      cleanedUp(directory, e);
      throw new ModelFormatException(
          """
          %s: A pipeline must be a directory, or a whole zip file of one; found a file that is no zip or \
          is cut short (%s). Give the directory that training wrote, or copy the zip again."""
              .formatted(zip, e.getMessage()),
          e);
    } catch (IllegalArgumentException e) {
      cleanedUp(directory, e);
      throw new ModelFormatException(
          zip + ": expected a zip file; found " + e.getMessage() + ".", e);
    } catch (IOException | RuntimeException | Error e) {
      cleanedUp(directory, e);
      throw e;
    }
  }

  private static <T extends Throwable> T cleanedUp(Path directory, T failure) {
    try {
      delete(directory);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  /**
   * A new directory that only its owner may read, until {@link #delete} or the end of the process.
   */
  private static synchronized Path privateDirectory(Path above) throws IOException {
    // One thread at a time: to close a file that another thread has locked gives its lock back.
    while (true) {
      Path directory = above.resolve(PREFIX + UUID.randomUUID());
      if (lock(lockFile(directory))) {
        Files.createDirectory(directory, ownerOnly("rwx------"));
        removeAbandoned(above, Files.getOwner(directory));
        return directory;
      }
    }
  }

  private static FileAttribute<?>[] ownerOnly(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** Beside the directory, which holds what the zip holds and nothing else. */
  private static Path lockFile(Path directory) {
    return directory.resolveSibling(directory.getFileName() + LOCK_SUFFIX);
  }

  /** Returns false where another process, which removes what is abandoned, was faster. */
  private static boolean lock(Path file) throws IOException {
    Files.createFile(file, ownerOnly("rw-------"));
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        LOCKED.put(file, channel);
        return true;
      }
    } catch (IOException e) {
      // A file system without locks: nobody can tell that this is in use, or abandoned.
      LOG.log(Level.DEBUG, "Temporary directories cannot be locked", e);
      channel.close();
      Files.deleteIfExists(file);
      return true;
    }
    channel.close();
    return false;
  }

  /** Removes what processes left that were killed: the system gave their locks back. */
  private static void removeAbandoned(Path above, UserPrincipal owner) {
    try (DirectoryStream<Path> locks =
        Files.newDirectoryStream(above, PREFIX + "*" + LOCK_SUFFIX)) {
      for (Path file : locks) {
        if (!LOCKED.containsKey(file)
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
          removeIfAbandoned(file, owner);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.log(Level.DEBUG, "An old temporary directory could not be removed", e);
    }
  }

  private static void removeIfAbandoned(Path file, UserPrincipal owner) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (channel.tryLock() == null) {
        return;
      }
      String name = file.getFileName().toString();
      Path directory = file.resolveSibling(name.substring(0, name.length() - LOCK_SUFFIX.length()));
      if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
          && Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
        AtomicDirectory.delete(directory);
      }
      Files.deleteIfExists(file);
    } catch (NoSuchFileException | OverlappingFileLockException e) {
      // Another thread or process does the same.
      LOG.log(Level.TRACE, "An old temporary directory is being removed", e);
    }
  }

  /** Returns how many bytes were written. */
  private static long unpack(Path zip, ZipFile file, ZipEntry entry, Path directory, long maxBytes)
      throws IOException {
    String name = entry.getName();
    if (!PLAIN_PATH.matcher(name).matches()) {
      throw new ModelFormatException(
          """
              %s: expected paths inside the pipeline, of letters, digits, dots, dashes and \
              underscores; found "%s". Do not open this file, or zip the pipeline's directory \
              again."""
              .formatted(zip, name.substring(0, Math.min(200, name.length()))));
    }
    Path target = directory.resolve(name).normalize();
    if (!target.startsWith(directory)) {
      throw new ModelFormatException(zip + ": expected paths inside the pipeline; found " + name);
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return 0;
    }
    Files.createDirectories(target.getParent());
    long written = 0;
    byte[] buffer = new byte[1 << 16];
    // Counted as they come: the size that the zip states is only a claim.
    try (InputStream in = file.getInputStream(entry);
        OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        written += read;
        if (written > maxBytes) {
          throw new ModelFormatException(
              "%s: expected at most %s bytes unpacked; found more, at %s."
                  .formatted(zip, MAX_BYTES, name));
        }
        out.write(buffer, 0, read);
      }
    }
    return written;
  }

  /** The pipeline's directory: the unpacked one itself, or the only folder in it. */
  static Path pipelineIn(Path unpacked) throws IOException {
    if (!Files.exists(unpacked.resolve(PipelineDirectory.MANIFEST))) {
      try (Stream<Path> content = Files.list(unpacked)) {
        List<Path> top = content.toList();
        if (top.size() == 1 && Files.isDirectory(top.get(0))) {
          return top.get(0);
        }
      }
    }
    return unpacked;
  }

  /** Removes an unpacked directory with all that it holds; does nothing the second time. */
  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      AtomicDirectory.delete(directory);
    }
    Path file = lockFile(directory);
    FileChannel channel = LOCKED.remove(file);
    if (channel != null) {
      Files.deleteIfExists(file);
      channel.close();
    }
  }
}
