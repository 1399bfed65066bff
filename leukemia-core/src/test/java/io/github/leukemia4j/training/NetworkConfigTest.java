package io.github.leukemia4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkConfigTest {
  @Test
  void reportsAllFaultsInOneMessage() {
    assertThatThrownBy(() -> NetworkConfig.plain(-1, List.of(), List.of(0), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "stem must be 0 to 4096; found -1; there must be 1 to 8 blocks; found 0; dense units"
                + " must be 1 to 65536; found [0]; dropout must be in [0, 1); found 1.0.");
    assertThatThrownBy(
            () ->
                NetworkConfig.residual(4097, Collections.nCopies(9, 0), List.of(65537), Double.NaN))
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
    assertThat(NetworkConfig.residual(0, List.of(8), List.of(), 0).smallestInput()).isEqualTo(1);
  }

  @Test
  void copiesItsLists() {
    List<Integer> channels = new ArrayList<>(List.of(4, 8));
    NetworkConfig config = NetworkConfig.plain(0, channels, new ArrayList<>(), 0);
    channels.clear();
    assertThat(config.parameters().integers("channels", List.of())).containsExactly(4, 8);
    assertThat(config).isEqualTo(NetworkConfig.plain(0, List.of(4, 8), List.of(), 0));
  }

  @Test
  void readsItsText() {
    assertThat(NetworkConfig.parse("paper")).isEqualTo(NetworkConfig.paper());
    assertThat(NetworkConfig.parse("plain, channels=4:8, stem=2"))
        .isEqualTo(NetworkConfig.plain(2, List.of(4, 8), List.of(), 0.3));
    NetworkConfig own = NetworkConfig.parse("depthwise,width=24,alpha=0.5,gates=true,act=relu");
    assertThat(own.name()).isEqualTo("depthwise");
    assertThat(own.parameters().integer("width", 0)).isEqualTo(24);
    assertThat(own.parameters().number("alpha", 0)).isEqualTo(0.5);
    assertThat(own.parameters().flag("gates", false)).isTrue();
    assertThat(own.parameters().text("act", "")).isEqualTo("relu");
    assertThat(own).hasToString("depthwise,width=24,alpha=0.5,gates=true,act=relu");
    for (NetworkConfig network : List.of(NetworkConfig.paper(), own)) {
      assertThat(NetworkConfig.parse(network.toString()).toString()).isEqualTo(network.toString());
    }
  }

  @Test
  void refusesParametersThatNobodyReads() {
    assertThatThrownBy(() -> NetworkConfig.parse("residual,width=3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The network residual must be given no other parameters than [stem, channels, dense,"
                + " dropout]; found [width].");
    assertThatThrownBy(() -> NetworkConfig.parse("small,stem"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found \"stem\"");
    assertThatThrownBy(() -> NetworkConfig.parse("small,stem=1.5"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("stem must be a whole number; found 1.5.");
  }
}
