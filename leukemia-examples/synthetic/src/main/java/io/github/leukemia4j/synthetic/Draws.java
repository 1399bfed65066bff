package io.github.leukemia4j.synthetic;

import java.util.random.RandomGenerator;

/**
 * Random numbers that come from {@link RandomGenerator#nextDouble()} alone, so that they are the
 * same on every machine and Java version: the generators' other methods may be computed
 * differently.
 */
record Draws(RandomGenerator random) {
  /** Uniform. */
  double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** Bell-shaped and bounded, within three standard deviations: the sum of three uniforms. */
  double about(double mean, double deviation) {
    double sum = random.nextDouble() + random.nextDouble() + random.nextDouble();
    return mean + deviation * 2 * (sum - 1.5);
  }

  /** A whole number, both ends included. */
  int count(int low, int high) {
    return low + (int) (random.nextDouble() * (high - low + 1));
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** In radians. */
  double angle() {
    return between(0, 2 * StrictMath.PI);
  }

  /** Picks a pattern of {@link Noise}. */
  int pattern() {
    return (int) (random.nextDouble() * Integer.MAX_VALUE);
  }
}
