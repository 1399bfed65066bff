package io.github.leukemia4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.training.NetworkConfig.Block;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkConfigTest {
  @Test
  void reportsAllFaultsInOneMessage() {
    assertThatThrownBy(() -> new NetworkConfig(Block.PLAIN, -1, List.of(), List.of(0), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "stem must be 0 to 4096; found -1; there must be 1 to 8 blocks; found 0; dense units"
                + " must be 1 to 65536; found [0]; dropout must be in [0, 1); found 1.0.");
    assertThatThrownBy(
            () ->
                new NetworkConfig(
                    Block.RESIDUAL, 4097, Collections.nCopies(9, 0), List.of(65537), Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stem must be 0 to 4096; found 4097")
        .hasMessageContaining("found 9")
        .hasMessageContaining("channels must be 1 to 4096; found [0, 0")
        .hasMessageContaining("found [65537]")
        .hasMessageContaining("found NaN");
  }

  @Test
  void knowsTheSmallestInputThatIsNotPooledAway() {
    // Plain blocks halve each, residual ones all but the first, a stem once more.
    assertThat(NetworkConfig.small().smallestInput()).isEqualTo(8);
    assertThat(NetworkConfig.standard().smallestInput()).isEqualTo(16);
    assertThat(NetworkConfig.paper().smallestInput()).isEqualTo(16);
    assertThat(NetworkConfig.residual().smallestInput()).isEqualTo(16);
    assertThat(new NetworkConfig(Block.RESIDUAL, 0, List.of(8), List.of(), 0).smallestInput())
        .isEqualTo(1);
  }

  @Test
  void copiesItsLists() {
    List<Integer> channels = new ArrayList<>(List.of(4, 8));
    NetworkConfig config = new NetworkConfig(Block.PLAIN, 0, channels, new ArrayList<>(), 0);
    channels.clear();
    assertThat(config.channels()).containsExactly(4, 8).isUnmodifiable();
    assertThat(config).isEqualTo(new NetworkConfig(Block.PLAIN, 0, List.of(4, 8), List.of(), 0));
  }
}
