package io.github.leukemia4j.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.backend.Findings;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.Probabilities;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A session that all calling threads share. Calls hold the read lock, {@link #close()} the write
 * lock, so that nothing native is freed under a running call.
 */
final class OnnxClassifier implements LeukemiaClassifier {
  private static final String FILE = "model.onnx";
  private static final String IMAGES = "images";
  private static final String LOGITS = "logits";

  /** Of a chunk, over all views of its images: what its layers compute stays in the cache. */
  private static final int CHUNK_BYTES = 128 * 64 * 64 * 3;

  private static final int EIGHT_VIEWS = 8;

  private final ModelBundle bundle;
  private final LabelSet labels;
  private final int height;
  private final int width;
  private final Probabilities probabilities;
  private final Map<Label, Double> prevalence;
  private final Findings findings;
  private final OrtSession session;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** However many threads call, these many chunks need memory for what their layers compute. */
  private final Semaphore running =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));

  private boolean closed;

  OnnxClassifier(ModelBundle bundle, OpenOptions options) throws IOException {
    this.bundle = bundle;
    this.labels = bundle.manifest().labelSet();
    this.height = bundle.manifest().input().height();
    this.width = bundle.manifest().input().width();
    this.probabilities = Probabilities.of(bundle.manifest(), options);
    this.prevalence = Probabilities.prevalence(bundle.manifest(), options);
    this.findings = Findings.of(bundle.manifest(), options);
    Path file = bundle.file(FILE);
    byte[] model = OnnxModelFile.read(file, bundle.manifest().input());
    OrtEnvironment environment = OnnxRuntime.environment();
    try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      settings.setIntraOpNumThreads(options.threads());
      session = environment.createSession(model, settings);
    } catch (OrtException e) {
      throw new ModelFormatException(
          file + ": expected a model that ONNX Runtime can run; found " + e.getMessage(), e);
    }
    try {
      run(List.of(CellImage.ofRgb(height, width, new byte[height * width * 3])));
    } catch (RuntimeException e) {
      close();
      throw new ModelFormatException(
          file + ": expected a network that fits its manifest; found " + e.getMessage(), e);
    } catch (Error e) {
      close();
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
      if (closed) {
        throw new IllegalStateException(
            "The classifier must be open; it was closed. Open the bundle again.");
      }
      int chunk = Math.max(1, CHUNK_BYTES / (height * width * 3 * views()));
      List<Prediction> predictions = new ArrayList<>(images.size());
      for (int from = 0; from < images.size(); from += chunk) {
        List<CellImage> some = images.subList(from, Math.min(images.size(), from + chunk));
        running.acquireUninterruptibly();
        try {
          predictions.addAll(run(some));
        } finally {
          running.release();
        }
      }
      return List.copyOf(predictions);
    } finally {
      lock.readLock().unlock();
    }
  }

  private int views() {
    return bundle.manifest().testTimeAugmentation().equals("dihedral") ? EIGHT_VIEWS : 1;
  }

  private List<Prediction> run(List<CellImage> images) {
    byte[] rgb = new byte[height * width * 3];
    ByteBuffer pixels = ByteBuffer.allocateDirect(images.size() * rgb.length);
    ModelManifest.Input wanted = bundle.manifest().input();
    List<CellImage> resized = images.stream().map(wanted::resized).toList();
    for (CellImage image : resized) {
      wanted.recolour(image).copyTo(rgb, 0);
      pixels.put(rgb);
    }
    long[] shape = {images.size(), height, width, 3};
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OnnxRuntime.environment(), pixels.rewind(), shape, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of(IMAGES, input), Set.of(LOGITS))) {
      List<Prediction> predictions = new ArrayList<>(images.size());
      if (!(result.get(0).getValue() instanceof float[][] rows) || rows.length != images.size()) {
        throw new ModelFormatException(
            "expected logits [%d, %d]; found %s"
                .formatted(images.size(), labels.size(), result.get(0).getInfo()));
      }
      for (float[] row : rows) {
        double[] logits = new double[row.length];
        for (int i = 0; i < row.length; i++) {
          logits[i] = row[i];
        }
        int at = predictions.size();
        predictions.add(
            findings.add(images.get(at), resized.get(at), probabilities.predict(logits)));
      }
      return predictions;
    } catch (OrtException e) {
      throw new BackendException("ONNX Runtime could not classify: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } catch (OrtException e) {
      throw new BackendException("ONNX Runtime could not close: " + e.getMessage(), e);
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public String toString() {
    return "OnnxClassifier[" + bundle.manifest().name() + " " + labels + "]";
  }
}
