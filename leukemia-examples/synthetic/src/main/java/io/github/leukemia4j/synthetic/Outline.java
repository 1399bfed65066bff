package io.github.leukemia4j.synthetic;

import java.util.List;

/**
 * A shape as a signed distance: tapered rods melted together, with an uneven edge. One primitive
 * makes discs, ovals, kidneys, bands and lobes on strands. All lengths in micrometres.
 *
 * @param rods at least one
 * @param melt how far apart rods still flow into each other
 * @param dents taken away from the shape
 * @param unevenness how far the edge wanders
 * @param wave how long the wander's waves are
 * @param pattern which wander
 */
record Outline(
    List<Rod> rods, double melt, List<Rod> dents, double unevenness, double wave, int pattern) {
  static Outline of(List<Rod> rods, double unevenness, double wave, Draws draws) {
    return new Outline(List.copyOf(rods), 0.5, List.of(), unevenness, wave, draws.pattern());
  }

  Outline withDents(List<Rod> some) {
    return new Outline(rods, melt, List.copyOf(some), unevenness, wave, pattern);
  }

  /** From the edge, negative inside; near enough to the true distance close to the edge. */
  double distance(double x, double y) {
    double even = rods.get(0).distance(x, y);
    if (rods.size() == 1 && even > 1.5 * unevenness + 1) {
      return even; // far outside, where a detailed answer would only cost time
    }
    double px = x + unevenness * Noise.smooth(x / wave, y / wave, pattern);
    double py = y + unevenness * Noise.smooth(x / wave, y / wave, pattern + 1);
    double distance = rods.get(0).distance(px, py);
    for (int i = 1; i < rods.size(); i++) {
      double other = rods.get(i).distance(px, py);
      double close = Math.max(melt - Math.abs(distance - other), 0) / melt;
      distance = Math.min(distance, other) - close * close * melt / 4;
    }
    for (Rod dent : dents) {
      distance = Math.max(distance, -dent.distance(px, py));
    }
    return distance;
  }

  /** A line segment with a radius at either end. */
  record Rod(double x1, double y1, double r1, double x2, double y2, double r2) {
    static Rod disc(double x, double y, double radius) {
      return new Rod(x, y, radius, x, y, radius);
    }

    /** An oval of a mean radius; the ratio of its length to its width is 1 + stretch. */
    static Rod oval(double x, double y, double radius, double stretch, double angle) {
      double width = radius / Math.sqrt(1 + stretch);
      double half = width * stretch;
      double dx = half * StrictMath.cos(angle);
      double dy = half * StrictMath.sin(angle);
      return new Rod(x - dx, y - dy, width, x + dx, y + dy, width);
    }

    double distance(double x, double y) {
      double alongX = x2 - x1;
      double alongY = y2 - y1;
      double square = alongX * alongX + alongY * alongY;
      double t =
          square == 0
              ? 0
              : Math.max(0, Math.min(1, ((x - x1) * alongX + (y - y1) * alongY) / square));
      double dx = x - x1 - t * alongX;
      double dy = y - y1 - t * alongY;
      return Math.sqrt(dx * dx + dy * dy) - r1 - t * (r2 - r1);
    }
  }
}
