package io.github.leukemia4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.ModelFormatException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxNetworkTest {
  private static RuntimeException failure(String found) {
    return OnnxNetwork.failure(
        Path.of("model.onnx"),
        "classify 8 images",
        "a network for images",
        new OrtException(OrtException.OrtErrorCode.ORT_FAIL, found));
  }

  /** The words of onnxruntime's BFCArena and CPU allocator, and of the C++ library. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Failed to allocate memory for requested buffer of size 1099511627776",
        "Non-zero status code returned while running Conv node: std::bad_alloc"
      })
  void aLackOfMemoryIsNotTheFilesFault(String found) {
    assertThat(failure(found))
        .isInstanceOf(BackendException.class)
        .hasMessageContainingAll("memory to classify 8 images", found, "fewer images at once");
  }

  @Test
  void whatElseCannotRunIsTheFilesFault() {
    assertThat(failure("Invalid rank for input"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll("model.onnx: expected a network for images", "Invalid rank");
  }
}
