package io.github.leukemia4j.image.augment;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Augmentations one after another; sequences within are laid flat. */
record Sequence(List<Augmentation> parts) implements Augmentation {

  static Augmentation of(List<Augmentation> augmentations) {
    List<Augmentation> parts =
        augmentations.stream()
            .flatMap(a -> a instanceof Sequence inner ? inner.parts.stream() : Stream.of(a))
            .toList();
    return parts.size() == 1 ? parts.get(0) : new Sequence(parts);
  }

  @Override
  public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
    Augmentations.checkImage(rgb, height, width);
    for (Augmentation part : parts) {
      part.apply(rgb, height, width, random);
    }
  }

  @Override
  public String describe() {
    return parts.isEmpty()
        ? "none"
        : parts.stream().map(Augmentation::describe).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return describe();
  }
}
