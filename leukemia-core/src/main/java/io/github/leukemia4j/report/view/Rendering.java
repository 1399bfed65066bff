package io.github.leukemia4j.report.view;

import gg.jte.TemplateOutput;
import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.util.function.Consumer;

/** Runs templates. All methods are thread-safe. */
public final class Rendering {
  private Rendering() {}

  /** A page, which is well-formed XML, too. */
  public static String html(Consumer<HtmlTemplateOutput> template) {
    StringOutput out = new StringOutput();
    template.accept(new OwaspHtmlTemplateOutput(out));
    // A file's name may hold what no page can: control characters and halves of surrogate pairs.
    return out.toString()
        .codePoints()
        .map(c -> inXml(c) ? c : 0xFFFD)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean inXml(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || c >= 0x20 && c <= 0xD7FF
        || c >= 0xE000 && c <= 0xFFFD
        || c >= 0x10000;
  }

  /** Markdown, without blank lines that follow one another. */
  public static String markdown(Consumer<TemplateOutput> template) {
    StringOutput out = new StringOutput();
    template.accept(out);
    return out.toString().replaceAll("\n{3,}", "\n\n").strip() + "\n";
  }
}
