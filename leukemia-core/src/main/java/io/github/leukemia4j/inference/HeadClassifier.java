package io.github.leukemia4j.inference;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.backend.Network.Explainable;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What one head of an opened model answers. To close it closes the model, and with it the
 * classifiers of its other heads. Thread-safe.
 */
public final class HeadClassifier implements LeukemiaClassifier {
  private final OpenModel model;
  private final int number;
  private final ProbabilityScale scale;
  private final HeadReading reading;

  HeadClassifier(OpenModel model, int number, ModelManifest manifest, OpenOptions options) {
    HeadManifest head = manifest.heads().get(number);
    this.model = model;
    this.number = number;
    this.scale = ProbabilityScale.of(head, options.prevalence());
    this.reading = HeadReading.of(manifest, head);
  }

  /** What it says of an image by the logits of all heads. */
  Prediction predict(Logits all, int image) {
    return scale.predict(reading.logits(head -> all.row(head, image)));
  }

  private double[][] slopes(double[][] all, int label) {
    return reading.slopes(all, scale.logOddsGradient(reading.logits(head -> all[head]), label));
  }

  /** The model, which answers for all its heads at once. */
  public OpenModel model() {
    return model;
  }

  /** The place of its head among those of the model. */
  public int number() {
    return number;
  }

  /** What the manifest says of its head. */
  @Override
  public Optional<HeadManifest> head() {
    return Optional.of(model.bundle().manifest().heads().get(number));
  }

  @Override
  public LabelSet labels() {
    return scale.labels();
  }

  @Override
  public Optional<ModelBundle> bundle() {
    return Optional.of(model.bundle());
  }

  /** What makes probabilities of its logits. */
  public ProbabilityScale scale() {
    return scale;
  }

  @Override
  public List<Prediction> classifyAll(List<CellImage> images) {
    return model.classifyAll(images).get(number);
  }

  /** Whether its network computes the gradients that explanations need. */
  public boolean explains() {
    return model.explains();
  }

  /** A way of an {@link Explainable} network to explain, such as {@code Explainable::gradCam}. */
  public interface Method {
    /** As the network's method of that form. */
    double[][] explain(Explainable network, byte[] rgb, UnaryOperator<double[][]> derivative);
  }

  /**
   * Explains a label's log odds.
   *
   * @return {@code [rows][columns]} of the part of the image that the network sees
   * @throws IllegalArgumentException where the label is none of the classifier's
   * @throws IllegalStateException where the model is closed
   * @throws BackendException where the backend fails, or the network is not made for the method
   */
  public double[][] explain(CellImage image, Label label, Method method) {
    int index = labels().indexOf(label);
    return model.explain(
        image, (network, rgb) -> method.explain(network, rgb, all -> slopes(all, index)));
  }

  @Override
  public void close() {
    model.close();
  }

  @Override
  public String toString() {
    return "LeukemiaClassifier[%s of %s]".formatted(labels(), model);
  }
}
