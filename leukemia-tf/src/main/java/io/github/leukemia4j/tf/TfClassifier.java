package io.github.leukemia4j.tf;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.backend.Findings;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.Probabilities;
import io.github.leukemia4j.explanation.Explainable;
import io.github.leukemia4j.explanation.Heatmap;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;

/**
 * A bundle's network on a session that all calling threads share. Calls hold the read lock, {@link
 * #close()} the write lock, so that nothing native is freed under a running call.
 */
final class TfClassifier implements LeukemiaClassifier, Explainable {
  /**
   * Of a chunk, over all views of its images: what the layers make of them should stay in a cache.
   * {@code docs/decisions/serving.md} has what was measured.
   */
  private static final int CHUNK_PIXELS = 256 * 64 * 64;

  private static final int VIEWS = 8;

  /** More chunks at once than there are processors would be no faster. */
  private static final int CHUNKS_ON_CPU = Math.max(2, Runtime.getRuntime().availableProcessors());

  /** One is computed while the next is made ready; each takes of the GPU's memory. */
  private static final int CHUNKS_ON_GPU = 2;

  private final ModelBundle bundle;
  private final LabelSet labels;
  private final ModelManifest.Input input;
  private final int height;
  private final int width;
  private final Probabilities probabilities;
  private final Map<Label, Double> prevalence;
  private final Findings findings;
  private final int chunk;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final GraphDef definition;
  private final ConfigProto config;
  private final TfScope scope;
  private final Inference inference;
  private final Object explaining = new Object();
  private TfExplainer explainer;

  /** So many threads may have a chunk computed at once; each needs native memory for its layers. */
  private final Semaphore running;

  private boolean closed;

  TfClassifier(ModelBundle bundle, OpenOptions options) throws IOException {
    this(bundle, options, Set.of(), InvariantGraph::of);
  }

  /**
   * @param further operations that installed architectures declare
   * @param rewriting what makes the graph invariant on a CPU
   */
  TfClassifier(
      ModelBundle bundle,
      OpenOptions options,
      Set<String> further,
      Function<Graph, GraphDef> rewriting)
      throws IOException {
    ModelManifest manifest = bundle.manifest();
    this.bundle = bundle;
    this.labels = manifest.labelSet();
    this.input = manifest.input();
    this.height = input.height();
    this.width = input.width();
    this.probabilities = Probabilities.of(manifest, options);
    this.prevalence = Probabilities.prevalence(manifest, options);
    this.findings = Findings.of(manifest, options);
    boolean eight = manifest.testTimeAugmentation().equals(SavedModelFile.EIGHT_VIEWS);
    this.chunk = Math.max(1, CHUNK_PIXELS / (height * width * (eight ? VIEWS : 1)));
    // From here on, whatever fails closes it.
    this.scope = new TfScope();
    try {
      Path file = bundle.file(SavedModelFile.DIRECTORY + "/" + SavedModelFile.FILE);
      this.definition = SavedModelFile.read(file, input, further);
      this.config = TfRuntime.config(options.device(), options.threads());
      boolean onCpu = TfRuntime.deviceName(options.device()).equals("CPU");
      this.running = new Semaphore(onCpu ? CHUNKS_ON_CPU : CHUNKS_ON_GPU);
      this.inference =
          TfRuntime.call(
              "open " + file,
              () ->
                  scope.add(
                      new Inference(
                          file, definition, config, onCpu, rewriting, input, labels.size())));
    } catch (IOException | RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  @Override
  public LabelSet labels() {
    return labels;
  }

  @Override
  public Optional<ModelBundle> bundle() {
    return Optional.of(bundle);
  }

  @Override
  public Map<Label, Double> prevalence() {
    return prevalence;
  }

  @Override
  public List<Prediction> classifyAll(List<CellImage> images) {
    lock.readLock().lock();
    try {
      requireOpen();
      List<Prediction> predictions = new ArrayList<>(images.size());
      for (int from = 0; from < images.size(); from += chunk) {
        List<CellImage> given = images.subList(from, Math.min(images.size(), from + chunk));
        // Before and after the network the images are looked at one by one, on all processors.
        List<CellImage> some = given.parallelStream().map(input::resized).toList();
        double[][] rows = runWhenFree(some);
        predictions.addAll(
            IntStream.range(0, rows.length)
                .parallel()
                .mapToObj(
                    i -> findings.add(given.get(i), some.get(i), probabilities.predict(rows[i])))
                .toList());
      }
      return List.copyOf(predictions);
    } finally {
      lock.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "The classifier must be open; it was closed. Open the bundle again.");
    }
  }

  @Override
  public Heatmap gradCam(CellImage image, Label label) {
    return explain(image, label, TfExplainer::gradCam);
  }

  @Override
  public Heatmap integratedGradients(CellImage image, Label label) {
    return explain(image, label, TfExplainer::integratedGradients);
  }

  @FunctionalInterface
  private interface Explaining {
    double[][] explain(TfExplainer explainer, byte[] rgb, int label);
  }

  private Heatmap explain(CellImage image, Label label, Explaining method) {
    int index = labels.indexOf(label);
    lock.readLock().lock();
    try {
      requireOpen();
      byte[] rgb = input.recolour(input.resized(image)).rgb();
      double[][] heat =
          TfRuntime.call("explain " + label, () -> method.explain(explainer(), rgb, index));
      CellImage seen = image.centre(input.centreCrop());
      return Heatmap.of(heat)
          .resize(seen.height(), seen.width())
          .centredIn(image.height(), image.width());
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Made when it is first wanted, on a graph of its own; closed with the session. */
  private TfExplainer explainer() {
    synchronized (explaining) {
      if (explainer == null) {
        explainer =
            scope.add(
                new TfExplainer(definition, config, probabilities, height, width, labels.size()));
      }
      return explainer;
    }
  }

  /** What keeps an image's bits the same, or that nothing does. */
  Arithmetic arithmetic() {
    return inference.arithmetic();
  }

  private double[][] runWhenFree(List<CellImage> images) {
    running.acquireUninterruptibly();
    try {
      return TfRuntime.call(
          "classify " + images.size() + " images", () -> inference.logits(images));
    } finally {
      running.release();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        scope.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public String toString() {
    return "TfClassifier[%s %s, %s]"
        .formatted(bundle.manifest().name(), labels, arithmetic().description());
  }
}
