package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.tf.testkit.TfArchitectureContract;
import io.github.leukemia4j.training.NetworkConfig;
import org.junit.jupiter.api.Test;

class TransformerNetworkTest extends TfArchitectureContract {
  TransformerNetworkTest() {
    super(
        new TransformerNetwork(),
        "transformer,stem=8,patch=2,units=16,heads=2,blocks=1,dropout=0.1",
        16);
  }

  @Test
  void namesEveryFault() {
    assertThatThrownBy(
            () ->
                new TransformerNetwork()
                    .check(
                        NetworkConfig.parse(
                            "transformer,stem=0:4,patch=0,units=10,heads=4,blocks=0,dropout=1"),
                        64))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The network transformer: stem must be 0, or at most 8 numbers of 1 to 4096; found [0, 4]; patch must be 1 to 256; found 0; blocks must be 1 to 32; found 0; units must be a multiple of heads; found 10 and 4; dropout must be in [0, 1); found 1.0.");
  }

  @Test
  void weighsAtMostAThousandPatches() {
    assertThatThrownBy(
            () ->
                new TransformerNetwork()
                    .check(NetworkConfig.parse("transformer,stem=0,patch=2"), 128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The network transformer: an image must give 4 to 1024 patches; found 4096 of 128 pixels a side.");
  }
}
