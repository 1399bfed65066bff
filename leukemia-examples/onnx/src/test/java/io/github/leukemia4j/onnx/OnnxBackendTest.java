package io.github.leukemia4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.inference.Backends;
import io.github.leukemia4j.inference.OpenModel;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.synthetic.SmallPipeline;
import io.github.leukemia4j.testkit.LeukemiaClassifierContract;
import io.github.leukemia4j.testkit.NetworkContract;
import io.github.leukemia4j.tf.TfBackend;
import io.github.leukemia4j.training.TrainingConfig.Networks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxBackendTest {
  @TempDir static Path directory;
  private static ModelBundle tensorFlow;
  private static ModelBundle onnx;
  private static List<CellImage> cells;

  @BeforeAll
  static void trainAndExport() throws Exception {
    Dataset dataset = SmallPipeline.dataset();
    Path trained =
        SmallPipeline.train(
            dataset,
            SmallPipeline.config().networks(Networks.SEPARATE).build(),
            directory.resolve("trained"));
    tensorFlow = ModelBundle.open(trained.resolve("1-cell"));
    onnx = TfBackend.exportOnnxBundle(tensorFlow, directory.resolve("onnx"));
    cells = new ArrayList<>();
    for (Sample sample : dataset.samples()) {
      cells.add(sample.source().read());
    }
  }

  @Nested
  class AsTensorFlow {
    @Test
    void givesTheSameProbabilities() throws Exception {
      assertSame(OpenOptions.DEFAULT);
    }

    @Test
    void followsTheStatedPrevalence() throws Exception {
      assertSame(
          OpenOptions.DEFAULT
              .withPrevalence(Label.of("normal"), 0.99)
              .withPrevalence(Label.of("abnormal"), 0.01));
    }

    @Test
    void normalisesTheStainWhereTheBundleSaysSo() throws Exception {
      Path trained =
          SmallPipeline.train(
              SmallPipeline.dataset(),
              SmallPipeline.config()
                  .networks(Networks.SEPARATE)
                  .set("input.stainNormalisation", true)
                  .build(),
              directory.resolve("stained"));
      ModelBundle stained = ModelBundle.open(trained.resolve("1-cell"));
      assertThat(stained.manifest().input().stainNormalisation()).isNotNull();
      assertSame(
          stained,
          TfBackend.exportOnnxBundle(stained, directory.resolve("stained-onnx")),
          OpenOptions.DEFAULT);
    }

    private void assertSame(OpenOptions options) throws Exception {
      assertSame(tensorFlow, onnx, options);
    }

    private void assertSame(ModelBundle one, ModelBundle other, OpenOptions options)
        throws Exception {
      try (LeukemiaClassifier expected = OpenModel.open(one, options).classifier();
          LeukemiaClassifier found = OpenModel.open(other, options).classifier()) {
        assertThat(found.labels()).isEqualTo(expected.labels());
        List<Prediction> wanted = expected.classifyAll(cells);
        List<Prediction> given = found.classifyAll(cells);
        for (int i = 0; i < cells.size(); i++) {
          assertThat(given.get(i).probabilities())
              .containsExactly(wanted.get(i).probabilities(), within(1e-5));
        }
      }
    }
  }

  /** What every classifier must do; TensorFlow's passes the same. */
  @Nested
  class Contract extends LeukemiaClassifierContract {
    @Override
    protected LeukemiaClassifier open() throws IOException {
      return LeukemiaClassifier.open(onnx.directory());
    }
  }

  /** What every network must do. */
  @Nested
  class ContractOfNetworks extends NetworkContract {
    @Override
    protected Network open() throws IOException {
      return new OnnxBackend().open(onnx, OpenOptions.DEFAULT);
    }

    @Override
    protected ModelManifest manifest() {
      return onnx.manifest();
    }
  }

  @Nested
  class Backend {
    @Test
    void keepsOrderAndSizeOverChunks() throws Exception {
      List<CellImage> many =
          IntStream.range(0, 2500).mapToObj(i -> cells.get(i % cells.size())).toList();
      try (LeukemiaClassifier classifier = LeukemiaClassifier.open(onnx.directory())) {
        List<Prediction> predictions = classifier.classifyAll(many);
        assertThat(predictions).hasSameSizeAs(many);
        for (int i : new int[] {0, 1, 1023, 1024, 2499}) {
          assertThat(predictions.get(i).probabilities())
              .containsExactly(classifier.classify(many.get(i)).probabilities(), within(1e-6));
        }
      }
    }

    @Test
    void refusesAGpu() {
      assertThatThrownBy(() -> OpenModel.open(onnx, OpenOptions.DEFAULT.withDevice(Device.GPU)))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("must be auto or cpu");
    }

    @Test
    void opensNothingButOnnxAndTrainsNothing() {
      assertThat(new OnnxBackend().canOpen(tensorFlow.manifest())).isFalse();
      assertThat(new OnnxBackend().canOpen(onnx.manifest())).isTrue();
      assertThat(new OnnxBackend().training()).isEmpty();
      assertThat(Backends.training(Optional.empty())).isNotNull();
    }
  }

  /** ONNX Runtime reads the command line of its process when it starts, by recursion. */
  @Nested
  class LongCommandLine {
    @Test
    void doesNotEndTheProcess() throws Exception {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:-CreateCoredumpOnCrash",
                  "-XX:ErrorFile=" + directory.resolve("crash.txt"),
                  Opens.class.getName(),
                  onnx.directory().toString()));
      // 200,000 characters; at some 4,000 the usual stack was too small.
      command.addAll(Collections.nCopies(2_000, "/".repeat(99)));
      ProcessBuilder other = new ProcessBuilder(command).redirectErrorStream(true);
      other.environment().put("CLASSPATH", System.getProperty("java.class.path"));
      Process process = other.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).contains("opened with 2005 words");
    }
  }

  /** Opens a bundle and says so. */
  static final class Opens {
    private Opens() {}

    public static void main(String[] args) throws IOException {
      try (LeukemiaClassifier classifier = LeukemiaClassifier.open(Path.of(args[0]))) {
        classifier.classify(CellImage.ofRgb(1, 1, new byte[3]));
        System.out.println("opened with " + (args.length + 4) + " words");
      }
    }
  }

  /** Files that ONNX Runtime itself would take. */
  @Nested
  class Refused {
    @TempDir private Path folder;

    private void expectRefused(UnaryOperator<UnknownFieldSet> change, String... reasons)
        throws IOException {
      ModelBundle changed = changed(change);
      var refusal =
          assertThatThrownBy(() -> OpenModel.open(changed, OpenOptions.DEFAULT))
              .isInstanceOf(ModelFormatException.class)
              .hasMessageContaining(": expected");
      for (String reason : reasons) {
        refusal.hasMessageContaining(reason);
      }
    }

    /** The bundle with another graph, which the change makes of its own. */
    private ModelBundle changed(UnaryOperator<UnknownFieldSet> change) throws IOException {
      UnknownFieldSet model =
          UnknownFieldSet.parseFrom(Files.readAllBytes(onnx.file("model.onnx")));
      UnknownFieldSet graph =
          UnknownFieldSet.parseFrom(model.getField(7).getLengthDelimitedList().get(0));
      byte[] bytes =
          model.toBuilder()
              .clearField(7)
              .addField(7, message(change.apply(graph)))
              .build()
              .toByteArray();
      return ModelBundle.create(
          folder.resolve("changed"),
          onnx.manifest(),
          place -> Files.write(place.resolve("model.onnx"), bytes));
    }

    private static UnknownFieldSet fields(Object... numbersAndFields) {
      UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
      for (int i = 0; i < numbersAndFields.length; i += 2) {
        fields.mergeField((Integer) numbersAndFields[i], (Field) numbersAndFields[i + 1]);
      }
      return fields.build();
    }

    private static Field text(String value) {
      return Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(value)).build();
    }

    private static Field number(long value) {
      return Field.newBuilder().addVarint(value).build();
    }

    private static Field message(UnknownFieldSet value) {
      return Field.newBuilder().addLengthDelimited(value.toByteString()).build();
    }

    private static UnknownFieldSet node(String operation, Object... more) {
      return fields(1, text("images"), 2, text("odd"), 4, text(operation)).toBuilder()
          .mergeFrom(fields(more))
          .build();
    }

    private static UnaryOperator<UnknownFieldSet> with(int field, UnknownFieldSet... messages) {
      return graph -> {
        UnknownFieldSet.Builder changed = graph.toBuilder();
        for (UnknownFieldSet one : messages) {
          changed.mergeField(field, message(one));
        }
        return changed.build();
      };
    }

    /** A loop of 2^63 - 1 rounds was never done, and opening could not be interrupted. */
    @ParameterizedTest
    @ValueSource(
        strings = {"Loop", "If", "Scan", "Expand", "Tile", "ConstantOfShape", "RandomNormal", ""})
    void areOperationsThatAreNoArithmetic(String operation) throws IOException {
      expectRefused(
          with(1, node(operation)), "a graph of arithmetic alone; found [" + operation + "]");
    }

    @Test
    void areOperationsOfAnotherLibrary() throws IOException {
      expectRefused(with(1, node("Add", 7, text("com.evil"))), "found [com.evil.Add]");
    }

    @Test
    void isAGraphInAnAttribute() throws IOException {
      UnknownFieldSet attribute = fields(1, text("body"), 6, message(fields(2, text("inner"))));
      expectRefused(
          with(1, node("Relu", 5, message(attribute))), "an attribute of Relu", "the fields [6]");
    }

    /** Neither the manifest lists such a file, nor its digest covers it. */
    @Test
    void areWeightsInAnotherFile() throws IOException {
      UnknownFieldSet place = fields(1, text("location"), 2, text("beside.bin"));
      expectRefused(
          with(
              5,
              fields(
                  1,
                  number(16),
                  2,
                  number(2),
                  8,
                  text("weights"),
                  13,
                  message(place),
                  14,
                  number(1))),
          "weights in the file itself, which the manifest lists; found weights in another file");
    }

    @Test
    void areSparseTensorsAndWhatNobodyKnows() throws IOException {
      expectRefused(with(15, fields(1, text("x"))), "a graph of numbers", "the fields [15]");
    }

    @Test
    void isAGraphThatIsTooDeep() throws IOException {
      UnknownFieldSet[] chain = new UnknownFieldSet[1_100];
      for (int i = 0; i < chain.length; i++) {
        chain[i] = fields(1, text("x" + i), 2, text("x" + (i + 1)), 4, text("Identity"));
      }
      expectRefused(with(1, chain), "at most 1000 operations one after another");
    }

    @Test
    void isWhatIsNoModel() throws IOException {
      ModelBundle text =
          ModelBundle.create(
              folder.resolve("text"),
              onnx.manifest(),
              place -> Files.writeString(place.resolve("model.onnx"), "no network"));
      assertThatThrownBy(() -> OpenModel.open(text, OpenOptions.DEFAULT))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("model.onnx: expected an ONNX model");
    }

    /** 28 times as long as before: 2^28 values and more of a few bytes. */
    @Test
    void isATensorBesideItself() throws IOException {
      UnknownFieldSet[] chain = new UnknownFieldSet[29];
      chain[0] = fields(1, text("logits"), 2, text("x0"), 4, text("Identity"));
      UnknownFieldSet axis = fields(1, text("axis"), 3, number(1), 20, number(2));
      for (int i = 1; i < chain.length; i++) {
        Field before = text("x" + (i - 1));
        chain[i] =
            fields(1, before, 1, before, 2, text("x" + i), 4, text("Concat"), 5, message(axis));
      }
      expectRefused(with(1, chain), "values for an image; found");
    }

    @Test
    void isWhatGrowsWithTheSquareOfTheImages() throws IOException {
      expectRefused(
          with(
              1,
              fields(1, text("logits"), 2, text("turned"), 4, text("Transpose")),
              fields(1, text("logits"), 1, text("turned"), 2, text("pairs"), 4, text("MatMul"))),
          "at most 2 values for two images; found 4 of pairs");
    }

    @Test
    void isAShapeThatIsComputed() throws IOException {
      expectRefused(
          with(
              1,
              fields(
                  1,
                  text("logits"),
                  2,
                  text("shape"),
                  4,
                  text("Cast"),
                  5,
                  message(fields(1, text("to"), 3, number(7), 20, number(2)))),
              fields(1, text("logits"), 1, text("shape"), 2, text("shaped"), 4, text("Reshape"))),
          "constants for shapes and axes; found shape");
    }

    @Test
    void isASecondInput() throws IOException {
      expectRefused(with(11, fields(1, text("more"))), "one input; found [images, more]");
    }

    /** One over nought, for every image. */
    @Test
    void areLogitsThatAreNoNumbers() throws IOException {
      UnaryOperator<UnknownFieldSet> broken =
          graph -> {
            List<ByteString> nodes = new ArrayList<>();
            for (ByteString bytes : graph.getField(1).getLengthDelimitedList()) {
              UnknownFieldSet one = parsed(bytes);
              boolean last =
                  one.getField(2)
                      .getLengthDelimitedList()
                      .contains(ByteString.copyFromUtf8("logits"));
              if (last) {
                ByteString input = one.getField(1).getLengthDelimitedList().get(0);
                nodes.add(
                    fields(
                            1,
                            text(input.toStringUtf8()),
                            1,
                            text(input.toStringUtf8()),
                            2,
                            text("nought"),
                            4,
                            text("Sub"))
                        .toByteString());
                nodes.add(
                    fields(1, text("nought"), 1, text("nought"), 2, text("logits"), 4, text("Div"))
                        .toByteString());
              } else {
                nodes.add(bytes);
              }
            }
            Field.Builder all = Field.newBuilder();
            nodes.forEach(all::addLengthDelimited);
            return graph.toBuilder().clearField(1).addField(1, all.build()).build();
          };
      expectRefused(broken, "finite logits for a blank image; found [NaN, NaN]");
    }

    private static UnknownFieldSet parsed(ByteString bytes) {
      try {
        return UnknownFieldSet.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }
  }
}
