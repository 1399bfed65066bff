package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.HeadManifest.Kind;
import io.github.leukemia4j.model.ModelManifest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The arithmetic of an opened bundle: pixels in, logits out. Thread-safe. The library resizes and
 * recolours images, cuts lists of them into chunks, limits how many chunks run at once, and closes
 * the network when no call is running; an implementation does none of that. {@code
 * io.github.leukemia4j.testkit.NetworkContract} proves one.
 */
public interface Network extends AutoCloseable {
  /** The questions that it answers, as the manifest lists them. At least one. */
  List<Head> heads();

  /**
   * Computes the logits of some images. May be called by several threads at once. On a CPU an
   * image's logits do not depend on the images beside it.
   *
   * @param rgb {@code [images, height, width, 3]} of the size that the manifest states, with the
   *     colours that the network is fed; it stays the caller's and is not changed
   * @param images how many there are, at least 1
   * @return one row for each head and image, {@code [heads][images][labels]}
   * @throws ModelFormatException where the network does not fit its manifest
   * @throws BackendException where the backend fails, or there is too little memory
   */
  Logits logits(byte[] rgb, int images);

  /**
   * How many calls of {@link #logits} may run at once: each holds what its layers compute. By
   * default as many as there are processors, and at least 2, so that one chunk is computed while
   * the next is prepared.
   */
  default int callsAtOnce() {
    return Math.max(2, Runtime.getRuntime().availableProcessors());
  }

  /** Frees what the network holds. Called once, when no other call is running. */
  @Override
  void close();

  /**
   * A network that computes gradients of its logits, to show which pixels speak for a label.
   * Thread-safe.
   */
  interface Explainable extends Network {
    /**
     * Weighs the last block's channels by the mean gradient of a value with respect to them, and
     * cuts negative sums at 0 (Grad-CAM, Selvaraju et al. 2017).
     *
     * @param rgb one image, {@code [height, width, 3]}, as the network is fed
     * @param derivative from the logits of all heads, {@code [heads][labels]}, to the derivatives
     *     of the explained value with respect to them
     * @return {@code [rows][columns]} of the last block's output, 0 or more
     * @throws BackendException where the backend fails, or the network has no such block
     */
    double[][] gradCam(byte[] rgb, UnaryOperator<double[][]> derivative);

    /**
     * Integrates the gradients of a value along the straight way from an image of the mean colour
     * to this one, times the difference, summed over the colours (Sundararajan et al. 2017).
     *
     * @param rgb one image, {@code [height, width, 3]}, as the network is fed
     * @param derivative from the logits of all heads, {@code [heads][labels]}, to the derivatives
     *     of the explained value with respect to them
     * @return {@code [height][width]}; sums to the value of the image less that of the mean colour
     * @throws BackendException where the backend fails
     */
    double[][] integratedGradients(byte[] rgb, UnaryOperator<double[][]> derivative);
  }

  /**
   * What a network says of some images: {@code [heads][images][labels]}, before any correction of
   * priors, temperature or softmax. The arrays are not copied: whoever makes or takes them owns
   * them.
   */
  final class Logits {
    private final double[][][] values;

    private Logits(double[][][] values) {
      this.values = values;
    }

    /**
     * The logits of a network with several heads.
     *
     * @param values {@code [heads][images][labels]}, the same number of images for every head
     * @throws IllegalArgumentException where there is no head, or one has other images than the
     *     first
     */
    public static Logits of(double[][][] values) {
      if (values.length == 0
          || !Arrays.stream(values).allMatch(head -> head.length == values[0].length)) {
        throw new IllegalArgumentException(
            "There must be logits of at least one head, for the same images each; found %s images."
                .formatted(
                    Arrays.toString(Arrays.stream(values).mapToInt(h -> h.length).toArray())));
      }
      return new Logits(values);
    }

    /** The number of heads. */
    public int heads() {
      return values.length;
    }

    /** The number of images. */
    public int images() {
      return values[0].length;
    }

    /** One head's logits, {@code [images][labels]}. */
    public double[][] ofHead(int head) {
      return values[head];
    }

    /** One head's logits of one image, {@code [labels]}. */
    public double[] row(int head, int image) {
      return values[head][image];
    }
  }

  /**
   * One question that a network answers.
   *
   * @param stage the inner node of the taxonomy whose children are the labels; for a head that
   *     answers no stage its own name, such as that of a column
   * @param labels the answers, in the order of the head's logits, with the positive one marked
   * @param kind what it answers
   */
  record Head(Label stage, LabelSet labels, Kind kind) {
    /** Checks nothing but null. */
    public Head {
      Objects.requireNonNull(stage, "stage");
      Objects.requireNonNull(labels, "labels");
      Objects.requireNonNull(kind, "kind");
    }

    /** The head of a stage. */
    public Head(Label stage, LabelSet labels) {
      this(stage, labels, Kind.STAGE);
    }

    /** The heads of a bundle's network, in the manifest's order. */
    public static List<Head> listOf(ModelManifest manifest) {
      return manifest.heads().stream().map(Head::of).toList();
    }

    /** The head that a manifest describes. */
    public static Head of(HeadManifest head) {
      return new Head(Label.of(head.stage()), head.labelSet(), head.kind());
    }

    /** Whether it answers a stage of the taxonomy. */
    public boolean isOfStage() {
      return kind == Kind.STAGE;
    }

    /**
     * What the head shall say of a sample; empty where the sample says nothing of it, and so does
     * not reach it.
     *
     * @param taxonomy that has the sample's label and, of a stage's head, the stage
     * @throws IllegalArgumentException where a value in the column cannot be a label
     */
    public Optional<Label> answer(Taxonomy taxonomy, Sample sample) {
      Optional<Label> said =
          switch (kind) {
            case STAGE -> taxonomy.childTowards(stage, sample.label());
            case AUXILIARY -> sample.value(stage.name());
            case LEAVES -> Optional.of(sample.label());
          };
      return said.filter(labels::contains);
    }
  }
}
