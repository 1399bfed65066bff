package io.github.leukemia4j.report.view;

import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.metric.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table, which is written as HTML by a template and as Markdown here. A letter in a cell stands
 * for a method or a remark, which is named below the table. Immutable.
 *
 * @param type CSS class; null for none
 * @param columns their names
 * @param rows each with as many cells as there are columns but the first, which is its head
 * @param notes what the letters stand for, by letter
 */
public record Table(String type, List<String> columns, List<Row> rows, Map<String, String> notes) {
  /** Wider columns are not padded in Markdown. */
  private static final int WIDEST = 60;

  /**
   * One row.
   *
   * @param head what it is of
   * @param type CSS class; null for none
   * @param cells in the order of the columns
   */
  public record Row(String head, String type, List<Cell> cells) {}

  /**
   * One cell: a text, or a number with what belongs to it.
   *
   * @param text what people read
   * @param value the number as programs read it; null where there is none
   * @param range the ends of an interval; null where there is none
   * @param letters of notes
   * @param more a small addition; empty for none
   * @param type CSS class; null for none
   * @param style CSS; null for none
   */
  public record Cell(
      String text,
      Number value,
      Interval range,
      String letters,
      String more,
      String type,
      String style) {
    /** Whether it stands on the right. */
    public boolean number() {
      return type != null && type.startsWith("number");
    }

    private String markdown() {
      return Stream.of(
              text,
              range == null ? "" : "(%s)".formatted(Numbers.ends(range, 3)),
              more.isEmpty() ? "" : "(%s)".formatted(more),
              letters)
          .filter(s -> !s.isEmpty())
          .collect(Collectors.joining(" "));
    }
  }

  /** Begins a table. */
  public static Builder of(String... columns) {
    return of(List.of(columns));
  }

  /** Begins a table. */
  public static Builder of(List<String> columns) {
    return new Builder(columns);
  }

  /** Whether a column's cells are numbers. */
  public boolean numbers(int column) {
    return column > 0 && !rows.isEmpty() && rows.get(0).cells().get(column - 1).number();
  }

  /** A text as a cell of Markdown holds it: in one line, and ending no cell. */
  public static String plain(String text) {
    return text.replaceAll("\\s+", " ").replace("|", "\\|");
  }

  /** As Markdown, padded so that a terminal shows it straight, with its notes. */
  public String markdown() {
    List<List<String>> lines = new ArrayList<>(List.of(columns));
    rows.forEach(
        row ->
            lines.add(
                Stream.concat(Stream.of(row.head()), row.cells().stream().map(Cell::markdown))
                    .map(Table::plain)
                    .toList()));
    int[] widths =
        IntStream.range(0, columns.size())
            .map(c -> lines.stream().mapToInt(l -> l.get(c).length()).max().orElse(0))
            .map(width -> width > WIDEST ? 3 : Math.max(3, width))
            .toArray();
    lines.add(1, IntStream.of(widths).mapToObj("-"::repeat).toList());
    StringBuilder out = new StringBuilder();
    for (List<String> line : lines) {
      out.append(
          IntStream.range(0, line.size())
              .mapToObj(
                  c -> line.get(c) + " ".repeat(Math.max(0, widths[c] - line.get(c).length())))
              .collect(Collectors.joining(" | ", "| ", " |\n")));
    }
    if (!notes.isEmpty()) {
      out.append('\n');
      notes.forEach((letter, note) -> out.append(Text.item("- " + letter + ": ", note)));
    }
    return out.toString();
  }

  /** Collects rows. Not thread-safe. */
  public static final class Builder {
    private final List<String> columns;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, String> letters = new LinkedHashMap<>();
    private String type;
    private List<Cell> cells;

    private Builder(List<String> columns) {
      this.columns = List.copyOf(columns);
    }

    /** The CSS class of the table. */
    public Builder type(String name) {
      type = name;
      return this;
    }

    /** Begins a row. */
    public Builder row(String head) {
      return row(head, null);
    }

    /** Begins a row with a CSS class; null for none. */
    public Builder row(String head, String rowType) {
      cells = new ArrayList<>();
      rows.add(new Row(head, rowType, cells));
      return this;
    }

    /** A cell of text. */
    public Builder text(String text) {
      return text(text, null);
    }

    /** A cell of text with a CSS class; null for none. */
    public Builder text(String text, String cellType) {
      return add(text, null, null, "", "", cellType, null);
    }

    /** A cell with a count. */
    public Builder count(long count) {
      return add(Long.toString(count), count, null, "", "", "number", null);
    }

    /** A cell with a count, which is "unknown" where it is 0. */
    public Builder patients(int patients) {
      return patients == 0 ? text("unknown", "number") : count(patients);
    }

    /** A cell with a count and its share of a whole. */
    public Builder share(long count, long all, String style) {
      String share = Math.round(all == 0 ? 0 : 100.0 * count / all) + "%";
      return add(Long.toString(count), count, null, "", share, "number", style);
    }

    /** A cell with a value. */
    public Builder value(double value) {
      return add(Numbers.three(value), value, null, "", "", "number", null);
    }

    /** A cell without a value, whose letter says why; null for no reason. */
    public Builder none(String why) {
      return add(Numbers.NONE, null, null, why == null ? "" : letter(why), "", "number", null);
    }

    /** A cell with a value, its interval, the interval's method and a remark. */
    public Builder estimate(Estimate estimate, String more) {
      return estimate(estimate.value(), estimate.interval(), estimate.remark(), more);
    }

    /** The same where there is a value; else a dash. */
    public Builder estimate(Optional<Estimate> estimate) {
      return estimate.map(e -> estimate(e, "")).orElseGet(() -> none(null));
    }

    /**
     * A cell with a value.
     *
     * @param remark why there is no interval, or what to mind
     * @param more a small addition; empty for none
     */
    public Builder estimate(
        double value, Optional<Interval> interval, Optional<String> remark, String more) {
      String marks =
          Stream.of(interval.map(Interval::method), remark)
              .flatMap(Optional::stream)
              .map(this::letter)
              .distinct()
              .collect(Collectors.joining(","));
      String text = Numbers.three(value);
      return add(text, value, interval.orElse(null), marks, more, "number", null);
    }

    /** A cell with the p-value of a test. */
    public Builder p(double value, String test) {
      String letter = letter("Test: " + test);
      return add(Numbers.p(value), value, null, letter, "", "number", null);
    }

    /** A cell with a bar. */
    public Builder bar(double share) {
      String width = "width: calc(%s * var(--whole))".formatted(Numbers.fixed(share, 2));
      return add("", null, null, "", "", "bar", width);
    }

    private Builder add(
        String text,
        Number value,
        Interval range,
        String marks,
        String more,
        String cellType,
        String style) {
      cells.add(new Cell(text, value, range, marks, more, cellType, style));
      return this;
    }

    /** The letter of a note: a, b, ..., z, aa, ab, ... */
    private String letter(String note) {
      return letters.computeIfAbsent(note, n -> letter(letters.size()));
    }

    private static String letter(int index) {
      String last = String.valueOf((char) ('a' + index % 26));
      return index < 26 ? last : letter(index / 26 - 1) + last;
    }

    /** The table. */
    public Table build() {
      Map<String, String> notes = new LinkedHashMap<>();
      letters.forEach((note, letter) -> notes.put(letter, note));
      return new Table(type, columns, List.copyOf(rows), notes);
    }
  }
}
