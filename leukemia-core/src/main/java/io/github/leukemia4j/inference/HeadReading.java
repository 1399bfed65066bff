package io.github.leukemia4j.inference;

import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelManifest;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The logits of one head from those of all heads of its network: its own, or their mean with the
 * log-sums of another head's ({@link HeadManifest.Reading}). Immutable and thread-safe.
 */
public final class HeadReading {
  private final int number;
  private final int source;
  private final int[][] places;
  private final double own;

  private HeadReading(int number, int source, int[][] places, double own) {
    this.number = number;
    this.source = source;
    this.places = places;
    this.own = own;
  }

  /**
   * @param number the head's place in its network
   */
  public static HeadReading ofOwn(int number) {
    return new HeadReading(number, number, new int[0][], 1);
  }

  /**
   * @param number the head's place in its network
   * @param source the place of the head that it is read from
   * @param places of that head's labels below each label, {@code [labels][values]}
   * @param own the share of its own logits in the mean, 0 to 1
   */
  public static HeadReading of(int number, int source, int[][] places, double own) {
    return new HeadReading(number, source, places, own);
  }

  /** That of a head of a bundle. */
  public static HeadReading of(ModelManifest manifest, HeadManifest head) {
    int number = manifest.heads().indexOf(head);
    return head.reading() == null
        ? ofOwn(number)
        : of(
            number,
            manifest.source(head),
            manifest.places(head).orElseThrow(),
            head.reading().own());
  }

  /**
   * The head's logits of one image.
   *
   * @param all the logits of each head of the network by its place, {@code [labels]}
   * @return {@code [labels]}; an array of the caller's where the head is read by its own alone
   */
  public double[] logits(IntFunction<double[]> all) {
    if (own == 1) {
      return all.apply(number);
    }
    double[] sums = sums(all.apply(source));
    if (own > 0) {
      double[] mine = all.apply(number);
      Arrays.setAll(sums, label -> own * mine[label] + (1 - own) * sums[label]);
    }
    return sums;
  }

  /**
   * The derivatives with respect to the logits of all heads of something that depends on {@link
   * #logits}.
   *
   * @param all the logits of one image, {@code [heads][labels]}
   * @param slopes its derivatives with respect to the head's logits, {@code [labels]}
   * @return {@code [heads][labels]}
   */
  double[][] slopes(double[][] all, double[] slopes) {
    double[][] gradient =
        Arrays.stream(all).map(row -> new double[row.length]).toArray(double[][]::new);
    Arrays.setAll(gradient[number], label -> own * slopes[label]);
    if (own < 1) {
      double[] sums = sums(all[source]);
      for (int label = 0; label < places.length; label++) {
        for (int value : places[label]) {
          gradient[source][value] +=
              (1 - own) * slopes[label] * Math.exp(all[source][value] - sums[label]);
        }
      }
    }
    return gradient;
  }

  /** The logarithm of the sum of the exponentials of each label's values. */
  private double[] sums(double[] logits) {
    return Arrays.stream(places)
        .mapToDouble(
            values -> {
              double most = IntStream.of(values).mapToDouble(i -> logits[i]).max().orElseThrow();
              return most
                  + Math.log(
                      IntStream.of(values).mapToDouble(i -> Math.exp(logits[i] - most)).sum());
            })
        .toArray();
  }
}
