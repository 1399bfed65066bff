package io.github.leukemia4j.tf;

import io.github.leukemia4j.backend.NetworkFactory;
import io.github.leukemia4j.testkit.TrainableNetworkContract;
import io.github.leukemia4j.training.TrainingConfig;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoScopeLeft.class)
class TfTrainableNetworkTest extends TrainableNetworkContract {
  @Override
  protected NetworkFactory factory() {
    return new TfBackend().training().orElseThrow();
  }

  @Override
  protected TrainingConfig config() {
    return TinyCells.config().averaging(0.5).build();
  }
}
