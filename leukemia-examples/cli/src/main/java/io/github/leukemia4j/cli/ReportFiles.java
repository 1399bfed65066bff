package io.github.leukemia4j.cli;

import io.github.leukemia4j.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a report is written beside what is printed. */
final class ReportFiles {
  @Option(names = "--json", paramLabel = "FILE", description = "Also write the report as JSON.")
  private Path json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Also write the report as a page with plots or pictures.")
  private Path html;

  void requireFree() throws IOException {
    Output.requireFree(json, html);
  }

  /**
   * @param text of the report as JSON
   * @param page writes it as a page; not called where none was asked for
   */
  void write(String text, AtomicFile.Content page) throws IOException {
    Output.write(json, text);
    Output.write(html, page);
  }
}
