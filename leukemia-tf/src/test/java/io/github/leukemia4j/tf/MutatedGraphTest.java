package io.github.leukemia4j.tf;

import static io.github.leukemia4j.tf.GraphCheckTest.type;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.inference.OpenModel;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.training.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Changes the graph of a network in every way that the format allows and signs the bundle again.
 * Each is refused as no good model, or opens and classifies, or says that it cannot. None may end
 * the virtual machine, so that another one runs them; the property {@code leukemia4j.mutations}
 * says how many are tried.
 */
class MutatedGraphTest {
  private static final Taxonomy CELL =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "ALL", "APL");

  /** What the virtual machine and TensorFlow take by themselves is some 500 MB of it. */
  private static final long MOST_MEGABYTES = 2_000;

  @TempDir private Path directory;

  @Test
  void areRefusedOrRunWithinBounds() throws Exception {
    int count = Integer.getInteger("leukemia4j.mutations", 170);
    Path output = directory.resolve("output.txt");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:ErrorFile=" + directory.resolve("crash.txt"),
                "-XX:-CreateCoredumpOnCrash",
                "-cp",
                System.getProperty("java.class.path"),
                Mutants.class.getName(),
                directory.toString(),
                "" + count)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(other.waitFor(60 + count, TimeUnit.SECONDS))
          .as("ended, after %s", output)
          .isTrue();
    } finally {
      other.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(output);
    assertThat(other.exitValue()).as("%s", last(lines)).isZero();
    assertThat(lines).noneMatch(line -> line.startsWith("WRONG"));
    String end = lines.stream().filter(line -> line.startsWith("END")).findFirst().orElseThrow();
    String[] numbers = end.split(" ");
    // Where nothing opened or nothing was refused, the mutations were no test.
    assertThat(Integer.parseInt(numbers[1])).as("opened").isPositive();
    assertThat(Integer.parseInt(numbers[2])).as("refused").isPositive();
    assertThat(Long.parseLong(numbers[3])).as("megabytes").isLessThan(MOST_MEGABYTES);
  }

  private static List<String> last(List<String> lines) {
    return lines.subList(Math.max(0, lines.size() - 40), lines.size());
  }

  /** Opens one mutant after the other, and says before each which it is. */
  static final class Mutants {
    private static final long[] NUMBERS = {
      -1, 0, 1, 2, 3, 5, 9, 100, 4096, 65_536, 1 << 20, 1L << 31, 1L << 33, Long.MAX_VALUE
    };
    private static final DataType[] TYPES = {
      DataType.DT_FLOAT,
      DataType.DT_DOUBLE,
      DataType.DT_HALF,
      DataType.DT_BFLOAT16,
      DataType.DT_INT32,
      DataType.DT_INT64,
      DataType.DT_UINT8,
      DataType.DT_BOOL,
      DataType.DT_STRING,
      DataType.DT_COMPLEX64,
      DataType.DT_QINT8,
      DataType.DT_VARIANT,
      DataType.DT_RESOURCE,
      DataType.DT_FLOAT_REF
    };
    private static final String[] OPERATIONS =
        Stream.of(HarmlessOperations.ALLOWED, HarmlessOperations.DECLARABLE)
            .flatMap(table -> table.keySet().stream().sorted())
            .filter(operation -> !Set.of("Const", "Placeholder").contains(operation))
            .toArray(String[]::new);

    /** Whoever opens the mutants has installed this, so that nothing is refused by its name. */
    private record Declaring() implements TfArchitecture {
      @Override
      public String name() {
        return "declaring";
      }

      @Override
      public void check(NetworkConfig config, int inputSize) {
        throw new UnsupportedOperationException();
      }

      @Override
      public <T extends TFloating> Operand<TFloat32> features(
          TfLayers layers, NetworkConfig config, Operand<T> pixels) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Set<String> operations() {
        return HarmlessOperations.DECLARABLE.keySet();
      }
    }

    private Mutants() {}

    public static void main(String[] args) throws Exception {
      Path directory = Path.of(args[0]);
      ModelBundle good =
          DrawnModels.ofEightViews(
              directory.resolve("good"), CELL, Label.of("abnormal"), NetworkConfig.small(), 16, 5);
      SavedModel model =
          SavedModel.parseFrom(Files.readAllBytes(good.file("saved_model/saved_model.pb")));
      int from = args.length > 2 ? Integer.parseInt(args[2]) : 0;
      TfBackend backend = TfBackend.builder().architecture(new Declaring()).build();
      int opened = 0;
      int refused = 0;
      for (int i = from; i < from + Integer.parseInt(args[1]); i++) {
        System.out.println("mutation " + i);
        SplittableRandom random = new SplittableRandom(i);
        SavedModel.Builder changed = model.toBuilder();
        GraphDef.Builder graph = changed.getMetaGraphsBuilder(0).getGraphDefBuilder();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
          mutate(graph, random);
        }
        Path place = directory.resolve("mutant");
        ModelBundle mutant =
            ModelBundle.create(
                place,
                good.manifest(),
                content -> {
                  Files.createDirectories(content.resolve("saved_model"));
                  Files.write(
                      content.resolve("saved_model/saved_model.pb"), changed.build().toByteArray());
                });
        try (LeukemiaClassifier classifier =
            OpenModel.open(backend, mutant, TinyCells.CPU).classifier()) {
          classifier.classifyAll(images());
          opened++;
        } catch (ModelFormatException | BackendException e) {
          refused++;
        } catch (IllegalStateException | Error e) {
          System.out.println("WRONG " + i + " " + e);
        }
        AtomicDirectory.delete(place);
      }
      System.out.println("END " + opened + " " + refused + " " + megabytes());
    }

    private static List<CellImage> images() {
      return DrawnModels.images(3, 16, 1);
    }

    /** The most that the process ever held; 0 where the operating system does not say. */
    private static long megabytes() throws IOException {
      Path status = Path.of("/proc/self/status");
      return Files.exists(status)
          ? Files.readAllLines(status).stream()
              .filter(line -> line.startsWith("VmHWM"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
              .findFirst()
              .orElse(0)
          : 0;
    }

    private static void mutate(GraphDef.Builder graph, SplittableRandom random) {
      NodeDef.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
      NodeDef.Builder other = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> attribute(node, random);
        case 3 -> node.setOp(OPERATIONS[random.nextInt(OPERATIONS.length)]);
        case 4 -> {
          if (node.getInputCount() > 0) {
            node.setInput(random.nextInt(node.getInputCount()), other.getName());
          }
        }
        case 5 -> node.addInput((random.nextBoolean() ? "^" : "") + other.getName());
        case 6 -> {
          if (node.getInputCount() > 0) {
            node.setInput(0, node.getInput(0) + ":" + random.nextInt(8));
          }
        }
        case 7 -> node.clearInput();
        case 8, 9 -> operation(graph, node, other, random);
        case 10 -> constant(node, random);
        default -> chain(graph, node, random);
      }
    }

    private static void attribute(NodeDef.Builder node, SplittableRandom random) {
      List<String> names = new ArrayList<>(node.getAttrMap().keySet().stream().sorted().toList());
      if (names.isEmpty()) {
        return;
      }
      String name = names.get(random.nextInt(names.size()));
      AttrValue old = node.getAttrOrThrow(name);
      long number = NUMBERS[random.nextInt(NUMBERS.length)];
      AttrValue.Builder changed = AttrValue.newBuilder();
      switch (random.nextInt(10)) {
        case 0 -> {
          node.removeAttr(name);
          return;
        }
        case 1 -> changed.setI(number);
        case 2 -> changed.setType(TYPES[random.nextInt(TYPES.length)]);
        default -> {
          if (old.hasList()) {
            AttrValue.ListValue.Builder list = old.getList().toBuilder();
            if (list.getICount() > 0 && random.nextBoolean()) {
              list.setI(random.nextInt(list.getICount()), number);
            } else {
              list.addI(number);
            }
            changed.setList(list);
          } else if (old.getValueCase() == AttrValue.ValueCase.TYPE) {
            changed.setType(TYPES[random.nextInt(TYPES.length)]);
          } else if (old.getValueCase() == AttrValue.ValueCase.B) {
            changed.setB(!old.getB());
          } else if (old.getValueCase() == AttrValue.ValueCase.F) {
            changed.setF(new float[] {0, -1, Float.NaN, 1e30f}[random.nextInt(4)]);
          } else {
            changed.setI(number);
          }
        }
      }
      node.putAttr(name, changed.build());
    }

    /** A new operation on what is there, or on constants, in place of the first input. */
    private static void operation(
        GraphDef.Builder graph,
        NodeDef.Builder node,
        NodeDef.Builder other,
        SplittableRandom random) {
      String operation = OPERATIONS[random.nextInt(OPERATIONS.length)];
      String name = "added" + graph.getNodeCount();
      String axes = name + "axes";
      TensorProto.Builder values = TensorProto.newBuilder();
      int count = random.nextInt(3);
      for (int i = 0; i < count; i++) {
        values.addIntVal((int) NUMBERS[random.nextInt(NUMBERS.length)]);
      }
      String input = node.getInputCount() > 0 ? node.getInput(0) : other.getName();
      NodeDef.Builder added =
          NodeDef.newBuilder()
              .setName(name)
              .setOp(operation)
              .addInput(input)
              .putAttr("T", type(DataType.DT_FLOAT));
      switch (operation) {
        case "Max", "Mean", "Sum", "ReverseV2" ->
            added.addInput(axes).putAttr("Tidx", type(DataType.DT_INT32));
        case "AvgPool", "Conv2D", "DepthwiseConv2dNative", "MaxPool" -> {
          AttrValue.ListValue.Builder steps = AttrValue.ListValue.newBuilder();
          IntStream.of(1, 1 + random.nextInt(3), 1 + random.nextInt(3), 1).forEach(steps::addI);
          added
              .putAttr("strides", AttrValue.newBuilder().setList(steps).build())
              .putAttr("padding", text(random.nextBoolean() ? "SAME" : "VALID"));
          if (operation.endsWith("Pool")) {
            added.putAttr("ksize", AttrValue.newBuilder().setList(steps).build());
          } else {
            added.addInput(other.getName());
          }
        }
        case "Pad" -> added.addInput(axes).putAttr("Tpaddings", type(DataType.DT_INT32));
        case "Abs",
            "Elu",
            "Erf",
            "Exp",
            "LeakyRelu",
            "Neg",
            "Relu6",
            "Sigmoid",
            "Softplus",
            "Tanh" -> {}
        case "Transpose" -> added.addInput(axes).putAttr("Tperm", type(DataType.DT_INT32));
        case "Reshape" -> added.addInput(axes).putAttr("Tshape", type(DataType.DT_INT32));
        case "GatherV2" ->
            added
                .addInput(axes)
                .addInput(axes)
                .clearAttr()
                .putAttr("Tparams", type(DataType.DT_FLOAT))
                .putAttr("Tindices", type(DataType.DT_INT32))
                .putAttr("Taxis", type(DataType.DT_INT32))
                .putAttr("batch_dims", AttrValue.newBuilder().setI(random.nextInt(3)).build());
        case "ConcatV2" ->
            added
                .addInput(other.getName())
                .addInput(axes)
                .putAttr("N", AttrValue.newBuilder().setI(2).build())
                .putAttr("Tidx", type(DataType.DT_INT32));
        default -> added.addInput(other.getName());
      }
      long[] shape = random.nextBoolean() ? new long[] {count} : new long[0];
      graph.addNode(GraphCheckTest.constant(axes, DataType.DT_INT32, values, shape));
      graph.addNode(added);
      if (node.getInputCount() > 0) {
        node.setInput(0, name);
      }
    }

    private static AttrValue text(String text) {
      return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build();
    }

    /** Another size or other values of a constant. */
    private static void constant(NodeDef.Builder node, SplittableRandom random) {
      if (!node.getOp().equals("Const")) {
        return;
      }
      TensorProto.Builder tensor = node.getAttrOrThrow("value").getTensor().toBuilder();
      long number = NUMBERS[random.nextInt(NUMBERS.length)];
      switch (random.nextInt(4)) {
        case 0 ->
            tensor
                .getTensorShapeBuilder()
                .addDim(TensorShapeProto.Dim.newBuilder().setSize(number));
        case 1 -> {
          if (tensor.getTensorShape().getDimCount() > 0) {
            tensor.getTensorShapeBuilder().getDimBuilder(0).setSize(number);
          }
        }
        case 2 -> tensor.clearTensorContent().addIntVal((int) number).addFloatVal(number);
        default -> tensor.clearTensorContent().clearFloatVal().clearIntVal();
      }
      node.putAttr("value", AttrValue.newBuilder().setTensor(tensor).build());
    }

    private static void chain(
        GraphDef.Builder graph, NodeDef.Builder node, SplittableRandom random) {
      if (node.getInputCount() == 0) {
        return;
      }
      String before = node.getInput(0);
      int length = new int[] {1, 10, 500, 990, 6_000}[random.nextInt(5)];
      for (int i = 0; i < length; i++) {
        String name = "link" + graph.getNodeCount();
        graph.addNode(
            NodeDef.newBuilder()
                .setName(name)
                .setOp(random.nextBoolean() ? "Identity" : "Relu")
                .addInput(before)
                .putAttr("T", type(DataType.DT_FLOAT)));
        before = name;
      }
      node.setInput(0, before);
    }
  }
}
