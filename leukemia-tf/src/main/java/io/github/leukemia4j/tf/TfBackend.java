package io.github.leukemia4j.tf;

import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.backend.Backend;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.Trainer;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Trains and opens models on TensorFlow Java, on a GPU where there is one. Found by {@link
 * java.util.ServiceLoader}; make one with {@link #builder()} to give it graphs of your own losses.
 * Thread-safe. Nothing native is loaded before a model is trained or opened.
 */
public final class TfBackend implements Backend {
  /** What options call this backend. */
  public static final String NAME = "tensorflow";

  private final TfLosses losses;

  /** With the losses that {@link java.util.ServiceLoader} finds. */
  public TfBackend() {
    this(List.of());
  }

  private TfBackend(List<TfLoss<?>> given) {
    this.losses = TfLosses.standard(given);
  }

  /** Collects the graphs of losses. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean canOpen(ModelManifest manifest) {
    return SavedModelFile.FORMAT.equals(manifest.format());
  }

  @Override
  public LeukemiaClassifier open(ModelBundle bundle, OpenOptions options) throws IOException {
    return new TfClassifier(bundle, options);
  }

  @Override
  public Optional<Trainer> trainer() {
    return Optional.of(new TfTrainer(losses));
  }

  /** Collects the graphs of losses; not thread-safe. */
  public static final class Builder {
    private final List<TfLoss<?>> given = new ArrayList<>();

    private Builder() {}

    /**
     * Adds the graph of a loss, which goes before those that {@link java.util.ServiceLoader} finds
     * for the same type.
     */
    public Builder loss(TfLoss<?> loss) {
      given.add(Objects.requireNonNull(loss, "loss"));
      return this;
    }

    /** The backend. */
    public TfBackend build() {
      return new TfBackend(given);
    }
  }
}
