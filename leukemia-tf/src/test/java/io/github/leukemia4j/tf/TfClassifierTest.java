package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.testkit.LeukemiaClassifierContract;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

@Tag("arithmetic")
class TfClassifierTest {
  private static final String NETWORK = "saved_model/saved_model.pb";
  private static final List<CellImage> IMAGES = TinyCells.images(10, TinyCells.SIDE);

  @Nested
  @ExtendWith(NoScopeLeft.class)
  class Contract extends LeukemiaClassifierContract {
    @Override
    protected LeukemiaClassifier open() throws IOException {
      return TfModels.open(TinyCells.bundle(), TinyCells.CPU);
    }
  }

  private static double[][] probabilities(
      ModelBundle bundle, OpenOptions options, List<CellImage> images) throws IOException {
    try (LeukemiaClassifier classifier = TfModels.open(bundle, options)) {
      return classifier.classifyAll(images).stream()
          .map(Prediction::probabilities)
          .toArray(double[][]::new);
    }
  }

  /** Each row times the weights, scaled to sum to 1 again. */
  private static double[][] weighted(double[][] rows, double... weights) {
    double[][] all = new double[rows.length][rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      double sum = 0;
      for (int j = 0; j < weights.length; j++) {
        all[i][j] = rows[i][j] * weights[j];
        sum += all[i][j];
      }
      for (int j = 0; j < weights.length; j++) {
        all[i][j] /= sum;
      }
    }
    return all;
  }

  private static void requireClose(double[][] found, double[][] expected, double tolerance) {
    assertThat(found).hasNumberOfRows(expected.length);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("image %d", i).containsExactly(expected[i], within(tolerance));
    }
  }

  /** The same bundle, signed rightly, with another manifest or network. */
  private static ModelBundle changed(
      Path directory, ModelManifest manifest, UnaryOperator<SavedModel> network)
      throws IOException {
    ModelBundle original = TinyCells.bundle();
    return ModelBundle.create(
        directory,
        manifest,
        place -> {
          for (String name : original.manifest().files().keySet()) {
            Path file = place.resolve(name);
            Files.createDirectories(file.getParent());
            Files.copy(original.file(name), file);
          }
          SavedModel model = SavedModel.parseFrom(Files.readAllBytes(original.file(NETWORK)));
          Files.write(place.resolve(NETWORK), network.apply(model).toByteArray());
        });
  }

  private static ModelManifest manifest(
      List<String> labels, int side, ModelManifest.Priors priors, double temperature)
      throws IOException {
    ModelManifest m = TinyCells.bundle().manifest();
    HeadManifest head = m.heads().get(0);
    return new ModelManifest(
        m.name(),
        m.format(),
        new ModelManifest.Input(side, side, m.input().resize(), m.input().normalisation()),
        "none",
        List.of(
            new HeadManifest(
                head.stage(),
                HeadManifest.Kind.STAGE,
                labels,
                labels.get(1),
                null,
                head.loss(),
                priors,
                temperature,
                null,
                null,
                null,
                head.metrics())),
        null,
        null,
        m.provenance());
  }

  private static ModelManifest.Priors priors(double... natural) {
    List<Double> given = IntStream.range(0, natural.length).mapToObj(i -> natural[i]).toList();
    List<Double> equal = given.stream().map(p -> 1.0 / natural.length).toList();
    return new ModelManifest.Priors("balanced", given, equal);
  }

  @Nested
  @ExtendWith(NoScopeLeft.class)
  class Chunks {
    @Test
    void giveTheSameAsSingleCalls() throws IOException {
      int chunk = 256 * 64 * 64 / (TinyCells.SIDE * TinyCells.SIDE);
      List<CellImage> many = new ArrayList<>();
      for (int i = 0; i < chunk + 3; i++) {
        many.add(IMAGES.get(i % IMAGES.size()));
      }
      try (LeukemiaClassifier classifier = TfModels.open(TinyCells.bundle(), TinyCells.CPU)) {
        List<Prediction> alone = IMAGES.stream().map(classifier::classify).toList();
        List<Prediction> all = classifier.classifyAll(many);
        assertThat(all).hasSize(chunk + 3);
        for (int i = 0; i < all.size(); i++) {
          assertThat(all.get(i).probabilities())
              .containsExactly(alone.get(i % IMAGES.size()).probabilities(), within(1e-6));
        }
      }
    }

    @Test
    void areResizedLikeTheImagesThemselves() throws IOException {
      List<CellImage> large = TinyCells.images(6, 40);
      List<CellImage> resized =
          large.stream().map(i -> i.resize(TinyCells.SIDE, TinyCells.SIDE)).toList();
      assertThat(probabilities(TinyCells.bundle(), TinyCells.CPU, large))
          .isDeepEqualTo(probabilities(TinyCells.bundle(), TinyCells.CPU, resized));
    }
  }

  @Nested
  @ExtendWith(NoScopeLeft.class)
  class Priors {
    @TempDir Path folder;

    @Test
    void ofBalancedTrainingAreCorrectedToTheNaturalOnes() throws IOException {
      double[][] plain = probabilities(TinyCells.bundle(), TinyCells.CPU, IMAGES);
      ModelBundle rare =
          changed(
              folder.resolve("rare"),
              manifest(List.of("normal", "abnormal"), TinyCells.SIDE, priors(0.9, 0.1), 1),
              UnaryOperator.identity());
      requireClose(probabilities(rare, TinyCells.CPU, IMAGES), weighted(plain, 1.8, 0.2), 1e-12);
    }

    @Test
    void areCorrectedBeforeTheTemperature() throws IOException {
      double[][] plain = probabilities(TinyCells.bundle(), TinyCells.CPU, IMAGES);
      ModelBundle cool =
          changed(
              folder.resolve("cool"),
              manifest(List.of("normal", "abnormal"), TinyCells.SIDE, priors(0.9, 0.1), 2),
              UnaryOperator.identity());
      // softmax((logits + correction) / 2): the square roots of the corrected odds.
      double[][] roots = weighted(plain, 1.8, 0.2);
      for (double[] row : roots) {
        row[0] = Math.sqrt(row[0]);
        row[1] = Math.sqrt(row[1]);
      }
      requireClose(probabilities(cool, TinyCells.CPU, IMAGES), weighted(roots, 1, 1), 1e-12);
    }

    @Test
    void areReplacedByAStatedPrevalence() throws IOException {
      double[][] plain = probabilities(TinyCells.bundle(), TinyCells.CPU, IMAGES);
      OpenOptions options =
          TinyCells.CPU
              .withPrevalence(Label.of("normal"), 30)
              .withPrevalence(Label.of("abnormal"), 10)
              .withPrevalence(Label.of("elsewhere"), 5);
      // Trained half and half: 0.75 / 0.5 and 0.25 / 0.5.
      requireClose(
          probabilities(TinyCells.bundle(), options, IMAGES), weighted(plain, 1.5, 0.5), 1e-12);
    }

    @Test
    void stayWhereThePrevalenceDoesNotNameAllLabels() throws IOException {
      OpenOptions options = TinyCells.CPU.withPrevalence(Label.of("normal"), 0.9);
      assertThat(probabilities(TinyCells.bundle(), options, IMAGES))
          .isDeepEqualTo(probabilities(TinyCells.bundle(), TinyCells.CPU, IMAGES));
    }
  }

  @Nested
  @ExtendWith(NoScopeLeft.class)
  class Served {
    @TempDir Path folder;

    /** TensorFlow Serving and Python load a bundle's saved_model folder as it is. */
    @Test
    void byTensorFlowAloneGivesTheSameLogits() throws Exception {
      TrainingConfig config = TinyCells.config().epochs(2).sampling(Sampling.BALANCED).build();
      ModelBundle bundle =
          TinyCells.train(
              config, TinyCells.split(TinyCells.TWO, 18, 6), folder.resolve("balanced"));
      double[][] ours;
      try (LeukemiaClassifier classifier = TfModels.open(bundle, TinyCells.CPU)) {
        ours =
            classifier.classifyAll(IMAGES).stream()
                .map(prediction -> prediction.logits().orElseThrow())
                .toArray(double[][]::new);
      }
      byte[] pixels = new byte[IMAGES.size() * IMAGES.get(0).rgb().length];
      for (int i = 0; i < IMAGES.size(); i++) {
        IMAGES.get(i).copyTo(pixels, i * IMAGES.get(0).rgb().length);
      }
      try (SavedModelBundle model =
              SavedModelBundle.load(bundle.directory().resolve("saved_model").toString(), "serve");
          TUint8 images =
              TrainingSession.imageTensor(
                  pixels, 0, IMAGES.size(), TinyCells.SIDE, TinyCells.SIDE);
          Result result = model.function("serving_default").call(Map.of("images", images))) {
        float[][] served = StdArrays.array2dCopyOf((TFloat32) result.get("logits").orElseThrow());
        for (int i = 0; i < ours.length; i++) {
          assertThat((double) served[i][0]).isCloseTo(ours[i][0], within(1e-4));
          assertThat((double) served[i][1]).isCloseTo(ours[i][1], within(1e-4));
        }
      }
    }
  }

  @Nested
  @ExtendWith(NoScopeLeft.class)
  class Refused {
    @TempDir Path folder;

    private void expectRefused(UnaryOperator<SavedModel> change, String... reasons)
        throws IOException {
      ModelBundle bundle =
          changed(folder.resolve("changed"), TinyCells.bundle().manifest(), change);
      var refusal =
          assertThatThrownBy(() -> TfModels.open(bundle, TinyCells.CPU))
              .isInstanceOf(ModelFormatException.class)
              .hasMessageContaining(": expected");
      for (String reason : reasons) {
        refusal.hasMessageContaining(reason);
      }
    }

    private static UnaryOperator<SavedModel> graph(UnaryOperator<GraphDef.Builder> change) {
      return model -> {
        SavedModel.Builder copy = model.toBuilder();
        GraphDef.Builder graph = copy.getMetaGraphsBuilder(0).getGraphDefBuilder();
        change.apply(graph);
        return copy.build();
      };
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "ReadFile",
          "WriteFile",
          "PyFunc",
          "EagerPyFunc",
          "MatchingFiles",
          "RestoreV2",
          "SaveV2",
          "VarHandleOp",
          "LookupTableImportV2",
          "PartitionedCall",
          "While",
          "Send",
          "Print",
          "IteratorGetNext",
          "readfile",
          ""
        })
    void areOperationsThatAreNoArithmetic(String operation) throws IOException {
      expectRefused(
          graph(g -> g.addNode(NodeDef.newBuilder().setName("evil").setOp(operation))),
          "a graph of arithmetic alone",
          "[" + operation + "]",
          "Do not open this bundle");
    }

    @Test
    void areFunctionsInWhichOperationsCouldHide() throws IOException {
      expectRefused(
          graph(
              g -> {
                g.getLibraryBuilder().addFunction(FunctionDef.newBuilder());
                return g;
              }),
          "and 1 functions");
    }

    @Test
    void areNetworksWithoutInputOrOutput() throws IOException {
      expectRefused(
          graph(GraphDef.Builder::clearNode), "operations called images and as each head's logits");
    }

    @Test
    void areTwoGraphsAndNone() throws IOException {
      expectRefused(
          model -> model.toBuilder().addMetaGraphs(model.getMetaGraphs(0)).build(),
          "one graph; found 2");
    }

    @Test
    void isWhatIsNoSavedModel() throws IOException {
      Path directory = folder.resolve("text");
      ModelBundle bundle =
          ModelBundle.create(
              directory,
              TinyCells.bundle().manifest(),
              place -> {
                Files.createDirectories(place.resolve("saved_model"));
                Files.writeString(place.resolve(NETWORK), "no network");
              });
      assertThatThrownBy(() -> TfModels.open(bundle, TinyCells.CPU))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("a TensorFlow SavedModel");
    }

    @Test
    void isABundleWithoutANetwork() throws IOException {
      ModelBundle bundle =
          ModelBundle.create(folder.resolve("empty"), TinyCells.bundle().manifest(), place -> {});
      assertThatThrownBy(() -> TfModels.open(bundle, TinyCells.CPU))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("a bundle with the file " + NETWORK);
    }

    @Test
    void isABrokenGraph() throws IOException {
      expectRefused(
          graph(
              g -> {
                g.getNodeBuilderList().stream()
                    .filter(n -> n.getName().equals("logits"))
                    .forEach(n -> n.setInput(0, "nowhere"));
                return g;
              }),
          "nowhere");
    }

    @Test
    void areWeightsThatAreNoNumbers() throws IOException {
      expectRefused(
          graph(
              g -> {
                g.getNodeBuilderList().stream()
                    .filter(n -> n.getName().equals("head0.bias"))
                    .forEach(
                        n ->
                            n.putAttr(
                                "value",
                                n.getAttrOrThrow("value").toBuilder()
                                    .setTensor(nan(n.getAttrOrThrow("value").getTensor()))
                                    .build()));
                return g;
              }),
          "finite logits for a blank image; found [NaN, NaN]");
    }

    private static TensorProto nan(TensorProto tensor) {
      byte[] bytes = new byte[4 * (int) tensor.getTensorShape().getDim(0).getSize()];
      java.nio.ByteBuffer buffer =
          java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
      while (buffer.hasRemaining()) {
        buffer.putFloat(Float.NaN);
      }
      return tensor.toBuilder()
          .clearFloatVal()
          .setTensorContent(ByteString.copyFrom(bytes))
          .build();
    }

    @Test
    void areManifestsThatSayOtherShapesThanTheNetworkHas() throws IOException {
      ModelBundle threeLabels =
          changed(
              folder.resolve("three"),
              manifest(List.of("a", "b", "c"), TinyCells.SIDE, priors(0.2, 0.3, 0.5), 1),
              UnaryOperator.identity());
      assertThatThrownBy(() -> TfModels.open(threeLabels, TinyCells.CPU))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("expected 3 logits for each image");
      ModelBundle large =
          changed(
              folder.resolve("large"),
              manifest(List.of("a", "b"), 24, priors(0.5, 0.5), 1),
              UnaryOperator.identity());
      assertThatThrownBy(() -> TfModels.open(large, TinyCells.CPU))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("a network for images [-1, 24, 24, 3]");
    }

    @Test
    void isAGpuThatIsNotThere() {
      TfRuntime.config(Device.CPU, 0);
      Assumptions.assumeTrue(
          TfRuntime.deviceName(Device.GPU).equals("CPU"), "This machine has a GPU.");
      assertThatThrownBy(
              () -> TfModels.open(TinyCells.bundle(), OpenOptions.DEFAULT.withDevice(Device.GPU)))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("choose the device auto or cpu");
    }

    @Test
    void areOtherFormatsByTheBackend() throws IOException {
      ModelManifest m = TinyCells.bundle().manifest();
      assertThat(new TfBackend().canOpen(m)).isTrue();
      assertThat(new TfBackend().canOpen(m.withFormat("onnx"))).isFalse();
    }
  }
}
