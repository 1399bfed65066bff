package io.github.leukemia4j.tf;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.NetworkConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.RawTensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * The network in a bundle: a SavedModel of one file, whose weights are constants. It has no
 * variables to restore and so no operation that touches a file, and any TensorFlow runtime can
 * serve it.
 */
final class SavedModelFile {
  /** What a bundle's manifest calls this format. */
  static final String FORMAT = "tensorflow-saved-model";

  /** What a manifest calls the way to the network's input size: area averages, exactly. */
  static final String RESIZE = "area";

  static final String DIRECTORY = "saved_model";
  static final String FILE = "saved_model.pb";

  /** Raw pixels: uint8 [images, height, width, 3]. */
  static final String IMAGES = "images";

  /** As the first head gives them: float [images, labels]. */
  static final String LOGITS = "logits";

  /** The output of a head, by its place in the manifest. */
  static String logits(int head) {
    return head == 0 ? LOGITS : LOGITS + "." + head;
  }

  /** The most that a protocol buffer can hold. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

  private SavedModelFile() {}

  /**
   * Writes the network with its weights.
   *
   * @param bundle the bundle's directory
   * @param weights by the names that the architecture asks for
   */
  static void write(
      Path bundle,
      ModelManifest manifest,
      TfArchitecture architecture,
      NetworkConfig network,
      Map<String, float[]> weights)
      throws IOException {
    List<Integer> heads = Head.listOf(manifest).stream().map(head -> head.labels().size()).toList();
    GraphDef graphDef;
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Shape shape = Shape.of(-1, manifest.input().height(), manifest.input().width(), 3);
      Operand<TUint8> images =
          tf.withName(IMAGES).placeholder(TUint8.class, Placeholder.shape(shape));
      NetworkGraph built =
          new NetworkGraph(
              tf,
              architecture,
              network,
              heads,
              weight -> constant(tf, weight, weights.get(weight.name())));
      List<Operand<TFloat32>> raw =
          manifest.views() > 1 ? built.logitsOfEightViews(images) : built.logits(images);
      for (int head = 0; head < heads.size(); head++) {
        tf.withName(logits(head)).identity(raw.get(head));
      }
      graphDef = graph.toGraphDef();
    }
    SignatureDef.Builder signature =
        SignatureDef.newBuilder()
            .setMethodName("tensorflow/serving/predict")
            .putInputs(
                IMAGES,
                info(
                    IMAGES,
                    DataType.DT_UINT8,
                    -1,
                    manifest.input().height(),
                    manifest.input().width(),
                    3));
    for (int head = 0; head < heads.size(); head++) {
      String name = logits(head);
      signature.putOutputs(name, info(name, DataType.DT_FLOAT, -1, heads.get(head)));
    }
    SavedModel model =
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(
                MetaGraphDef.newBuilder()
                    .setMetaInfoDef(
                        MetaGraphDef.MetaInfoDef.newBuilder()
                            .addTags("serve")
                            .setTensorflowVersion(TfRuntime.version()))
                    .setGraphDef(graphDef)
                    .putSignatureDef("serving_default", signature.build()))
            .build();
    Path directory = Files.createDirectories(bundle.resolve(DIRECTORY));
    Files.write(directory.resolve(FILE), bytes(model));
  }

  /** With the entries of its maps in order, so that the same weights give the same file. */
  private static byte[] bytes(SavedModel model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(model.getSerializedSize());
    CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
    coded.useDeterministicSerialization();
    model.writeTo(coded);
    coded.flush();
    return bytes.toByteArray();
  }

  /**
   * Reads the graph and checks that it does nothing but arithmetic on images of that size, within
   * the bounds of {@link GraphCheck}.
   *
   * @param manifest whose images it takes and whose heads it answers
   * @param further operations that installed architectures declare
   * @throws ModelFormatException where it is no such model, or does anything else
   */
  static GraphDef read(Path file, ModelManifest manifest, Set<String> further) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new ModelFormatException(
          file + ": expected at most " + MAX_BYTES + " bytes; found " + Files.size(file) + ".");
    }
    SavedModel model;
    try {
      model = SavedModel.parseFrom(Files.readAllBytes(file));
    } catch (InvalidProtocolBufferException e) {
      throw new ModelFormatException(
          file + ": expected a TensorFlow SavedModel; found " + e.getMessage(), e);
    }
    if (model.getMetaGraphsCount() != 1) {
      throw new ModelFormatException(
          file + ": expected one graph; found " + model.getMetaGraphsCount() + ".");
    }
    GraphDef graph = model.getMetaGraphs(0).getGraphDef();
    GraphCheck.requireHarmless(
        file, graph, manifest.input(), Head.listOf(manifest).size(), further);
    return graph;
  }

  /** The constants of a bundle's network by name, its weights among them. */
  static Map<String, TrainableNetwork.Tensor> weights(ModelBundle bundle, Set<String> further)
      throws IOException {
    GraphDef graph = read(bundle.file(DIRECTORY + "/" + FILE), bundle.manifest(), further);
    Map<String, TrainableNetwork.Tensor> weights = new LinkedHashMap<>();
    for (NodeDef node : graph.getNodeList()) {
      TensorProto tensor =
          node.getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor();
      if (node.getOp().equals("Const") && tensor.getDtype() == DataType.DT_FLOAT) {
        int[] shape =
            tensor.getTensorShape().getDimList().stream()
                .mapToInt(axis -> Math.toIntExact(axis.getSize()))
                .toArray();
        float[] values = new float[Math.toIntExact(TrainableNetwork.Tensor.size(shape))];
        FloatBuffer raw =
            tensor.getTensorContent().asReadOnlyByteBuffer().order(LITTLE_ENDIAN).asFloatBuffer();
        int listed = tensor.getFloatValCount();
        for (int i = 0; i < values.length; i++) {
          // Equal values at the end are listed once; none is 0.
          values[i] =
              raw.hasRemaining()
                  ? raw.get()
                  : listed == 0 ? 0 : tensor.getFloatVal(Math.min(i, listed - 1));
        }
        weights.put(node.getName(), new TrainableNetwork.Tensor(shape, values));
      }
    }
    return weights;
  }

  private static Operand<TFloat32> constant(Ops tf, TfWeight weight, float[] value) {
    try (TFloat32 tensor = TFloat32.tensorOf(weight.shape())) {
      RawTensor raw = tensor.asRawTensor();
      raw.data().asFloats().write(value);
      return tf.withName(weight.name()).constantOf(tensor);
    }
  }

  private static TensorInfo info(String name, DataType type, long... shape) {
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
    for (long size : shape) {
      sizes.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return TensorInfo.newBuilder()
        .setName(name + ":0")
        .setDtype(type)
        .setTensorShape(sizes)
        .build();
  }
}
