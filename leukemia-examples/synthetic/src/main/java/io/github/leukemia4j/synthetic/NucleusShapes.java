package io.github.leukemia4j.synthetic;

import io.github.leukemia4j.synthetic.Outline.Rod;
import java.util.ArrayList;
import java.util.List;

/**
 * Outlines of nuclei in a cell around a centre. All lengths in micrometres.
 *
 * @param draws where chance comes from
 */
record NucleusShapes(double centreX, double centreY, Draws draws) {
  /** A round nucleus with a share of the cell's area, off centre, perhaps dented so deep. */
  Outline round(double cellRadius, double share, double eccentricity, double dent) {
    double radius = cellRadius * Math.sqrt(Math.min(0.92, share));
    double off = (cellRadius - radius) * draws.between(0, eccentricity);
    double towards = draws.angle();
    double x = centreX + off * StrictMath.cos(towards);
    double y = centreY + off * StrictMath.sin(towards);
    Rod oval = Rod.oval(x, y, radius, draws.between(0, 0.18), draws.angle());
    Outline outline =
        Outline.of(List.of(oval), draws.between(0.2, 0.6), draws.between(2.2, 4), draws);
    double from = towards + StrictMath.PI + draws.between(-0.8, 0.8);
    double dentRadius = draws.between(0.8, 1.8);
    double reach = radius + dentRadius - dent;
    Rod notch =
        Rod.disc(x + reach * StrictMath.cos(from), y + reach * StrictMath.sin(from), dentRadius);
    return dent > 0 ? outline.withDents(List.of(notch)) : outline;
  }

  /** Two broad lobes that overlap, like buttocks or a butterfly. */
  Outline bilobed(double cellRadius, double share) {
    double lobe = cellRadius * Math.sqrt(share) * 0.76;
    double half = lobe * draws.between(0.6, 0.85);
    double angle = draws.angle();
    double dx = half * StrictMath.cos(angle);
    double dy = half * StrictMath.sin(angle);
    double off = draws.between(0, 0.9) * Math.max(0, cellRadius - lobe - half);
    double x = centreX - off * StrictMath.sin(angle);
    double y = centreY + off * StrictMath.cos(angle);
    List<Rod> lobes =
        List.of(
            Rod.oval(x - dx, y - dy, lobe * draws.between(0.9, 1.1), 0.15, draws.angle()),
            Rod.oval(x + dx, y + dy, lobe * draws.between(0.85, 1.05), 0.15, draws.angle()));
    return Outline.of(lobes, draws.between(0.2, 0.4), draws.between(2.5, 4), draws);
  }

  /** A sausage of a given half-width and length, bent like a C, sometimes an S. */
  Outline band(double cellRadius, double halfWidth, double length) {
    int steps = 8;
    double bend = draws.between(0.28, 0.48) * (length > 7 ? 1 : 0.8);
    boolean twisted = length > 7 && draws.chance(0.25);
    double[][] points = new double[steps + 1][2];
    double heading = draws.angle();
    for (int i = 1; i <= steps; i++) {
      points[i][0] = points[i - 1][0] + length / steps * StrictMath.cos(heading);
      points[i][1] = points[i - 1][1] + length / steps * StrictMath.sin(heading);
      heading += twisted && i > steps / 2 ? -bend : bend;
    }
    fit(points, cellRadius - halfWidth - 0.3);
    List<Rod> rods = new ArrayList<>();
    double width = halfWidth * draws.between(0.95, 1.15);
    for (int i = 1; i <= steps; i++) {
      double next = halfWidth * (i == steps ? draws.between(1, 1.15) : draws.between(0.85, 1.08));
      rods.add(rod(points[i - 1], width, points[i], next));
      width = next;
    }
    return Outline.of(rods, 0.3, 2, draws);
  }

  /** Lobes on thin strands, in a crooked row that curls to stay inside the cell. */
  Outline lobes(int count, double cellRadius) {
    double[][] points = new double[count][2];
    double[] radii = new double[count];
    double heading = draws.angle();
    double curl = draws.chance(0.5) ? 1 : -1;
    double mean = cellRadius * (0.5 - 0.052 * count);
    for (int i = 0; i < count; i++) {
      radii[i] = mean * draws.between(0.82, 1.18);
      if (i > 0) {
        double step = (radii[i - 1] + radii[i]) * draws.between(1.15, 1.45);
        points[i][0] = points[i - 1][0] + step * StrictMath.cos(heading);
        points[i][1] = points[i - 1][1] + step * StrictMath.sin(heading);
        heading += curl * draws.between(0.6, 1.4);
      }
    }
    fit(points, cellRadius - mean - 0.1);
    List<Rod> rods = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double stretch = draws.between(0.1, 0.6);
      rods.add(Rod.oval(points[i][0], points[i][1], radii[i], stretch, draws.angle()));
      if (i > 0) {
        double strand = draws.between(0.2, 0.45);
        rods.add(rod(points[i - 1], strand, points[i], strand));
      }
    }
    return Outline.of(rods, 0.25, 1.8, draws);
  }

  static Rod rod(double[] from, double fromRadius, double[] to, double toRadius) {
    return new Rod(from[0], from[1], fromRadius, to[0], to[1], toRadius);
  }

  /** Moves points to the cell's centre and draws them together until they lie within a radius. */
  private void fit(double[][] points, double limit) {
    double x = 0;
    double y = 0;
    for (double[] point : points) {
      x += point[0] / points.length;
      y += point[1] / points.length;
    }
    double farthest = 0;
    for (double[] point : points) {
      point[0] -= x;
      point[1] -= y;
      farthest = Math.max(farthest, Math.sqrt(point[0] * point[0] + point[1] * point[1]));
    }
    double factor = Math.min(1, limit / Math.max(farthest, 1e-9));
    for (double[] point : points) {
      point[0] = centreX + factor * point[0];
      point[1] = centreY + factor * point[1];
    }
  }
}
