package io.github.leukemia4j.tf;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.model.ModelManifest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TUint8;

/**
 * A bundle's network on a session: images in, logits out. On a CPU the graph is rewritten in memory
 * as {@link InvariantGraph} does it, and tried out: where that cannot run here, or two images get
 * other bits in a batch than alone, each image has a run of its own. Thread-safe; to be closed when
 * no call is running.
 */
final class Inference implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Inference.class.getName());

  private final TfScope scope = new TfScope();
  private final Path file;
  private final ConfigProto config;
  private final ModelManifest.Input input;
  private final int labels;
  private final Session session;
  private final Arithmetic arithmetic;

  /**
   * @param file names the network in messages
   * @param onCpu whether the settings leave no other device
   * @param rewriting what makes the graph invariant
   * @param labels how many logits there must be for each image
   * @throws ModelFormatException where the graph is none that takes these images and gives these
   *     logits
   * @throws BackendException where there is too little memory, or the device fails
   */
  Inference(
      Path file,
      GraphDef definition,
      ConfigProto config,
      boolean onCpu,
      Function<Graph, GraphDef> rewriting,
      ModelManifest.Input input,
      int labels) {
    this.file = file;
    this.config = config;
    this.input = input;
    this.labels = labels;
    try {
      Graph graph = imported(definition);
      Optional<Session> invariant = onCpu ? invariant(graph, rewriting) : Optional.empty();
      this.session = invariant.orElseGet(() -> scope.add(new Session(graph, config)));
      this.arithmetic =
          !onCpu
              ? Arithmetic.OF_THE_GPU
              : invariant.isPresent() ? Arithmetic.IMAGE_BY_IMAGE : Arithmetic.ONE_RUN_EACH;
      requireFittingOutput();
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  private Graph imported(GraphDef definition) {
    Graph graph = scope.add(new Graph());
    try {
      graph.importGraphDef(definition);
    } catch (RuntimeException e) {
      throw new ModelFormatException(
          file + ": expected a graph that TensorFlow can run; found " + e.getMessage(), e);
    }
    return graph;
  }

  /**
   * Empty where it cannot run here, as without oneDNN's kernels, or gives other bits in batches.
   */
  private Optional<Session> invariant(Graph graph, Function<Graph, GraphDef> rewriting) {
    TfScope own = new TfScope();
    String found;
    try {
      Graph rewritten = own.add(new Graph());
      rewritten.importGraphDef(rewriting.apply(graph));
      Session tried = own.add(new Session(rewritten, config));
      if (givesSameBits(tried)) {
        scope.add(own);
        return Optional.of(tried);
      }
      found = "an image got other bits in a batch than alone";
    } catch (TFResourceExhaustedException | Error e) {
      own.close();
      throw e;
    } catch (RuntimeException e) {
      // Reported below, and the graph as it was read will say so again where it is at fault.
      found = e.getMessage();
    }
    own.close();
    LOG.log(
        Level.INFO,
        "{0} classifies each image in a run of its own, which is slower, to give it the same bits"
            + " in every batch. Kernels that go image by image cannot be used here: {1}",
        file,
        found);
    return Optional.empty();
  }

  /**
   * Of two images of noise, alone and mixed in a batch. Tried on the presets with TensorFlow's own
   * kernels under five settings of the processor, it found all 23 of 40 where larger batches gave
   * other bits too.
   */
  private boolean givesSameBits(Session tried) {
    SplittableRandom random = new SplittableRandom(1);
    List<CellImage> two = List.of(noise(random), noise(random));
    double[][] alone = {run(tried, two.subList(0, 1))[0], run(tried, two.subList(1, 2))[0]};
    int[] places = {0, 1, 1, 0, 1};
    double[][] together = run(tried, Arrays.stream(places).mapToObj(two::get).toList());
    for (int i = 0; i < places.length; i++) {
      if (!Arrays.equals(together[i], alone[places[i]])) {
        return false;
      }
    }
    return true;
  }

  private CellImage noise(SplittableRandom random) {
    byte[] rgb = new byte[input.height() * input.width() * 3];
    random.nextBytes(rgb);
    return CellImage.ofRgb(input.height(), input.width(), rgb);
  }

  /** One blank image through the network: it warms the session up and shows the output's shape. */
  private void requireFittingOutput() {
    double[][] rows;
    try {
      byte[] blank = new byte[input.height() * input.width() * 3];
      rows = run(session, List.of(CellImage.ofRgb(input.height(), input.width(), blank)));
    } catch (RuntimeException e) {
      if (isOfTheDevice(e)) {
        throw e;
      }
      throw new ModelFormatException(
          "%s: expected a network that takes images of %d x %d pixels; found %s"
              .formatted(file, input.height(), input.width(), e.getMessage()),
          e);
    }
    for (double logit : rows[0]) {
      if (!Double.isFinite(logit)) {
        throw new ModelFormatException(
            file + ": expected finite logits for a blank image; found " + logit + ".");
      }
    }
  }

  /**
   * Memory, or what TensorFlow has no exception of its own for: internal errors, unknown ones and
   * those of a device. What is wrong with a graph is an invalid argument or not implemented.
   */
  private static boolean isOfTheDevice(RuntimeException e) {
    return e instanceof TFResourceExhaustedException || e.getClass() == TensorFlowException.class;
  }

  Arithmetic arithmetic() {
    return arithmetic;
  }

  /**
   * @param images of the network's size
   * @return [images, labels]
   */
  double[][] logits(List<CellImage> images) {
    return arithmetic == Arithmetic.ONE_RUN_EACH
        ? images.parallelStream()
            .map(image -> run(session, List.of(image))[0])
            .toArray(double[][]::new)
        : run(session, images);
  }

  private double[][] run(Session on, List<CellImage> images) {
    try (TfScope run = new TfScope()) {
      Result result =
          run.add(
              on.runner()
                  .feed(SavedModelFile.IMAGES, run.add(tensor(images)))
                  .fetch(SavedModelFile.LOGITS)
                  .run());
      var raw = result.get(0).asRawTensor();
      if (raw.shape().size() != (long) images.size() * labels) {
        throw new ModelFormatException(
            "expected " + labels + " logits for each image; found " + raw.shape());
      }
      return TrainingGraph.rows(raw, images.size(), labels);
    }
  }

  /** Image by image through an array that stays in the processor's cache. */
  private TUint8 tensor(List<CellImage> images) {
    TUint8 tensor = TUint8.tensorOf(Shape.of(images.size(), input.height(), input.width(), 3));
    ByteDataBuffer pixels = tensor.asRawTensor().data();
    byte[] rgb = new byte[input.height() * input.width() * 3];
    for (int i = 0; i < images.size(); i++) {
      input.recolour(images.get(i)).copyTo(rgb, 0);
      pixels.offset((long) i * rgb.length).write(rgb);
    }
    return tensor;
  }

  @Override
  public void close() {
    scope.close();
  }
}
