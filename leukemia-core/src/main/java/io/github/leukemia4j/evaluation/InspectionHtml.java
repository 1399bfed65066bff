package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.LabelCount;
import io.github.leukemia4j.data.NearDuplicate;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.Verification;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** The page of one inspection: no script, no other file. Used once. */
final class InspectionHtml {
  private static final int PAIRS = 60;
  private static final int GROUPS = 30;
  private static final int OF_GROUP = 6;
  private static final int LINES = 100;
  private static final int SIDE = 96;

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--line:#8884;--soft:#8881;--bad:#b3261e;--warn:#946200;--good:#1b6e3c}
      @media(prefers-color-scheme:dark){:root{--bad:#ff8a80;--warn:#ffc46b;--good:#7fd6a0}}
      *{box-sizing:border-box}
      body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
      h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}
      .note{opacity:.75;font-size:.9rem}
      .wide{overflow-x:auto}
      table{border-collapse:collapse;overflow-wrap:normal;font-size:.9rem;font-variant-numeric:tabular-nums}
      th,td{padding:.3rem .7rem .3rem 0;text-align:right;vertical-align:bottom;border-bottom:1px solid var(--line)}
      td{white-space:nowrap}
      td span{display:block;opacity:.7;font-size:.8rem}
      th:first-child,td:first-child{text-align:left}
      .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.5rem;margin:1rem 0}
      .tile{border:1px solid var(--line);border-radius:.5rem;padding:.5rem .7rem;font-size:.85rem;line-height:1.3}
      .tile b{display:block;font-size:1.4rem}
      .bad{color:var(--bad)}.warn{color:var(--warn)}.good{color:var(--good)}
      .pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.7rem}
      figure{margin:0;border:1px solid var(--line);border-radius:.5rem;padding:.6rem;font-size:.8rem;line-height:1.35}
      figure div{display:flex;flex-wrap:wrap;gap:.4rem;margin-bottom:.4rem}
      img{width:96px;height:96px;border-radius:.25rem;background:var(--soft)}
      summary{cursor:pointer}
      """;

  private final InspectionReport report;
  private final StringBuilder page = new StringBuilder();

  InspectionHtml(InspectionReport report) {
    this.report = report;
  }

  String write() throws IOException {
    Verification verification = report.inspection().verification();
    Dataset dataset = verification.dataset();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>")
        .append(escaped(dataset.name()))
        .append(": leaks and shortcuts</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(escaped(dataset.name()))
        .append(": leaks and shortcuts</h1>\n<p class=\"note\">")
        .append(escaped(dataset.description()))
        .append("</p>\n");
    tiles(verification);
    shortcuts();
    labels(dataset);
    nearDuplicates();
    groups("Identical files under contradicting labels", verification.contradicting());
    groups("Identical files of two patients", verification.identicalAcrossPatients());
    groups("Identical files", verification.identical());
    unreadable(verification);
    patients(dataset);
    page.append(
        "<p class=\"note\">Research software, not a medical device.</p>\n</body>\n</html>\n");
    return page.toString();
  }

  private void tiles(Verification verification) {
    List<NearDuplicate> pairs = report.inspection().nearDuplicates();
    page.append("<div class=\"tiles\">\n");
    tile("unreadable files", verification.unreadable().size());
    tile("groups of identical files", verification.identical().size());
    tile("identical, labels contradict", verification.contradicting().size());
    tile("identical, two patients", verification.identicalAcrossPatients().size());
    tile("near-duplicate pairs", pairs.size());
    tile(
        "near-duplicates, labels contradict",
        pairs.stream().filter(NearDuplicate::contradicting).count());
    tile(
        "near-duplicates, two patients",
        pairs.stream().filter(NearDuplicate::acrossPatients).count());
    page.append("</div>\n");
    if (verification.dataset().samples().stream().noneMatch(s -> s.patient().isPresent())) {
      page.append(
          "<p class=\"warn\">No patient is known: a split cannot keep one patient's cells together,"
              + " and every score on these data, those below included, may be too good.</p>\n");
    }
  }

  private void tile(String name, long count) {
    page.append("<div class=\"tile\"><b class=\"")
        .append(count == 0 ? "good" : "bad")
        .append("\">")
        .append(count)
        .append("</b>")
        .append(name)
        .append("</div>\n");
  }

  private void shortcuts() {
    page.append("<h2>What tells the labels without the cell</h2>\n")
        .append("<p>Nearest neighbours (k = ")
        .append(NearestNeighbours.NEIGHBOURS)
        .append(
            ") that know a few numbers for each image and nothing of its shape; no image is told by"
                + " another of the same patient. Read a model's score beside these.</p>\n")
        .append("<div class=\"wide\"><table>\n<tr><th>knows</th>")
        .append("<th>balanced accuracy</th><th>chance</th><th>accuracy</th><th>majority</th>")
        .append("<th>images</th></tr>\n");
    rows("colour", report.colour());
    rows("size and format", report.sizeAndFormat());
    page.append("</table></div>\n<ul>\n");
    report.sentences().forEach(this::item);
    page.append("</ul>\n");
  }

  private void rows(String what, EvaluationReport baseline) {
    for (StageReport stage : baseline.stages()) {
      if (stage.samples() > 0) {
        String colour =
            switch (InspectionReport.shortcut(stage)) {
              case NONE -> "good";
              case SOME -> "";
              case MUCH -> "warn";
              case ALMOST_ALL -> "bad";
            };
        page.append("<tr><td>").append(what).append("<span>");
        page.append(escaped(stage.stage().name())).append("</span></td><td class=\"");
        page.append(colour).append("\">").append(estimate(stage, Metric.BALANCED_ACCURACY));
        page.append("</td><td>").append(number(InspectionReport.chance(stage)));
        page.append("</td><td>").append(estimate(stage, Metric.ACCURACY));
        page.append("</td><td>").append(number(InspectionReport.majority(stage)));
        page.append("</td><td>").append(stage.samples()).append("</td></tr>\n");
      }
    }
  }

  private static String estimate(StageReport stage, Metric metric) {
    return stage
        .measures()
        .get(metric)
        .map(
            e ->
                number(e.value())
                    + e.interval()
                        .map(
                            i ->
                                "<span>"
                                    + number(i.lower())
                                    + " to "
                                    + number(i.upper())
                                    + "</span>")
                        .orElse(""))
        .orElse("undefined");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private void labels(Dataset dataset) {
    page.append("<h2>Labels</h2>\n<div class=\"wide\"><table>\n")
        .append("<tr><th>label</th><th>images</th><th>patients</th><th>of unknown patients</th>")
        .append("</tr>\n");
    for (LabelCount count : dataset.counts()) {
      page.append("<tr><td>").append(escaped(count.label()));
      page.append("</td><td>").append(count.samples());
      page.append("</td><td>").append(count.patients());
      page.append("</td><td>").append(count.withoutPatient()).append("</td></tr>\n");
    }
    page.append("</table></div>\n");
    Map<String, Map<String, Integer>> kinds = InspectionJson.kinds(report);
    open("Sizes and formats: " + kinds.size() + " kinds");
    kinds.entrySet().stream()
        .sorted((a, b) -> Integer.compare(sum(b.getValue()), sum(a.getValue())))
        .limit(LINES)
        .forEach(kind -> item(kind.getKey() + ": " + text(kind.getValue())));
    close(kinds.size());
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static String text(Map<String, Integer> counts) {
    return String.join(
        ", ", counts.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).toList());
  }

  private void nearDuplicates() throws IOException {
    List<NearDuplicate> pairs = report.inspection().nearDuplicates();
    if (pairs.isEmpty()) {
      return;
    }
    page.append("<h2>Near-duplicates: ").append(pairs.size()).append("</h2>\n");
    page.append(
        "<p class=\"note\">Images that show the same though their files differ. Flipped or turned"
            + " copies are not looked for.</p>\n<div class=\"pairs\">\n");
    for (NearDuplicate pair : pairs.subList(0, Math.min(PAIRS, pairs.size()))) {
      page.append("<figure><div>");
      picture(pair.first());
      picture(pair.second());
      page.append("</div>");
      if (pair.contradicting()) {
        page.append("<b class=\"bad\">labels contradict</b><br>");
      }
      if (pair.acrossPatients()) {
        page.append("<b class=\"bad\">two patients</b><br>");
      }
      caption(pair.first());
      caption(pair.second());
      page.append("correlation ").append(number(pair.correlation()));
      page.append(", ").append(pair.distance()).append(" of 64 bits</figure>\n");
    }
    page.append("</div>\n");
    more(pairs.size(), PAIRS);
  }

  private void groups(String title, List<List<Sample>> groups) throws IOException {
    if (groups.isEmpty()) {
      return;
    }
    page.append("<h2>").append(title).append(": ").append(groups.size()).append("</h2>\n");
    page.append("<div class=\"pairs\">\n");
    for (List<Sample> group : groups.subList(0, Math.min(GROUPS, groups.size()))) {
      page.append("<figure><div>");
      picture(group.get(0));
      page.append("</div>");
      group.stream().limit(OF_GROUP).forEach(this::caption);
      if (group.size() > OF_GROUP) {
        page.append("and ").append(group.size() - OF_GROUP).append(" more");
      }
      page.append("</figure>\n");
    }
    page.append("</div>\n");
    more(groups.size(), GROUPS);
  }

  private void unreadable(Verification verification) {
    if (!verification.unreadable().isEmpty()) {
      page.append("<h2>Unreadable</h2>\n<ul>\n");
      verification.unreadable().values().stream().limit(LINES).forEach(this::item);
      page.append("</ul>\n");
      more(verification.unreadable().size(), LINES);
    }
  }

  private void patients(Dataset dataset) {
    Map<String, Map<String, Integer>> patients = InspectionJson.byPatient(dataset);
    if (!patients.isEmpty()) {
      page.append("<h2>Patients</h2>\n");
      open(patients.size() + " patients");
      patients.entrySet().stream()
          .limit(LINES)
          .forEach(p -> item(p.getKey() + ": " + text(p.getValue())));
      close(patients.size());
    }
  }

  private void open(String title) {
    page.append("<details><summary>").append(escaped(title)).append("</summary>\n<ul>\n");
  }

  private void close(int all) {
    page.append("</ul>\n");
    more(all, LINES);
    page.append("</details>\n");
  }

  private void more(int all, int shown) {
    if (all > shown) {
      page.append("<p class=\"note\">and ").append(all - shown).append(" more</p>\n");
    }
  }

  private void item(String text) {
    page.append("<li>").append(escaped(text)).append("</li>\n");
  }

  private void caption(Sample sample) {
    page.append(escaped(sample.id())).append(" <b>").append(escaped(sample.label().name()));
    page.append("</b>");
    sample.patient().ifPresent(p -> page.append(", ").append(escaped(p)));
    page.append("<br>");
  }

  private void picture(Sample sample) throws IOException {
    CellImage small = sample.source().read().resize(SIDE, SIDE);
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        image.setRGB(
            x, y, small.value(y, x, 0) << 16 | small.value(y, x, 1) << 8 | small.value(y, x, 2));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "jpeg", out);
    }
    page.append("<img alt=\"\" src=\"data:image/jpeg;base64,")
        .append(Base64.getEncoder().encodeToString(bytes.toByteArray()))
        .append("\">");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
