package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.image.StainNormalisation;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.NetworkConfig;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("arithmetic")
class OnnxExportTest {
  private static final NetworkConfig SMALL_RESIDUAL =
      NetworkConfig.residual(8, List.of(8, 16, 24), List.of(), 0.3);

  @TempDir Path directory;
  private long scopesBefore;

  @BeforeEach
  void countScopes() {
    scopesBefore = TfScope.live();
  }

  @AfterEach
  void leavesNoScopeOpen() {
    assertThat(TfScope.live()).isEqualTo(scopesBefore);
  }

  private ModelBundle bundle() throws Exception {
    return RandomModel.write(directory.resolve("bundle"), NetworkConfig.small(), 16, 16, 1, 1);
  }

  @Nested
  class OnOnnxRuntime {
    static Stream<Arguments> networks() {
      return Stream.of(
          Arguments.of("standard", NetworkConfig.standard(), 64, 64),
          Arguments.of("small, odd sides", NetworkConfig.small(), 37, 51),
          Arguments.of("paper", NetworkConfig.paper(), 48, 48),
          Arguments.of("from outside", NetworkConfig.parse("activations"), 33, 40),
          Arguments.of("recurrent", NetworkConfig.parse("recurrent,units=16"), 40, 33),
          Arguments.of(
              "transformer", NetworkConfig.parse("transformer,units=16,heads=2,blocks=2"), 64, 51),
          Arguments.of(
              "transformer of pixels",
              NetworkConfig.parse("transformer,stem=0,patch=8,units=16,heads=1,blocks=1"),
              32,
              40),
          Arguments.of("residual with stem", NetworkConfig.residual(), 64, 64),
          Arguments.of("residual with stem, odd sides", NetworkConfig.residual(), 71, 45),
          Arguments.of(
              "residual without stem",
              NetworkConfig.residual(0, List.of(8, 12), List.of(10, 6), 0),
              21,
              20));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void givesTheProbabilitiesOfTensorFlow(String name, NetworkConfig network, int h, int w)
        throws Exception {
      ModelBundle bundle =
          RandomModel.write(directory.resolve("bundle"), network, h, w, 2.5, name.hashCode());
      assertSameProbabilities(bundle, RandomModel.images(5, h, w, 7));
    }

    @Test
    void averagesOverViewsAsTensorFlowDoes() throws Exception {
      assertSameProbabilities(
          RandomModel.writeEightViews(directory.resolve("bundle"), SMALL_RESIDUAL, 31, 5),
          RandomModel.images(3, 31, 31, 6));
    }

    private void assertSameProbabilities(ModelBundle bundle, List<CellImage> images)
        throws Exception {
      Path file = directory.resolve("out/model.onnx");
      TfBackend.exportOnnx(bundle, file);
      float[][] found = run(file, images, "probabilities");
      double spread = 0;
      try (LeukemiaClassifier classifier = TfModels.open(bundle, OpenOptions.DEFAULT)) {
        for (int i = 0; i < images.size(); i++) {
          double[] expected = classifier.classify(images.get(i)).probabilities();
          for (int label = 0; label < expected.length; label++) {
            assertThat((double) found[i][label]).isCloseTo(expected[label], within(1e-5));
            spread = Math.max(spread, Math.abs(expected[label] - expected[(label + 1) % 3]));
          }
        }
      }
      assertThat(spread).as("the network has an opinion").isGreaterThan(0.02);
    }

    @Test
    void givesTheLogitsBeforeCorrection() throws Exception {
      ModelBundle bundle = bundle();
      Path file = directory.resolve("model.onnx");
      TfBackend.exportOnnx(bundle, file);
      List<CellImage> images = RandomModel.images(1, 16, 16, 3);
      float[] logits = run(file, images, "logits")[0];
      float[] probabilities = run(file, images, "probabilities")[0];
      // log(p0 / p1) = logit0 - logit1 + log(0.5 / 0.3), the priors being equal in training
      assertThat(Math.log(probabilities[0] / probabilities[1]))
          .isCloseTo(logits[0] - logits[1] + Math.log(0.5 / 0.3), within(1e-4));
    }

    private float[][] run(Path file, List<CellImage> images, String output) throws OrtException {
      int h = images.get(0).height();
      int w = images.get(0).width();
      ByteBuffer pixels = ByteBuffer.allocateDirect(images.size() * h * w * 3);
      images.forEach(image -> pixels.put(image.rgb()));
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
          OrtSession session = environment.createSession(file.toString(), options);
          OnnxTensor tensor =
              OnnxTensor.createTensor(
                  environment,
                  pixels.rewind(),
                  new long[] {images.size(), h, w, 3},
                  OnnxJavaType.UINT8);
          OrtSession.Result result = session.run(Map.of("images", tensor))) {
        return (float[][]) result.get(output).orElseThrow().getValue();
      }
    }

    @Test
    void saysWhatItIsInItsMetadata() throws Exception {
      ModelBundle bundle = bundle();
      Path file = directory.resolve("model.onnx");
      TfBackend.exportOnnx(bundle, file);
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
          OrtSession session =
              OrtEnvironment.getEnvironment().createSession(file.toString(), options)) {
        assertThat(session.getMetadata().getCustomMetadata())
            .containsEntry("name", "cell")
            .containsEntry("labels", "[\"normal\",\"AML\",\"ALL\"]")
            .containsEntry("use", "research use only")
            .containsEntry(
                "source.sha256",
                bundle.manifest().files().get("saved_model/saved_model.pb").sha256());
        assertThat(session.getMetadata().getGraphDescription()).contains("not a medical device");
      }
    }
  }

  @Nested
  class OfAStainNormalisedBundle {
    @Test
    void saysThatItDoesNotNormaliseAndToWhat() throws Exception {
      ModelBundle plain = bundle();
      ModelManifest.Input input = plain.manifest().input();
      ModelBundle stained =
          TinyTraining.withInput(
              plain,
              new ModelManifest.Input(
                  input.height(),
                  input.width(),
                  0.75,
                  0.4,
                  input.resize(),
                  input.normalisation(),
                  new StainNormalisation(List.of(1.0, 0.5, 0.25), List.of(0.5, 0.25, 0.125))),
              directory.resolve("stained"));
      Path file = directory.resolve("stained.onnx");
      TfBackend.exportOnnx(stained, file);
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
          OrtSession session =
              OrtEnvironment.getEnvironment().createSession(file.toString(), options)) {
        assertThat(session.getMetadata().getCustomMetadata())
            .containsEntry("centre_crop", "0.75")
            .containsEntry("micrometres_per_pixel", "0.4")
            .containsEntry(
                "stain_normalisation", "{\"mean\":[1.0,0.5,0.25],\"deviation\":[0.5,0.25,0.125]}");
        assertThat(session.getMetadata().getGraphDescription())
            .contains(
                "the middle share in the metadata (centre_crop) must be cut out first",
                "must be stain-normalised first",
                "this file does not do it");
      }
      ModelBundle exported = TfBackend.exportOnnxBundle(stained, directory.resolve("onnx"));
      assertThat(exported.manifest().input()).isEqualTo(stained.manifest().input());
    }
  }

  @Nested
  class Writing {
    @Test
    void refusesToOverwrite() throws Exception {
      Path file = Files.writeString(directory.resolve("model.onnx"), "mine");
      ModelBundle bundle = bundle();
      assertThatThrownBy(() -> TfBackend.exportOnnx(bundle, file))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("nothing is overwritten");
      assertThat(file).hasContent("mine");
    }

    @Test
    void writesTheSameBytesTwice() throws Exception {
      ModelBundle bundle = bundle();
      TfBackend.exportOnnx(bundle, directory.resolve("a.onnx"));
      TfBackend.exportOnnx(bundle, directory.resolve("b.onnx"));
      assertThat(directory.resolve("a.onnx")).hasSameBinaryContentAs(directory.resolve("b.onnx"));
    }

    @Test
    void leavesNothingBesideTheModel() throws Exception {
      TfBackend.exportOnnx(bundle(), directory.resolve("out/a.onnx"));
      try (Stream<Path> files = Files.list(directory.resolve("out"))) {
        assertThat(files).containsExactly(directory.resolve("out/a.onnx"));
      }
    }

    @Test
    void leavesWhatAnotherExportIsWriting() throws Exception {
      // Under the name that was once that of every export to this place.
      Path others = Files.writeString(directory.resolve(".a.onnx.part"), "another's");
      TfBackend.exportOnnx(bundle(), directory.resolve("a.onnx"));
      assertThat(directory.resolve("a.onnx")).isNotEmptyFile();
      assertThat(others).hasContent("another's");
    }
  }

  @Nested
  class AsABundle {
    @Test
    void keepsTheManifestButForTheFormat() throws Exception {
      ModelBundle bundle = bundle();
      ModelBundle exported = TfBackend.exportOnnxBundle(bundle, directory.resolve("onnx"));
      assertThat(exported.manifest().format()).isEqualTo("onnx");
      assertThat(exported.manifest().files()).containsOnlyKeys("model.onnx");
      assertThat(exported.manifest().withFormat("x")).isEqualTo(bundle.manifest().withFormat("x"));
      assertThat(new TfBackend().canOpen(exported.manifest())).isFalse();
    }

    @Test
    void isNotExportedAgain() throws Exception {
      ModelBundle exported = TfBackend.exportOnnxBundle(bundle(), directory.resolve("onnx"));
      assertThatThrownBy(() -> TfBackend.exportOnnx(exported, directory.resolve("again.onnx")))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining(
              "expected a model of the format tensorflow-saved-model; found onnx");
    }
  }
}
