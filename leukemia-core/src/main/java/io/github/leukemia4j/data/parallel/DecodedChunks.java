package io.github.leukemia4j.data.parallel;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Samples with their images, a chunk at a time. The next chunk is decoded while the caller works on
 * the one before. A chunk is bounded by its images and by their pixels. Not thread-safe.
 */
public final class DecodedChunks implements AutoCloseable {
  private static final int CHUNK = 256;

  /** About 100 MB of decoded images; the last few may go beyond. */
  private static final long CHUNK_PIXELS = 32 << 20;

  /** Decoded at once: so few that a chunk of large images does not go far beyond its bound. */
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private static final int TOGETHER = 4 * PROCESSORS;

  /**
   * Some of the samples.
   *
   * @param samples in their order
   * @param images of the samples, in the same order
   */
  public record Chunk(List<Sample> samples, List<CellImage> images) {}

  private final List<Sample> samples;
  private int given;
  private CompletableFuture<Chunk> coming;

  /** Begins to decode the first chunk. */
  public DecodedChunks(List<Sample> samples) {
    this.samples = samples;
    this.coming = decodeFrom(0);
  }

  /**
   * The next samples; empty at the end.
   *
   * @throws IOException where an image is missing or cannot be read
   * @throws DataException where one is no image
   */
  public Chunk next() throws IOException {
    Chunk chunk = arrived();
    given += chunk.samples().size();
    coming = decodeFrom(given);
    return chunk;
  }

  private CompletableFuture<Chunk> decodeFrom(int first) {
    return Parallel.supply(() -> decode(first));
  }

  private Chunk decode(int first) {
    List<CellImage> images = new ArrayList<>();
    long pixels = 0;
    int end = first;
    while (end < samples.size() && images.size() < CHUNK && pixels < CHUNK_PIXELS) {
      int from = end;
      end = Math.min(samples.size(), Math.min(from + TOGETHER, first + CHUNK));
      CellImage[] some = new CellImage[end - from];
      try {
        Parallel.forEach(
            some.length, PROCESSORS, i -> some[i] = read(samples.get(from + i)), done -> {});
      } catch (InterruptedException e) {
        throw new IllegalStateException("Nobody interrupts these threads.", e);
      }
      images.addAll(List.of(some));
      pixels +=
          images.stream().skip(from - first).mapToLong(i -> (long) i.width() * i.height()).sum();
    }
    return new Chunk(samples.subList(first, end), images);
  }

  private static CellImage read(Sample sample) {
    try {
      return sample.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Chunk arrived() throws IOException {
    try {
      return coming.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException reading) {
        throw reading.getCause();
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** Waits for what is being decoded: what reads an image may be the caller's own. */
  @Override
  public void close() {
    coming.handle((chunk, failure) -> chunk).join();
  }
}
