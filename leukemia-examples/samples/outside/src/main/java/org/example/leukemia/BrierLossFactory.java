package org.example.leukemia;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.loss.LossFactory;
import java.util.Map;

// [factory]
/** Makes the Brier loss where text asks for {@code brier}. */
public final class BrierLossFactory implements LossFactory {
  @Override
  public String name() {
    return "brier";
  }

  @Override
  public Loss of(Map<String, String> arguments) {
    if (!arguments.isEmpty()) {
      throw new IllegalArgumentException(
          "The loss brier has no arguments; found %s.".formatted(arguments));
    }
    return new BrierLoss();
  }
}
// [factory]
