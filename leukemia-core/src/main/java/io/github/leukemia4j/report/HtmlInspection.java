package io.github.leukemia4j.report;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.LabelCount;
import io.github.leukemia4j.data.NearDuplicate;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.Verification;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * An inspection as one page that needs nothing else: what the data set holds, with cells of each
 * label, what gives the labels away without the cell, and files that are the same. It reads on a
 * phone and in the dark. Names of files and patients appear on it. Immutable.
 */
public final class HtmlInspection {
  private static final int PAIRS = 60;
  private static final int GROUPS = 30;
  private static final int OF_GROUP = 6;
  private static final int LINES = 100;
  private static final int SHOWN = 8;

  /** Labels of fewer images are remarked on. */
  private static final int FEW = 20;

  private final InspectionReport report;

  private HtmlInspection(InspectionReport report) {
    this.report = Objects.requireNonNull(report, "report");
  }

  /**
   * @param report whose images are still there
   */
  public static HtmlInspection of(InspectionReport report) {
    return new HtmlInspection(report);
  }

  /**
   * Writes the page, replacing what is there.
   *
   * @throws IOException where an image has gone since it was inspected, or the file cannot be
   *     written
   */
  public void write(Path file) throws IOException {
    Files.writeString(file, toHtml());
  }

  /**
   * The page, which is well-formed XML, too.
   *
   * @throws IOException where an image has gone since it was inspected
   */
  public String toHtml() throws IOException {
    return new Writer(report).write();
  }

  /** Writes one page. Used once. */
  private static final class Writer {
    private final InspectionReport report;
    private final Verification verification;
    private final Dataset dataset;
    private final Html html = new Html();

    Writer(InspectionReport report) {
      this.report = report;
      this.verification = report.inspection().verification();
      this.dataset = verification.dataset();
    }

    String write() throws IOException {
      String title = dataset.name() + ": leaks and shortcuts";
      html.begin(title).raw("<header>\n").element("h1", title);
      html.element("p", "meta", dataset.description()).research().raw("</header>\n");
      List<String> contents =
          new ArrayList<>(List.of("In words", "Labels", "What tells the labels without the cell"));
      if (!report.inspection().nearDuplicates().isEmpty()) {
        contents.add("Near-duplicates");
      }
      contents.add("Identical, unreadable, patients");
      html.contents(contents);
      words();
      labels();
      shortcuts();
      nearDuplicates();
      html.section("Identical, unreadable, patients");
      groups("Identical images under contradicting labels", verification.contradicting());
      groups("Identical images of two patients", verification.identicalAcrossPatients());
      groups("Identical images", verification.identical());
      unreadable();
      patients();
      html.element(
          "p",
          "caption",
          "Inspected by leukemia4j "
              + Provenance.libraryVersion()
              + "; SHA-256 of the data set "
              + verification.contentDigest()
              + ".");
      return html.raw("</section>\n").end().toString();
    }

    private void words() {
      html.section("In words").raw("<ul class=\"words\">\n");
      InWords.of(report).forEach(sentence -> html.element("li", sentence));
      dataset.notices().forEach(notice -> html.element("li", "warn", notice));
      for (LabelCount count : dataset.counts()) {
        if (count.samples() > 0 && count.samples() < FEW) {
          html.element(
              "li",
              "warn",
              "Only %s of %s: too few to learn or to judge it."
                  .formatted(Html.count(count.samples(), "image"), count.label()));
        }
      }
      if (dataset.samples().stream().noneMatch(s -> s.patient().isPresent())) {
        html.element(
            "li",
            "warn",
            "No patient is known: a split cannot keep one patient's cells together, and every score"
                + " on these data, those below included, may be too good.");
      }
      html.raw("</ul>\n<div class=\"tiles\">\n");
      List<NearDuplicate> pairs = report.inspection().nearDuplicates();
      tile("unreadable files", verification.unreadable().size());
      tile("groups of identical images", verification.identical().size());
      tile("identical, labels contradict", verification.contradicting().size());
      tile("identical, two patients", verification.identicalAcrossPatients().size());
      tile("near-duplicate pairs", pairs.size());
      tile(
          "near-duplicates, labels contradict",
          pairs.stream().filter(NearDuplicate::contradicting).count());
      tile(
          "near-duplicates, two patients",
          pairs.stream().filter(NearDuplicate::acrossPatients).count());
      html.raw("</div>\n</section>\n");
    }

    private void tile(String name, long count) {
      html.raw("<div class=\"tile\">")
          .element("b", count == 0 ? "good" : "bad", Long.toString(count))
          .text(name)
          .raw("</div>\n");
    }

    private void labels() throws IOException {
      html.section("Labels");
      long most = dataset.counts().stream().mapToLong(LabelCount::samples).max().orElse(1);
      html.beginTable("Label", "Images", "Patients", "Of unknown patients");
      html.element("th", "").rows();
      for (LabelCount count : dataset.counts()) {
        boolean all = count.label().equals(dataset.taxonomy().root().name());
        html.beginRow(all ? "all" : path(count.label()))
            .number(count.samples())
            .number(count.patients())
            .number(count.withoutPatient())
            .raw(
                String.format(
                    Locale.ROOT,
                    "<td><span class=\"bar\" style=\"width: calc(%.2f * var(--whole))\"></span></td>",
                    count.samples() == 0 ? 0 : (double) count.samples() / most))
            .endRow();
      }
      html.endTable();
      for (Label label : dataset.taxonomy().labels()) {
        strip(
            label,
            dataset.samples().stream()
                .filter(s -> s.label().equals(label))
                .filter(s -> verification.digests().containsKey(s.id()))
                .toList());
      }
      Map<String, Map<String, Integer>> kinds = report.kinds();
      open("Sizes and formats: " + kinds.size() + " kinds");
      kinds.entrySet().stream()
          .sorted((a, b) -> Integer.compare(sum(b.getValue()), sum(a.getValue())))
          .limit(LINES)
          .forEach(kind -> html.element("li", kind.getKey() + ": " + text(kind.getValue())));
      close(kinds.size());
      html.raw("</section>\n");
    }

    /** The way to a label, so that the tree is seen. */
    private String path(String label) {
      return String.join(
          " > ",
          dataset.taxonomy().pathTo(Label.of(label)).stream().skip(1).map(Label::name).toList());
    }

    /** Images from all over the label's list, which is ordered by file. */
    private void strip(Label label, List<Sample> samples) throws IOException {
      if (samples.isEmpty()) {
        return;
      }
      html.element("h3", label.name()).raw("<div class=\"strip\">\n");
      int shown = Math.min(SHOWN, samples.size());
      for (int i = 0; i < shown; i++) {
        picture(samples.get((int) ((long) i * samples.size() / shown)));
      }
      html.raw("</div>\n");
    }

    private void shortcuts() {
      html.section("What tells the labels without the cell");
      html.element(
          "p",
          "The %d nearest neighbours that know a few numbers of each image and nothing of its shape; no image is told by another of the same patient. Read a model's score beside these. A value below chance means that images of other patients mislead, as where each label has other patients."
              .formatted(InspectionReport.NEIGHBOURS));
      html.beginTable("Knows", "Stage", "Balanced accuracy", "Chance", "Accuracy", "Majority");
      html.element("th", "number", "Images").rows();
      rows("colour", report.colour());
      rows("size and format", report.sizeAndFormat());
      html.endTable().raw("</section>\n");
    }

    private void rows(String what, EvaluationReport baseline) {
      for (StageReport stage : baseline.stages()) {
        if (stage.samples() > 0) {
          String type =
              switch (InspectionReport.shortcut(stage)) {
                case NONE, SOME -> "";
                case MUCH -> "warn";
                case ALMOST_ALL -> "bad";
              };
          html.beginRow(what, type).element("td", "number", stage.stage().name());
          html.estimate(stage.measures().get(Metrics.BALANCED_ACCURACY))
              .value(InspectionReport.chance(stage))
              .estimate(stage.measures().get(Metrics.ACCURACY))
              .value(InspectionReport.majority(stage))
              .number(stage.samples())
              .endRow();
        }
      }
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
      html.section("Near-duplicates");
      html.element(
          "p",
          "caption",
          Html.count(pairs.size(), "pair")
              + " of images that show the same though their files differ. Flipped or turned copies"
              + " are not looked for.");
      html.raw("<div class=\"pairs\">\n");
      for (NearDuplicate pair : pairs.subList(0, Math.min(PAIRS, pairs.size()))) {
        html.raw("<figure><div>");
        picture(pair.first());
        picture(pair.second());
        html.raw("</div>");
        if (pair.contradicting()) {
          html.element("b", "bad", "labels contradict").raw("<br />");
        }
        if (pair.acrossPatients()) {
          html.element("b", "bad", "two patients").raw("<br />");
        }
        caption(pair.first());
        caption(pair.second());
        html.raw("correlation " + Html.data(pair.correlation()))
            .text(", " + pair.distance() + " of 64 bits")
            .raw("</figure>\n");
      }
      html.raw("</div>\n");
      more(pairs.size(), PAIRS);
      html.raw("</section>\n");
    }

    private void groups(String title, List<List<Sample>> groups) throws IOException {
      if (groups.isEmpty()) {
        return;
      }
      html.element("h3", title + ": " + groups.size()).raw("<div class=\"pairs\">\n");
      for (List<Sample> group : groups.subList(0, Math.min(GROUPS, groups.size()))) {
        html.raw("<figure><div>");
        picture(group.get(0));
        html.raw("</div>");
        group.stream().limit(OF_GROUP).forEach(this::caption);
        if (group.size() > OF_GROUP) {
          html.text("and " + (group.size() - OF_GROUP) + " more");
        }
        html.raw("</figure>\n");
      }
      html.raw("</div>\n");
      more(groups.size(), GROUPS);
    }

    private void unreadable() {
      if (!verification.unreadable().isEmpty()) {
        html.element("h3", "Unreadable").raw("<ul>\n");
        verification.unreadable().values().stream()
            .limit(LINES)
            .forEach(reason -> html.element("li", "digest", reason));
        html.raw("</ul>\n");
        more(verification.unreadable().size(), LINES);
      }
    }

    private void patients() {
      Map<String, Map<String, Integer>> patients = report.byPatient();
      if (!patients.isEmpty()) {
        open(Html.count(patients.size(), "patient"));
        patients.entrySet().stream()
            .limit(LINES)
            .forEach(p -> html.element("li", p.getKey() + ": " + text(p.getValue())));
        close(patients.size());
      }
    }

    private void open(String title) {
      html.raw("<details>").element("summary", title).raw("<ul>\n");
    }

    private void close(int all) {
      html.raw("</ul>\n");
      more(all, LINES);
      html.raw("</details>\n");
    }

    private void more(int all, int shown) {
      if (all > shown) {
        html.element("p", "caption", "and " + (all - shown) + " more");
      }
    }

    private void caption(Sample sample) {
      html.text(sample.id() + " ").element("b", sample.label().name());
      sample.patient().ifPresent(p -> html.text(", " + p));
      html.raw("<br />");
    }

    private void picture(Sample sample) throws IOException {
      try {
        ConfidentErrors.Thumbnail image = ConfidentErrors.thumbnail(sample.source(), 1);
        html.image(
            "image/jpeg",
            image.jpeg(),
            sample.label() + ": " + sample.id(),
            image.width(),
            image.height());
      } catch (DataException e) {
        // A file that was read when it was inspected and is no image any more.
        throw new IOException(e.getMessage(), e);
      }
    }
  }
}
