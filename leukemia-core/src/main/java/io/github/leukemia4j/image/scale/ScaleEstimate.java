package io.github.leukemia4j.image.scale;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.statistics.ClusterBootstrap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How many micrometres a pixel of a laboratory's images is, estimated from the red cells on them. A
 * red cell on a smear is taken to be {@value #RED_CELL} micrometres across. Red cells of single
 * patients differ from that by up to a tenth, more in disease; the interval says only how far the
 * images agree. Immutable.
 *
 * @param micrometresPerPixel above 0
 * @param interval at 95 %, over patients, or over images where no patient is known
 * @param images that show a whole red cell
 * @param cells that were measured
 */
public record ScaleEstimate(double micrometresPerPixel, Interval interval, int images, int cells) {
  /** The diameter of a red cell in micrometres. */
  public static final double RED_CELL = 7.2;

  /** The fewest images with a red cell that an estimate is made of. */
  public static final int FEWEST_IMAGES = 10;

  /** How far a red cell may be from the usual one; what is farther is a platelet, or two cells. */
  private static final double SMALLEST = 0.7;

  private static final double LARGEST = 1.4;
  private static final int RESAMPLES = 1000;
  private static final long SEED = 1;

  /**
   * Measures the red cells that lie whole and alone in an image. Takes about 10 milliseconds for
   * 360 x 360 pixels.
   *
   * @return the diameters in pixels of circles with the same areas, small platelets among them;
   *     empty where none is found
   */
  public static List<Double> redCells(CellImage image) {
    return RedCells.diameters(image);
  }

  /**
   * Estimates from all images of a laboratory: {@value #RED_CELL} micrometres over the median, over
   * images, of the median diameter in an image. Diameters outside 0.7 to 1.4 times that of the red
   * cell that half of the whole area is below are left out.
   *
   * @param diameters in pixels, of each image
   * @param patients of the images, in the same order
   * @return empty where fewer than {@value #FEWEST_IMAGES} images show a red cell
   */
  public static Optional<ScaleEstimate> of(
      List<List<Double>> diameters, List<Optional<String>> patients) {
    double usual = usual(diameters);
    Map<String, List<Double>> byUnit = new LinkedHashMap<>();
    int cells = 0;
    int images = 0;
    for (int i = 0; i < diameters.size(); i++) {
      double[] red =
          diameters.get(i).stream()
              .mapToDouble(d -> d)
              .filter(d -> d >= SMALLEST * usual && d <= LARGEST * usual)
              .toArray();
      if (red.length > 0) {
        // No patient's name begins so.
        String unit = patients.get(i).orElse("\0" + i);
        byUnit.computeIfAbsent(unit, u -> new ArrayList<>()).add(median(red));
        cells += red.length;
        images++;
      }
    }
    if (images < FEWEST_IMAGES) {
      return Optional.empty();
    }
    List<List<Double>> units = List.copyOf(byUnit.values());
    int[] once = new int[units.size()];
    Arrays.fill(once, 1);
    double[] scales =
        Arrays.stream(
                ClusterBootstrap.replicates(
                    new int[units.size()],
                    RESAMPLES,
                    SEED,
                    drawn -> new double[] {scale(units, drawn)}))
            .mapToDouble(replicate -> replicate[0])
            .sorted()
            .toArray();
    return Optional.of(
        new ScaleEstimate(
            scale(units, once),
            new Interval(
                scales[RESAMPLES / 40],
                scales[RESAMPLES - 1 - RESAMPLES / 40],
                0.95,
                "percentiles of a bootstrap by " + (units.size() < images ? "patient" : "image")),
            images,
            cells));
  }

  private static double scale(List<List<Double>> units, int[] drawn) {
    List<Double> images = new ArrayList<>();
    for (int unit = 0; unit < drawn.length; unit++) {
      for (int times = 0; times < drawn[unit]; times++) {
        images.addAll(units.get(unit));
      }
    }
    return RED_CELL / median(images.stream().mapToDouble(d -> d).toArray());
  }

  /** The diameter of the cells up to which half of the whole area is; 0 where there are none. */
  private static double usual(List<List<Double>> diameters) {
    double[] all = diameters.stream().flatMap(List::stream).mapToDouble(d -> d).sorted().toArray();
    double area = Arrays.stream(all).map(d -> d * d).sum();
    double below = 0;
    for (double diameter : all) {
      below += diameter * diameter;
      if (below >= area / 2) {
        return diameter;
      }
    }
    return 0;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }
}
