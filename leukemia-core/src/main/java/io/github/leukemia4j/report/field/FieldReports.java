package io.github.leukemia4j.report.field;

import io.github.leukemia4j.report.view.FieldPage;
import io.github.leukemia4j.report.view.Rendering;
import io.github.leukemia4j.report.view.html.JtefieldGenerated;

/** Pages of smear fields. Thread-safe. */
public final class FieldReports {
  private FieldReports() {}

  /** A page that stands by itself: its pictures are in it. Names of files appear on it. */
  public static String html(FieldPage page) {
    return Rendering.html(out -> JtefieldGenerated.render(out, null, page));
  }
}
