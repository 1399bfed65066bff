package io.github.leukemia4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.TrainableNetwork.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartingWeightsTest {
  @TempDir Path folder;

  private static Map<String, int[]> shapes() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put("stem.kernel", new int[] {1, 2});
    shapes.put("head0.kernel", new int[] {2, 2});
    shapes.put("head0.bias", new int[] {2});
    return shapes;
  }

  private static Tensor tensor(float value, int... shape) {
    float[] values = new float[(int) Tensor.size(shape)];
    Arrays.fill(values, value);
    return new Tensor(shape, values);
  }

  @Nested
  class AreChosen {
    private StartingWeights from(Map<String, Tensor> there) {
      return StartingWeights.choose(shapes(), there, Path.of("w.npz"), "w.npz");
    }

    @Test
    void byNameAndShapeAndOthersAreIgnored() {
      StartingWeights start =
          from(
              Map.of(
                  "stem.kernel", tensor(1, 1, 2),
                  "head0.kernel", tensor(2, 2, 2),
                  "head0.bias", tensor(3, 2),
                  "classifier", tensor(4, 9)));
      assertThat(start.taken().keySet())
          .containsExactly("stem.kernel", "head0.kernel", "head0.bias");
      assertThat(start.taken().get("head0.bias")).containsExactly(3, 3);
      assertThat(start.describe()).isEqualTo("3 weights of w.npz; random: none");
    }

    @Test
    void withoutAHeadOfWhichAWeightDoesNotFit() {
      StartingWeights start =
          from(
              Map.of(
                  "stem.kernel", tensor(1, 1, 2),
                  "head0.kernel", tensor(2, 2, 3),
                  "head0.bias", tensor(3, 2)));
      assertThat(start.taken().keySet()).containsExactly("stem.kernel");
      assertThat(start.describe())
          .isEqualTo("1 weights of w.npz; random: head0.kernel, head0.bias");
    }

    @Test
    void onlyIfEveryWeightOfTheFeaturesFits() {
      Map<String, int[]> shapes = shapes();
      shapes.put("stem.gamma", new int[] {2});
      assertThatThrownBy(
              () ->
                  StartingWeights.choose(
                      shapes, Map.of("stem.kernel", tensor(1, 2, 1)), Path.of("w.npz"), "w.npz"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessage(
              "w.npz: the weights to start from must be those of the network that is trained, by"
                  + " name and shape; stem.kernel must have the shape [1, 2]; found [2, 1];"
                  + " stem.gamma must have the shape [2]; found none. Choose the network, the"
                  + " input size and the file that belong together.");
    }
  }

  @Nested
  class OfAFile {
    /** A file as `numpy.savez` writes it: arrays of the format 1.0. */
    private Path npz(String header, String data) throws IOException {
      Path file = folder.resolve("w.npz");
      byte[] text = header.getBytes(StandardCharsets.US_ASCII);
      try (OutputStream out = Files.newOutputStream(file);
          ZipOutputStream zip = new ZipOutputStream(out)) {
        zip.putNextEntry(new ZipEntry("stem.kernel.npy"));
        zip.write(HexFormat.of().parseHex("934e554d5059" + "0100"));
        zip.write(new byte[] {(byte) text.length, 0});
        zip.write(text);
        zip.write(HexFormat.of().parseHex(data));
      }
      return file;
    }

    @Test
    void areReadFromNumPysFormat() throws IOException {
      Path file =
          npz(
              "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }    \n",
              "0000803f000000c0");
      Map<String, Tensor> read = WeightFile.read(file);
      assertThat(read.keySet()).containsExactly("stem.kernel");
      assertThat(read.get("stem.kernel").shape()).containsExactly(1, 2);
      assertThat(read.get("stem.kernel").values()).containsExactly(1, -2);
    }

    @Test
    void areReadInDoublePrecision() throws IOException {
      Path file =
          npz("{'descr': '<f8', 'fortran_order': False, 'shape': (), }\n", "000000000000f03f");
      assertThat(WeightFile.read(file).get("stem.kernel").values()).containsExactly(1);
    }

    @Test
    void areReadFromSafetensors() throws IOException {
      Path file = folder.resolve("w.safetensors");
      Files.write(
          file, new SafeTensors(Map.of(), Map.of("stem.kernel", tensor(5, 1, 2))).toBytes());
      assertThat(WeightFile.read(file).get("stem.kernel").values()).containsExactly(5, 5);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }\n",
          "{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }\n",
          "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }\n",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }\n",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }\n",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536), }\n",
        })
    void areRefusedInOtherShapes(String header) throws IOException {
      Path file = npz(header, "0000803f000000c0");
      assertThatThrownBy(() -> WeightFile.read(file))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageStartingWith(file + ":stem.kernel.npy: expected ");
    }

    @Test
    void areRefusedWhereTheFileIsDamagedOrOfAnotherKind() throws IOException {
      Path damaged = Files.writeString(folder.resolve("d.npz"), "PK no zip");
      assertThatThrownBy(() -> WeightFile.read(damaged))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("expected a whole .npz file");
      Path other = Files.writeString(folder.resolve("w.pt"), "x");
      assertThatThrownBy(() -> WeightFile.read(other))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("a name that ends with .safetensors or .npz; found w.pt");
    }
  }
}
