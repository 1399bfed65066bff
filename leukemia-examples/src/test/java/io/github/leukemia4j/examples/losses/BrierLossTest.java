package io.github.leukemia4j.examples.losses;

import io.github.leukemia4j.tf.testkit.TfLossContract;

class BrierLossTest extends TfLossContract {
  BrierLossTest() {
    super(new CustomLossExample.BrierLoss(), new CustomLossExample.BrierGraph());
  }
}
