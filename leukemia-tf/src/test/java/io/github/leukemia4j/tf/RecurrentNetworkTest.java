package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.tf.testkit.TfArchitectureContract;
import io.github.leukemia4j.training.NetworkConfig;
import org.junit.jupiter.api.Test;

class RecurrentNetworkTest extends TfArchitectureContract {
  RecurrentNetworkTest() {
    super(new RecurrentNetwork(), "recurrent,stem=8,channels=8:16,units=16", 16);
  }

  @Test
  void namesEveryFault() {
    assertThatThrownBy(
            () ->
                new RecurrentNetwork()
                    .check(
                        NetworkConfig.parse("recurrent,stem=-1,channels=0:4,units=0,dropout=1"), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The network recurrent: stem must be 0 to 4096; found -1; channels must be 1 to 8 numbers of 1 to 4096; found [0, 4]; units must be 1 to 4096; found 0; dropout must be in [0, 1); found 1.0; images must have 4 pixels a side, or there is one row to read; found 2.");
  }

  @Test
  void readsAtMostSixtyFourRows() {
    assertThatThrownBy(
            () -> new RecurrentNetwork().check(NetworkConfig.parse("recurrent,channels=8"), 256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "the map must have at most 64 rows; found 128 of images of 256 pixels");
  }
}
