package io.github.leukemia4j.tf;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
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
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TUint8;

/**
 * A bundle's network on a session that all calling threads share. Calls hold the read lock, {@link
 * #close()} the write lock, so that nothing native is freed under a running call.
 */
final class TfClassifier implements LeukemiaClassifier, Explainable {
  /** Of a chunk: as many images as make about 3 MB of pixels. */
  private static final int CHUNK_BYTES = 256 * 64 * 64 * 3;

  private final ModelBundle bundle;
  private final LabelSet labels;
  private final ModelManifest.Input input;
  private final int height;
  private final int width;
  private final Probabilities probabilities;
  private final Map<Label, Double> prevalence;
  private final Findings findings;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final TfScope scope;
  private final Session session;
  private final ConfigProto config;
  private final Object explaining = new Object();
  private TfExplainer explainer;

  /**
   * More chunks at once than there are processors would be no faster, and each needs native memory
   * for what its layers compute: however many threads call, these many need it.
   */
  private final Semaphore running =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));

  private boolean closed;

  TfClassifier(ModelBundle bundle, OpenOptions options) throws IOException {
    ModelManifest manifest = bundle.manifest();
    this.bundle = bundle;
    this.labels = manifest.labelSet();
    this.input = manifest.input();
    this.height = input.height();
    this.width = input.width();
    this.probabilities = Probabilities.of(manifest, options);
    this.prevalence = Probabilities.prevalence(manifest, options);
    this.findings = Findings.of(manifest, options);
    // From here on, whatever fails closes it.
    this.scope = new TfScope();
    try {
      Path file = bundle.file(SavedModelFile.DIRECTORY + "/" + SavedModelFile.FILE);
      GraphDef definition = SavedModelFile.read(file, input);
      this.config = TfRuntime.config(options.device(), options.threads());
      this.session = TfRuntime.call("open " + file, () -> open(file, definition));
      requireFittingOutput(file);
    } catch (IOException | RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  private Session open(Path file, GraphDef definition) {
    Graph graph = scope.add(new Graph());
    try {
      graph.importGraphDef(definition);
    } catch (RuntimeException e) {
      throw new ModelFormatException(
          file + ": expected a graph that TensorFlow can run; found " + e.getMessage(), e);
    }
    return scope.add(new Session(graph, config));
  }

  /** One blank image through the network: it warms the session up and shows the output's shape. */
  private void requireFittingOutput(Path file) {
    double[][] rows;
    try {
      rows = run(List.of(CellImage.ofRgb(height, width, new byte[height * width * 3])));
    } catch (RuntimeException e) {
      throw new ModelFormatException(
          file
              + ": expected a network that takes images of "
              + height
              + " x "
              + width
              + " pixels; found "
              + e.getMessage(),
          e);
    }
    for (double logit : rows[0]) {
      if (!Double.isFinite(logit)) {
        throw new ModelFormatException(
            file + ": expected finite logits for a blank image; found " + logit + ".");
      }
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
      int chunk = Math.max(1, CHUNK_BYTES / (height * width * 3));
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
        GraphDef definition = session.graph().toGraphDef();
        explainer =
            scope.add(
                new TfExplainer(definition, config, probabilities, height, width, labels.size()));
      }
      return explainer;
    }
  }

  private double[][] runWhenFree(List<CellImage> images) {
    running.acquireUninterruptibly();
    try {
      return TfRuntime.call("classify " + images.size() + " images", () -> run(images));
    } finally {
      running.release();
    }
  }

  /**
   * @param images of the network's size
   */
  private double[][] run(List<CellImage> images) {
    try (TfScope run = new TfScope()) {
      var result =
          run.add(
              session
                  .runner()
                  .feed(SavedModelFile.IMAGES, run.add(tensor(images)))
                  .fetch(SavedModelFile.LOGITS)
                  .run());
      var raw = result.get(0).asRawTensor();
      if (raw.shape().size() != (long) images.size() * labels.size()) {
        throw new ModelFormatException(
            "expected " + labels.size() + " logits for each image; found " + raw.shape());
      }
      return TrainingGraph.rows(raw, images.size(), labels.size());
    }
  }

  /** Image by image through an array that stays in the processor's cache. */
  private TUint8 tensor(List<CellImage> images) {
    TUint8 tensor = TUint8.tensorOf(Shape.of(images.size(), height, width, 3));
    ByteDataBuffer pixels = tensor.asRawTensor().data();
    byte[] rgb = new byte[height * width * 3];
    for (int i = 0; i < images.size(); i++) {
      input.recolour(images.get(i)).copyTo(rgb, 0);
      pixels.offset((long) i * rgb.length).write(rgb);
    }
    return tensor;
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
    return "TfClassifier[" + bundle.manifest().name() + " " + labels + "]";
  }
}
