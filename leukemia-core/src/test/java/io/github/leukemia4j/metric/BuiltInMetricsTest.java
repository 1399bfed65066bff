package io.github.leukemia4j.metric;

import io.github.leukemia4j.testkit.MetricContract;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every metric that is built in keeps the contract of those that are not. */
@ParameterizedClass
@MethodSource("builtIn")
class BuiltInMetricsTest extends MetricContract {
  @Parameter StageMetric metric;

  static List<StageMetric> builtIn() {
    return Stream.concat(Metrics.OF_STAGE.stream(), Metrics.OF_LABEL.stream()).distinct().toList();
  }

  @Override
  protected StageMetric metric() {
    return metric;
  }
}
