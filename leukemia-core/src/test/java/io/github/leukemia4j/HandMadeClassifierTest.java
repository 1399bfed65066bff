package io.github.leukemia4j;

import io.github.leukemia4j.testkit.LeukemiaClassifierContract;

/** The contract holds for a classifier without TensorFlow. */
class HandMadeClassifierTest extends LeukemiaClassifierContract {
  @Override
  protected LeukemiaClassifier open() {
    return new HandMadeClassifier(
        LabelSet.of("normal", "AML", "APL"), image -> image.value(0, 0, 0) / 256.0);
  }
}
