package io.github.leukemia4j.explanation;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.backend.Network.Explainable;
import io.github.leukemia4j.inference.HeadClassifier;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Makes heat maps of what classifiers and pipelines answer. */
public final class Explanations {
  /** The side of the square that occlusion covers, as a share of the image's shorter side. */
  private static final double COVERED = 1 / 6.0;

  /** Images that are classified at once. */
  private static final int CHUNK = 32;

  /** Below it, a probability without logits counts as this, so that its logarithm is finite. */
  private static final double LEAST = 1e-12;

  private Explanations() {}

  /**
   * Which pixels speak for a label.
   *
   * @param label any of the classifier's, whether it is the most probable or not
   * @return of the image's size
   * @throws IllegalArgumentException where the label is none of the classifier's
   * @throws UnsupportedOperationException where the method needs gradients, which the classifier's
   *     backend does not compute
   */
  public static Heatmap explain(
      LeukemiaClassifier classifier, CellImage image, Label label, Method method) {
    classifier.labels().indexOf(label);
    if (method == Method.OCCLUSION) {
      return occlusion(classifier, image, label);
    }
    if (!(classifier instanceof HeadClassifier head && head.explains())) {
      throw new UnsupportedOperationException(
          "The method %s needs a classifier whose backend computes gradients; found %s. Use the method %s."
              .formatted(method, classifier, Method.OCCLUSION));
    }
    double[][] heat =
        method == Method.GRAD_CAM
            ? head.explain(image, label, Explainable::gradCam)
            : head.explain(image, label, Explainable::integratedGradients);
    CellImage seen = head.model().seen(image);
    return Heatmap.of(heat)
        .resize(seen.height(), seen.width())
        .centredIn(image.height(), image.width());
  }

  /**
   * Why a pipeline went the way it did: for each stage that the image passes, which pixels speak
   * for the label that was chosen there, or the most probable one where the stage left the question
   * open.
   *
   * @return by inner node, from the root down
   * @throws UnsupportedOperationException where the method needs gradients, which a stage's backend
   *     does not compute
   */
  public static Map<Label, Heatmap> alongPath(
      MultilevelPipeline pipeline, CellImage image, Method method) {
    Map<Label, Heatmap> maps = new LinkedHashMap<>();
    MultilevelResult result = pipeline.classify(image);
    result
        .stages()
        .forEach(
            (node, prediction) ->
                maps.put(
                    node,
                    explain(
                        pipeline.classifiers().get(node),
                        image,
                        result.chosen(node).orElse(prediction.label()),
                        method)));
    return maps;
  }

  /** The squares overlap by half; a pixel's heat is the mean over the squares that cover it. */
  private static Heatmap occlusion(LeukemiaClassifier classifier, CellImage image, Label label) {
    int h = image.height();
    int w = image.width();
    int side = Math.max(1, (int) Math.round(COVERED * Math.min(h, w)));
    int step = Math.max(1, side / 2);
    byte[] rgb = image.rgb();
    byte[] mean = meanColour(rgb);
    List<int[]> corners = new ArrayList<>();
    for (int top = 0; top < h - side + step; top += step) {
      for (int left = 0; left < w - side + step; left += step) {
        corners.add(new int[] {Math.min(top, h - side), Math.min(left, w - side)});
      }
    }
    double uncovered = logOdds(classifier, classifier.classify(image), label);
    double[][] sums = new double[h][w];
    int[][] counts = new int[h][w];
    for (int from = 0; from < corners.size(); from += CHUNK) {
      List<int[]> some = corners.subList(from, Math.min(corners.size(), from + CHUNK));
      List<CellImage> covered = some.stream().map(c -> cover(rgb, h, w, c, side, mean)).toList();
      List<Prediction> predictions = classifier.classifyAll(covered);
      for (int i = 0; i < some.size(); i++) {
        double fall = uncovered - logOdds(classifier, predictions.get(i), label);
        int[] corner = some.get(i);
        for (int row = corner[0]; row < corner[0] + side; row++) {
          for (int column = corner[1]; column < corner[1] + side; column++) {
            sums[row][column] += fall;
            counts[row][column]++;
          }
        }
      }
    }
    for (int row = 0; row < h; row++) {
      for (int column = 0; column < w; column++) {
        sums[row][column] /= counts[row][column];
      }
    }
    return Heatmap.of(sums);
  }

  private static CellImage cover(
      byte[] rgb, int height, int width, int[] corner, int side, byte[] colour) {
    byte[] covered = rgb.clone();
    for (int row = corner[0]; row < corner[0] + side; row++) {
      for (int column = corner[1]; column < corner[1] + side; column++) {
        System.arraycopy(colour, 0, covered, (row * width + column) * 3, 3);
      }
    }
    return CellImage.ofRgb(height, width, covered);
  }

  private static byte[] meanColour(byte[] rgb) {
    long[] sums = new long[3];
    for (int i = 0; i < rgb.length; i++) {
      sums[i % 3] += rgb[i] & 0xFF;
    }
    byte[] mean = new byte[3];
    for (int channel = 0; channel < 3; channel++) {
      mean[channel] = (byte) Math.round(3.0 * sums[channel] / rgb.length);
    }
    return mean;
  }

  /** Of the label against all others together. */
  private static double logOdds(LeukemiaClassifier classifier, Prediction prediction, Label label) {
    int at = prediction.labels().indexOf(label);
    if (classifier instanceof HeadClassifier head && prediction.logits().isPresent()) {
      return head.scale().logOdds(prediction.logits().get(), at);
    }
    double[] p = prediction.probabilities();
    double others = 0;
    for (int i = 0; i < p.length; i++) {
      others += i == at ? 0 : p[i];
    }
    return Math.log(Math.max(LEAST, p[at])) - Math.log(Math.max(LEAST, others));
  }

  /** The ways to make a heat map. */
  public enum Method {
    /**
     * Weighs the channels of the last convolution block by the gradients of the label's log odds,
     * averaged over the pixels, and cuts negative sums at 0 (Selvaraju et al. 2017). The map is
     * coarse: it is as fine as that block.
     */
    GRAD_CAM,
    /**
     * Integrates the gradients along the straight line from an image of the mean colour to the
     * image, and multiplies them by the difference of the two (Sundararajan et al. 2017). The map
     * is as fine as the network's input. Its values sum to what the image adds to the label's log
     * odds.
     */
    INTEGRATED_GRADIENTS,
    /**
     * Measures by how much the label's log odds fall when a square of the image is covered with the
     * mean colour (Zeiler and Fergus 2014). It needs only the classifier's answers.
     */
    OCCLUSION
  }

  /**
   * How much each pixel of an image speaks for a label, shape [height, width]: above 0 for it,
   * below 0 against it, on a scale that only fits this map. Immutable.
   */
  public static final class Heatmap {
    /** Of the hottest pixels in an overlay; the rest is the image in its own colours. */
    private static final double OPACITY = 0.6;

    /** What speaks for the label: yellow, which no usual stain has. */
    static final int FOR = 0xFFD400;

    /** What speaks against it: a green that is told from yellow by every kind of colour vision. */
    static final int AGAINST = 0x00A98F;

    private final double[][] values;

    private Heatmap(double[][] values) {
      this.values = values;
    }

    /**
     * @param values [height, width], finite; copied
     * @throws IllegalArgumentException where there are none, rows differ in length, or one is not
     *     finite
     */
    public static Heatmap of(double[][] values) {
      Objects.requireNonNull(values, "values");
      int width = values.length == 0 ? 0 : values[0].length;
      boolean fits =
          width > 0
              && Arrays.stream(values)
                  .allMatch(
                      row -> row.length == width && Arrays.stream(row).allMatch(Double::isFinite));
      if (!fits) {
        throw new IllegalArgumentException(
            "A heat map must have rows of one length, at least 1, with finite values; found %s rows, the first of %s."
                .formatted(values.length, width));
      }
      return new Heatmap(Arrays.stream(values).map(double[]::clone).toArray(double[][]::new));
    }

    /** In pixels. */
    public int height() {
      return values.length;
    }

    /** In pixels. */
    public int width() {
      return values[0].length;
    }

    /**
     * One pixel's heat.
     *
     * @param row from the top, from 0
     * @param column from the left, from 0
     */
    public double value(int row, int column) {
      return values[row][column];
    }

    /** A copy: [height, width]. */
    public double[][] values() {
      return Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
    }

    /** The map at another size, bilinear between the centres of its pixels. */
    public Heatmap resize(int height, int width) {
      double[][] resized = new double[height][width];
      for (int row = 0; row < height; row++) {
        double y = place(row, height, height());
        int above = (int) y;
        int below = Math.min(above + 1, height() - 1);
        for (int column = 0; column < width; column++) {
          double x = place(column, width, width());
          int left = (int) x;
          int right = Math.min(left + 1, width() - 1);
          double upper = mix(values[above][left], values[above][right], x - left);
          double lower = mix(values[below][left], values[below][right], x - left);
          resized[row][column] = mix(upper, lower, y - above);
        }
      }
      return Heatmap.of(resized);
    }

    /**
     * The map in the middle of another that is 0 elsewhere, for a network that saw only the middle
     * of an image, see {@link CellImage#centre}. What lies outside of the other is cut off.
     */
    public Heatmap centredIn(int height, int width) {
      double[][] around = new double[height][width];
      int top = Math.floorDiv(height - height(), 2);
      int left = Math.floorDiv(width - width(), 2);
      int inner = Math.max(0, -left);
      for (int row = Math.max(0, -top); row < Math.min(height(), height - top); row++) {
        System.arraycopy(
            values[row],
            inner,
            around[top + row],
            Math.max(0, left),
            Math.min(width, width() - inner));
      }
      return new Heatmap(around);
    }

    private static double place(int index, int size, int ownSize) {
      double place = (index + 0.5) * ownSize / size - 0.5;
      return Math.max(0, Math.min(ownSize - 1, place));
    }

    private static double mix(double a, double b, double share) {
      return a + share * (b - a);
    }

    /**
     * The heat over the image in its own colours: yellow speaks for the label, green against it,
     * the more the less the image shines through. Where there is no heat the image is as it was, so
     * that the stain stays visible.
     *
     * @return of the image's size
     */
    public CellImage overlay(CellImage image) {
      int h = image.height();
      int w = image.width();
      Heatmap map = h == height() && w == width() ? this : resize(h, w);
      double most = map.bright();
      byte[] rgb = new byte[h * w * 3];
      int at = 0;
      for (int row = 0; row < h; row++) {
        for (int column = 0; column < w; column++) {
          double share = most > 0 ? map.values[row][column] / most : 0;
          double opacity = OPACITY * Math.min(1, Math.abs(share));
          int colour = share >= 0 ? FOR : AGAINST;
          for (int channel = 0; channel < 3; channel++) {
            int heat = colour >> 16 - 8 * channel & 0xFF;
            rgb[at++] = (byte) Math.round(mix(image.value(row, column, channel), heat, opacity));
          }
        }
      }
      return CellImage.ofRgb(h, w, rgb);
    }

    /**
     * The strength that only a hundredth of the pixels exceed, so that single spikes do not hide
     * the rest.
     */
    private double bright() {
      double[] sorted =
          Arrays.stream(values).flatMapToDouble(Arrays::stream).map(Math::abs).sorted().toArray();
      double bright = sorted[(int) Math.ceil(0.99 * sorted.length) - 1];
      return bright > 0 ? bright : sorted[sorted.length - 1];
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Heatmap that && Arrays.deepEquals(values, that.values);
    }

    @Override
    public int hashCode() {
      return Arrays.deepHashCode(values);
    }

    @Override
    public String toString() {
      return "Heatmap[" + height() + " x " + width() + "]";
    }
  }
}
