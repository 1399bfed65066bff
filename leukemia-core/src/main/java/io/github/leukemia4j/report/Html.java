package io.github.leukemia4j.report;

import java.util.Base64;

/**
 * Collects a page that is well-formed XML as well as HTML. What is given as text is escaped. Not
 * thread-safe.
 */
final class Html {
  private final StringBuilder out = new StringBuilder();

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

  @Override
  public String toString() {
    return out.toString();
  }
}
