package io.github.leukemia4j.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.training.TrainingConfig;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract finds what it says it finds, and softmax regression keeps it. */
class TrainableNetworkContractTest {
  private static final TrainingConfig CONFIG = TrainingConfig.builder().inputSize(16).build();

  @Nested
  class SoftmaxRegression extends TrainableNetworkContract {
    @Override
    protected NetworkFactory factory() {
      return SoftmaxNetwork.FACTORY;
    }

    @Override
    protected TrainingConfig config() {
      return CONFIG;
    }
  }

  /** Softmax regression with a flaw in one method. */
  private static void assertCaught(
      String flawed, InvocationHandler flaw, Consumer<TrainableNetworkContract> test) {
    TrainableNetworkContract contract =
        new TrainableNetworkContract() {
          @Override
          protected NetworkFactory factory() {
            return (config, heads, run) -> {
              TrainableNetwork sound = SoftmaxNetwork.FACTORY.create(config, heads, run);
              return (TrainableNetwork)
                  Proxy.newProxyInstance(
                      TrainableNetworkContractTest.class.getClassLoader(),
                      new Class<?>[] {TrainableNetwork.class},
                      (proxy, method, arguments) ->
                          method.getName().equals(flawed)
                              ? flaw.invoke(sound, method, arguments)
                              : method.invoke(sound, arguments));
            };
          }

          @Override
          protected TrainingConfig config() {
            return CONFIG;
          }
        };
    assertThatCode(contract::create).doesNotThrowAnyException();
    assertThatThrownBy(() -> test.accept(contract)).isInstanceOf(AssertionError.class);
  }

  @Test
  void findsANetworkThatDoesNotLearn() {
    assertCaught(
        "step",
        (sound, method, arguments) -> new TrainableNetwork.Step(1, 1),
        TrainableNetworkContract::learnsABatchThatItSeesOften);
  }

  @Test
  void findsAStateThatIsNotWhole() {
    assertCaught(
        "state",
        (sound, method, arguments) -> ((TrainableNetwork) sound).weights(),
        TrainableNetworkContract::goesOnFromAStateToTheSameBits);
  }

  @Test
  void findsShapesThatAreMissing() {
    assertCaught(
        "shapes",
        (sound, method, arguments) -> Map.of(),
        TrainableNetworkContract::namesTheShapeOfEachWeight);
  }

  @Test
  void findsStatisticsThatAreNoWeights() {
    assertCaught(
        "statistics",
        (sound, method, arguments) -> Map.of("block1.mean", new float[1]),
        TrainableNetworkContract::givesFiniteStatisticsOfABatchAndKeepsItsWeights);
  }

  @Test
  void findsStatisticsThatAreNoNumbers() {
    assertCaught(
        "statistics",
        (sound, method, arguments) -> Map.of("head0.bias", new float[] {0, Float.NaN}),
        TrainableNetworkContract::givesFiniteStatisticsOfABatchAndKeepsItsWeights);
  }

  @Test
  void findsWeightsThatAreNotTaken() {
    assertCaught(
        "start",
        (sound, method, arguments) -> null,
        TrainableNetworkContract::startsFromWeightsOfAnother);
  }
}
