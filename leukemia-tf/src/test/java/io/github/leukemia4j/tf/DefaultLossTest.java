package io.github.leukemia4j.tf;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.tf.testkit.TfLossContract;

/** The default loss, and that the kit works from another package than its own. */
class DefaultLossTest extends TfLossContract {
  DefaultLossTest() {
    super(Loss.defaultLoss(), new RegisteredLosses());
  }
}
