package io.github.leukemia4j.synthetic;

import io.github.leukemia4j.synthetic.Outline.Rod;
import java.util.List;

/**
 * One white cell, ready to paint.
 *
 * @param cell its outline
 * @param softness of the cell's edge in micrometres; more than a little means a smudged cell
 * @param cytoplasm what fills it
 * @param nucleus the nucleus's outline
 * @param chromatin what fills that
 * @param spots nucleoli, vacuoles, granules and Auer rods, in painting order
 */
record Leukocyte(
    Outline cell,
    double softness,
    Cytoplasm cytoplasm,
    Outline nucleus,
    Chromatin chromatin,
    List<Spot> spots) {

  /**
   * @param body its stain
   * @param edge how much more azure there is at the membrane
   * @param mottle how uneven the stain is, as a share of it
   * @param mottleSize size of the unevenness in micrometres
   * @param hof a paler, pinker zone (the Golgi field)
   * @param pattern which unevenness
   */
  record Cytoplasm(
      Stain body, double edge, double mottle, double mottleSize, Rod hof, int pattern) {
    Stain at(double x, double y, double cellDistance) {
      double rim = Math.max(0, 1 + cellDistance / 1.1);
      double pale = Math.max(0, Math.min(1, 0.5 - hof.distance(x, y)));
      double factor = 1 + mottle * Noise.rough(x / mottleSize, y / mottleSize, pattern);
      double azure = (body.azure() + edge * rim * rim) * (1 - 0.6 * pale);
      return new Stain(body.purple(), azure, body.eosin() + 0.12 * pale, 0).times(factor);
    }
  }

  /**
   * @param density of its purple stain
   * @param roughness how much that varies from place to place, as a share of it
   * @param grain size of that variation in micrometres: small is fine chromatin
   * @param blockiness how much lighter the cracks between blocks are, as a share
   * @param blockSize size of the blocks in micrometres
   * @param pattern which variation
   */
  record Chromatin(
      double density,
      double roughness,
      double grain,
      double blockiness,
      double blockSize,
      int pattern) {
    Stain at(double x, double y, double nucleusDistance) {
      double rim = Math.max(0, 1 + nucleusDistance / 0.45);
      double rough = Noise.rough(x / grain, y / grain, pattern);
      // Crooked blocks that fade in places: straight and even cracks would look like a mosaic.
      double bend = 0.35 * Noise.smooth(x / blockSize, y / blockSize, pattern + 4);
      double blocks = Noise.blocks(x / blockSize + bend, y / blockSize + 0.2 * rough, pattern + 2);
      double faded = 0.75 + bend;
      double purple = density * (1 + roughness * rough + blockiness * faded * blocks + 0.16 * rim);
      return new Stain(purple, 0.12, 0, 0);
    }
  }

  /**
   * @param shape where it is
   * @param share how far it hides what is below, in [0, 1]
   * @param stain of its own
   */
  record Spot(Rod shape, double share, Stain stain) {}

  void paint(SmearField field) {
    for (int row = 0; row < field.size(); row++) {
      double y = field.place(row);
      for (int column = 0; column < field.size(); column++) {
        double x = field.place(column);
        double toCell = cell.distance(x, y);
        if (toCell > softness + 1) {
          continue; // most of the field
        }
        double toNucleus = nucleus.distance(x, y);
        double inCell = field.cover(toCell, softness);
        double inNucleus = field.cover(toNucleus, 0.12 + softness);
        if (inCell > 0) {
          field.cover(row, column, inCell, cytoplasm.at(x, y, toCell));
        }
        if (inNucleus > 0) {
          field.cover(row, column, inNucleus, chromatin.at(x, y, toNucleus));
        }
      }
    }
    spots.forEach(spot -> field.paint(spot.shape(), spot.share(), spot.stain()));
  }
}
