package io.github.leukemia4j.report;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.LabelCount;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.inspection.Inspection.NearDuplicate;
import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.Provenance;
import io.github.leukemia4j.report.view.InspectionView;
import io.github.leukemia4j.report.view.InspectionView.Card;
import io.github.leukemia4j.report.view.InspectionView.Cards;
import io.github.leukemia4j.report.view.InspectionView.Lines;
import io.github.leukemia4j.report.view.InspectionView.Name;
import io.github.leukemia4j.report.view.InspectionView.Tile;
import io.github.leukemia4j.report.view.Numbers;
import io.github.leukemia4j.report.view.Picture;
import io.github.leukemia4j.report.view.Table;
import io.github.leukemia4j.report.view.html.JteinspectionGenerated;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Finds what the page of an inspection shows. */
final class InspectionPage {
  private static final int PAIRS = 60;
  private static final int GROUPS = 30;
  private static final int OF_GROUP = 6;
  private static final int SHOWN = 8;

  /** Labels of fewer images are remarked on. */
  private static final int FEW = 20;

  private final InspectionReport report;
  private final Verification verification;
  private final Dataset dataset;

  InspectionPage(InspectionReport report) {
    this.report = Objects.requireNonNull(report, "report");
    this.verification = report.inspection().verification();
    this.dataset = verification.dataset();
  }

  /**
   * @throws IOException where an image has gone since it was inspected
   */
  String toHtml() throws IOException {
    List<Cards> groups = new ArrayList<>();
    groups("Identical images under contradicting labels", verification.contradicting(), groups);
    groups("Identical images of two patients", verification.identicalAcrossPatients(), groups);
    groups("Identical images", verification.identical(), groups);
    InspectionView view =
        new InspectionView(
            dataset.name() + ": leaks and shortcuts",
            dataset.description(),
            InWords.of(report),
            warnings(),
            tiles(),
            labels(),
            strips(),
            kinds(),
            InspectionReport.NEIGHBOURS,
            shortcuts(),
            pairs(),
            groups,
            Lines.of("Unreadable", List.copyOf(verification.unreadable().values())),
            patients(),
            "Inspected by leukemia4j %s; SHA-256 of the data set %s."
                .formatted(Provenance.libraryVersion(), verification.contentDigest()));
    return Rendering.html(out -> JteinspectionGenerated.render(out, null, view));
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>(dataset.notices());
    for (LabelCount count : dataset.counts()) {
      if (count.samples() > 0 && count.samples() < FEW) {
        warnings.add(
            "Only %s of %s: too few to learn or to judge it."
                .formatted(Numbers.count(count.samples(), "image"), count.label()));
      }
    }
    if (dataset.samples().stream().noneMatch(s -> s.patient().isPresent())) {
      warnings.add(
          "No patient is known: a split cannot keep one patient's cells together, and every score"
              + " on these data, those below included, may be too good.");
    }
    return warnings;
  }

  private List<Tile> tiles() {
    List<NearDuplicate> pairs = report.inspection().nearDuplicates();
    return List.of(
        new Tile("unreadable files", verification.unreadable().size()),
        new Tile("groups of identical images", verification.identical().size()),
        new Tile("identical, labels contradict", verification.contradicting().size()),
        new Tile("identical, two patients", verification.identicalAcrossPatients().size()),
        new Tile("near-duplicate pairs", pairs.size()),
        new Tile(
            "near-duplicates, labels contradict",
            pairs.stream().filter(NearDuplicate::contradicting).count()),
        new Tile(
            "near-duplicates, two patients",
            pairs.stream().filter(NearDuplicate::acrossPatients).count()));
  }

  private Table labels() {
    List<LabelCount> counts = dataset.counts();
    long most = Math.max(1, counts.stream().mapToLong(LabelCount::samples).max().orElse(1));
    Table.Builder table = Table.of("Label", "Images", "Patients", "Of unknown patients", "");
    for (LabelCount count : counts) {
      table
          .row(path(count.label()))
          .count(count.samples())
          .count(count.patients())
          .count(count.withoutPatient())
          .bar((double) count.samples() / most);
    }
    return table.build();
  }

  /** The way to a label, so that the tree is seen. */
  private String path(String label) {
    return label.equals(dataset.taxonomy().root().name())
        ? "all"
        : dataset.taxonomy().pathTo(Label.of(label)).stream()
            .skip(1)
            .map(Label::name)
            .collect(Collectors.joining(" > "));
  }

  /** Images from all over each label's list, which is ordered by file. */
  private List<InspectionView.Strip> strips() throws IOException {
    List<InspectionView.Strip> strips = new ArrayList<>();
    for (Label label : dataset.taxonomy().labels()) {
      List<Sample> samples =
          dataset.samples().stream()
              .filter(s -> s.label().equals(label))
              .filter(s -> verification.digests().containsKey(s.id()))
              .toList();
      int shown = Math.min(SHOWN, samples.size());
      List<Picture> pictures = new ArrayList<>();
      for (int i = 0; i < shown; i++) {
        pictures.add(picture(samples.get((int) ((long) i * samples.size() / shown))));
      }
      if (shown > 0) {
        strips.add(new InspectionView.Strip(label.name(), pictures));
      }
    }
    return strips;
  }

  private Lines kinds() {
    Map<String, Map<String, Integer>> kinds = report.kinds();
    return Lines.of(
        "Sizes and formats: %d kinds".formatted(kinds.size()),
        kinds.entrySet().stream()
            .sorted((a, b) -> Integer.compare(sum(b.getValue()), sum(a.getValue())))
            .map(InspectionPage::line)
            .toList());
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static String line(Map.Entry<String, Map<String, Integer>> counts) {
    return counts.getValue().entrySet().stream()
        .map(e -> e.getValue() + " " + e.getKey())
        .collect(Collectors.joining(", ", counts.getKey() + ": ", ""));
  }

  private Lines patients() {
    Map<String, Map<String, Integer>> patients = report.byPatient();
    return Lines.of(
        Numbers.count(patients.size(), "patient"),
        patients.entrySet().stream().map(InspectionPage::line).toList());
  }

  private Table shortcuts() {
    Table.Builder table =
        Table.of("Knows", "Stage", "Balanced accuracy", "Chance", "Accuracy", "Majority", "Images");
    rows("colour", report.colour(), table);
    rows("size and format", report.sizeAndFormat(), table);
    return table.build();
  }

  private static void rows(String what, EvaluationReport baseline, Table.Builder table) {
    for (StageReport stage : baseline.stages()) {
      if (stage.samples() > 0) {
        String type =
            switch (InspectionReport.shortcut(stage)) {
              case NONE, SOME -> null;
              case MUCH -> "warn";
              case ALMOST_ALL -> "bad";
            };
        table
            .row(what, type)
            .text(stage.stage().name())
            .estimate(stage.measures().get(Metrics.BALANCED_ACCURACY))
            .value(InspectionReport.chance(stage))
            .estimate(stage.measures().get(Metrics.ACCURACY))
            .value(InspectionReport.majority(stage))
            .count(stage.samples());
      }
    }
  }

  private Cards pairs() throws IOException {
    List<NearDuplicate> pairs = report.inspection().nearDuplicates();
    List<Card> cards = new ArrayList<>();
    for (NearDuplicate pair : pairs.subList(0, Math.min(PAIRS, pairs.size()))) {
      List<String> faults = new ArrayList<>();
      if (pair.contradicting()) {
        faults.add("labels contradict");
      }
      if (pair.acrossPatients()) {
        faults.add("two patients");
      }
      cards.add(
          new Card(
              List.of(picture(pair.first()), picture(pair.second())),
              faults,
              List.of(name(pair.first()), name(pair.second())),
              "correlation %s, %d of 64 bits"
                  .formatted(Numbers.three(pair.correlation()), pair.distance())));
    }
    return pairs.isEmpty()
        ? null
        : new Cards(Numbers.count(pairs.size(), "pair"), cards, pairs.size() - cards.size());
  }

  private void groups(String title, List<List<Sample>> groups, List<Cards> out) throws IOException {
    List<Card> cards = new ArrayList<>();
    for (List<Sample> group : groups.subList(0, Math.min(GROUPS, groups.size()))) {
      int more = group.size() - OF_GROUP;
      cards.add(
          new Card(
              List.of(picture(group.get(0))),
              List.of(),
              group.stream().limit(OF_GROUP).map(InspectionPage::name).toList(),
              more > 0 ? "and %d more".formatted(more) : ""));
    }
    if (!groups.isEmpty()) {
      out.add(
          new Cards("%s: %d".formatted(title, groups.size()), cards, groups.size() - cards.size()));
    }
  }

  private static Name name(Sample sample) {
    return new Name(
        sample.id(), sample.label().name(), sample.patient().map(p -> ", " + p).orElse(""));
  }

  private static Picture picture(Sample sample) throws IOException {
    try {
      return ConfidentErrors.thumbnail(
          sample.source(), 1, "%s: %s".formatted(sample.label(), sample.id()));
    } catch (DataException e) {
      // A file that was read when it was inspected and is no image any more.
      throw new IOException(e.getMessage(), e);
    }
  }
}
