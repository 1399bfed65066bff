package io.github.leukemia4j.field;

import io.github.leukemia4j.CellImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers that a haematologist's words for a cell stand for: size, shape, lobes, colour and texture
 * of its nucleus and its cytoplasm. For classifiers without a network, and to put a cell in words.
 * Immutable.
 *
 * @param values in the order of {@link #NAMES}
 */
public record CellFeatures(List<Double> values) {
  /**
   * What is measured. Areas are in square micrometres at the cell's scale. Solidity is the area
   * over that of the convex hull, in (0, 1]. Elongation is the longer over the shorter axis of the
   * ellipse with the same second moments, at least 1. Colours are means and standard deviations of
   * 0 to 255; those of cytoplasm are 0 where none is seen. Contrast, homogeneity, energy and
   * correlation are Haralick's (1973) of green in 16 levels inside the nucleus, of neighbours in
   * four directions; entropy is of the same pairs, in bits.
   */
  public static final List<String> NAMES =
      List.of(
          "nucleus area",
          "cell area",
          "nucleus share of cell",
          "nucleus solidity",
          "nucleus elongation",
          "cell solidity",
          "cell elongation",
          "lobes",
          "nucleus red",
          "nucleus green",
          "nucleus blue",
          "nucleus red deviation",
          "nucleus green deviation",
          "nucleus blue deviation",
          "cytoplasm red",
          "cytoplasm green",
          "cytoplasm blue",
          "cytoplasm red deviation",
          "cytoplasm green deviation",
          "cytoplasm blue deviation",
          "texture contrast",
          "texture homogeneity",
          "texture energy",
          "texture correlation",
          "texture entropy");

  private static final int LEVELS = 16;

  /** The least area of a lobe, as a share of the nucleus. */
  private static final double LEAST_LOBE = 0.05;

  /**
   * @throws IllegalArgumentException where there is not one value for each name
   */
  public CellFeatures {
    values = List.copyOf(values);
    if (values.size() != NAMES.size()) {
      throw new IllegalArgumentException(
          "There must be %d features; found %d.".formatted(NAMES.size(), values.size()));
    }
  }

  /**
   * Measures a cell.
   *
   * @param field that the cell was found in
   * @throws IllegalArgumentException where the cell's box is not inside the field
   */
  public static CellFeatures of(CellImage field, FoundCell cell) {
    FoundCell.Box box = cell.box();
    if (box.left() + box.width() > field.width() || box.top() + box.height() > field.height()) {
      throw new IllegalArgumentException(
          "A cell must be measured in the field that it was found in; found %s in one of %d x %d pixels."
              .formatted(box, field.height(), field.width()));
    }
    Mask nucleus = cell.mask(true);
    Mask whole = cell.mask(false);
    Mask cytoplasm = new Mask(whole.height, whole.width);
    for (int i = 0; i < whole.in.length; i++) {
      cytoplasm.in[i] = whole.in[i] && !nucleus.in[i];
    }
    Shape shape = Shape.of(nucleus);
    Shape outer = Shape.of(whole);
    double square = cell.micrometresPerPixel() * cell.micrometresPerPixel();
    List<Double> values = new ArrayList<>();
    values.add(shape.area() * square);
    values.add(outer.area() * square);
    values.add((double) shape.area() / outer.area());
    values.add(shape.solidity());
    values.add(shape.elongation());
    values.add(outer.solidity());
    values.add(outer.elongation());
    values.add(
        (double)
            nucleus.regions(false).stream()
                .filter(lobe -> lobe.pixels().length >= LEAST_LOBE * shape.area())
                .count());
    colours(field, box, nucleus, values);
    colours(field, box, cytoplasm, values);
    texture(field, box, nucleus, values);
    return new CellFeatures(values);
  }

  /**
   * @param name one of {@link #NAMES}
   * @throws IllegalArgumentException where it is another
   */
  public double value(String name) {
    int at = NAMES.indexOf(name);
    if (at < 0) {
      throw new IllegalArgumentException(
          "A feature must be one of %s; found %s.".formatted(NAMES, name));
    }
    return values.get(at);
  }

  private static void colours(CellImage field, FoundCell.Box box, Mask mask, List<Double> values) {
    long[] sum = new long[3];
    long[] squares = new long[3];
    int count = 0;
    for (int i = 0; i < mask.in.length; i++) {
      if (mask.in[i]) {
        count++;
        for (int channel = 0; channel < 3; channel++) {
          int v = value(field, box, i, channel);
          sum[channel] += v;
          squares[channel] += (long) v * v;
        }
      }
    }
    for (int channel = 0; channel < 3; channel++) {
      values.add(count == 0 ? 0 : (double) sum[channel] / count);
    }
    for (int channel = 0; channel < 3; channel++) {
      double mean = count == 0 ? 0 : (double) sum[channel] / count;
      values.add(
          count == 0 ? 0 : Math.sqrt(Math.max(0, (double) squares[channel] / count - mean * mean)));
    }
  }

  private static int value(CellImage field, FoundCell.Box box, int i, int channel) {
    return field.value(box.top() + i / box.width(), box.left() + i % box.width(), channel);
  }

  private static void texture(
      CellImage field, FoundCell.Box box, Mask nucleus, List<Double> values) {
    long[] pairs = new long[LEVELS * LEVELS];
    long all = 0;
    int[] dx = {1, 0, 1, -1};
    int[] dy = {0, 1, 1, 1};
    for (int i = 0; i < nucleus.in.length; i++) {
      for (int way = 0; way < 4 && nucleus.in[i]; way++) {
        int x = i % box.width() + dx[way];
        int y = i / box.width() + dy[way];
        if (x >= 0 && x < box.width() && y < box.height() && nucleus.in[y * box.width() + x]) {
          int a = value(field, box, i, 1) / LEVELS;
          int b = value(field, box, y * box.width() + x, 1) / LEVELS;
          pairs[a * LEVELS + b]++;
          pairs[b * LEVELS + a]++;
          all += 2;
        }
      }
    }
    double contrast = 0;
    double homogeneity = 0;
    double energy = 0;
    double entropy = 0;
    double mean = 0;
    double second = 0;
    double product = 0;
    for (int k = 0; k < pairs.length && all > 0; k++) {
      double p = (double) pairs[k] / all;
      int a = k / LEVELS;
      int b = k % LEVELS;
      contrast += p * (a - b) * (a - b);
      homogeneity += p / (1 + (a - b) * (a - b));
      energy += p * p;
      entropy -= p > 0 ? p * Math.log(p) / Math.log(2) : 0;
      mean += p * a;
      second += p * a * a;
      product += p * a * b;
    }
    double variance = second - mean * mean;
    values.add(contrast);
    values.add(homogeneity);
    values.add(energy);
    // Of one level alone, neighbours agree.
    values.add(variance < 1e-12 ? 1 : (product - mean * mean) / variance);
    values.add(entropy);
  }
}
