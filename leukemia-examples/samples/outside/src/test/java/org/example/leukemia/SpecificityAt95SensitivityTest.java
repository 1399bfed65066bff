package org.example.leukemia;

import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.testkit.MetricContract;

// [test]
class SpecificityAt95SensitivityTest extends MetricContract {
  @Override
  protected StageMetric metric() {
    return new SpecificityAt95Sensitivity();
  }
}
// [test]
