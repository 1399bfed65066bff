package io.github.leukemia4j.report.view;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.field.FieldPipeline.ClassifiedCell;
import io.github.leukemia4j.field.FieldPipeline.Count;
import io.github.leukemia4j.field.FieldPipeline.FieldResult;
import io.github.leukemia4j.field.FoundCell;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A patient's page: each field with its cells outlined and numbered, the cells, and their counts.
 *
 * @param patient whose fields they are
 * @param fields in the order in which they were looked at
 * @param counts over all fields
 * @param more how many fields are not shown
 */
public record FieldPage(String patient, List<Shown> fields, List<Count> counts, int more) {
  /** The most fields that a page shows; it counts the cells of all. */
  public static final int MOST_FIELDS = 30;

  private static final int LONGEST_SIDE = 1000;
  private static final int CROP = 112;

  /** Colours that people who do not tell red from green tell apart (Okabe and Ito). */
  private static final List<Color> COLOURS =
      Stream.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
          .map(Color::decode)
          .toList();

  /**
   * A field.
   *
   * @param name of its file
   * @param picture with outlines and numbers
   * @param cells by their numbers
   * @param remarks what speaks against it
   */
  public record Shown(String name, Picture picture, List<Cell> cells, List<String> remarks) {}

  /**
   * A cell.
   *
   * @param title its number and its label
   * @param picture its crop
   * @param words its probability, size and shape
   */
  public record Cell(String title, Picture picture, String words) {}

  /**
   * Draws a field.
   *
   * @param labels of the taxonomy, in its order: each has a colour
   * @param crop the side of a cell's picture, in micrometres
   */
  public static Shown shown(
      String name, CellImage field, FieldResult result, List<Label> labels, double crop) {
    double factor = Math.min(1, (double) LONGEST_SIDE / Math.max(field.height(), field.width()));
    CellImage small =
        field.resize(
            (int) Math.max(1, Math.round(factor * field.height())),
            (int) Math.max(1, Math.round(factor * field.width())));
    BufferedImage drawing = small.toBufferedImage();
    Graphics2D graphics = drawing.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    List<Cell> cells = new ArrayList<>();
    for (ClassifiedCell cell : result.cells()) {
      Label label = cell.result().label();
      outline(graphics, cell, colour(labels, label), factor);
      CellImage picture = cell.cell().crop(field, crop).resize(CROP, CROP);
      cells.add(
          new Cell(
              "%d %s".formatted(cell.number(), label),
              Picture.of(
                  "jpeg",
                  picture.toBufferedImage(),
                  "Cell %d".formatted(cell.number()),
                  CROP,
                  CROP),
              words(cell)));
    }
    graphics.dispose();
    return new Shown(
        name,
        Picture.of(
            "jpeg",
            drawing,
            "Field with %s".formatted(Numbers.count(cells.size(), "white cell")),
            small.width(),
            small.height()),
        cells,
        remarks(result));
  }

  private static Color colour(List<Label> labels, Label label) {
    return COLOURS.get(Math.max(0, labels.indexOf(label)) % COLOURS.size());
  }

  private static void outline(
      Graphics2D graphics, ClassifiedCell cell, Color colour, double factor) {
    Polygon shape = new Polygon();
    for (int[] corner : cell.cell().outline(FoundCell.Part.CYTOPLASM)) {
      shape.addPoint((int) Math.round(factor * corner[0]), (int) Math.round(factor * corner[1]));
    }
    graphics.setStroke(new BasicStroke(4));
    graphics.setColor(Color.WHITE);
    graphics.draw(shape);
    graphics.setStroke(new BasicStroke(2.2f));
    graphics.setColor(colour);
    graphics.draw(shape);
    String number = String.valueOf(cell.number());
    int width = graphics.getFontMetrics().stringWidth(number) + 8;
    int x = (int) Math.max(0, factor * cell.cell().box().left() - 4);
    int y = (int) Math.max(0, factor * cell.cell().box().top() - 8);
    graphics.fillRoundRect(x, y, width, 20, 8, 8);
    graphics.setColor(Color.WHITE);
    graphics.drawString(number, x + 4, y + 15);
  }

  private static String words(ClassifiedCell cell) {
    double lobes = cell.features().value("lobes");
    return String.format(
        Locale.ROOT,
        "%s, probability %.2f; nucleus %.0f µm², %.0f %% of the cell, %s%s",
        cell.result().outcome().name().toLowerCase(Locale.ROOT),
        cell.result().probability(),
        cell.features().value("nucleus area"),
        100 * cell.features().value("nucleus share of cell"),
        Numbers.count((int) lobes, "part"),
        cell.cell().cut() ? "; cut by the border" : "");
  }

  private static List<String> remarks(FieldResult result) {
    return result.findings().stream()
        .sorted()
        .map(
            finding ->
                switch (finding) {
                  case NO_CELL -> "No white cell was found.";
                  case OUT_OF_FOCUS -> "Out of focus.";
                  case CLUMPS ->
                      "%s left out: too large to be parted."
                          .formatted(Numbers.count(result.clumps(), "clump"));
                })
        .toList();
  }

  /** The heading. */
  public String title() {
    return patient + ": white cells";
  }

  /** The headings of the sections. */
  public List<String> contents() {
    return Stream.concat(Stream.of("Count"), fields.stream().map(Shown::name)).toList();
  }

  /** How many cells were counted. */
  public long cells() {
    return counts.stream().mapToLong(Count::cells).sum();
  }

  /** A row's share with its interval, in percent. */
  public static String share(Count count) {
    return String.format(
        Locale.ROOT,
        "%.1f %% (%.1f to %.1f)",
        100 * count.share(),
        100 * count.interval().lower(),
        100 * count.interval().upper());
  }

  /** The labels that were found, with how often, in words. */
  public String inWords() {
    String found =
        counts.stream()
            .filter(count -> count.cells() > 0)
            .map(count -> "%d %s".formatted(count.cells(), count.label()))
            .collect(Collectors.joining(", "));
    return found.isEmpty() ? "No white cell was found." : found + ".";
  }
}
