package io.github.leukemia4j.tf;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.Network.Explainable;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;

/**
 * A bundle's network on a session that all calling threads share. On a CPU the graph is rewritten
 * in memory as {@link InvariantGraph} does it, and tried out: where that cannot run here, or two
 * images get other bits in a batch than alone, each image has a run of its own.
 */
final class TfNetwork implements Explainable {
  private static final Logger LOG = System.getLogger(TfNetwork.class.getName());

  /** One is computed while the next is prepared; each takes of the GPU's memory. */
  private static final int CALLS_ON_GPU = 2;

  private final TfScope scope = new TfScope();
  private final Path file;
  private final GraphDef definition;
  private final ConfigProto config;
  private final ModelManifest.Input input;
  private final List<Head> heads;
  private final Session session;
  private final Arithmetic arithmetic;
  private final Object explaining = new Object();
  private TfExplainer explainer;

  /**
   * Opens a bundle's network.
   *
   * @param operations further ones that architectures declare harmless
   * @param rewriting what makes the graph invariant on a CPU
   * @throws ModelFormatException where the file holds no graph of arithmetic that can run
   */
  static TfNetwork open(
      ModelBundle bundle,
      OpenOptions options,
      Set<String> operations,
      Function<Graph, GraphDef> rewriting)
      throws IOException {
    ModelManifest manifest = bundle.manifest();
    Path file = bundle.file(SavedModelFile.DIRECTORY + "/" + SavedModelFile.FILE);
    GraphDef definition = SavedModelFile.read(file, manifest, operations);
    ConfigProto config = TfRuntime.config(options.device(), options.threads());
    return TfRuntime.call(
        "open " + file,
        () ->
            new TfNetwork(
                file, definition, config, rewriting, manifest.input(), Head.listOf(manifest)));
  }

  /**
   * @param file names the network in messages
   * @param rewriting what makes the graph invariant on a CPU
   * @param heads the logits that there must be for each image
   */
  TfNetwork(
      Path file,
      GraphDef definition,
      ConfigProto config,
      Function<Graph, GraphDef> rewriting,
      ModelManifest.Input input,
      List<Head> heads) {
    this.file = file;
    this.definition = definition;
    this.config = config;
    this.input = input;
    this.heads = heads;
    boolean onCpu = TfRuntime.onCpu(config);
    try {
      Graph graph = imported();
      Optional<Session> invariant = onCpu ? invariant(graph, rewriting) : Optional.empty();
      this.session = invariant.orElseGet(() -> scope.add(new Session(graph, config)));
      this.arithmetic =
          !onCpu
              ? Arithmetic.OF_THE_GPU
              : invariant.isPresent() ? Arithmetic.IMAGE_BY_IMAGE : Arithmetic.ONE_RUN_EACH;
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  private Graph imported() {
    Graph graph = scope.add(new Graph());
    try {
      graph.importGraphDef(definition);
    } catch (RuntimeException e) {
      throw new ModelFormatException(
          "%s: expected a graph that TensorFlow can run; found %s".formatted(file, e.getMessage()),
          e);
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
    byte[][] two = {new byte[imageBytes()], new byte[imageBytes()]};
    random.nextBytes(two[0]);
    random.nextBytes(two[1]);
    double[][][][] alone = {run(tried, two[0], 0, 1), run(tried, two[1], 0, 1)};
    int[] places = {0, 1, 1, 0, 1};
    byte[] mixed = new byte[places.length * imageBytes()];
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(two[places[i]], 0, mixed, i * imageBytes(), imageBytes());
    }
    double[][][] together = run(tried, mixed, 0, places.length);
    for (int head = 0; head < heads.size(); head++) {
      for (int i = 0; i < places.length; i++) {
        if (!Arrays.equals(together[head][i], alone[places[i]][head][0])) {
          return false;
        }
      }
    }
    return true;
  }

  private int imageBytes() {
    return input.height() * input.width() * 3;
  }

  @Override
  public List<Head> heads() {
    return heads;
  }

  @Override
  public int callsAtOnce() {
    return arithmetic == Arithmetic.OF_THE_GPU ? CALLS_ON_GPU : Explainable.super.callsAtOnce();
  }

  /** What keeps an image's bits the same, or that nothing does. */
  Arithmetic arithmetic() {
    return arithmetic;
  }

  @Override
  public Logits logits(byte[] rgb, int images) {
    return TfRuntime.call("classify " + images + " images", () -> Logits.of(fitting(rgb, images)));
  }

  private double[][][] fitting(byte[] rgb, int images) {
    try {
      return arithmetic == Arithmetic.ONE_RUN_EACH
          ? oneByOne(rgb, images)
          : run(session, rgb, 0, images);
    } catch (RuntimeException e) {
      if (e instanceof ModelFormatException || isOfTheDevice(e) || !TfRuntime.isTensorFlows(e)) {
        throw e;
      }
      throw new ModelFormatException(
          "%s: expected a network that takes images of %d x %d pixels; found %s"
              .formatted(file, input.height(), input.width(), e.getMessage()),
          e);
    }
  }

  /**
   * Memory, or what TensorFlow has no exception of its own for: internal errors, unknown ones and
   * those of a device. What is wrong with a graph is an invalid argument or not implemented.
   */
  private static boolean isOfTheDevice(RuntimeException e) {
    return e instanceof TFResourceExhaustedException || e.getClass() == TensorFlowException.class;
  }

  private double[][][] oneByOne(byte[] rgb, int images) {
    double[][][] all = new double[heads.size()][images][];
    IntStream.range(0, images)
        .parallel()
        .forEach(
            i -> {
              double[][][] one = run(session, rgb, i * imageBytes(), 1);
              for (int head = 0; head < all.length; head++) {
                all[head][i] = one[head][0];
              }
            });
    return all;
  }

  /** Returns [heads][images][labels]. */
  private double[][][] run(Session on, byte[] rgb, int offset, int images) {
    try (TfScope run = new TfScope()) {
      Session.Runner runner =
          on.runner()
              .feed(
                  SavedModelFile.IMAGES,
                  run.add(
                      TrainingSession.imageTensor(
                          rgb, offset, images, input.height(), input.width())));
      for (int head = 0; head < heads.size(); head++) {
        runner.fetch(SavedModelFile.logits(head));
      }
      Result result = run.add(runner.run());
      double[][][] logits = new double[heads.size()][][];
      for (int head = 0; head < logits.length; head++) {
        int labels = heads.get(head).labels().size();
        var raw = result.get(head).asRawTensor();
        if (raw.shape().size() != (long) images * labels) {
          throw new ModelFormatException(
              "%s: expected %d logits for each image; found %s"
                  .formatted(file, labels, raw.shape()));
        }
        logits[head] = TrainingSession.rows(raw, images, labels);
      }
      return logits;
    }
  }

  @Override
  public double[][] gradCam(byte[] rgb, UnaryOperator<double[][]> derivative) {
    return TfRuntime.call("explain an image", () -> explainer().gradCam(rgb, derivative));
  }

  @Override
  public double[][] integratedGradients(byte[] rgb, UnaryOperator<double[][]> derivative) {
    return TfRuntime.call(
        "explain an image", () -> explainer().integratedGradients(rgb, derivative));
  }

  /** Made when it is first wanted, on a graph of its own; closed with the session. */
  private TfExplainer explainer() {
    synchronized (explaining) {
      if (explainer == null) {
        explainer =
            scope.add(
                new TfExplainer(
                    definition,
                    config,
                    input.height(),
                    input.width(),
                    heads.stream().map(head -> head.labels().size()).toList()));
      }
      return explainer;
    }
  }

  @Override
  public void close() {
    scope.close();
  }

  @Override
  public String toString() {
    return "TensorFlow, %s".formatted(arithmetic.description());
  }
}
