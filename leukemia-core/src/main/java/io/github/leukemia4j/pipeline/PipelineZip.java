package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
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

  private static Path privateDirectory(Path above) throws IOException {
    FileAttribute<?>[] owner =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    return Files.createTempDirectory(above, "leukemia4j-", owner);
  }

  /** Returns how many bytes were written. */
  private static long unpack(Path zip, ZipFile file, ZipEntry entry, Path directory, long maxBytes)
      throws IOException {
    String name = entry.getName();
    if (!PLAIN_PATH.matcher(name).matches()) {
      throw new ModelFormatException(
          zip
              + ": expected paths inside the pipeline, of letters, digits, dots, dashes and"
              + " underscores; found \""
              + name.substring(0, Math.min(200, name.length()))
              + "\". Do not open this file, or zip the pipeline's directory again.");
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
              zip
                  + ": expected at most "
                  + MAX_BYTES
                  + " bytes unpacked; found more, at "
                  + name
                  + ".");
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

  /** Removes a directory with all that it holds. */
  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
