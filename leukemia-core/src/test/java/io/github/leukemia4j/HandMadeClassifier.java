package io.github.leukemia4j;

import io.github.leukemia4j.model.ModelBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A classifier as a user's own test would make one: the score of an image, in [0, 1), is the place
 * of its label, which gets 0.9. Remembers the sizes of its batches and how often it was closed.
 */
public final class HandMadeClassifier implements LeukemiaClassifier {
  private final LabelSet labels;
  private final ToDoubleFunction<CellImage> score;
  private final Optional<ModelBundle> bundle;
  private final List<List<CellImage>> batches = new ArrayList<>();
  private int closed;
  private RuntimeException failure;

  public HandMadeClassifier(LabelSet labels, ToDoubleFunction<CellImage> score) {
    this(labels, score, Optional.empty());
  }

  public HandMadeClassifier(
      LabelSet labels, ToDoubleFunction<CellImage> score, Optional<ModelBundle> bundle) {
    this.labels = labels;
    this.score = score;
    this.bundle = bundle;
  }

  /** What each call of close() throws at its end. */
  public HandMadeClassifier failingToClose(RuntimeException thrown) {
    failure = thrown;
    return this;
  }

  /** What it was asked, one list for each call. */
  public synchronized List<List<CellImage>> batches() {
    return List.copyOf(batches);
  }

  /** How often close() was called. */
  public synchronized int closed() {
    return closed;
  }

  @Override
  public LabelSet labels() {
    return labels;
  }

  @Override
  public Optional<ModelBundle> bundle() {
    return bundle;
  }

  @Override
  public synchronized List<Prediction> classifyAll(List<CellImage> images) {
    if (closed > 0) {
      throw new IllegalStateException("The classifier must be open; it was closed.");
    }
    batches.add(List.copyOf(images));
    return images.stream().map(this::predict).toList();
  }

  private Prediction predict(CellImage image) {
    int best = (int) (score.applyAsDouble(image) * labels.size());
    return Prediction.of(
        labels,
        IntStream.range(0, labels.size())
            .mapToDouble(i -> i == best ? 0.9 : 0.1 / (labels.size() - 1))
            .toArray());
  }

  @Override
  public synchronized void close() {
    closed++;
    if (failure != null) {
      throw failure;
    }
  }
}
