package io.github.leukemia4j.image.augment;

/** Mixes the bits of numbers, to make seeds of them. */
final class Mixing {
  private Mixing() {}

  /** Applies variant 13 of Stafford's finalisers, as in SplitMix64: each bit depends on all. */
  static long hash(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
