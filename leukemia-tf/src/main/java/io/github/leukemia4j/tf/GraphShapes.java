package io.github.leukemia4j.tf;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.model.ModelManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * How large the tensors of a graph are, as TensorFlow infers it without computing any. A few bytes
 * can ask for more memory than there is: by broadcasting, or by putting a tensor beside itself
 * again and again.
 */
final class GraphShapes {
  /** Eight views at the size of the image with as many channels as a network may have. */
  private static final long ELEMENTS_PER_PIXEL = 8 * 4096;

  private static final long LEAST = 1 << 22;
  private static final long MOST = 1 << 28;

  /** Constants of more elements are weights; shapes and axes have fewer. */
  private static final long SMALL = 1024;

  private GraphShapes() {}

  /**
   * Fails where an operation would make a tensor out of proportion.
   *
   * @param graph that {@link GraphCheck} has let pass
   * @throws ModelFormatException which names the operation
   */
  static void requireBounded(Path file, GraphDef graph, ModelManifest.Input input) {
    long most =
        Math.min(MOST, Math.max(LEAST, ELEMENTS_PER_PIXEL * input.height() * input.width()));
    List<Output> one = outputs(file, graph, 1);
    List<Output> two = outputs(file, graph, 2);
    for (int i = 0; i < one.size(); i++) {
      Output output = one.get(i);
      if (output.elements() > most) {
        throw refused(
            file, "at most %d values for an image".formatted(most), output.elements(), output);
      }
      // What grows faster than the number of images has no bound in a batch.
      if (two.get(i).elements() > 2 * output.elements()) {
        throw refused(
            file,
            "at most %d values for two images".formatted(2 * output.elements()),
            two.get(i).elements(),
            output);
      }
    }
  }

  private record Output(String operation, long elements) {}

  private static List<Output> outputs(Path file, GraphDef definition, int images) {
    return TfRuntime.call(
        "look at " + file,
        () -> {
          try (Graph graph = new Graph()) {
            importInto(graph, file, skeleton(definition, images));
            List<Output> outputs = new ArrayList<>();
            for (NodeDef node : definition.getNodeList()) {
              GraphOperation operation = graph.operation(node.getName());
              outputs.add(new Output(node.getName(), elements(file, operation)));
            }
            return outputs;
          }
        });
  }

  /** Of the largest of its outputs. */
  private static long elements(Path file, GraphOperation operation) {
    long most = 0;
    for (int i = 0; i < operation.numOutputs(); i++) {
      Shape shape = operation.output(i).shape();
      if (!shape.isUnknown() && !shape.hasUnknownDimension()) {
        most = Math.max(most, shape.size());
      } else if (i == 0) {
        // The further outputs of a batch normalisation are small, and for training alone.
        throw new ModelFormatException(
            "%s: expected tensors of known size; found %s of %s. Do not open this bundle."
                .formatted(file, shape, operation.name()));
      }
    }
    return most;
  }

  private static void importInto(Graph graph, Path file, GraphDef definition) {
    try {
      graph.importGraphDef(definition);
    } catch (RuntimeException e) {
      throw new ModelFormatException(
          "%s: expected a graph that TensorFlow can run; found %s".formatted(file, e.getMessage()),
          e);
    }
  }

  /** The graph for so many images, with weights replaced by inputs of their size. */
  private static GraphDef skeleton(GraphDef definition, int images) {
    GraphDef.Builder skeleton = definition.toBuilder();
    for (NodeDef.Builder node : skeleton.getNodeBuilderList()) {
      if (node.getOp().equals("Placeholder")) {
        TensorShapeProto.Builder shape = node.getAttrOrThrow("shape").getShape().toBuilder();
        shape.getDimBuilder(0).setSize(images);
        node.putAttr("shape", AttrValue.newBuilder().setShape(shape).build());
      } else if (node.getOp().equals("Const")) {
        TensorShapeProto shape = node.getAttrOrThrow("value").getTensor().getTensorShape();
        if (GraphCheck.elements(shape) > SMALL) {
          node.setOp("Placeholder").removeAttr("value");
          node.putAttr("shape", AttrValue.newBuilder().setShape(shape).build());
        }
      }
    }
    return skeleton.build();
  }

  private static ModelFormatException refused(
      Path file, String expected, long found, Output output) {
    return new ModelFormatException(
        "%s: expected %s; found %d of %s. Do not open this bundle."
            .formatted(file, expected, found, output.operation()));
  }
}
