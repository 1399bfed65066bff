package io.github.leukemia4j.serving;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.serving.ImageStreams.Decoded;
import io.github.leukemia4j.serving.ImageStreams.ImageResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Reads ahead by one chunk, which is bounded by its images and by its pixels. */
final class ResultIterator implements Iterator<ImageResult> {
  private static final int CHUNK = 64;

  /** About 100 MB of decoded images; the last few may go beyond. */
  private static final long CHUNK_PIXELS = 32 << 20;

  private final MultilevelPipeline pipeline;
  private final Iterator<? extends ImageSource> images;
  private final Deque<ImageResult> ready = new ArrayDeque<>();
  private final int decoders = Runtime.getRuntime().availableProcessors();

  ResultIterator(MultilevelPipeline pipeline, Iterator<? extends ImageSource> images) {
    this.pipeline = pipeline;
    this.images = images;
  }

  @Override
  public boolean hasNext() {
    if (ready.isEmpty() && images.hasNext()) {
      classify(decode());
    }
    return !ready.isEmpty();
  }

  @Override
  public ImageResult next() {
    if (!hasNext()) {
      throw new NoSuchElementException("There are no more images.");
    }
    return ready.poll();
  }

  private List<Decoded> decode() {
    List<Decoded> chunk = new ArrayList<>();
    long pixels = 0;
    while (images.hasNext() && chunk.size() < CHUNK && pixels < CHUNK_PIXELS) {
      // As many at once as there are processors, so that few large images are held at a time.
      List<ImageSource> some = new ArrayList<>();
      while (images.hasNext() && some.size() < decoders) {
        some.add(images.next());
      }
      List<Decoded> decoded = some.parallelStream().map(Decoded::read).toList();
      pixels += decoded.stream().mapToLong(Decoded::pixels).sum();
      chunk.addAll(decoded);
    }
    return chunk;
  }

  private void classify(List<Decoded> chunk) {
    Iterator<ImageResult> results = classifyDecoded(chunk).iterator();
    for (Decoded one : chunk) {
      ready.add(
          one.failure() == null ? results.next() : ImageResult.failed(one.source(), one.failure()));
    }
  }

  private List<ImageResult> classifyDecoded(List<Decoded> chunk) {
    List<Decoded> some = chunk.stream().filter(d -> d.failure() == null).toList();
    List<CellImage> decoded = some.stream().map(Decoded::image).toList();
    if (some.isEmpty()) {
      return List.of();
    }
    List<ImageResult> results = new ArrayList<>();
    try {
      List<MultilevelResult> together = pipeline.classifyAll(decoded);
      for (int i = 0; i < some.size(); i++) {
        results.add(some.get(i).with(together.get(i)));
      }
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      // Perhaps one image only, or too many for the memory: one by one shows which.
      results.clear();
      some.forEach(one -> results.add(classifyAlone(one)));
    }
    return results;
  }

  private ImageResult classifyAlone(Decoded one) {
    try {
      return one.with(pipeline.classify(one.image()));
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      return ImageResult.failed(one.source(), e);
    }
  }
}
