package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.training.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GradientDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RegisteredGradient;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VariantTensorDataProto;

/**
 * Graphs that would end the virtual machine or fill its memory, were TensorFlow to see them. They
 * are read and not run, so that a check that is missing fails its test and nothing else.
 */
@Timeout(120)
class GraphCheckTest {
  private static final Taxonomy CELL =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "ALL", "APL");

  @TempDir private Path folder;
  private ModelBundle good;
  private Set<String> further = Set.of();

  @BeforeEach
  void draw() throws IOException {
    good =
        DrawnModels.bundle(
            folder.resolve("good"), CELL, Label.of("abnormal"), NetworkConfig.small(), 32, 7);
  }

  private GraphDef read(Consumer<GraphDef.Builder> change) throws IOException {
    SavedModel.Builder model =
        SavedModel.parseFrom(Files.readAllBytes(good.file("saved_model/saved_model.pb")))
            .toBuilder();
    change.accept(model.getMetaGraphsBuilder(0).getGraphDefBuilder());
    return SavedModelFile.read(
        Files.write(folder.resolve("changed.pb"), model.build().toByteArray()),
        good.manifest(),
        further);
  }

  private void expectRefused(Consumer<GraphDef.Builder> change, String... reasons) {
    var refusal =
        assertThatThrownBy(() -> read(change))
            .isInstanceOf(ModelFormatException.class)
            .hasMessageContaining("changed.pb: expected");
    for (String reason : reasons) {
      refusal.hasMessageContaining(reason);
    }
  }

  static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  private static AttrValue whole(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }

  private static AttrValue list(long... values) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    for (long value : values) {
      list.addI(value);
    }
    return AttrValue.newBuilder().setList(list).build();
  }

  static NodeDef constant(String name, DataType type, TensorProto.Builder value, long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("dtype", type(type))
        .putAttr(
            "value",
            AttrValue.newBuilder().setTensor(value.setDtype(type).setTensorShape(shape)).build())
        .build();
  }

  /** One value, as often as the shape asks for. */
  private static NodeDef repeated(String name, long... sizes) {
    return constant(name, DataType.DT_FLOAT, TensorProto.newBuilder().addFloatVal(1), sizes);
  }

  private static NodeDef number(String name, int value) {
    return constant(name, DataType.DT_INT32, TensorProto.newBuilder().addIntVal(value));
  }

  private static NodeDef operation(String name, String operation, String... inputs) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp(operation)
        .putAttr("T", type(DataType.DT_FLOAT))
        .addAllInput(List.of(inputs))
        .build();
  }

  private static NodeDef gather(long batchDimensions) {
    return NodeDef.newBuilder()
        .setName("gathered")
        .setOp("GatherV2")
        .addAllInput(List.of("rows", "index", "axis"))
        .putAttr("Tparams", type(DataType.DT_FLOAT))
        .putAttr("Tindices", type(DataType.DT_INT32))
        .putAttr("Taxis", type(DataType.DT_INT32))
        .putAttr("batch_dims", whole(batchDimensions))
        .build();
  }

  private static Consumer<GraphDef.Builder> everyNode(
      String operation, Consumer<NodeDef.Builder> change) {
    return graph ->
        graph.getNodeBuilderList().stream()
            .filter(node -> node.getOp().equals(operation))
            .forEach(change);
  }

  private static Consumer<GraphDef.Builder> chain(int length) {
    return graph -> {
      graph.addNode(repeated("x0", 1));
      for (int i = 0; i < length; i++) {
        graph.addNode(operation("x" + (i + 1), "Identity", "x" + i));
      }
    };
  }

  @Nested
  class Passes {
    @Test
    void theNetworksThatAreTrainedHere() throws IOException {
      for (NetworkConfig network : DrawnModels.NETWORKS) {
        ModelBundle bundle =
            DrawnModels.ofEightViews(
                folder.resolve("views-" + network.hashCode()), CELL, CELL.root(), network, 64, 3);
        Path file = bundle.file("saved_model/saved_model.pb");
        assertThatCode(() -> SavedModelFile.read(file, bundle.manifest(), Set.of()))
            .doesNotThrowAnyException();
      }
    }

    @Test
    void whatIsLongButNotTooLong() throws IOException {
      assertThat(read(chain(900)).getNodeCount()).isGreaterThan(900);
    }

    @Test
    void aConstantThatRepeatsAMillionValues() throws IOException {
      assertThat(read(graph -> graph.addNode(repeated("ones", 1_000_000))).getNodeList())
          .anyMatch(node -> node.getName().equals("ones"));
    }

    @Test
    void aGatherWithoutBatchDimensions() throws IOException {
      assertThat(
              read(graph -> {
                    graph.addNode(repeated("rows", 4, 4)).addNode(number("index", 1));
                    graph.addNode(number("axis", 0)).addNode(gather(0));
                  })
                  .getNodeList())
          .anyMatch(node -> node.getName().equals("gathered"));
    }
  }

  /** Operations beyond those of the built-in networks. */
  @Nested
  class Declares {
    private final Consumer<GraphDef.Builder> bent =
        graph -> graph.addNode(operation("bent", "Elu", "logits"));

    @Test
    void whatIsHarmlessAndDeclared() throws IOException {
      further = Set.of("Elu");
      assertThat(read(bent).getNodeList()).anyMatch(node -> node.getName().equals("bent"));
    }

    @Test
    void whatIsHarmlessButNotDeclaredHere() {
      expectRefused(
          bent, "that an installed architecture declares; found [Elu]", "to the class path");
    }

    @Test
    void whatIsDeclaredButNotHarmless() {
      further = Set.of("ReadFile");
      expectRefused(
          graph -> graph.addNode(operation("read", "ReadFile")),
          "a graph of arithmetic alone, without functions; found [ReadFile]");
    }

    @Test
    void attributesThatADeclaredOperationDoesNotHave() {
      further = Set.of("Elu");
      expectRefused(
          bent.andThen(everyNode("Elu", node -> node.putAttr("f", type(DataType.DT_FLOAT)))),
          "attributes of Elu within their bounds; found f of bent");
    }
  }

  /** What ends the process. */
  @Nested
  class Ends {
    /** SIGSEGV at 5,000 in TensorFlow 2.18: it follows a graph by recursion. */
    @Test
    void aGraphThatIsTooDeep() {
      expectRefused(chain(1_100), "at most 1000 operations one after another");
      expectRefused(chain(30_000), "at most 5000 operations; found 300");
    }

    /** SIGABRT in TensorFlow 2.18: "Check failed" in shape_inference.cc. */
    @Test
    void aGatherOfBatchesThatAreNotThere() {
      expectRefused(
          graph -> {
            graph.addNode(repeated("rows", 4, 4)).addNode(number("index", 1));
            graph.addNode(number("axis", 0)).addNode(gather(9));
          },
          "attributes of GatherV2 within their bounds; found batch_dims of gathered");
    }

    @Test
    void aCircle() {
      expectRefused(
          graph -> {
            graph.addNode(operation("a", "Identity", "b"));
            graph.addNode(operation("b", "Identity", "a"));
          },
          "without circles");
    }

    @Test
    void anOperationTwice() {
      expectRefused(
          graph -> graph.addNode(graph.getNode(0)), "each operation once", graph(0).getName());
    }

    private NodeDef graph(int node) {
      try {
        return SavedModel.parseFrom(Files.readAllBytes(good.file("saved_model/saved_model.pb")))
            .getMetaGraphs(0)
            .getGraphDef()
            .getNode(node);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** What asks for memory that the file does not hold. */
  @Nested
  class Fills {
    @Test
    void aConstantThatRepeatsOneValueTooOften() {
      String reason = "constants that repeat at most 1048576 values; found more, with ones";
      expectRefused(graph -> graph.addNode(repeated("ones", 1L << 28)), reason);
      expectRefused(
          graph ->
              graph
                  .addNode(repeated("many", 1 << 19))
                  .addNode(repeated("more", 1 << 19))
                  .addNode(repeated("ones", 1 << 19)),
          reason);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1L << 33, Long.MAX_VALUE})
    void aConstantWithoutASize(long size) {
      expectRefused(
          graph -> graph.addNode(repeated("odd", 2, size, 4)),
          "constants of known size and of one type; found odd");
    }

    @Test
    void aConstantThatHoldsAnotherNumberOfBytes() {
      for (int bytes : new int[] {7, 396, 404}) {
        TensorProto.Builder content =
            TensorProto.newBuilder().setTensorContent(ByteString.copyFrom(new byte[bytes]));
        expectRefused(
            graph -> graph.addNode(constant("odd", DataType.DT_FLOAT, content, 100)),
            "as many values as they say; found odd");
      }
    }

    @Test
    void broadcasting() {
      expectRefused(
          graph ->
              graph
                  .addNode(repeated("column", 16_384, 1))
                  .addNode(repeated("row", 1, 16_384))
                  .addNode(operation("square", "Mul", "column", "row")),
          // Eight views of 32 x 32 pixels with 4096 channels.
          "at most 33554432 values for an image; found 268435456 of square");
    }

    @Test
    void aTensorBesideItself() {
      expectRefused(
          graph -> {
            graph.addNode(repeated("x0", 1)).addNode(number("along", 0));
            for (int i = 0; i < 28; i++) {
              graph.addNode(
                  operation("x" + (i + 1), "ConcatV2", "x" + i, "x" + i, "along").toBuilder()
                      .putAttr("N", whole(2))
                      .putAttr("Tidx", type(DataType.DT_INT32)));
            }
          },
          "values for an image; found 67108864 of x26");
    }

    /** Harmless for one image, with a million times the memory for a thousand. */
    @Test
    void whatGrowsWithTheSquareOfTheImages() {
      expectRefused(
          graph -> {
            graph.addNode(
                constant(
                    "turn",
                    DataType.DT_INT32,
                    TensorProto.newBuilder().addIntVal(1).addIntVal(0),
                    2));
            graph.addNode(
                operation("turned", "Transpose", "logits", "turn").toBuilder()
                    .putAttr("Tperm", type(DataType.DT_INT32)));
            graph.addNode(operation("pairs", "MatMul", "logits", "turned"));
          },
          "at most 2 values for two images; found 4 of pairs");
    }

    @Test
    void aShapeThatIsComputed() {
      expectRefused(
          graph -> {
            graph.addNode(repeated("x", 4)).addNode(number("four", 4));
            graph.addNode(
                operation("shape", "Mul", "four", "four").toBuilder()
                    .putAttr("T", type(DataType.DT_INT32)));
            graph.addNode(
                operation("shaped", "Reshape", "x", "shape").toBuilder()
                    .putAttr("Tshape", type(DataType.DT_INT32)));
          },
          "constants for shapes and axes; found another input of shaped");
    }
  }

  /** What is no arithmetic, or not that of the network. */
  @Nested
  class Hides {
    @Test
    void functionsBehindTheirGradients() {
      expectRefused(
          graph ->
              graph
                  .getLibraryBuilder()
                  .addGradient(GradientDef.newBuilder().setFunctionName("F").setGradientFunc("G")),
          "[] and 1 functions");
      expectRefused(
          graph ->
              graph
                  .getLibraryBuilder()
                  .addRegisteredGradients(
                      RegisteredGradient.newBuilder()
                          .setGradientFunc("G")
                          .setRegisteredOpType("Conv2D")),
          "[] and 1 functions");
    }

    @ParameterizedTest
    @ValueSource(strings = {"_XlaCompile", "_kernel", "_class", "f", "Tout"})
    void attributesThatTheOperationDoesNotHave(String name) {
      expectRefused(
          everyNode("Conv2D", node -> node.putAttr(name, type(DataType.DT_FLOAT))),
          "attributes of Conv2D within their bounds; found " + name);
    }

    @Test
    void aFunctionAsAnAttribute() {
      AttrValue function =
          AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName("ReadFile")).build();
      expectRefused(everyNode("Relu", node -> node.putAttr("T", function)), "found T of");
    }

    @Test
    void tensorsThatAreNoNumbers() {
      expectRefused(
          graph ->
              graph.addNode(
                  constant(
                      "odd",
                      DataType.DT_VARIANT,
                      TensorProto.newBuilder()
                          .addVariantVal(
                              VariantTensorDataProto.newBuilder()
                                  .setTypeName("tensorflow::TensorList")))),
          "found dtype of odd");
      expectRefused(
          graph ->
              graph.addNode(
                  constant(
                      "odd",
                      DataType.DT_STRING,
                      TensorProto.newBuilder().addStringVal(ByteString.copyFromUtf8("x")))),
          "found dtype of odd");
    }

    @Test
    void aSecondInput() {
      expectRefused(
          graph ->
              graph.addNode(
                  NodeDef.newBuilder()
                      .setName("more")
                      .setOp("Placeholder")
                      .putAttr("dtype", type(DataType.DT_FLOAT))),
          "the only input images; found [images, more]");
    }

    @Test
    void trainingInTheMidstOfUse() {
      expectRefused(
          everyNode(
              "FusedBatchNormV3",
              node -> node.putAttr("is_training", AttrValue.newBuilder().setB(true).build())),
          "found is_training");
    }

    @Test
    void stepsOutOfProportion() {
      expectRefused(
          everyNode("Conv2D", node -> node.putAttr("strides", list(1, 0, 0, 1))), "strides");
      expectRefused(
          everyNode("Conv2D", node -> node.putAttr("dilations", list(1, 1L << 31, 1, 1))),
          "dilations");
      expectRefused(
          everyNode("MaxPool", node -> node.putAttr("ksize", list(1, 1 << 20, 1 << 20, 1))),
          "ksize");
      expectRefused(
          everyNode(
              "Conv2D",
              node -> node.putAttr("explicit_paddings", list(0, 0, 1 << 20, 0, 0, 0, 0, 0))),
          "explicit_paddings");
    }
  }
}
