package io.github.leukemia4j.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Finds the hashes that differ from a given one in at most {@value #MOST_BITS} of their 64 bits.
 *
 * <p>The bits are cut into four bands of 16. Of ten bits that differ, some band has at most two: so
 * each band is a table by its 16 bits, and a search looks into the 137 places per band that differ
 * from the given hash's in at most two bits. Of a million hashes that have nothing in common it
 * holds the given one against 8,400. Nothing is passed over. Immutable but for the tables, which
 * are made by whoever searches first; thread-safe.
 */
final class BandedHashes implements Serializable {
  private static final long serialVersionUID = 1;

  static final int MOST_BITS = 10;

  private static final int BANDS = 4;
  private static final int WIDTH = 16;
  private static final int PLACES = 1 << WIDTH;
  private static final int IN_BAND = MOST_BITS / BANDS;

  private final long[] hashes;
  private transient volatile Tables tables;

  /**
   * @param starts [bands][places + 1] where the hashes of a place begin
   * @param sorted [bands][hashes] by their bits in the band
   */
  private record Tables(int[][] starts, long[][] sorted) {}

  /**
   * @param hashes distinct ones; kept, and must not be changed
   */
  BandedHashes(long[] hashes) {
    this.hashes = hashes;
  }

  /** How many there are. */
  int size() {
    return hashes.length;
  }

  /**
   * Tells each hash that is larger than this one, as signed numbers are, and near it: so that who
   * asks for all of them gets each pair once.
   */
  void forEachLargerNear(long hash, LongConsumer found) {
    Tables all = tables();
    for (int band = 0; band < BANDS; band++) {
      int own = place(hash, band);
      int[] starts = all.starts()[band];
      long[] sorted = all.sorted()[band];
      for (int mask : MASKS) {
        int place = own ^ mask;
        for (int i = starts[place]; i < starts[place + 1]; i++) {
          long other = sorted[i];
          if (other > hash
              && Long.bitCount(other ^ hash) <= MOST_BITS
              && firstBand(other ^ hash) == band) {
            found.accept(other);
          }
        }
      }
    }
  }

  /** The first band in which few enough bits differ: there, and there alone, a pair is told. */
  private static int firstBand(long difference) {
    int band = 0;
    while (Integer.bitCount(place(difference, band)) > IN_BAND) {
      band++;
    }
    return band;
  }

  private static int place(long hash, int band) {
    return (int) (hash >>> band * WIDTH) & PLACES - 1;
  }

  private static final int[] MASKS =
      IntStream.range(0, PLACES).filter(mask -> Integer.bitCount(mask) <= IN_BAND).toArray();

  private Tables tables() {
    Tables made = tables;
    if (made == null) {
      synchronized (this) {
        made = tables;
        if (made == null) {
          made = made();
          tables = made;
        }
      }
    }
    return made;
  }

  private Tables made() {
    int[][] starts = new int[BANDS][PLACES + 1];
    long[][] sorted = new long[BANDS][hashes.length];
    for (int band = 0; band < BANDS; band++) {
      for (long hash : hashes) {
        starts[band][place(hash, band) + 1]++;
      }
      Arrays.parallelPrefix(starts[band], Integer::sum);
      int[] next = starts[band].clone();
      for (long hash : hashes) {
        sorted[band][next[place(hash, band)]++] = hash;
      }
    }
    return new Tables(starts, sorted);
  }
}
