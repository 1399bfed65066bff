package io.github.leukemia4j.spark;

import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.image.decode.ImageDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Says where a table holds its images and how they are classified. Immutable.
 *
 * @param content the column with the bytes of image files; empty where the table has only paths
 * @param path the column with the paths of image files, of any file system that Spark reads; with
 *     content it is not read
 * @param batch how many images are classified at once, 1 to 4096
 * @param maxPixels what an image may have at most, 1 to {@link ImageDecoder#MAX_PIXELS}; a larger
 *     one is a row with that as its error. A pixel takes 3 bytes, twice that while it is decoded
 * @param open how the model is opened. Its threads are those of one executor for all its tasks; 0
 *     takes as many as the executor has cores
 */
public record ScoringOptions(
    Optional<String> content, Optional<String> path, int batch, long maxPixels, OpenOptions open) {
  private static final int LARGEST_BATCH = 4096;

  /** Batches of 64 images of at most 16,777,216 pixels. */
  private static final int BATCH = 64;

  private static final long PIXELS = 1 << 24;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException which lists all faults
   */
  public ScoringOptions {
    Objects.requireNonNull(open, "open");
    List<String> faults = new ArrayList<>();
    if (content.isEmpty() && path.isEmpty()) {
      faults.add("there must be a column of contents or one of paths; found neither");
    }
    if (batch < 1 || batch > LARGEST_BATCH) {
      faults.add("batch must be 1 to %d; found %d".formatted(LARGEST_BATCH, batch));
    }
    if (maxPixels < 1 || maxPixels > ImageDecoder.MAX_PIXELS) {
      faults.add(
          "maxPixels must be 1 to %d; found %d".formatted(ImageDecoder.MAX_PIXELS, maxPixels));
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults) + ".");
    }
  }

  /** Of the rows of Spark's source {@code binaryFile}: {@code content} and {@code path}. */
  public static ScoringOptions binaryFile() {
    return new ScoringOptions(
        Optional.of("content"), Optional.of("path"), BATCH, PIXELS, OpenOptions.DEFAULT);
  }

  /** Of a table with a column of bytes. */
  public static ScoringOptions ofContents(String column) {
    return new ScoringOptions(
        Optional.of(column), Optional.empty(), BATCH, PIXELS, OpenOptions.DEFAULT);
  }

  /** Of a table with a column of paths, which the executors read. */
  public static ScoringOptions ofPaths(String column) {
    return new ScoringOptions(
        Optional.empty(), Optional.of(column), BATCH, PIXELS, OpenOptions.DEFAULT);
  }

  /** The same with another number of images in a batch. */
  public ScoringOptions withBatch(int images) {
    return new ScoringOptions(content, path, images, maxPixels, open);
  }

  /** The same with another limit of pixels. */
  public ScoringOptions withMaxPixels(long pixels) {
    return new ScoringOptions(content, path, batch, pixels, open);
  }

  /** The same with another way to open the model. */
  public ScoringOptions withOpen(OpenOptions other) {
    return new ScoringOptions(content, path, batch, maxPixels, other);
  }
}
