package io.github.leukemia4j.serving;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/**
 * Says "abnormal" with the probability red / 255 of the first pixel, and can be held and broken.
 */
final class HandMade implements LeukemiaClassifier {
  static final Taxonomy CELL = Taxonomy.of("cell").with("cell", "normal", "abnormal");
  static final int POISON = 13;

  final List<Integer> batches = new CopyOnWriteArrayList<>();
  final Semaphore entered = new Semaphore(0);
  private final Semaphore gate;
  private volatile boolean closed;

  private HandMade(Semaphore gate) {
    this.gate = gate;
  }

  static HandMade free() {
    return new HandMade(new Semaphore(1 << 20));
  }

  /** Each call waits for {@link #let}. */
  static HandMade held() {
    return new HandMade(new Semaphore(0));
  }

  void let(int calls) {
    gate.release(calls);
  }

  MultilevelPipeline pipeline() {
    return MultilevelPipeline.of(CELL, Map.of(CELL.root(), this));
  }

  static CellImage image(int red) {
    return CellImage.ofRgb(1, 1, new byte[] {(byte) red, 0, 0});
  }

  static double expected(int red) {
    return red / 255.0;
  }

  @Override
  public LabelSet labels() {
    return CELL.labelSet(Label.of("cell"));
  }

  @Override
  public List<Prediction> classifyAll(List<CellImage> images) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    entered.release();
    gate.acquireUninterruptibly();
    batches.add(images.size());
    if (images.stream().anyMatch(image -> image.value(0, 0, 0) == POISON)) {
      throw new io.github.leukemia4j.BackendException("poison");
    }
    return images.stream()
        .map(image -> expected(image.value(0, 0, 0)))
        .map(p -> Prediction.of(labels(), 1 - p, p))
        .toList();
  }

  @Override
  public void close() {
    closed = true;
  }
}
