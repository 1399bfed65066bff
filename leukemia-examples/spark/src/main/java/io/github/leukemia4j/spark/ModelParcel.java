package io.github.leukemia4j.spark;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.store.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;

/**
 * A pipeline on its way to the executors: its files in one zip, the zip's digest, and how it is
 * opened. The same files make the same zip. Immutable.
 */
final class ModelParcel implements Serializable {
  private static final long serialVersionUID = 1;
  private static final long MAX_BYTES = Integer.MAX_VALUE - (1 << 20);

  private final byte[] zip;
  private final String digest;
  private final Device device;
  private final int threads;
  private final TreeMap<String, Double> prevalence = new TreeMap<>();
  private final String backend;
  private final OpenOptions.Gate gate;
  private final Double micrometresPerPixel;

  private ModelParcel(byte[] zip, OpenOptions options) {
    this.zip = zip;
    this.digest = Sha256.of(zip);
    this.device = options.device();
    this.threads = options.threads();
    options.prevalence().forEach((label, share) -> prevalence.put(label.name(), share));
    this.backend = options.backend().orElse(null);
    this.gate = options.gate();
    this.micrometresPerPixel =
        options.micrometresPerPixel().isPresent()
            ? options.micrometresPerPixel().getAsDouble()
            : null;
  }

  /**
   * Packs a pipeline after verifying its files; loads nothing native.
   *
   * @param model the pipeline's directory, or a zip file of it
   * @throws IOException where it is missing or cannot be read
   * @throws ModelFormatException where it is damaged, no pipeline, or too large for a broadcast
   */
  static ModelParcel of(Path model, OpenOptions options) throws IOException {
    if (Files.isDirectory(model)) {
      verify(model, model);
      return new ModelParcel(packed(model), options);
    }
    if (!Files.isRegularFile(model)) {
      throw new NoSuchFileException(
          model.toString(), null, "a pipeline must be an existing directory, or a zip file of one");
    }
    requireFits(model, Files.size(model));
    try (FileSystem inside = FileSystems.newFileSystem(model)) {
      verify(model, inside.getPath("/"));
    } catch (ZipException e) {
      throw new ModelFormatException(
          "%s must be a pipeline's directory or a whole zip file of one; found a file that is no zip or is cut short (%s)."
              .formatted(model, e.getMessage()),
          e);
    }
    return new ModelParcel(Files.readAllBytes(model), options);
  }

  private static void verify(Path named, Path root) throws IOException {
    List<Path> bundles;
    try (Stream<Path> files = Files.walk(root, 3)) {
      bundles =
          files
              .filter(file -> file.endsWith(ModelBundle.MANIFEST))
              .map(Path::getParent)
              .sorted()
              .toList();
    }
    if (bundles.isEmpty()) {
      throw new ModelFormatException(
          "%s must be a pipeline with the directory of at least one network; found none. Give the directory that training wrote."
              .formatted(named));
    }
    for (Path bundle : bundles) {
      ModelBundle.open(bundle);
    }
  }

  private static void requireFits(Path model, long bytes) {
    if (bytes > MAX_BYTES) {
      throw new ModelFormatException(
          "%s must have at most %d bytes to be sent to the executors; found %d."
              .formatted(model, MAX_BYTES, bytes));
    }
  }

  private static byte[] packed(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    requireFits(directory, bytes);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(packed)) {
      for (Path file : files) {
        ZipEntry entry = new ZipEntry(directory.relativize(file).toString().replace('\\', '/'));
        entry.setTime(0);
        out.putNextEntry(entry);
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    return packed.toByteArray();
  }

  /** What tells this parcel from others: two with the same key open alike. */
  String key() {
    return "%s %s %d %s %s %s %s"
        .formatted(digest, device, threads, prevalence, backend, gate, micrometresPerPixel);
  }

  /** The threads of the arithmetic of one JVM. */
  int threads() {
    return threads;
  }

  /**
   * Unpacks the zip into a private temporary directory, verifies all files and opens the pipeline;
   * closing it removes the directory.
   *
   * @throws ModelFormatException where the bytes are not those that were packed
   */
  MultilevelPipeline open() throws IOException {
    String found = Sha256.of(zip);
    if (!found.equals(digest)) {
      throw new ModelFormatException(
          "The model must arrive with the SHA-256 %s; found %s. Start the job again."
              .formatted(digest, found));
    }
    Path file = Files.createTempFile("leukemia4j-model-", ".zip"); // only its owner may read it
    try {
      Files.write(file, zip);
      return MultilevelPipeline.load(file, options());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private OpenOptions options() {
    OpenOptions options =
        OpenOptions.DEFAULT.withDevice(device).withThreads(threads).withGate(gate);
    for (var share : prevalence.entrySet()) {
      options = options.withPrevalence(Label.of(share.getKey()), share.getValue());
    }
    if (backend != null) {
      options = options.withBackend(backend);
    }
    OptionalDouble scale =
        micrometresPerPixel == null
            ? OptionalDouble.empty()
            : OptionalDouble.of(micrometresPerPixel);
    return scale.isPresent() ? options.withMicrometresPerPixel(scale.getAsDouble()) : options;
  }
}
