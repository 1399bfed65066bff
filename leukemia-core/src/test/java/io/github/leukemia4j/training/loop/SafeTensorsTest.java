package io.github.leukemia4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.TrainableNetwork.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
  private static byte[] file(String header, String data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] numbers = HexFormat.of().parseHex(data);
    byte[] file = new byte[8 + json.length + numbers.length];
    file[0] = (byte) json.length;
    System.arraycopy(json, 0, file, 8, json.length);
    System.arraycopy(numbers, 0, file, 8 + json.length, numbers.length);
    return file;
  }

  /** As `safetensors.numpy.save({"a": np.float32([[1, -2]])}, {"k": "v"})` of Python writes it. */
  @Test
  void writesWhatTheFormatSays() {
    byte[] bytes =
        new SafeTensors(
                Map.of("k", "v"), Map.of("a", new Tensor(new int[] {1, 2}, new float[] {1, -2})))
            .toBytes();
    String header =
        "{\"__metadata__\":{\"k\":\"v\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
    int padded = (header.length() + 7) / 8 * 8;
    assertThat(bytes)
        .isEqualTo(file(header + " ".repeat(padded - header.length()), "0000803f000000c0"));
  }

  @Test
  void readsWhatItWrote() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("x", new Tensor(new int[] {2, 1}, new float[] {Float.NaN, Float.MIN_VALUE}));
    tensors.put("none", new Tensor(new int[] {0, 3}, new float[0]));
    tensors.put("one", new Tensor(new int[0], new float[] {-0f}));
    SafeTensors read =
        SafeTensors.of(new SafeTensors(Map.of("a", "\u00e4\n"), tensors).toBytes(), "f");
    assertThat(read.metadata()).isEqualTo(Map.of("a", "\u00e4\n"));
    assertThat(read.tensors().keySet()).containsExactly("x", "none", "one");
    tensors.forEach(
        (name, tensor) -> {
          assertThat(read.tensors().get(name).shape()).isEqualTo(tensor.shape());
          assertThat(read.tensors().get(name).values()).isEqualTo(tensor.values());
        });
  }

  /** 1, -2, the smallest subnormal half, infinity: by the definition of binary16. */
  @Test
  void readsNumbersOfOtherSizes() {
    String half = "{\"h\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}}";
    assertThat(SafeTensors.of(file(half, "003c00c00100007c"), "f").tensors().get("h").values())
        .containsExactly(1, -2, 0x1p-24f, Float.POSITIVE_INFINITY);
    String brain = "{\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}";
    assertThat(SafeTensors.of(file(brain, "803f00c0"), "f").tensors().get("b").values())
        .containsExactly(1, -2);
    String wide = "{\"d\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]}}";
    assertThat(SafeTensors.of(file(wide, "000000000000f03f"), "f").tensors().get("d").values())
        .containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536,65536],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[8],\"data_offsets\":[0,8]}}",
        "{\"a\":7}",
        "[]",
        "{"
      })
  void refusesWhatIsDamaged(String header) {
    assertThatThrownBy(() -> SafeTensors.of(file(header, "0000803f000000c0"), "some.safetensors"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith("some.safetensors: expected a safetensors file with");
  }

  @Test
  void refusesAFileThatIsTooShort() {
    for (int length = 0; length < 10; length++) {
      byte[] bytes = new byte[length];
      if (length > 0) {
        bytes[0] = 100;
      }
      assertThatThrownBy(() -> SafeTensors.of(bytes, "f"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("a header of 2 to 100000000 bytes");
    }
  }
}
