package io.github.leukemia4j.field;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.image.scale.ScaleEstimate;
import java.util.List;

/**
 * Finds the white cells of a stained smear field. Nuclei take up green light and let blue pass:
 * blue minus 1.25 times green, smoothed by a Gaussian of 1 pixel, is parted into slide, red cells
 * with cytoplasm, and nuclei by two thresholds (Otsu 1979). Nuclei that touch are parted by a
 * watershed on the distance transform; lobes that lie close, or whose cells are round only
 * together, are joined. A cell is what is stained around its nucleus and is not coloured like the
 * field's red cells; within it the threshold of its nucleus is found again. {@code
 * docs/smear-fields.md} says how well this finds cells.
 *
 * <p>The same pixels give the same cells. A field is looked at with about 5 pixels a micrometre and
 * at most {@value #MOST_PIXELS} pixels, so that time and memory are bounded. The scale is the
 * image's where it is known, else that of red cells that lie alone, else that of the largest white
 * cell. All methods may be called from several threads.
 */
public final class CellFinder {
  /** How many pixels are looked at, at most; a larger field is made smaller for it. */
  public static final int MOST_PIXELS = 3_000_000;

  private static final int PIXELS_FOR_RED_CELLS = 500_000;

  /** Pixels a micrometre above which the field is looked at smaller, and what it then has. */
  private static final double MOST_A_MICROMETRE = 7;

  private static final double WORKING = 5;

  /** The least side, in pixels, that a field is still made smaller at. */
  private static final int LEAST_SIDE = 60;

  /** By how many levels nuclei differ at least from the rest, in purple and in dark. */
  private static final double LEAST_CONTRAST = 20;

  /** The usual diameters, in micrometres, of a nucleus's area and of a white cell. */
  private static final double USUAL_NUCLEUS = 8.2;

  private static final double USUAL_CELL = 13;

  private CellFinder() {}

  /**
   * What was found in a field.
   *
   * @param cells the one with the largest nucleus first
   * @param clumps how many regions were left out that are stained like nuclei and are too large to
   *     be one, or to be parted
   * @param micrometresPerPixel known or estimated, of the field's own pixels
   */
  public record Found(List<FoundCell> cells, int clumps, double micrometresPerPixel) {
    /** Copies the list. */
    public Found {
      cells = List.copyOf(cells);
    }
  }

  /**
   * Looks for white cells.
   *
   * @param field of any size; its scale is taken for true where it is known
   */
  public static Found find(CellImage field) {
    int shrink = (int) Math.ceil(Math.sqrt((double) field.height() * field.width() / MOST_PIXELS));
    while (true) {
      int height = Math.max(1, field.height() / shrink);
      int width = Math.max(1, field.width() / shrink);
      CellImage small = shrink == 1 ? field : field.resize(height, width);
      Planes planes = Planes.of(small);
      int[] dark = Otsu.three(Planes.histogram(planes.dark()));
      int[] purple = Otsu.three(Planes.histogram(planes.purple()));
      Mask nuclear = Planes.above(planes.purple(), height, width, purple[1]);
      Mask stained = Planes.above(planes.dark(), height, width, dark[0]);
      double known = field.micrometresPerPixel().orElse(0) * shrink;
      double micrometre =
          Math.min(
              Math.max(height, width), known > 0 ? 1 / known : estimated(small, nuclear, stained));
      if (micrometre > MOST_A_MICROMETRE && Math.min(height, width) > LEAST_SIDE) {
        shrink = (int) Math.max(shrink + 1, Math.round(shrink * micrometre / WORKING));
        continue;
      }
      if (contrast(planes.purple(), nuclear) < LEAST_CONTRAST
          || contrast(planes.dark(), nuclear) < LEAST_CONTRAST) {
        return new Found(List.of(), 0, 1 / (micrometre * shrink));
      }
      Mask clean =
          nuclear.opened(Math.max(1, 0.3 * micrometre)).filled(4 * micrometre * micrometre);
      Lobes lobes = new Lobes(clean, micrometre);
      List<int[]> nuclei = lobes.nuclei();
      FieldFrame frame = new FieldFrame(shrink, field.height(), field.width());
      List<FoundCell> cells = new CellBodies(planes, stained, micrometre, frame).cells(nuclei);
      return new Found(cells, lobes.clumps(), 1 / (micrometre * shrink));
    }
  }

  /** The mean inside less the mean outside; 0 where one is empty. */
  private static double contrast(short[] plane, Mask mask) {
    long in = 0;
    long out = 0;
    int count = 0;
    for (int i = 0; i < plane.length; i++) {
      if (mask.in[i]) {
        in += plane[i];
        count++;
      } else {
        out += plane[i];
      }
    }
    return count == 0 || count == plane.length
        ? 0
        : (double) in / count - (double) out / (plane.length - count);
  }

  /** A micrometre in pixels. */
  private static double estimated(CellImage small, Mask nuclear, Mask stained) {
    double rough = byCell(nuclear, stained, byNuclei(nuclear));
    double[] red = redCells(small, rough);
    return red.length > 0 ? red[red.length / 2] / ScaleEstimate.RED_CELL : rough;
  }

  private static double byNuclei(Mask nuclear) {
    Mask rough = nuclear.dilated(1.5);
    int largest = 0;
    for (Mask.Region region : rough.regions(true)) {
      largest = Math.max(largest, region.pixels().length);
    }
    double diameter = Math.max(4, 2 * Math.sqrt(largest / Math.PI));
    int most = 0;
    for (Mask.Region region : rough.dilated(0.12 * diameter).regions(true)) {
      most = Math.max(most, region.count(nuclear));
    }
    return Math.max(4, 2 * Math.sqrt(most / Math.PI)) / USUAL_NUCLEUS;
  }

  /** By the whole cell with the most nucleus, where it lies alone and round. */
  private static double byCell(Mask nuclear, Mask stained, double byNuclei) {
    Mask.Region best = null;
    int most = 0;
    for (Mask.Region region :
        stained.opened(0.8 * byNuclei).filled(30 * byNuclei * byNuclei).regions(false)) {
      int count = region.count(nuclear);
      if (count > most) {
        most = count;
        best = region;
      }
    }
    if (best == null || best.atBorder()) {
      return byNuclei;
    }
    Shape shape = Shape.of(best.mask(nuclear.height, nuclear.width));
    double byCell = 2 * Math.sqrt(shape.area() / Math.PI) / USUAL_CELL;
    return shape.solidity() > 0.93 && shape.elongation() < 1.4 && byCell < 2 * byNuclei
        ? Math.max(byNuclei, byCell)
        : byNuclei;
  }

  /** The diameters of those that fit the rough scale, in order. */
  private static double[] redCells(CellImage small, double rough) {
    double factor =
        Math.min(1, Math.sqrt(PIXELS_FOR_RED_CELLS / ((double) small.height() * small.width())));
    CellImage look =
        small.resize(
            (int) Math.max(1, small.height() * factor), (int) Math.max(1, small.width() * factor));
    double usual = ScaleEstimate.RED_CELL * rough;
    return ScaleEstimate.redCells(look).stream()
        .mapToDouble(d -> d / factor)
        .filter(d -> d > 0.6 * usual && d < 1.6 * usual)
        .sorted()
        .toArray();
  }
}
