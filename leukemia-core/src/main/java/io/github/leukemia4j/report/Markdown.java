package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.Estimate;
import io.github.leukemia4j.statistics.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Collects Markdown whose tables are padded, so that a terminal of 80 columns shows them straight.
 * A letter in a table stands for a method, which is named below the same table. Not thread-safe.
 */
public final class Markdown {
  /** Of a terminal, in characters. */
  static final int WIDTH = 80;

  private final StringBuilder out = new StringBuilder();
  private final Map<String, String> notes = new LinkedHashMap<>();

  Markdown heading(String text) {
    if (!out.isEmpty()) {
      out.append('\n');
    }
    return line(text).line("");
  }

  Markdown line(String text) {
    out.append(text).append('\n');
    return this;
  }

  /** A paragraph, cut into lines. */
  Markdown text(String text) {
    wrap("", "", text);
    return this;
  }

  Markdown item(String text) {
    wrap("- ", "  ", text);
    return this;
  }

  private void wrap(String first, String next, String text) {
    StringBuilder line = new StringBuilder(first);
    boolean empty = true;
    for (String word : text.split(" ")) {
      if (!empty && line.length() + 1 + word.length() > WIDTH) {
        line(line.toString());
        line = new StringBuilder(next);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    line(line.toString());
  }

  /** The letter of a method or a remark, which is explained below the table that comes next. */
  String note(String method) {
    return notes.computeIfAbsent(method, m -> letter(notes.size()));
  }

  /** a, b, ..., z, aa, ab, ... */
  static String letter(int index) {
    String last = String.valueOf((char) ('a' + index % 26));
    return index < 26 ? last : letter(index / 26 - 1) + last;
  }

  /**
   * The letter of an estimate's interval, or of why it has none; a blank where there is neither.
   */
  String note(Estimate estimate) {
    List<String> of = new ArrayList<>();
    estimate.interval().map(Interval::method).ifPresent(m -> of.add(note(m)));
    estimate.remark().ifPresent(r -> of.add(note(r)));
    return String.join(", ", of);
  }

  /** A table and what its letters stand for. */
  Markdown table(List<List<String>> rows) {
    List<List<String>> lines = new ArrayList<>();
    rows.forEach(row -> lines.add(row.stream().map(Markdown::escape).toList()));
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(c -> lines.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .map(width -> Math.max(3, width))
            .toArray();
    lines.add(1, IntStream.of(widths).mapToObj("-"::repeat).toList());
    for (List<String> row : lines) {
      line(
          IntStream.range(0, row.size())
              .mapToObj(c -> row.get(c) + " ".repeat(widths[c] - row.get(c).length()))
              .collect(Collectors.joining(" | ", "| ", " |")));
    }
    if (!notes.isEmpty()) {
      line("");
      notes.forEach((method, letter) -> wrap(letter + ": ", "   ", method));
      notes.clear();
    }
    return this;
  }

  static String escape(String cell) {
    return cell.replace("|", "\\|");
  }

  public static String number(double value) {
    return String.format(
        Locale.ROOT, "%.3f", Math.round(value * 1000) / 1000.0 + 0.0); // not -0.000
  }

  static String ends(Optional<Interval> interval) {
    return interval.map(i -> number(i.lower()) + " to " + number(i.upper())).orElse("-");
  }

  public static String text(double value, Optional<Interval> interval) {
    return number(value) + interval.map(i -> " (" + ends(Optional.of(i)) + ")").orElse("");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
