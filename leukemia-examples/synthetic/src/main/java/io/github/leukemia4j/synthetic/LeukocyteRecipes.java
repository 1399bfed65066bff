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
  private final NucleusShapes shapes;
  private final List<Spot> spots = new ArrayList<>();
  private Outline cell;
  private Outline nucleus;

  private LeukocyteRecipes(PatientLook look, Draws draws) {
    this.look = look;
    this.draws = draws;
    this.centreX = draws.about(0, 0.5);
    this.centreY = draws.about(0, 0.5);
    this.shapes = new NucleusShapes(centreX, centreY, draws);
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
    nucleus = shapes.lobes(draws.count(3, 5), radius);
    return neutrophil(radius);
  }

  private Leukocyte bandNeutrophil() {
    double radius = radius(6.5, 0.45);
    nucleus = shapes.band(radius, draws.between(1.25, 1.7), draws.between(7.5, 11));
    return neutrophil(radius);
  }

  private Leukocyte neutrophil(double radius) {
    cell = cell(radius, 0.12);
    granules(AZUROPHIL, draws.count(10, 60), 0.10, 0.18, 0.35, false);
    Stain body = new Stain(draws.between(0.02, 0.12), draws.between(0.1, 0.3), 0.16, 0);
    return leukocyte(
        cytoplasm(body, 0.05, 0.35, 0.45),
        chromatin(draws.between(0.85, 1.08), 0.16, 0.8, draws.between(0.12, 0.24), 1.5));
  }

  private Leukocyte eosinophil() {
    double radius = radius(6.8, 0.45);
    cell = cell(radius, 0.12);
    nucleus = shapes.lobes(draws.chance(0.85) ? 2 : 3, radius);
    granules(ORANGE, draws.count(130, 220), 0.28, 0.45, 0.75, false);
    return leukocyte(
        cytoplasm(new Stain(0.05, 0.1, 0.35, 0), 0, 0.3, 0.6),
        chromatin(draws.between(0.78, 1.02), 0.15, 0.8, draws.between(0.1, 0.2), 1.5));
  }

  private Leukocyte basophil() {
    double radius = radius(5.9, 0.45);
    cell = cell(radius, 0.12);
    nucleus = shapes.lobes(draws.count(2, 3), radius);
    granules(VIOLET, draws.count(35, 90), 0.25, 0.5, 0.9, true);
    return leukocyte(
        cytoplasm(new Stain(0.12, 0.25, 0.12, 0), 0.05, 0.3, 0.7),
        chromatin(draws.between(0.65, 0.85), 0.08, 0.9, 0.08, 1.3));
  }

  private Leukocyte monocyte() {
    double radius = radius(7.9, 0.7);
    cell = cell(radius, 0.3);
    nucleus = shapes.band(radius, draws.between(2.5, 3.3), draws.between(4, 7.5));
    granules(AZUROPHIL, draws.count(0, 30), 0.10, 0.16, 0.3, false);
    folds(draws.count(0, 2));
    vacuoles(draws.chance(0.6) ? draws.count(1, 7) : 0);
    Stain body = new Stain(draws.between(0.05, 0.15), draws.between(0.4, 0.9), 0.1, 0);
    return leukocyte(
        cytoplasm(body, draws.between(0.05, 0.35), 0.28, 0.8),
        chromatin(draws.between(0.66, 0.92), draws.between(0.22, 0.34), 0.8, 0.06, 1.5));
  }

  private Leukocyte lymphocyte() {
    boolean large = draws.chance(0.3);
    double radius = large ? radius(6.3, 0.5) : radius(5.0, 0.5);
    cell = cell(radius, 0.2);
    double share = large ? draws.about(0.58, 0.07) : draws.about(0.74, 0.06);
    nucleus = shapes.round(radius, share, 0.5, draws.chance(0.25) ? draws.between(0.3, 0.8) : 0);
    if (draws.chance(0.15)) {
      granules(AZUROPHIL, draws.count(3, 10), 0.14, 0.24, 0.8, false);
    }
    Stain body = new Stain(0.02, draws.between(0.45, 1.2), 0.02, 0);
    return leukocyte(
        cytoplasm(body, draws.between(0.1, 0.5), 0.12, 1.2),
        chromatin(draws.between(0.85, 1.1), 0.16, 1.0, draws.between(0.08, 0.19), 1.8));
  }

  private Leukocyte myeloblast() {
    double radius = radius(7.3, 0.75);
    cell = cell(radius, 0.4);
    boolean folded = draws.chance(0.3);
    nucleus =
        shapes.round(radius, draws.about(0.66, 0.07), 0.8, folded ? draws.between(0.8, 2) : 0);
    nucleoli(draws.count(1, 3), 0.65, 1.15, draws.between(0.5, 0.95));
    if (draws.chance(0.35)) {
      granules(AZUROPHIL, draws.count(3, 25), 0.12, 0.22, 0.7, false);
    }
    folds(folded ? draws.count(1, 2) : 0);
    if (draws.chance(0.25)) {
      auerRods(draws.count(1, 2), 0.3);
    }
    vacuoles(draws.chance(0.15) ? draws.count(1, 4) : 0);
    Stain body = new Stain(draws.between(0.02, 0.12), draws.between(0.8, 1.6), 0.03, 0);
    return leukocyte(
        cytoplasm(body, draws.between(0.2, 0.7), 0.15, 1),
        chromatin(draws.between(0.62, 0.92), draws.between(0.16, 0.28), 0.45, 0.03, 1.4));
  }

  private Leukocyte lymphoblast() {
    double radius = radius(6.0, 0.7);
    cell = cell(radius, 0.2);
    nucleus =
        shapes.round(
            radius, draws.about(0.83, 0.045), 0.5, draws.chance(0.3) ? draws.between(0.4, 1.2) : 0);
    nucleoli(draws.count(0, 2), 0.45, 0.8, draws.between(0.15, 0.4));
    vacuoles(draws.chance(0.12) ? draws.count(1, 4) : 0);
    Stain body = new Stain(0.03, draws.between(0.8, 1.6), 0.02, 0);
    return leukocyte(
        cytoplasm(body, draws.between(0.1, 0.5), 0.1, 1.2),
        chromatin(
            draws.between(0.74, 1.0),
            draws.between(0.08, 0.16),
            0.65,
            draws.between(0, 0.08),
            1.6));
  }

  private Leukocyte abnormalPromyelocyte() {
    double radius = radius(7.9, 0.8);
    cell = cell(radius, 0.4);
    boolean bilobed = draws.chance(0.5);
    nucleus =
        bilobed
            ? shapes.bilobed(radius, draws.about(0.5, 0.06))
            : shapes.round(radius, draws.about(0.54, 0.06), 1, draws.between(0.5, 1.8));
    boolean fewGranules = draws.chance(0.2);
    folds(draws.count(0, 2));
    nucleoli(draws.count(0, 2), 0.5, 0.9, draws.between(0.25, 0.6));
    int granules = fewGranules ? draws.count(5, 40) : draws.count(120, 330);
    granules(AZUROPHIL, granules, 0.15, 0.3, 0.85, true);
    if (draws.chance(0.5)) {
      boolean bundle = draws.chance(0.6);
      auerRods(bundle ? draws.count(3, 8) : 1, bundle ? 0.5 : 0.2);
    }
    Stain body = new Stain(draws.between(0.08, 0.22), draws.between(0.5, 1.2), 0.08, 0);
    return leukocyte(
        cytoplasm(body, draws.between(0.1, 0.5), 0.22, 0.6),
        chromatin(draws.between(0.66, 0.94), draws.between(0.16, 0.28), 0.5, 0.05, 1.4));
  }

  private Leukocyte cllLymphocyte() {
    boolean smudged = draws.chance(0.12);
    double radius = radius(4.9, 0.4) * (smudged ? 1.2 : 1);
    cell = cell(radius, 0.2);
    nucleus = shapes.round(radius, draws.about(0.83, 0.045), 0.4, 0);
    nucleoli(draws.chance(0.15) ? 1 : 0, 0.4, 0.6, 0.3);
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

  /** With the usual edge. */
  private Leukocyte leukocyte(Cytoplasm cytoplasm, Chromatin chromatin) {
    return new Leukocyte(cell, 0.15, cytoplasm, nucleus, chromatin, spots);
  }

  private double radius(double mean, double deviation) {
    return look.spread * draws.about(mean, deviation);
  }

  private Outline cell(double radius, double stretch) {
    Rod oval = Rod.oval(centreX, centreY, radius, draws.between(0, stretch), draws.angle());
    return Outline.of(List.of(oval), draws.between(0.4, 1.1), draws.between(3, 5.5), draws);
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

  private void nucleoli(int count, double small, double large, double share) {
    for (int i = 0; i < count; i++) {
      double radius = draws.between(small, large);
      double[] place = placeIn(nucleus, radius + 0.4);
      Rod oval = Rod.oval(place[0], place[1], radius, draws.between(0, 0.4), draws.angle());
      spots.add(new Spot(grown(oval, 0.2), 0.25 * share, new Stain(1.2, 0.3, 0, 0)));
      spots.add(new Spot(oval, share, NUCLEOLUS));
    }
  }

  /** Creases: thin bent lines, darker where the nucleus lies double. */
  private void folds(int count) {
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
        spots.add(
            new Spot(NucleusShapes.rod(place, 0.14, next, 0.14), share, new Stain(1.2, 0.1, 0, 0)));
        place = next;
        heading += bend;
      }
    }
  }

  private static Rod grown(Rod rod, double by) {
    return new Rod(rod.x1(), rod.y1(), rod.r1() + by, rod.x2(), rod.y2(), rod.r2() + by);
  }

  private void vacuoles(int count) {
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
      Stain stain, int count, double small, double large, double share, boolean overNucleus) {
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
  private void auerRods(int count, double spread) {
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
