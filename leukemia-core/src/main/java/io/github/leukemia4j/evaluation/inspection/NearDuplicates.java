package io.github.leukemia4j.evaluation.inspection;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.parallel.Parallel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds near-duplicates: pairs whose hashes differ in few bits, confirmed by the correlation of the
 * details of their grey pixels. On 1,700 real cells of three laboratories, copies at half the size
 * and a JPEG quality of 0.3 differ in at most 10 bits and correlate at 0.985 or more; different
 * cells as near as that, at up to 0.91. Without taking out what is coarse, cells that were cut out
 * of their background would all correlate: they are dark discs on white.
 *
 * <p>All pairs are compared, which takes one exclusive-or each: at this distance an index would
 * pass over few of them, and reading the images takes longer for up to a million.
 */
final class NearDuplicates {
  static final int MOST_BITS = 10;
  static final double LEAST_CORRELATION = 0.93;

  /** Of one image, so that ten thousand copies do not make fifty million pairs. */
  static final int MOST_PARTNERS = 100;

  private static final int HASH_ROWS = 8;
  private static final int SIDE = 16;
  private static final int REACH = 2;

  private final long[] hashes;
  private final byte[][] details;

  NearDuplicates(int size) {
    hashes = new long[size];
    details = new byte[size][];
  }

  /** From any thread, once for each readable image. */
  void add(int index, CellImage image) {
    hashes[index] = hash(image);
    byte[] rgb = image.resize(SIDE, SIDE).rgb();
    int[] grey = new int[SIDE * SIDE];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = sum(rgb, 3 * i) / 3;
    }
    byte[] detail = new byte[SIDE * SIDE];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int at = y * SIDE + x;
        int difference = (int) Math.round(grey[at] - meanAround(grey, y, x));
        detail[at] = (byte) Math.max(-128, Math.min(127, difference));
      }
    }
    details[index] = detail;
  }

  /**
   * A difference hash: the image is area-averaged to 8 rows of 9 pixels, and each of the 64 bits
   * stands for two neighbours in a row and is 1 where the right one is brighter. An image and a
   * copy of it, saved anew or at another size, differ in few bits; two images that have nothing in
   * common differ in 32 bits on average.
   */
  static long hash(CellImage image) {
    byte[] rgb = image.resize(HASH_ROWS, HASH_ROWS + 1).rgb();
    long hash = 0;
    for (int y = 0; y < HASH_ROWS; y++) {
      for (int x = 0; x < HASH_ROWS; x++) {
        int at = 3 * (y * (HASH_ROWS + 1) + x);
        hash = hash << 1 | (sum(rgb, at + 3) > sum(rgb, at) ? 1 : 0);
      }
    }
    return hash;
  }

  private static int sum(byte[] rgb, int at) {
    return (rgb[at] & 0xFF) + (rgb[at + 1] & 0xFF) + (rgb[at + 2] & 0xFF);
  }

  /** Of the 5 x 5 pixels around a place, as far as there are any. */
  private static double meanAround(int[] grey, int row, int column) {
    int sum = 0;
    int pixels = 0;
    for (int y = Math.max(0, row - REACH); y <= Math.min(SIDE - 1, row + REACH); y++) {
      for (int x = Math.max(0, column - REACH); x <= Math.min(SIDE - 1, column + REACH); x++) {
        sum += grey[y * SIDE + x];
        pixels++;
      }
    }
    return (double) sum / pixels;
  }

  /**
   * Contradicting pairs first, then those across patients, then the nearest; not identical ones.
   */
  List<Inspection.NearDuplicate> find(Verification verification, int threads)
      throws InterruptedException {
    List<Sample> samples = verification.dataset().samples();
    List<List<Inspection.NearDuplicate>> ofImage = new ArrayList<>();
    samples.forEach(sample -> ofImage.add(List.of()));
    Parallel.forEach(
        samples.size(),
        threads,
        i -> {
          List<Inspection.NearDuplicate> found = new ArrayList<>();
          for (int j = 0; j < i && details[i] != null && found.size() < MOST_PARTNERS; j++) {
            if (Long.bitCount(hashes[i] ^ hashes[j]) <= MOST_BITS && details[j] != null) {
              double correlation = correlation(details[i], details[j]);
              if (correlation >= LEAST_CORRELATION
                  && !identical(verification, samples.get(i), samples.get(j))) {
                found.add(pair(verification, i, j, correlation));
              }
            }
          }
          ofImage.set(i, found);
        },
        done -> {});
    return ofImage.stream()
        .flatMap(List::stream)
        .sorted(
            Comparator.comparing((Inspection.NearDuplicate pair) -> !pair.contradicting())
                .thenComparing(pair -> !pair.acrossPatients())
                .thenComparing(pair -> -pair.correlation())
                .thenComparing(pair -> pair.first().id())
                .thenComparing(pair -> pair.second().id()))
        .toList();
  }

  private static boolean identical(Verification verification, Sample a, Sample b) {
    return verification.digests().get(a.id()).equals(verification.digests().get(b.id()));
  }

  private Inspection.NearDuplicate pair(
      Verification verification, int i, int j, double correlation) {
    List<Sample> samples = verification.dataset().samples();
    boolean ordered = samples.get(i).id().compareTo(samples.get(j).id()) < 0;
    Sample first = samples.get(ordered ? i : j);
    Sample second = samples.get(ordered ? j : i);
    return new Inspection.NearDuplicate(
        first,
        second,
        Long.bitCount(hashes[i] ^ hashes[j]),
        correlation,
        verification.contradict(List.of(first, second)),
        first.patient().isPresent()
            && second.patient().isPresent()
            && !first.patient().equals(second.patient()));
  }

  /** Pearson's; 0 where an image is blank, which is like every other blank one. */
  private static double correlation(byte[] a, byte[] b) {
    double meanA = mean(a);
    double meanB = mean(b);
    double products = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      double x = a[i] - meanA;
      double y = b[i] - meanB;
      products += x * y;
      squaresA += x * x;
      squaresB += y * y;
    }
    return Math.min(squaresA, squaresB) < a.length ? 0 : products / Math.sqrt(squaresA * squaresB);
  }

  private static double mean(byte[] values) {
    int sum = 0;
    for (byte value : values) {
      sum += value;
    }
    return (double) sum / values.length;
  }
}
