package org.example.leukemia;

import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.testkit.TrainableNetworkContract;
import io.github.leukemia4j.tf.TfBackend;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.TrainingConfig;

// [optimizer-test]
class MomentumTest extends TrainableNetworkContract {
  @Override
  protected NetworkFactory factory() {
    return TfBackend.builder().optimizer(new Momentum()).build().training().orElseThrow();
  }

  @Override
  protected TrainingConfig config() {
    return TrainingConfig.builder()
        .network(NetworkConfig.small())
        .inputSize(16)
        .optimizer("sgd,momentum=0.8")
        .build();
  }
}
// [optimizer-test]
