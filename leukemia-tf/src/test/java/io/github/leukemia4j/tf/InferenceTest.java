package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.model.ModelBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.proto.AttrValue;
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
class InferenceTest {
  private static final List<CellImage> IMAGES = TinyCells.images(10, TinyCells.SIDE);

  private TfClassifier open(Function<Graph, GraphDef> rewriting) throws IOException {
    return new TfClassifier(TinyCells.bundle(), TinyCells.CPU, Set.of(), rewriting);
  }

  private void expectOneRunEach(Function<Graph, GraphDef> rewriting) throws IOException {
    try (TfClassifier classifier = open(rewriting);
        TfClassifier usual = open(InvariantGraph::of)) {
      assertThat(classifier.arithmetic()).isEqualTo(Arithmetic.ONE_RUN_EACH);
      assertThat(classifier)
          .hasToString(
              "TfClassifier[cell [normal, abnormal+], one run for each image: the same bits in every batch, but slower]");
      List<Prediction> together = classifier.classifyAll(IMAGES);
      List<Prediction> expected = usual.classifyAll(IMAGES);
      for (int i = 0; i < IMAGES.size(); i++) {
        assertThat(classifier.classify(IMAGES.get(i))).isEqualTo(together.get(i));
        assertThat(together.get(i).probabilities())
            .containsExactly(expected.get(i).probabilities(), within(1e-5));
      }
    }
  }

  @Test
  void byKernelsThatGoImageByImageOnThisProcessor() throws IOException {
    try (TfClassifier classifier = open(InvariantGraph::of)) {
      assertThat(classifier.arithmetic()).isEqualTo(Arithmetic.IMAGE_BY_IMAGE);
      assertThat(classifier.arithmetic().keepsBits()).isTrue();
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
  void callsTooLittleMemoryByItsNameAndNoWrongModel(boolean onCpu) throws IOException {
    ModelBundle bundle = TinyCells.bundle();
    GraphDef.Builder graph =
        SavedModelFile.read(
            bundle.file(SavedModelFile.DIRECTORY + "/" + SavedModelFile.FILE),
            bundle.manifest().input(),
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
    assertThatThrownBy(
            () ->
                TfRuntime.call(
                    "open a hungry network",
                    () ->
                        new Inference(
                            Path.of("hungry.pb"),
                            graph.build(),
                            TfRuntime.config(Device.CPU, 0),
                            onCpu,
                            InvariantGraph::of,
                            bundle.manifest().input(),
                            2)))
        .isInstanceOf(BackendException.class)
        .isNotInstanceOf(ModelFormatException.class)
        .hasMessageContaining("too little memory to open a hungry network")
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
