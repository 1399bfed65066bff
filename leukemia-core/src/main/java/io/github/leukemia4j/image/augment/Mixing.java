package io.github.leukemia4j.image.augment;

/** Of random bits. */
final class Mixing {
  private Mixing() {}

  /** Variant 13 of Stafford's finalisers, as in SplitMix64: every bit depends on every other. */
  static long hash(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
