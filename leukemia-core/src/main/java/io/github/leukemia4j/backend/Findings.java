package io.github.leukemia4j.backend;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Finding;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.image.ImageGate;
import io.github.leukemia4j.image.ImageStatistics;
import io.github.leukemia4j.model.ModelManifest;
import java.util.Optional;
import java.util.Set;

/**
 * What speaks against an image, the same in every backend: see {@link ImageGate}. It is held
 * against the image at the network's size, which costs a fiftieth of holding it against a crop of
 * 360 x 360 pixels, in its own colours: stain normalisation would hide an unusual stain. A bundle's
 * thresholds are learnt from such images. Immutable and thread-safe.
 */
public final class Findings {
  private final Optional<ImageGate> gate;

  private Findings(Optional<ImageGate> gate) {
    this.gate = gate;
  }

  /** What a bundle's manifest and the options ask for. */
  public static Findings of(ModelManifest manifest, OpenOptions options) {
    return new Findings(
        options.gate() == OpenOptions.Gate.OFF
            ? Optional.empty()
            : Optional.ofNullable(manifest.gate()).map(ImageGate::new));
  }

  /**
   * A prediction with what speaks against its image.
   *
   * @param image as it was given, whose size alone is looked at
   * @param resized to the network's size, before stain normalisation
   */
  public Prediction add(CellImage image, CellImage resized, Prediction prediction) {
    if (gate.isEmpty()) {
      return prediction;
    }
    Set<Finding> found =
        gate.get().check(ImageStatistics.of(resized).ofSize(image.height(), image.width()));
    return found.isEmpty() ? prediction : prediction.withFindings(found);
  }
}
