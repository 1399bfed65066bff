package io.github.leukemia4j;

import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.inference.OpenModel;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Chooses one of its labels for images of cells. Thread-safe. {@link #close()} waits for running
 * calls; later calls throw {@link IllegalStateException}.
 *
 * <p>Research software, not a medical device.
 */
public interface LeukemiaClassifier extends AutoCloseable {
  /** What it chooses among. */
  LabelSet labels();

  /**
   * Classifies images, in chunks inside, so that a large list needs no more native memory than a
   * small one. Images of other sizes than the network's are resized.
   *
   * @return one prediction for each image, in the same order
   * @throws IllegalStateException where the classifier is closed
   * @throws BackendException where the backend fails
   */
  List<Prediction> classifyAll(List<CellImage> images);

  /**
   * Classifies one image.
   *
   * @throws IllegalStateException where the classifier is closed
   * @throws BackendException where the backend fails
   */
  default Prediction classify(CellImage image) {
    return classifyAll(
            List.of(Objects.requireNonNull(image, "The image to classify must not be null.")))
        .get(0);
  }

  /** The bundle it was opened from; empty for hand-made classifiers. */
  default Optional<ModelBundle> bundle() {
    return Optional.empty();
  }

  /** What its bundle says of the head that answers; empty for hand-made classifiers. */
  default Optional<HeadManifest> head() {
    return Optional.empty();
  }

  /** Waits for running calls and frees what the classifier holds. Does nothing the second time. */
  @Override
  void close();

  /** {@link #open(Path, OpenOptions)} with the default options. */
  static LeukemiaClassifier open(Path bundle) throws IOException {
    return open(bundle, OpenOptions.DEFAULT);
  }

  /**
   * Opens a model bundle.
   *
   * @param bundle the bundle's directory
   * @throws IOException where the bundle is missing or cannot be read
   * @throws ModelFormatException where it is damaged or of a version that this library does not
   *     read
   * @throws BackendException where no backend on the class path, or more than one, can open it
   */
  static LeukemiaClassifier open(Path bundle, OpenOptions options) throws IOException {
    return OpenModel.open(ModelBundle.open(bundle), options).classifier();
  }
}
