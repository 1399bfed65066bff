package org.example.leukemia;

import io.github.leukemia4j.data.DatasetFormat;
import io.github.leukemia4j.testkit.DatasetFormatContract;
import java.util.Map;

// [test]
class ThreeFoldersTest extends DatasetFormatContract {
  @Override
  protected DatasetFormat format() {
    return new ThreeFolders();
  }

  @Override
  protected Map<String, Expected> images() {
    return Map.of(
        "healthy/P1_1.png", new Expected("normal", "P1"),
        "healthy/P1_2.png", new Expected("normal", "P1"),
        "myeloid/P2_1.png", new Expected("AML", "P2"),
        "lymphoid/P3_1.png", new Expected("ALL", "P3"));
  }
}
// [test]
