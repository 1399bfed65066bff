package io.github.leukemia4j.backend;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Finding;
import io.github.leukemia4j.image.quality.ImageGate;
import io.github.leukemia4j.image.quality.ImageStatistics;
import io.github.leukemia4j.model.ModelManifest;
import java.util.Optional;
import java.util.Set;

/**
 * Holds images against a bundle's {@link ImageGate}. It is held against the image at the network's
 * size, which costs a fiftieth of holding it against a crop of 360 x 360 pixels, in its own
 * colours: stain normalisation would hide an unusual stain. A bundle's thresholds are learnt from
 * such images. Immutable and thread-safe.
 */
final class GateCheck {
  private final Optional<ImageGate> gate;

  private GateCheck(Optional<ImageGate> gate) {
    this.gate = gate;
  }

  /** What a bundle's manifest and the options ask for. */
  static GateCheck of(ModelManifest manifest, OpenOptions options) {
    return new GateCheck(
        options.gate() == OpenOptions.Gate.OFF
            ? Optional.empty()
            : Optional.ofNullable(manifest.gate()).map(ImageGate::new));
  }

  /**
   * What speaks against an image; empty where nothing does.
   *
   * @param image as it was given, whose size alone is looked at
   * @param resized to the network's size, before stain normalisation
   */
  Set<Finding> findings(CellImage image, CellImage resized) {
    return gate.map(g -> g.check(ImageStatistics.of(resized).ofSize(image.height(), image.width())))
        .orElse(Set.of());
  }
}
