package io.github.leukemia4j.onnx;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.backend.Backend;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;

/**
 * Opens bundles whose network is one ONNX file of arithmetic alone, on the CPU. It cannot train:
 * {@code export --onnx-bundle} makes such bundles of trained ones. Thread-safe.
 */
public final class OnnxBackend implements Backend {
  /** What options call this backend. */
  public static final String NAME = "onnxruntime";

  /** What a bundle's manifest calls the format. */
  public static final String FORMAT = "onnx";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean canOpen(ModelManifest manifest) {
    return manifest.format().equals(FORMAT);
  }

  @Override
  public Network open(ModelBundle bundle, OpenOptions options) throws IOException {
    if (options.device() == Device.GPU) {
      throw new BackendException(
          "The device must be auto or cpu for the backend %s, which has no GPU here; found gpu. Open the TensorFlow bundle instead."
              .formatted(NAME));
    }
    return new OnnxNetwork(bundle, options);
  }
}
