package io.github.leukemia4j.image.quality;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Finding;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * Checks images before they are classified: a model says something about any image, but it knows
 * only images like those that it was trained on. Immutable, and so safe to share between threads.
 */
public final class ImageGate {
  private final GateThresholds thresholds;
  // The lists of the thresholds, taken apart once and not for every image.
  private final double[] stainCentre;
  private final double[] stainPrecision;

  /**
   * @param thresholds learnt from the training images
   */
  public ImageGate(GateThresholds thresholds) {
    this.thresholds = Objects.requireNonNull(thresholds, "thresholds");
    this.stainCentre = GateThresholds.unboxed(thresholds.stainCentre());
    this.stainPrecision = GateThresholds.unboxed(thresholds.stainPrecision());
  }

  /** What an image is held against. */
  public GateThresholds thresholds() {
    return thresholds;
  }

  /** What speaks against an image, in the order of {@link Finding}; empty where nothing does. */
  public Set<Finding> check(CellImage image) {
    return check(ImageStatistics.of(image));
  }

  /** As {@link #check(CellImage)}, from statistics that are already there. */
  public Set<Finding> check(ImageStatistics image) {
    EnumSet<Finding> findings = EnumSet.noneOf(Finding.class);
    if (Math.min(image.height(), image.width()) < thresholds.smallestSide()) {
      findings.add(Finding.TOO_SMALL);
    }
    if (image.contrast() < thresholds.leastContrast()) {
      // A blank image has neither focus nor stain; saying so would only hide why.
      findings.add(Finding.BLANK);
    } else {
      if (image.focus() < thresholds.leastFocus()) {
        findings.add(Finding.OUT_OF_FOCUS);
      }
      double distance =
          GateThresholds.distance(GateThresholds.stain(image), stainCentre, stainPrecision);
      if (distance > thresholds.mostStainDistance()) {
        findings.add(Finding.UNUSUAL_STAIN);
      }
    }
    if (image.clipped() > thresholds.mostClipped()) {
      findings.add(Finding.CLIPPED);
    }
    return Collections.unmodifiableSet(findings);
  }
}
