package io.github.leukemia4j.report.view;

/** Paragraphs and items of Markdown, cut into lines of 80 characters. Thread-safe. */
public final class Text {
  /** Of a terminal, in characters. */
  private static final int WIDTH = 80;

  private Text() {}

  /** A name or the like in one line. */
  public static String line(String text) {
    return text.replaceAll("\\s+", " ");
  }

  /** A paragraph. */
  public static String paragraph(String text) {
    return item("", text);
  }

  /** An item, such as of a list, whose further lines stand below the first one's text. */
  public static String item(String mark, String text) {
    String indent = " ".repeat(Math.min(mark.length(), 4));
    StringBuilder out = new StringBuilder(mark);
    int width = mark.length();
    boolean begun = false;
    for (String word : text.split("\\s+")) {
      if (begun && width + 1 + word.length() > WIDTH) {
        out.append('\n').append(indent);
        width = indent.length();
        begun = false;
      }
      out.append(begun ? " " : "").append(word);
      width += (begun ? 1 : 0) + word.length();
      begun = true;
    }
    return out.append('\n').toString();
  }
}
