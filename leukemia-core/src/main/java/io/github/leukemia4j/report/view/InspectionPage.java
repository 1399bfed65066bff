package io.github.leukemia4j.report.view;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Dataset.LabelCount;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.inspection.Inspection.NearDuplicate;
import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the pages of an inspection show. Images are read when they are asked for; an {@link
 * UncheckedIOException} says that one has gone. Thread-safe.
 */
public final class InspectionPage {
  private static final int PAIRS = 60;
  private static final int GROUPS = 30;
  private static final int OF_GROUP = 6;
  private static final int SHOWN = 8;

  /** Labels of fewer images are remarked on. */
  private static final int FEW = 20;

  private final InspectionReport report;
  private final Verification verification;
  private final Dataset dataset;
  private final List<NearDuplicate> pairs;

  /** The pages of a report. */
  public InspectionPage(InspectionReport report) {
    this.report = report;
    this.verification = report.inspection().verification();
    this.dataset = verification.dataset();
    this.pairs = report.inspection().nearDuplicates();
  }

  /** A count of something that should not be. */
  public record Tile(String name, long count) {}

  /** Pictures of a label. */
  public record Strip(String label, List<Picture> pictures) {}

  /** Lines below a title, of which the first are shown. */
  public record Lines(String title, List<String> shown, int more) {
    private static final int MOST = 100;

    static Lines of(String title, List<String> all) {
      return new Lines(title, all.stream().limit(MOST).toList(), Math.max(0, all.size() - MOST));
    }
  }

  /** Images that are alike, below a title, of which the first are shown. */
  public record Cards(String title, List<Card> shown, int more) {}

  /** Images that are alike: their pictures, what is wrong, their names, and a remark. */
  public record Card(
      List<Picture> pictures, List<String> faults, List<Name> names, String remark) {}

  /** Of an image. */
  public record Name(String id, String label, String patient) {}

  /** The heading of the page. */
  public String title() {
    return dataset.name() + ": leaks and shortcuts";
  }

  /** The headings of the sections. */
  public List<String> contents() {
    return Stream.of(
            "In words",
            "Labels",
            "What tells the labels without the cell",
            pairs.isEmpty() ? "" : "Near-duplicates",
            "Identical, unreadable, patients")
        .filter(title -> !title.isEmpty())
        .toList();
  }

  /** Of the data set. */
  public String description() {
    return dataset.description();
  }

  /** What came out, in sentences. */
  public List<String> words() {
    return InWords.of(report);
  }

  /** What to mind. */
  public List<String> warnings() {
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

  /** Counts of faults. */
  public List<Tile> tiles() {
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

  /**
   * How many images and patients each label has.
   *
   * @param bars whether the last column draws how many images
   */
  public Table labels(boolean bars) {
    List<LabelCount> counts = dataset.counts();
    long most = Math.max(1, counts.stream().mapToLong(LabelCount::samples).max().orElse(1));
    Table.Builder table =
        Table.of(
            Stream.of("Label", "Images", "Patients", "Of unknown patients", "")
                .limit(bars ? 5 : 4)
                .toList());
    for (LabelCount count : counts) {
      table
          .row(path(count.label()))
          .count(count.samples())
          .count(count.patients())
          .count(count.withoutPatient());
      if (bars) {
        table.bar((double) count.samples() / most);
      }
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

  /** How the samples are spread over the patients, in a sentence; empty where none is known. */
  public String spread() {
    Map<String, Map<String, Integer>> patients = report.byPatient();
    List<Integer> sizes = patients.values().stream().map(InspectionPage::sum).sorted().toList();
    return sizes.isEmpty()
        ? ""
        : "Patients: %d, with %d to %d samples each, median %d; %d have samples of several labels."
            .formatted(
                sizes.size(),
                sizes.get(0),
                sizes.get(sizes.size() - 1),
                sizes.get(sizes.size() / 2),
                patients.values().stream().filter(labels -> labels.size() > 1).count());
  }

  /** Cells of each label, from all over its list, which is ordered by file. */
  public List<Strip> strips() {
    List<Strip> strips = new ArrayList<>();
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
        strips.add(new Strip(label.name(), pictures));
      }
    }
    return strips;
  }

  /** Sizes and formats. */
  public Lines kinds() {
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

  /** Images of each patient. */
  public Lines patients() {
    Map<String, Map<String, Integer>> patients = report.byPatient();
    return Lines.of(
        Numbers.count(patients.size(), "patient"),
        patients.entrySet().stream().map(InspectionPage::line).toList());
  }

  /** What tells the labels without the cell. */
  public Table shortcuts() {
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
            .estimate(stage.metrics().get(Metrics.BALANCED_ACCURACY))
            .value(InspectionReport.chance(stage))
            .estimate(stage.metrics().get(Metrics.ACCURACY))
            .value(InspectionReport.majority(stage))
            .count(stage.samples());
      }
    }
  }

  /** Near-duplicates, with their pictures. */
  public Cards pairs() {
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
    return new Cards(Numbers.count(pairs.size(), "pair"), cards, pairs.size() - cards.size());
  }

  /** Identical images by kind, with their pictures. */
  public List<Cards> groups() {
    return identical().entrySet().stream()
        .map(
            kind -> {
              List<List<Sample>> groups = kind.getValue();
              List<Card> cards = groups.stream().limit(GROUPS).map(InspectionPage::card).toList();
              return new Cards(kind.getKey(), cards, groups.size() - cards.size());
            })
        .toList();
  }

  private static Card card(List<Sample> group) {
    int more = group.size() - OF_GROUP;
    return new Card(
        List.of(picture(group.get(0))),
        List.of(),
        group.stream().limit(OF_GROUP).map(InspectionPage::name).toList(),
        more > 0 ? "and %d more".formatted(more) : "");
  }

  /** The kinds that there are, the worst first. */
  private Map<String, List<List<Sample>>> identical() {
    Map<String, List<List<Sample>>> kinds = new LinkedHashMap<>();
    kinds.put("Identical images under contradicting labels", verification.contradicting());
    kinds.put("Identical images of two patients", verification.identicalAcrossPatients());
    kinds.put("Identical images", verification.identical());
    kinds.values().removeIf(List::isEmpty);
    return kinds;
  }

  /** The files with faults by name, without pictures. */
  public List<Lines> files() {
    List<Lines> all = new ArrayList<>(List.of(unreadable()));
    identical()
        .forEach(
            (title, groups) ->
                all.add(Lines.of(title, groups.stream().map(InspectionPage::names).toList())));
    all.add(
        Lines.of(
            "Files that show nearly the same",
            pairs.stream().map(p -> names(List.of(p.first(), p.second()))).toList()));
    return all;
  }

  private static String names(List<Sample> group) {
    return group.stream()
        .map(s -> "%s (%s)".formatted(s.id(), s.label()))
        .collect(Collectors.joining(" = "));
  }

  /** Why files could not be read. */
  public Lines unreadable() {
    return Lines.of("Unreadable", List.copyOf(verification.unreadable().values()));
  }

  /** What was inspected by which version. */
  public String origin() {
    return "Inspected by leukemia4j %s; SHA-256 of the data set %s."
        .formatted(Provenance.libraryVersion(), verification.contentDigest());
  }

  private static Name name(Sample sample) {
    return new Name(
        sample.id(), sample.label().name(), sample.patient().map(p -> ", " + p).orElse(""));
  }

  private static Picture picture(Sample sample) {
    try {
      return Picture.thumbnail(sample.source(), 1, "%s: %s".formatted(sample.label(), sample.id()));
    } catch (DataException e) {
      // A file that was read when it was inspected and is no image any more.
      throw new UncheckedIOException(new IOException(e.getMessage(), e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
