package io.github.leukemia4j.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.model.ModelBundle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A bundle's ONNX file on a session that all calling threads share. */
final class OnnxNetwork implements Network {
  private static final String FILE = "model.onnx";
  private static final String IMAGES = "images";
  private static final String LOGITS = "logits";

  private final Path file;
  private final int height;
  private final int width;
  private final List<Head> heads;
  private final Set<String> outputs = new LinkedHashSet<>();
  private final OrtSession session;

  OnnxNetwork(ModelBundle bundle, OpenOptions options) throws IOException {
    this.file = bundle.file(FILE);
    this.height = bundle.manifest().input().height();
    this.width = bundle.manifest().input().width();
    this.heads = Head.listOf(bundle.manifest());
    for (int head = 0; head < heads.size(); head++) {
      outputs.add(head == 0 ? LOGITS : LOGITS + "." + head);
    }
    byte[] model = OnnxModelFile.read(file, bundle.manifest().input());
    try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      settings.setIntraOpNumThreads(options.threads());
      session = OnnxRuntime.environment().createSession(model, settings);
    } catch (OrtException e) {
      throw failure(file, "open a model", "a model that ONNX Runtime can run", e);
    }
  }

  @Override
  public List<Head> heads() {
    return heads;
  }

  @Override
  public Logits logits(byte[] rgb, int images) {
    ByteBuffer pixels = ByteBuffer.allocateDirect(rgb.length).put(rgb).rewind();
    long[] shape = {images, height, width, 3};
    try (OnnxTensor input =
            OnnxTensor.createTensor(OnnxRuntime.environment(), pixels, shape, OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of(IMAGES, input), outputs)) {
      double[][][] logits = new double[heads.size()][][];
      for (int head = 0; head < logits.length; head++) {
        if (!(result.get(head).getValue() instanceof float[][] rows)) {
          throw new ModelFormatException(
              "%s: expected logits [%d, %d]; found %s."
                  .formatted(
                      file, images, heads.get(head).labels().size(), result.get(head).getInfo()));
        }
        logits[head] = doubles(rows);
      }
      return Logits.of(logits);
    } catch (OrtException e) {
      throw failure(
          file,
          "classify %d images".formatted(images),
          "a network that takes images of %d x %d pixels".formatted(height, width),
          e);
    }
  }

  private static double[][] doubles(float[][] rows) {
    double[][] doubles = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      doubles[i] = new double[rows[i].length];
      for (int j = 0; j < rows[i].length; j++) {
        doubles[i][j] = rows[i][j];
      }
    }
    return doubles;
  }

  /**
   * ONNX Runtime has no code for a lack of memory, only words: "Failed to allocate memory ..." of
   * its own and "std::bad_alloc" of C++. What else it cannot do with this file is the file's fault.
   */
  static RuntimeException failure(Path file, String what, String expected, OrtException e) {
    String found = String.valueOf(e.getMessage());
    if (found.contains("allocate memory") || found.contains("bad_alloc")) {
      return new BackendException(
          "There must be memory to %s; ONNX Runtime had too little: %s. Free memory, or classify fewer images at once."
              .formatted(what, found),
          e);
    }
    return new ModelFormatException(
        "%s: expected %s; found %s".formatted(file, expected, found), e);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new BackendException("ONNX Runtime could not close: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return "ONNX Runtime";
  }
}
