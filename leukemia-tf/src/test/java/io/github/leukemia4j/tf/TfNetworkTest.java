package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.testkit.NetworkContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * How an image comes to the same bits in every batch, and what it is called where opening fails.
 */
@Tag("arithmetic")
@ExtendWith(NoScopeLeft.class)
class TfNetworkTest {
  private static final List<CellImage> IMAGES = TinyCells.images(10, TinyCells.SIDE);

  private TfNetwork open(Function<Graph, GraphDef> rewriting) throws IOException {
    return TfNetwork.open(TinyCells.bundle(), TinyCells.CPU, Set.of(), rewriting);
  }

  /** On kernels that go image by image. */
  @Nested
  class Contract extends NetworkContract {
    @Override
    protected Network open() throws IOException {
      return TfNetworkTest.this.open(InvariantGraph::of);
    }

    @Override
    protected ModelManifest manifest() throws IOException {
      return TinyCells.bundle().manifest();
    }
  }

  @Nested
  class ContractByARunForEachImage extends NetworkContract {
    @Override
    protected Network open() throws IOException {
      return TfNetworkTest.this.open(
          graph -> {
            throw new IllegalStateException("No such kernels.");
          });
    }

    @Override
    protected ModelManifest manifest() throws IOException {
      return TinyCells.bundle().manifest();
    }
  }

  private static byte[] pixels(List<CellImage> images) {
    int bytes = TinyCells.SIDE * TinyCells.SIDE * 3;
    byte[] rgb = new byte[images.size() * bytes];
    for (int i = 0; i < images.size(); i++) {
      images.get(i).copyTo(rgb, i * bytes);
    }
    return rgb;
  }

  private void expectOneRunEach(Function<Graph, GraphDef> rewriting) throws IOException {
    try (TfNetwork network = open(rewriting);
        TfNetwork usual = open(InvariantGraph::of)) {
      assertThat(network.arithmetic()).isEqualTo(Arithmetic.ONE_RUN_EACH);
      assertThat(network)
          .hasToString(
              "TensorFlow, one run for each image: the same bits in every batch, but slower");
      double[][] together = network.logits(pixels(IMAGES), IMAGES.size()).ofHead(0);
      double[][] expected = usual.logits(pixels(IMAGES), IMAGES.size()).ofHead(0);
      for (int i = 0; i < IMAGES.size(); i++) {
        assertThat(network.logits(pixels(IMAGES.subList(i, i + 1)), 1).row(0, 0))
            .isEqualTo(together[i]);
        assertThat(together[i]).containsExactly(expected[i], within(1e-4));
      }
    }
  }

  @Test
  void byKernelsThatGoImageByImageOnThisProcessor() throws IOException {
    try (TfNetwork network = open(InvariantGraph::of)) {
      assertThat(network.arithmetic()).isEqualTo(Arithmetic.IMAGE_BY_IMAGE);
      assertThat(network.arithmetic().keepsBits()).isTrue();
    }
  }

  @Test
  void byARunForEachImageWhereSuchKernelsAreMissing() throws IOException {
    expectOneRunEach(
        graph -> {
          GraphDef.Builder rewritten = InvariantGraph.of(graph).toBuilder();
          rewritten.getNodeBuilderList().stream()
              .filter(node -> node.getOp().startsWith("_Mkl"))
              .forEach(node -> node.setOp("_NotOfThisPlatform"));
          return rewritten.build();
        });
    expectOneRunEach(
        graph -> {
          GraphDef.Builder rewritten = InvariantGraph.of(graph).toBuilder();
          rewritten.getNodeBuilderList().stream()
              .filter(node -> node.getOp().startsWith("_Mkl"))
              .forEach(node -> node.removeAttr("_kernel"));
          return rewritten.build();
        });
  }

  /** The logits less their mean over the batch. */
  @Test
  void byARunForEachImageWhereTheBatchTurnsOutToMatter() throws IOException {
    expectOneRunEach(
        graph -> {
          GraphDef.Builder rewritten = graph.toGraphDef().toBuilder();
          NodeDef.Builder logits =
              rewritten.getNodeBuilderList().stream()
                  .filter(node -> node.getName().equals("logits"))
                  .findFirst()
                  .orElseThrow();
          String raw = logits.getInput(0);
          AttrValue type = logits.getAttrOrThrow("T");
          logits.setOp("Sub").addInput("batch");
          rewritten
              .addNode(constant("first", 0))
              .addNode(
                  NodeDef.newBuilder()
                      .setName("batch")
                      .setOp("Mean")
                      .addInput(raw)
                      .addInput("first")
                      .putAttr("T", type)
                      .putAttr("Tidx", type(DataType.DT_INT32))
                      .putAttr("keep_dims", AttrValue.newBuilder().setB(true).build()));
          return rewritten.build();
        });
  }

  /** Of 200 TB, more than an address space holds; it is no fault of the network's shape. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void callsTooLittleMemoryByItsNameAndNoWrongModel(boolean rewritten) throws IOException {
    ModelBundle bundle = TinyCells.bundle();
    GraphDef.Builder graph =
        SavedModelFile.read(
            bundle.file(SavedModelFile.DIRECTORY + "/" + SavedModelFile.FILE),
            bundle.manifest(),
            Set.of())
            .toBuilder();
    NodeDef.Builder logits =
        graph.getNodeBuilderList().stream()
            .filter(node -> node.getName().equals("logits"))
            .findFirst()
            .orElseThrow();
    logits.setOp("Add").addInput("huge.sum");
    graph.addNode(constant("column", -1, 1)).addNode(constant("row", 1, -1));
    graph.addNode(constant("all", 0, 1)).addNode(scalar("axis"));
    graph.addNode(
        NodeDef.newBuilder()
            .setName("values")
            .setOp("Cast")
            .addInput("images")
            .putAttr("SrcT", type(DataType.DT_UINT8))
            .putAttr("DstT", type(DataType.DT_FLOAT)));
    outerProduct(graph, "large", "values");
    NodeDef.Builder twelve =
        NodeDef.newBuilder()
            .setName("twelve")
            .setOp("ConcatV2")
            .putAttr("T", type(DataType.DT_FLOAT))
            .putAttr("N", AttrValue.newBuilder().setI(12).build())
            .putAttr("Tidx", type(DataType.DT_INT32));
    IntStream.range(0, 12).forEach(i -> twelve.addInput("large"));
    graph.addNode(twelve.addInput("axis"));
    outerProduct(graph, "huge", "twelve");
    graph.addNode(
        NodeDef.newBuilder()
            .setName("huge.sum")
            .setOp("Sum")
            .addInput("huge")
            .addInput("all")
            .putAttr("T", type(DataType.DT_FLOAT))
            .putAttr("Tidx", type(DataType.DT_INT32))
            .putAttr("keep_dims", AttrValue.newBuilder().setB(false).build()));
    ConfigProto config = TfRuntime.config(Device.CPU, 0);
    Function<Graph, GraphDef> rewriting =
        of -> {
          if (!rewritten) {
            throw new IllegalStateException("cannot be rewritten");
          }
          return InvariantGraph.of(of);
        };
    assertThatThrownBy(
            () ->
                TfRuntime.call(
                    "open a hungry network",
                    () -> {
                      try (TfNetwork network =
                          new TfNetwork(
                              Path.of("hungry.pb"),
                              graph.build(),
                              config,
                              rewriting,
                              bundle.manifest().input(),
                              Head.listOf(bundle.manifest()))) {
                        return network.logits(pixels(IMAGES.subList(0, 1)), 1);
                      }
                    }))
        .isInstanceOf(BackendException.class)
        .isNotInstanceOf(ModelFormatException.class)
        .hasMessageContaining("too little memory to " + (rewritten ? "open" : "classify"))
        .hasMessageContaining("OOM when allocating");
  }

  private static NodeDef.Builder scalar(String name) {
    NodeDef.Builder zero = constant(name, 0);
    AttrValue.Builder value = zero.getAttrOrThrow("value").toBuilder();
    value.getTensorBuilder().clearTensorShape();
    return zero.putAttr("value", value.build());
  }

  private static void outerProduct(GraphDef.Builder graph, String name, String of) {
    for (String side : List.of("column", "row")) {
      graph.addNode(
          NodeDef.newBuilder()
              .setName(name + "." + side)
              .setOp("Reshape")
              .addInput(of)
              .addInput(side)
              .putAttr("T", type(DataType.DT_FLOAT))
              .putAttr("Tshape", type(DataType.DT_INT32)));
    }
    graph.addNode(
        NodeDef.newBuilder()
            .setName(name)
            .setOp("Mul")
            .addInput(name + ".column")
            .addInput(name + ".row")
            .putAttr("T", type(DataType.DT_FLOAT)));
  }

  private static NodeDef.Builder constant(String name, int... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_INT32)
            .setTensorShape(
                TensorShapeProto.newBuilder()
                    .addDim(TensorShapeProto.Dim.newBuilder().setSize(values.length)));
    IntStream.of(values).forEach(tensor::addIntVal);
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("dtype", type(DataType.DT_INT32))
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build());
  }

  private static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }
}
