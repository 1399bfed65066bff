package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Device;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TfDevicesTest {
  private final List<Boolean> asked = new ArrayList<>();

  private TfDevices devices(List<String> withGpus) {
    return new TfDevices(
        gpu -> {
          asked.add(gpu);
          return gpu ? withGpus : List.of("CPU:0");
        });
  }

  private TfDevices occupied() {
    return new TfDevices(
        gpu -> {
          asked.add(gpu);
          if (gpu) {
            throw new BackendException("TensorFlow could not list its devices: out of memory");
          }
          return List.of("CPU:0");
        });
  }

  @Test
  void doesNotLookForAGpuWhereTheCpuIsWished() {
    TfDevices devices = devices(List.of("CPU:0", "GPU:0"));
    devices.start();
    assertThat(devices.gpu(Device.CPU)).isEmpty();
    assertThat(devices.seen()).containsExactly("CPU:0");
    assertThat(asked).containsExactly(false);
  }

  @Test
  void looksForAGpuOnceWhereOneMayBeUsed() {
    TfDevices devices = devices(List.of("CPU:0", "GPU:0", "GPU:1"));
    assertThat(devices.gpu(Device.AUTO)).contains("GPU:0");
    assertThat(devices.gpu(Device.GPU)).contains("GPU:0");
    assertThat(devices.seen()).containsExactly("CPU:0", "GPU:0", "GPU:1");
    assertThat(asked).containsExactly(false, true);
  }

  @Test
  void takesTheCpuWhereTheGpuIsOccupied() {
    TfDevices devices = occupied();
    assertThat(devices.gpu(Device.AUTO)).isEmpty();
    assertThat(devices.gpu(Device.CPU)).isEmpty();
    assertThat(devices.gpu(Device.AUTO)).isEmpty();
    assertThat(asked).containsExactly(false, true);
  }

  @Test
  void saysWhyADemandedGpuCannotBeUsed() {
    TfDevices devices = occupied();
    assertThatThrownBy(() -> devices.gpu(Device.GPU))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("The device gpu needs a GPU that TensorFlow can use")
        .hasMessageContaining("found only [CPU:0]")
        .hasMessageContaining("out of memory")
        .hasMessageContaining("choose the device auto or cpu.");
  }

  @Test
  void failsWithoutANativeLibraryAndTriesAgain() {
    TfDevices devices =
        new TfDevices(
            gpu -> {
              asked.add(gpu);
              throw new BackendException("TensorFlow's native library must be on the class path");
            });
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(devices::start).isInstanceOf(BackendException.class);
    }
    assertThat(asked).containsExactly(false, false);
  }
}
