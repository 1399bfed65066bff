package io.github.leukemia4j.research;

import io.github.leukemia4j.report.view.Document;
import io.github.leukemia4j.report.view.Rendering;
import io.github.leukemia4j.report.view.markdown.JtedocumentGenerated;
import io.github.leukemia4j.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes pages. The module exports this package to nobody. Thread-safe. */
public final class Documents {
  private Documents() {}

  /** A page of HTML that stands alone, in place of what is there. */
  public static void writeHtml(Document document, Path file) throws IOException {
    String page =
        Rendering.html(
            out ->
                io.github.leukemia4j.report.view.html.JtedocumentGenerated.render(
                    out, null, document));
    AtomicFile.write(file, beside -> Files.writeString(beside, page));
  }

  /** The same as Markdown, without pictures. */
  public static void writeMarkdown(Document document, Path file) throws IOException {
    String page = Rendering.markdown(out -> JtedocumentGenerated.render(out, null, document));
    AtomicFile.write(file, beside -> Files.writeString(beside, page));
  }
}
