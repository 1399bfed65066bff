package org.example.leukemia;

import io.github.leukemia4j.tf.testkit.TfArchitectureContract;

// [architecture-test]
class DepthwiseNetworkTest extends TfArchitectureContract {
  DepthwiseNetworkTest() {
    super(new DepthwiseNetwork(), "depthwise,channels=8:16", 16);
  }
}
// [architecture-test]
