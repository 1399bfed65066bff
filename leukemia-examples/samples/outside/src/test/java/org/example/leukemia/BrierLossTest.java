package org.example.leukemia;

import io.github.leukemia4j.tf.testkit.TfLossContract;

// [test]
class BrierLossTest extends TfLossContract {
  BrierLossTest() {
    super(new BrierLoss(), new BrierGraph());
  }
}
// [test]
