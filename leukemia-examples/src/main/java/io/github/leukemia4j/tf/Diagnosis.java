package io.github.leukemia4j.tf;

import io.github.leukemia4j.Device;
import java.util.List;

/** What the {@code doctor} asks the runtime; not part of the library. */
public final class Diagnosis {
  private Diagnosis() {}

  /** Loads the native library if need be. */
  public static String version() {
    return TfRuntime.version();
  }

  /** What TensorFlow sees, such as CPU:0 and GPU:0. */
  public static List<String> devices(int threads) {
    TfRuntime.config(Device.CPU, threads);
    TfRuntime.deviceName(Device.AUTO); // looks for a GPU
    return TfRuntime.devices();
  }

  /** Of the arithmetic. */
  public static int threads() {
    return TfRuntime.threads();
  }
}
