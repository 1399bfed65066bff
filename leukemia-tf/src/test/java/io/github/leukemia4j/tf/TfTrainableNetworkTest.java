package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.testkit.TrainableNetworkContract;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoScopeLeft.class)
class TfTrainableNetworkTest extends TrainableNetworkContract {
  @Override
  protected NetworkFactory factory() {
    return new TfBackend().training().orElseThrow();
  }

  @Override
  protected TrainingConfig config() {
    return TinyCells.config().set("optimizer.averaging", 0.5).build();
  }

  @Test
  void startsFromTheWeightsOfABundle() throws Exception {
    ModelBundle bundle = TinyCells.bundle();
    Head head = new Head(Label.of("cell"), TinyCells.TWO.labelSet(Label.of("cell")));
    Map<String, TrainableNetwork.Tensor> there = factory().weights(bundle);
    Map<String, float[]> weights = new LinkedHashMap<>();
    byte[] image = TinyCells.image(1, 7, TinyCells.SIDE).rgb();
    try (TrainableNetwork network =
            factory().create(config(), HeadLoss.of(config(), List.of(head)), RunOptions.DEFAULT);
        Network opened = new TfBackend().open(bundle, TinyCells.CPU)) {
      network
          .shapes()
          .forEach(
              (name, shape) -> {
                assertThat(there).containsKey(name);
                assertThat(there.get(name).shape()).as(name).isEqualTo(shape);
                weights.put(name, there.get(name).values());
              });
      network.start(weights);
      assertThat(network.logits(image, 1).row(0, 0))
          .containsExactly(opened.logits(image, 1).row(0, 0), within(1e-4));
    }
  }
}
