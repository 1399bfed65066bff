package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.Estimate;
import io.github.leukemia4j.statistics.Interval;
import io.github.leukemia4j.statistics.PairedTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Collects a page that is well-formed XML as well as HTML. What is given as text is escaped. Not
 * thread-safe.
 */
final class Html {
  private final StringBuilder out = new StringBuilder();
  private final Map<String, String> notes = new LinkedHashMap<>();
  private int sections;

  /** Markup as it is. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  Html text(String text) {
    out.append(escape(text));
    return this;
  }

  /** An element with text in it. */
  Html element(String name, String text) {
    return raw("<" + name + ">").text(text).raw("</" + name + ">\n");
  }

  /** An element with a class and text in it. */
  Html element(String name, String type, String text) {
    return raw("<" + name + " class=\"" + type + "\">").text(text).raw("</" + name + ">\n");
  }

  Html image(String mediaType, byte[] content, String alternative, int width, int height) {
    return raw(
        "<img src=\"data:"
            + mediaType
            + ";base64,"
            + Base64.getEncoder().encodeToString(content)
            + "\" alt=\""
            + escape(alternative)
            + "\" width=\""
            + width
            + "\" height=\""
            + height
            + "\" />");
  }

  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(inXml(c) ? c : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  /** A file's name may hold what no page can: control characters and halves of surrogate pairs. */
  private static boolean inXml(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || c >= 0x20 && c <= 0xD7FF
        || c >= 0xE000 && c <= 0xFFFD
        || c >= 0x10000;
  }

  /** Everything up to the content; the title stands in the tab. */
  Html begin(String title) {
    return raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n")
        .element("title", title)
        .raw("<style>\n" + style() + "</style>\n</head>\n<body>\n");
  }

  /** That this is research software. */
  Html research() {
    return element("p", "warning", "Research use only. Not a medical device: not for diagnosis.");
  }

  /** Links to the sections to come, in their order. */
  Html contents(List<String> titles) {
    raw("<nav aria-label=\"Contents\"><ul>\n");
    for (int i = 0; i < titles.size(); i++) {
      raw("<li><a href=\"#part-" + (i + 1) + "\">").text(titles.get(i)).raw("</a></li>\n");
    }
    return raw("</ul></nav>\n");
  }

  /** Begins a section that {@link #contents} leads to. */
  Html section(String title) {
    sections++;
    return raw("<section id=\"part-" + sections + "\">\n").element("h2", title);
  }

  Html end() {
    return raw("</body>\n</html>\n");
  }

  /** A table's head up to its last cell, to which more can be added before {@link #rows}. */
  Html beginTable(String first, String... numbers) {
    return beginTable("<table>", first, numbers);
  }

  /** The same for a table of many columns, in which intervals stand below the values. */
  Html beginWideTable(String first, String... numbers) {
    return beginTable("<table class=\"wide\">", first, numbers);
  }

  private Html beginTable(String table, String first, String... numbers) {
    raw("<div class=\"scroll\">" + table + "<thead><tr><th>").text(first).raw("</th>");
    for (String name : numbers) {
      element("th", "number", name);
    }
    return this;
  }

  /** Ends the head. */
  Html rows() {
    return raw("</tr></thead><tbody>\n");
  }

  Html beginRow(String name) {
    return beginRow(name, "");
  }

  /**
   * @param type the row's class; empty for none
   */
  Html beginRow(String name, String type) {
    return raw(type.isEmpty() ? "<tr>" : "<tr class=\"" + type + "\">")
        .raw("<th scope=\"row\">")
        .text(name)
        .raw("</th>");
  }

  Html endRow() {
    return raw("</tr>\n");
  }

  Html endTable() {
    raw("</tbody></table></div>\n");
    if (!notes.isEmpty()) {
      raw("<p class=\"notes\">");
      notes.forEach((text, letter) -> raw("<b>" + letter + "</b> ").text(text + ". "));
      raw("</p>\n");
      notes.clear();
    }
    return this;
  }

  /** A letter for a method or a remark, explained below the table that is being written. */
  String note(String text) {
    String letter = notes.computeIfAbsent(text, t -> letter(notes.size()));
    return "<sup>" + letter + "</sup>";
  }

  static String letter(int index) {
    String last = String.valueOf((char) ('a' + index % 26));
    return index < 26 ? last : letter(index / 26 - 1) + last;
  }

  Html number(long value) {
    return raw("<td class=\"number\"><data value=\"" + value + "\">" + value + "</data></td>");
  }

  Html patients(int value) {
    return value == 0 ? raw("<td class=\"number\">unknown</td>") : number(value);
  }

  /** A cell with a value and its interval; a dash where there is none. */
  Html estimate(Optional<Estimate> estimate) {
    return estimate.isEmpty()
        ? raw("<td class=\"number\">\u2013</td>")
        : estimate(estimate.get().value(), estimate.get().interval(), estimate.get().remark(), "");
  }

  /**
   * @param remark why there is no interval, or what to mind
   * @param more text behind the interval
   */
  Html estimate(double value, Optional<Interval> interval, Optional<String> remark, String more) {
    return raw("<td class=\"number\">")
        .raw(data(value))
        .raw(interval.map(i -> "<small>" + ends(i) + note(i.method()) + "</small>").orElse(""))
        .raw(remark.map(this::note).orElse(""))
        .raw(more.isEmpty() ? "" : "<small>" + escape(more) + "</small>")
        .raw("</td>");
  }

  Html value(double value) {
    return raw("<td class=\"number\">" + data(value) + "</td>");
  }

  Html p(PairedTest test) {
    return raw(
        "<td class=\"number\"><data value=\""
            + test.pValue()
            + "\">"
            + (test.pValue() < 1e-4
                ? "&lt; 0.0001"
                : String.format(Locale.ROOT, "%.4f", test.pValue()))
            + "</data></td>");
  }

  static String ends(Interval interval) {
    return data(interval.lower()) + " to " + data(interval.upper());
  }

  /** Rounded for people, whole for programs. */
  static String data(double value) {
    double rounded = Math.round(value * 1000) / 1000.0 + 0.0; // not -0.000
    return "<data value=\""
        + value
        + "\">"
        + String.format(Locale.ROOT, "%.3f", rounded)
        + "</data>";
  }

  static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  static String percent(double share) {
    double percent = Math.round(share * 1e4) / 1e2;
    return (percent == Math.rint(percent) ? Long.toString((long) percent) : percent + "") + "%";
  }

  private static String style() {
    try (InputStream in = Html.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The style of reports must be in the library's jar.", e);
    }
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
