package io.github.leukemia4j.evaluation.inspection;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.parallel.Parallel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds near-duplicates: pairs whose {@link Fingerprint}s are alike.
 *
 * <p>All pairs are compared, which takes one exclusive-or each: at this distance an index would
 * pass over few of them, and reading the images takes longer for up to a million.
 */
final class NearDuplicates {
  /** Of one image, so that ten thousand copies do not make fifty million pairs. */
  static final int MOST_PARTNERS = 100;

  private final long[] hashes;
  private final Fingerprint[] fingerprints;

  NearDuplicates(int size) {
    hashes = new long[size];
    fingerprints = new Fingerprint[size];
  }

  /** From any thread, once for each readable image. */
  void add(int index, CellImage image) {
    fingerprints[index] = Fingerprint.of(image);
    hashes[index] = fingerprints[index].hash();
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
          for (int j = 0; j < i && fingerprints[i] != null && found.size() < MOST_PARTNERS; j++) {
            if (Long.bitCount(hashes[i] ^ hashes[j]) <= Fingerprint.MOST_BITS
                && fingerprints[j] != null) {
              double correlation = fingerprints[i].correlation(fingerprints[j]);
              if (correlation >= Fingerprint.LEAST_CORRELATION
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
        fingerprints[i].distance(fingerprints[j]),
        correlation,
        verification.contradict(List.of(first, second)),
        first.patient().isPresent()
            && second.patient().isPresent()
            && !first.patient().equals(second.patient()));
  }
}
