package io.github.leukemia4j.backend;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.HeadManifest.Kind;
import io.github.leukemia4j.model.ModelManifest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One question that a network answers.
 *
 * @param stage the inner node of the taxonomy whose children are the labels; for a head that
 *     answers no stage its own name, such as that of a column
 * @param labels the answers, in the order of the head's logits, with the positive one marked
 * @param kind what it answers
 */
public record Head(Label stage, LabelSet labels, Kind kind) {
  /** Checks nothing but null. */
  public Head {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(labels, "labels");
    Objects.requireNonNull(kind, "kind");
  }

  /** The head of a stage. */
  public Head(Label stage, LabelSet labels) {
    this(stage, labels, Kind.STAGE);
  }

  /** The heads of a bundle's network, in the manifest's order. */
  public static List<Head> listOf(ModelManifest manifest) {
    return manifest.heads().stream().map(Head::of).toList();
  }

  /** The head that a manifest describes. */
  public static Head of(HeadManifest head) {
    return new Head(Label.of(head.stage()), head.labelSet(), head.kind());
  }

  /** Whether it answers a stage of the taxonomy. */
  public boolean isOfStage() {
    return kind == Kind.STAGE;
  }

  /**
   * What the head shall say of a sample; empty where the sample says nothing of it, and so does not
   * reach it.
   *
   * @param taxonomy that has the sample's label and, of a stage's head, the stage
   * @throws IllegalArgumentException where a value in the column cannot be a label
   */
  public Optional<Label> answer(Taxonomy taxonomy, Sample sample) {
    Optional<Label> said =
        switch (kind) {
          case STAGE -> taxonomy.childTowards(stage, sample.label());
          case AUXILIARY -> sample.value(stage.name());
          case LEAVES -> Optional.of(sample.label());
        };
    return said.filter(labels::contains);
  }
}
