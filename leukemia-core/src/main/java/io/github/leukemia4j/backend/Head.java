package io.github.leukemia4j.backend;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.model.ModelManifest;
import java.util.List;
import java.util.Objects;

/**
 * One question that a network answers.
 *
 * @param stage the inner node of the taxonomy whose children are the labels
 * @param labels the answers, in the order of the head's logits, with the positive one marked
 */
public record Head(Label stage, LabelSet labels) {
  /** Checks nothing but null. */
  public Head {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(labels, "labels");
  }

  /** The heads of a bundle's network, in the manifest's order. */
  public static List<Head> listOf(ModelManifest manifest) {
    return manifest.heads().stream()
        .map(head -> new Head(Label.of(head.stage()), head.labelSet()))
        .toList();
  }
}
