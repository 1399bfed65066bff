package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.GPUOptions;

class TfRuntimeTest {
  /** What the environment says is what is measured; left alone, the processor decides. */
  @Test
  void measuresWhetherOneDnnIsOn() {
    long scopes = TfScope.live();
    String wish = System.getenv("TF_ENABLE_ONEDNN_OPTS");
    boolean on = TfRuntime.oneDnn();
    if (wish != null) {
      assertThat(on).isEqualTo(wish.equals("1"));
    }
    assertThat(TfRuntime.oneDnn()).isEqualTo(on);
    assertThat(TfScope.live()).isEqualTo(scopes);
  }

  @Test
  void takesGpuMemoryAsItIsNeededByDefault() {
    GPUOptions options = TfRuntime.gpuOptions(null, null);
    assertThat(options.getAllowGrowth()).isTrue();
    assertThat(options.getPerProcessGpuMemoryFraction()).isZero();
  }

  @Test
  void limitsGpuMemoryToAShare() {
    GPUOptions options = TfRuntime.gpuOptions("false", "0.25");
    assertThat(options.getAllowGrowth()).isFalse();
    assertThat(options.getPerProcessGpuMemoryFraction()).isEqualTo(0.25);
  }

  /** A context of CUDA takes some hundred megabytes on each GPU that a process uses. */
  @Test
  void usesOneGpuOfSeveral() {
    assertThat(TfRuntime.gpuOptions(null, null).getVisibleDeviceList()).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1.5", "-1", "NaN", "half"})
  void rejectsAShareThatIsNone(String share) {
    assertThatThrownBy(() -> TfRuntime.gpuOptions(null, share))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leukemia4j.gpu.memoryFraction must be")
        .hasMessageContaining("found " + share);
  }
}
