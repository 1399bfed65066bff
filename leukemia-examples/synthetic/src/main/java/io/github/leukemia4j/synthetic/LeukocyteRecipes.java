package io.github.leukemia4j.synthetic;

import io.github.leukemia4j.synthetic.Leukocyte.Chromatin;
import io.github.leukemia4j.synthetic.Leukocyte.Cytoplasm;
import io.github.leukemia4j.synthetic.Leukocyte.Spot;
import io.github.leukemia4j.synthetic.Outline.Rod;
import java.util.ArrayList;
import java.util.List;

/**
 * How each type of cell looks, as ranges to draw from. The ranges of neighbouring types overlap, as
 * they do on a slide: a lymphoblast may be as small as a lymphocyte, a myeloblast may be folded.
 * Sizes follow the usual haematology atlases. All lengths in micrometres.
 */
final class LeukocyteRecipes {
  private static final Stain NUCLEOLUS = new Stain(0.36, 0.8, 0, 0);
  private static final Stain VACUOLE = new Stain(0, 0.04, 0.02, 0);
  private static final Stain AZUROPHIL = new Stain(0.85, 0, 0.5, 0);
  private static final Stain ORANGE = new Stain(0.1, 0, 1.15, 0.1);
  private static final Stain VIOLET = new Stain(1.25, 0.9, 0, 0);

  private final PatientLook look;
  private final Draws draws;
  private final double centreX;
  private final double centreY;

  private LeukocyteRecipes(PatientLook look, Draws draws) {
    this.look = look;
    this.draws = draws;
    this.centreX = draws.about(0, 0.5);
    this.centreY = draws.about(0, 0.5);
  }

  static Leukocyte draw(CellType type, PatientLook look, Draws draws) {
    LeukocyteRecipes recipes = new LeukocyteRecipes(look, draws);
    return switch (type) {
      case SEGMENTED_NEUTROPHIL -> recipes.segmentedNeutrophil();
      case BAND_NEUTROPHIL -> recipes.bandNeutrophil();
      case EOSINOPHIL -> recipes.eosinophil();
      case BASOPHIL -> recipes.basophil();
      case MONOCYTE -> recipes.monocyte();
      case LYMPHOCYTE -> recipes.lymphocyte();
      case MYELOBLAST -> recipes.myeloblast();
      case LYMPHOBLAST -> recipes.lymphoblast();
      case ABNORMAL_PROMYELOCYTE -> recipes.abnormalPromyelocyte();
      case CLL_LYMPHOCYTE -> recipes.cllLymphocyte();
    };
  }

  private Leukocyte segmentedNeutrophil() {
    double radius = radius(6.6, 0.45);
    Outline nucleus = lobes(draws.count(3, 5), radius);
    return neutrophil(radius, nucleus);
  }

  private Leukocyte bandNeutrophil() {
    double radius = radius(6.5, 0.45);
    return neutrophil(radius, band(radius, draws.between(1.25, 1.7), draws.between(7.5, 11)));
  }

  private Leukocyte neutrophil(double radius, Outline nucleus) {
    Outline cell = cell(radius, 0.12);
    List<Spot> spots = new ArrayList<>();
    granules(spots, AZUROPHIL, draws.count(10, 60), 0.10, 0.18, 0.35, cell, nucleus, false);
    Stain body = new Stain(draws.between(0.02, 0.12), draws.between(0.1, 0.3), 0.16, 0);
    return new Leukocyte(
        cell,
        0.15,
        cytoplasm(body, 0.05, 0.35, 0.45),
        nucleus,
        chromatin(draws.between(0.85, 1.08), 0.16, 0.8, draws.between(0.12, 0.24), 1.5),
        spots);
  }

  private Leukocyte eosinophil() {
    double radius = radius(6.8, 0.45);
    Outline cell = cell(radius, 0.12);
    Outline nucleus = lobes(draws.chance(0.85) ? 2 : 3, radius);
    List<Spot> spots = new ArrayList<>();
    granules(spots, ORANGE, draws.count(130, 220), 0.28, 0.45, 0.75, cell, nucleus, false);
    return new Leukocyte(
        cell,
        0.15,
        cytoplasm(new Stain(0.05, 0.1, 0.35, 0), 0, 0.3, 0.6),
        nucleus,
        chromatin(draws.between(0.78, 1.02), 0.15, 0.8, draws.between(0.1, 0.2), 1.5),
        spots);
  }

  private Leukocyte basophil() {
    double radius = radius(5.9, 0.45);
    Outline cell = cell(radius, 0.12);
    Outline nucleus = lobes(draws.count(2, 3), radius);
    List<Spot> spots = new ArrayList<>();
    granules(spots, VIOLET, draws.count(35, 90), 0.25, 0.5, 0.9, cell, nucleus, true);
    return new Leukocyte(
        cell,
        0.15,
        cytoplasm(new Stain(0.12, 0.25, 0.12, 0), 0.05, 0.3, 0.7),
        nucleus,
        chromatin(draws.between(0.65, 0.85), 0.08, 0.9, 0.08, 1.3),
        spots);
  }

  private Leukocyte monocyte() {
    double radius = radius(7.9, 0.7);
    Outline cell = cell(radius, 0.3);
    Outline nucleus = band(radius, draws.between(2.5, 3.3), draws.between(4, 7.5));
    List<Spot> spots = new ArrayList<>();
    granules(spots, AZUROPHIL, draws.count(0, 30), 0.10, 0.16, 0.3, cell, nucleus, false);
    folds(spots, draws.count(0, 2), nucleus);
    vacuoles(spots, draws.chance(0.6) ? draws.count(1, 7) : 0, cell, nucleus);
    Stain body = new Stain(draws.between(0.05, 0.15), draws.between(0.4, 0.9), 0.1, 0);
    return new Leukocyte(
        cell,
        0.15,
        cytoplasm(body, draws.between(0.05, 0.35), 0.28, 0.8),
        nucleus,
        chromatin(draws.between(0.66, 0.92), draws.between(0.22, 0.34), 0.8, 0.06, 1.5),
        spots);
  }

  private Leukocyte lymphocyte() {
    boolean large = draws.chance(0.3);
    double radius = large ? radius(6.3, 0.5) : radius(5.0, 0.5);
    Outline cell = cell(radius, 0.2);
    double share = large ? draws.about(0.58, 0.07) : draws.about(0.74, 0.06);
    Outline nucleus = round(radius, share, 0.5, draws.chance(0.25) ? draws.between(0.3, 0.8) : 0);
    List<Spot> spots = new ArrayList<>();
    if (draws.chance(0.15)) {
      granules(spots, AZUROPHIL, draws.count(3, 10), 0.14, 0.24, 0.8, cell, nucleus, false);
    }
    Stain body = new Stain(0.02, draws.between(0.45, 1.2), 0.02, 0);
    return new Leukocyte(
        cell,
        0.15,
        cytoplasm(body, draws.between(0.1, 0.5), 0.12, 1.2),
        nucleus,
        chromatin(draws.between(0.85, 1.1), 0.16, 1.0, draws.between(0.08, 0.19), 1.8),
        spots);
  }

  private Leukocyte myeloblast() {
    double radius = radius(7.3, 0.75);
    Outline cell = cell(radius, 0.4);
    boolean folded = draws.chance(0.3);
    Outline nucleus =
        round(radius, draws.about(0.66, 0.07), 0.8, folded ? draws.between(0.8, 2) : 0);
    List<Spot> spots = new ArrayList<>();
    nucleoli(spots, draws.count(1, 3), 0.65, 1.15, draws.between(0.5, 0.95), nucleus);
    if (draws.chance(0.35)) {
      granules(spots, AZUROPHIL, draws.count(3, 25), 0.12, 0.22, 0.7, cell, nucleus, false);
    }
    folds(spots, folded ? draws.count(1, 2) : 0, nucleus);
    if (draws.chance(0.25)) {
      auerRods(spots, draws.count(1, 2), 0.3, cell, nucleus);
    }
    vacuoles(spots, draws.chance(0.15) ? draws.count(1, 4) : 0, cell, nucleus);
    Stain body = new Stain(draws.between(0.02, 0.12), draws.between(0.8, 1.6), 0.03, 0);
    return new Leukocyte(
        cell,
        0.15,
        cytoplasm(body, draws.between(0.2, 0.7), 0.15, 1),
        nucleus,
        chromatin(draws.between(0.62, 0.92), draws.between(0.16, 0.28), 0.45, 0.03, 1.4),
        spots);
  }

  private Leukocyte lymphoblast() {
    double radius = radius(6.0, 0.7);
    Outline cell = cell(radius, 0.2);
    Outline nucleus =
        round(
            radius, draws.about(0.83, 0.045), 0.5, draws.chance(0.3) ? draws.between(0.4, 1.2) : 0);
    List<Spot> spots = new ArrayList<>();
    nucleoli(spots, draws.count(0, 2), 0.45, 0.8, draws.between(0.15, 0.4), nucleus);
    vacuoles(spots, draws.chance(0.12) ? draws.count(1, 4) : 0, cell, nucleus);
    Stain body = new Stain(0.03, draws.between(0.8, 1.6), 0.02, 0);
    return new Leukocyte(
        cell,
        0.15,
        cytoplasm(body, draws.between(0.1, 0.5), 0.1, 1.2),
        nucleus,
        chromatin(
            draws.between(0.74, 1.0), draws.between(0.08, 0.16), 0.65, draws.between(0, 0.08), 1.6),
        spots);
  }

  private Leukocyte abnormalPromyelocyte() {
    double radius = radius(7.9, 0.8);
    Outline cell = cell(radius, 0.4);
    boolean bilobed = draws.chance(0.5);
    Outline nucleus =
        bilobed
            ? bilobed(radius, draws.about(0.5, 0.06))
            : round(radius, draws.about(0.54, 0.06), 1, draws.between(0.5, 1.8));
    boolean fewGranules = draws.chance(0.2);
    List<Spot> spots = new ArrayList<>();
    folds(spots, draws.count(0, 2), nucleus);
    nucleoli(spots, draws.count(0, 2), 0.5, 0.9, draws.between(0.25, 0.6), nucleus);
    int granules = fewGranules ? draws.count(5, 40) : draws.count(120, 330);
    granules(spots, AZUROPHIL, granules, 0.15, 0.3, 0.85, cell, nucleus, true);
    if (draws.chance(0.5)) {
      boolean bundle = draws.chance(0.6);
      auerRods(spots, bundle ? draws.count(3, 8) : 1, bundle ? 0.5 : 0.2, cell, nucleus);
    }
    Stain body = new Stain(draws.between(0.08, 0.22), draws.between(0.5, 1.2), 0.08, 0);
    return new Leukocyte(
        cell,
        0.15,
        cytoplasm(body, draws.between(0.1, 0.5), 0.22, 0.6),
        nucleus,
        chromatin(draws.between(0.66, 0.94), draws.between(0.16, 0.28), 0.5, 0.05, 1.4),
        spots);
  }

  private Leukocyte cllLymphocyte() {
    boolean smudged = draws.chance(0.12);
    double radius = radius(4.9, 0.4) * (smudged ? 1.2 : 1);
    Outline cell = cell(radius, 0.2);
    Outline nucleus = round(radius, draws.about(0.83, 0.045), 0.4, 0);
    List<Spot> spots = new ArrayList<>();
    nucleoli(spots, draws.chance(0.15) ? 1 : 0, 0.4, 0.6, 0.3, nucleus);
    Stain body = new Stain(0.02, draws.between(0.5, 1.1), 0.02, 0);
    double density = draws.between(0.88, 1.12) * (smudged ? 0.75 : 1);
    return new Leukocyte(
        cell,
        smudged ? draws.between(0.8, 1.8) : 0.15,
        cytoplasm(body, draws.between(0.05, 0.3), 0.1, 1.2),
        nucleus,
        chromatin(density, 0.08, 1, draws.between(0.15, 0.28), draws.between(1.5, 1.9)),
        spots);
  }

  private double radius(double mean, double deviation) {
    return look.spread * draws.about(mean, deviation);
  }

  private Outline cell(double radius, double stretch) {
    Rod oval = Rod.oval(centreX, centreY, radius, draws.between(0, stretch), draws.angle());
    return Outline.of(List.of(oval), draws.between(0.4, 1.1), draws.between(3, 5.5), draws);
  }

  /** A round nucleus with a share of the cell's area, off centre, perhaps dented so deep. */
  private Outline round(double cellRadius, double share, double eccentricity, double dent) {
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
  private Outline bilobed(double cellRadius, double share) {
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
  private Outline band(double cellRadius, double halfWidth, double length) {
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
  private Outline lobes(int count, double cellRadius) {
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

  private static Rod rod(double[] from, double fromRadius, double[] to, double toRadius) {
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

  private Cytoplasm cytoplasm(Stain body, double edge, double mottle, double mottleSize) {
    double angle = draws.angle();
    Rod hof =
        Rod.disc(
            centreX + 3.5 * StrictMath.cos(angle),
            centreY + 3.5 * StrictMath.sin(angle),
            draws.between(0.3, 1.8));
    return new Cytoplasm(body, edge, mottle, mottleSize, hof, draws.pattern());
  }

  private Chromatin chromatin(
      double density, double roughness, double grain, double blockiness, double blockSize) {
    return new Chromatin(
        0.9 * density,
        1.3 * look.chromatin * roughness,
        grain * draws.between(0.85, 1.2),
        look.chromatin * blockiness,
        blockSize,
        draws.pattern());
  }

  private void nucleoli(
      List<Spot> spots, int count, double small, double large, double share, Outline nucleus) {
    for (int i = 0; i < count; i++) {
      double radius = draws.between(small, large);
      double[] place = placeIn(nucleus, radius + 0.4);
      Rod oval = Rod.oval(place[0], place[1], radius, draws.between(0, 0.4), draws.angle());
      spots.add(new Spot(grown(oval, 0.2), 0.25 * share, new Stain(1.2, 0.3, 0, 0)));
      spots.add(new Spot(oval, share, NUCLEOLUS));
    }
  }

  /** Creases: thin bent lines, darker where the nucleus lies double. */
  private void folds(List<Spot> spots, int count, Outline nucleus) {
    for (int i = 0; i < count; i++) {
      double[] place = placeIn(nucleus, 1);
      double heading = draws.angle();
      double bend = draws.between(-0.5, 0.5);
      double share = draws.between(0.25, 0.6);
      for (int step = 0; step < 5; step++) {
        double[] next = {
          place[0] + 0.8 * StrictMath.cos(heading), place[1] + 0.8 * StrictMath.sin(heading)
        };
        if (nucleus.distance(next[0], next[1]) > -0.3) {
          break;
        }
        spots.add(new Spot(rod(place, 0.14, next, 0.14), share, new Stain(1.2, 0.1, 0, 0)));
        place = next;
        heading += bend;
      }
    }
  }

  private static Rod grown(Rod rod, double by) {
    return new Rod(rod.x1(), rod.y1(), rod.r1() + by, rod.x2(), rod.y2(), rod.r2() + by);
  }

  private void vacuoles(List<Spot> spots, int count, Outline cell, Outline nucleus) {
    for (int i = 0; i < count; i++) {
      double radius = draws.between(0.25, 0.75);
      double[] place = placeIn(cell, radius + 0.2);
      if (nucleus.distance(place[0], place[1]) > 0.3 * radius) {
        spots.add(
            new Spot(Rod.disc(place[0], place[1], radius), draws.between(0.6, 0.95), VACUOLE));
      }
    }
  }

  private void granules(
      List<Spot> spots,
      Stain stain,
      int count,
      double small,
      double large,
      double share,
      Outline cell,
      Outline nucleus,
      boolean overNucleus) {
    int scaled = (int) (count * look.granulation);
    for (int i = 0; i < scaled; i++) {
      double radius = draws.between(small, large);
      double[] place = placeIn(cell, radius);
      double toNucleus = nucleus.distance(place[0], place[1]);
      if (toNucleus > 0 || (overNucleus && draws.chance(0.4))) {
        Rod disc = Rod.disc(place[0], place[1], radius);
        spots.add(new Spot(disc, share * draws.between(0.6, 1), stain));
      }
    }
  }

  /** Needles side by side, fanned out a little. */
  private void auerRods(List<Spot> spots, int count, double spread, Outline cell, Outline nucleus) {
    double[] place = placeIn(cell, 1.2);
    for (int i = 0; i < 20 && nucleus.distance(place[0], place[1]) < 0.4; i++) {
      place = placeIn(cell, 1.2);
    }
    double angle = draws.angle();
    for (int i = 0; i < count; i++) {
      double turned = angle + draws.between(-spread, spread);
      double half = draws.between(1, 2.1);
      double x = place[0] + draws.between(-0.5, 0.5);
      double y = place[1] + draws.between(-0.5, 0.5);
      double dx = half * StrictMath.cos(turned);
      double dy = half * StrictMath.sin(turned);
      boolean inCytoplasm =
          cell.distance(x - dx, y - dy) < -0.1
              && cell.distance(x + dx, y + dy) < -0.1
              && nucleus.distance(x, y) > -0.3;
      if (inCytoplasm) {
        double width = draws.between(0.1, 0.2);
        Rod needle = new Rod(x - dx, y - dy, width, x + dx, y + dy, width * 0.7);
        spots.add(new Spot(needle, draws.between(0.75, 1), AZUROPHIL.times(1.15)));
      }
    }
  }

  /** A random place inside an outline, so far from its edge where a few attempts find one. */
  private double[] placeIn(Outline outline, double margin) {
    double[] place = {centreX, centreY};
    for (int i = 0; i < 12; i++) {
      double x = centreX + draws.between(-9, 9);
      double y = centreY + draws.between(-9, 9);
      if (outline.distance(x, y) < -margin) {
        return new double[] {x, y};
      }
    }
    return place;
  }
}
