package org.example.leukemia;

import io.github.leukemia4j.testkit.AugmentationContract;

// [test]
class HueShiftTest extends AugmentationContract {
  @Override
  protected String text() {
    return "hueshift(30)";
  }
}
// [test]
