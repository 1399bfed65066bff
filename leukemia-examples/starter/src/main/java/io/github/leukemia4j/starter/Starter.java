package io.github.leukemia4j.starter;

import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A pipeline for ten types of white blood cell: is it normal or abnormal, and of which type.
 * Trained on two openly licensed data sets, which its card names: mature cells and immature
 * granulocytes of healthy donors in Barcelona (A. Acevedo et al. 2020, CC BY 4.0), blasts and
 * neutrophils of AML patients and controls in Munich (C. Matek et al. 2019, CC BY 3.0).
 *
 * <p>It is a starting point: every blast that it saw came from one laboratory, and no patients were
 * told apart. Test it on cells of your own, or train on them. Research software, not a medical
 * device.
 *
 * <p>All methods are thread-safe.
 */
public final class Starter {
  private static final String PIPELINE = "starter.zip";
  private static final String CELLS = "cells/";
  private static final String LIST = "files.txt";

  private Starter() {}

  /** {@link #pipeline(OpenOptions)} with the default options. */
  public static MultilevelPipeline pipeline() throws IOException {
    return pipeline(OpenOptions.DEFAULT);
  }

  /**
   * Opens the pipeline, which is the caller's to close.
   *
   * @throws IOException where the temporary directory cannot be written
   * @throws io.github.leukemia4j.BackendException where TensorFlow's native library is missing
   */
  public static MultilevelPipeline pipeline(OpenOptions options) throws IOException {
    Path folder = Files.createTempDirectory("leukemia4j-starter-");
    Path zip = folder.resolve(PIPELINE);
    try {
      write(zip);
      return MultilevelPipeline.load(zip, options);
    } finally {
      Files.deleteIfExists(zip);
      Files.deleteIfExists(folder);
    }
  }

  /**
   * Writes the pipeline to a zip file, for whatever takes the path of a pipeline, such as {@link
   * MultilevelPipeline#adapt}.
   *
   * @param zip which must not be there yet
   * @return the file
   * @throws FileAlreadyExistsException where it is
   * @throws IOException where it cannot be written
   */
  public static Path write(Path zip) throws IOException {
    copy(PIPELINE, zip);
    return zip;
  }

  /**
   * Writes 60 labelled cells of the same sources to a folder, and who made them. The pipeline was
   * not trained on them. They know their scale, which its answers depend on ({@link
   * OpenOptions#withMicrometresPerPixel}).
   *
   * @param folder missing, or without files of these names
   * @return the cells as a data set
   * @throws FileAlreadyExistsException where a file is there already
   * @throws IOException where the folder cannot be written
   */
  public static Dataset cells(Path folder) throws IOException {
    for (String file : files()) {
      Path place = folder.resolve(file);
      Files.createDirectories(place.getParent());
      copy(CELLS + file, place);
    }
    return Datasets.open(folder);
  }

  private static List<String> files() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(resource(CELLS + LIST), StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void copy(String name, Path place) throws IOException {
    try (InputStream in = resource(name)) {
      Files.copy(in, place);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = Starter.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException(
          "The jar of leukemia-starter must hold %s; found none. Take the jar as it was published, with its resources."
              .formatted(name));
    }
    return in;
  }
}
