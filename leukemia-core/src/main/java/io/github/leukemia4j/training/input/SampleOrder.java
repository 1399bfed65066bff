package io.github.leukemia4j.training.input;

import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Which sample comes when in an epoch: a function of the seed and the epoch's number alone. */
final class SampleOrder {
  private final Sampling sampling;
  private final int samples;
  private final int[][] samplesOf;
  private final int[] turn;
  private final int turnLength;
  private final long seed;

  /**
   * @param labelOf [samples] each sample's class, a number of 0 or more; some may have no samples
   * @param timesOf how often each class comes in a turn of balanced sampling, 1 or more
   */
  SampleOrder(Sampling sampling, int[] labelOf, int[] timesOf, long seed) {
    this.sampling = sampling;
    this.samples = labelOf.length;
    this.seed = seed;
    int[] classes =
        IntStream.of(labelOf).boxed().distinct().sorted().mapToInt(Integer::intValue).toArray();
    this.samplesOf =
        IntStream.of(classes)
            .mapToObj(
                c -> IntStream.range(0, labelOf.length).filter(i -> labelOf[i] == c).toArray())
            .toArray(int[][]::new);
    this.turn = IntStream.of(classes).map(c -> timesOf[c]).toArray();
    this.turnLength = IntStream.of(turn).sum();
  }

  /** What an epoch draws: samples by their index, in this order. */
  record Draws(int[] samples, int[] repeats, int partSize) {
    int sample(int position) {
      return samples[position];
    }

    /** A number that no other draw of the epoch has, though the sample may be drawn again. */
    long stream(int position) {
      return samples[position] + (long) repeats[position] * partSize;
    }
  }

  /** How many draws an epoch has. */
  int length() {
    return sampling.isBalanced() ? turns() * turnLength : samples;
  }

  private int turns() {
    return turnLength == 0 ? 0 : (samples + turnLength - 1) / turnLength;
  }

  Draws draws(int epoch) {
    return switch (sampling) {
      case NATURAL -> new Draws(spread(epoch), new int[samples], samples);
      case BALANCED, BALANCED_BY_LABORATORY -> balanced(epoch);
    };
  }

  /** Negative, so that these streams of chance are not those of the samples' augmentation. */
  private RandomGenerator random(int epoch, int stream) {
    return Augmentation.random(seed, epoch, -1L - stream);
  }

  private static int[] shuffled(int[] values, RandomGenerator random) {
    int[] result = values.clone();
    for (int i = result.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = result[i];
      result[i] = result[j];
      result[j] = swapped;
    }
    return result;
  }

  /** The k-th of a class of n samples is put somewhere in the k-th n-th of the epoch. */
  private int[] spread(int epoch) {
    int[] members = new int[samples];
    long[] keys = new long[samples];
    int at = 0;
    for (int c = 0; c < samplesOf.length; c++) {
      RandomGenerator random = random(epoch, c);
      int[] ofClass = shuffled(samplesOf[c], random);
      for (int k = 0; k < ofClass.length; k++, at++) {
        double place = (k + random.nextDouble()) / ofClass.length;
        members[at] = ofClass[k];
        // Place and index in one number, which sorts fast; ties in place go by the index.
        keys[at] = (long) (place * (1L << 31)) << 32 | at;
      }
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> members[(int) key]).toArray();
  }

  /**
   * The classes in turn, always in the same order, so that none is far from the last of its kind.
   */
  private Draws balanced(int epoch) {
    int rounds = turns();
    int classes = samplesOf.length;
    int[] classesOfTurn =
        IntStream.range(0, classes)
            .flatMap(c -> IntStream.generate(() -> c).limit(turn[c]))
            .toArray();
    int[] order = shuffled(classesOfTurn, random(epoch, classes));
    int[] drawn = new int[rounds * turnLength];
    int[] repeats = new int[rounds * turnLength];
    for (int c = 0; c < classes; c++) {
      int own = c;
      int[] places = IntStream.range(0, turnLength).filter(t -> order[t] == own).toArray();
      int[] members = samplesOf[c];
      RandomGenerator random = random(epoch, c);
      int[] cycle = {};
      for (int draw = 0; draw < rounds * places.length; draw++) {
        int k = draw % members.length;
        if (k == 0) {
          cycle = shuffled(members, random);
        }
        int at = draw / places.length * turnLength + places[draw % places.length];
        drawn[at] = cycle[k];
        repeats[at] = draw / members.length;
      }
    }
    return new Draws(drawn, repeats, samples);
  }
}
