package io.github.leukemia4j.data.split;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Dataset.LabelCount;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The parts of a data set; no patient and no sample is in two of them. Immutable. */
public final class Split {
  /** The names of the parts, in the order of their use. */
  public static final List<String> PARTS = List.of("train", "validation", "calibration", "test");

  private final Dataset train;
  private final Dataset validation;
  private final Dataset calibration;
  private final Dataset test;
  private final OptionalLong seed;

  private Split(
      Dataset train, Dataset validation, Dataset calibration, Dataset test, OptionalLong seed) {
    this.train = Objects.requireNonNull(train, "train");
    this.validation = Objects.requireNonNull(validation, "validation");
    this.calibration = Objects.requireNonNull(calibration, "calibration");
    this.test = Objects.requireNonNull(test, "test");
    this.seed = seed;
  }

  /**
   * Parts that were chosen elsewhere; any but train may be empty. Whether images in different parts
   * have the same pixels is found out by {@link #requireNoneIdentical}.
   *
   * @throws IllegalArgumentException where the parts differ in their taxonomy, or train is empty
   * @throws DataException where a patient or a sample is in two parts; lists them
   */
  public static Split of(Dataset train, Dataset validation, Dataset calibration, Dataset test) {
    return of(train, validation, calibration, test, OptionalLong.empty());
  }

  static Split of(
      Dataset train, Dataset validation, Dataset calibration, Dataset test, OptionalLong seed) {
    Split split = new Split(train, validation, calibration, test, seed);
    for (Dataset part : List.of(validation, calibration, test)) {
      if (!part.taxonomy().equals(train.taxonomy())) {
        throw new IllegalArgumentException(
            "All parts must have the same taxonomy; found %s and %s."
                .formatted(train.taxonomy(), part.taxonomy()));
      }
    }
    if (train.size() == 0) {
      throw new IllegalArgumentException("The part train must not be empty.");
    }
    split.requireDisjoint("sample", s -> Stream.of(s.id()));
    split.requireDisjoint("patient", s -> s.patient().stream());
    return split;
  }

  /** The four parts of a splitter, who sees to it that they share nothing. */
  static Split disjoint(List<Dataset> parts, long seed) {
    return new Split(parts.get(0), parts.get(1), parts.get(2), parts.get(3), OptionalLong.of(seed));
  }

  private void requireDisjoint(String what, Function<Sample, Stream<String>> keys) {
    Map<String, String> partOf = new HashMap<>();
    Map<String, String> shared = new LinkedHashMap<>();
    for (String name : PARTS) {
      for (Sample sample : part(name).samples()) {
        keys.apply(sample)
            .forEach(
                key -> {
                  String other = partOf.putIfAbsent(key, name);
                  if (other != null && !other.equals(name)) {
                    shared.putIfAbsent(key, what + " " + key + " is in " + other + " and " + name);
                  }
                });
      }
    }
    if (!shared.isEmpty()) {
      throw new DataException(
          "No %s may be in two parts of a split, or results are too good to be true; let Splitter make the split, or move all of each to one part:"
              .formatted(what),
          List.copyOf(shared.values()));
    }
  }

  /** The tree that every label is in. */
  public Taxonomy taxonomy() {
    return train.taxonomy();
  }

  /** What weights are fitted to. */
  public Dataset train() {
    return train;
  }

  /** What epochs are chosen on. */
  public Dataset validation() {
    return validation;
  }

  /** What temperatures and thresholds are fitted to; may be empty. */
  public Dataset calibration() {
    return calibration;
  }

  /** What nothing is fitted to or chosen on. */
  public Dataset test() {
    return test;
  }

  /** The seed that {@link Splitter} made it with, if it did. */
  public OptionalLong seed() {
    return seed;
  }

  /**
   * A part by its name.
   *
   * @param name one of {@link #PARTS}
   * @throws IllegalArgumentException where there is no such part
   */
  public Dataset part(String name) {
    return switch (name) {
      case "train" -> train;
      case "validation" -> validation;
      case "calibration" -> calibration;
      case "test" -> test;
      default ->
          throw new IllegalArgumentException(
              "The part must be one of " + PARTS + "; found \"" + name + "\".");
    };
  }

  /** All samples of all parts, in the order of the parts. */
  public Dataset all() {
    return train.withSamples(
        PARTS.stream().flatMap(name -> part(name).samples().stream()).toList());
  }

  /** What a model is fitted to and chosen on: the samples of train and of validation, each once. */
  public List<Sample> fitted() {
    return Stream.of(train, validation)
        .flatMap(part -> part.samples().stream())
        .distinct()
        .toList();
  }

  /**
   * The parts for a network that is trained once more after its evaluation: all samples are in
   * train, and those of validation are validated on besides, so that the figures are there, which
   * then say nothing of other samples. Nothing is left to calibrate or to test on.
   */
  public Split refit() {
    Dataset none = test.withSamples(List.of());
    return new Split(all(), validation, none, none, seed);
  }

  /**
   * The parts, each changed alike.
   *
   * @param change gives a part with no other patients and samples than it is given
   */
  public Split map(UnaryOperator<Dataset> change) {
    List<Dataset> parts = PARTS.stream().map(this::part).map(change).toList();
    return new Split(parts.get(0), parts.get(1), parts.get(2), parts.get(3), seed);
  }

  /** The parts as the stage of an inner node sees them: see {@link Dataset#forStage}. */
  public Split forStage(Label innerNode) {
    return map(part -> part.forStage(innerNode));
  }

  /**
   * The parts as a network sees them that answers these stages.
   *
   * @param stages one inner node, or all of them: then all samples that reach the root's stage
   * @param columns that are learnt beside them: samples of the taxonomy's root stay that have a
   *     value in one
   */
  public Split forStages(List<Label> stages, Set<String> columns) {
    Label first = stages.get(0);
    return map(
        part ->
            (stages.size() == 1 ? part.forStage(first) : part)
                .withSamples(
                    part.samples().stream()
                        .flatMap(sample -> seen(sample, stages, columns).stream())
                        .toList()));
  }

  private Optional<Sample> seen(Sample sample, List<Label> stages, Set<String> columns) {
    Label root = taxonomy().root();
    if (sample.label().equals(root)) {
      return Optional.of(sample)
          .filter(s -> columns.stream().anyMatch(s.attributes()::containsKey));
    }
    return stages.size() == 1
        ? taxonomy().childTowards(stages.get(0), sample.label()).map(sample::withLabel)
        : Optional.of(sample);
  }

  /** The same with other training samples. */
  public Split withTrain(List<Sample> samples) {
    return new Split(train.withSamples(samples), validation, calibration, test, seed);
  }

  /** What the parts hold: samples and patients by label. */
  public Summary summary() {
    return new Summary(
        train.name(),
        PARTS.stream().map(name -> new Summary.Part(name, part(name).counts())).toList());
  }

  /**
   * What the parts of a split hold, for reports; Jackson writes it as it is.
   *
   * @param dataset the data set's name
   * @param parts train, validation, calibration and test
   */
  public record Summary(String dataset, List<Part> parts) {
    /**
     * What one part holds.
     *
     * @param part its name
     * @param labels samples and patients at or below each label, the root first
     */
    public record Part(String part, List<LabelCount> labels) {}

    /**
     * A table: a line for each label, a column for each part, samples with patients in brackets. It
     * fits 80 columns where labels are short.
     */
    public String toText() {
      List<List<String>> columns = new ArrayList<>();
      Stream<String> labels = parts.get(0).labels().stream().map(LabelCount::label);
      columns.add(Stream.concat(Stream.of("samples (patients)"), labels).toList());
      for (Part part : parts) {
        Stream<String> counts =
            part.labels().stream().map(c -> "%d (%d)".formatted(c.samples(), c.patients()));
        columns.add(Stream.concat(Stream.of(part.part()), counts).toList());
      }
      StringBuilder line = new StringBuilder();
      for (List<String> column : columns) {
        int width = column.stream().mapToInt(String::length).max().orElse(0);
        line.append(line.isEmpty() ? "%-" + width + "s" : "   %" + width + "s");
      }
      return IntStream.range(0, columns.get(0).size())
          .mapToObj(row -> columns.stream().map(column -> column.get(row)).toArray())
          .map(line.toString()::formatted)
          .collect(Collectors.joining(System.lineSeparator()));
    }
  }

  /**
   * Fails where identical images lie in different parts.
   *
   * @param verification of a data set that has the samples of this split
   * @throws DataException which lists the images
   */
  public void requireNoneIdentical(Verification verification) {
    Map<String, String> partOf = new HashMap<>();
    for (String name : PARTS) {
      part(name).samples().forEach(s -> partOf.put(s.id(), name));
    }
    List<String> problems = new ArrayList<>();
    for (List<Sample> group : verification.identical()) {
      List<Sample> here = group.stream().filter(s -> partOf.containsKey(s.id())).toList();
      if (here.stream().map(s -> partOf.get(s.id())).distinct().count() > 1) {
        problems.add(
            String.join(
                ", ", here.stream().map(s -> s.id() + " (" + partOf.get(s.id()) + ")").toList()));
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "No image may be in two parts of a split, under whatever name, or results are too good to"
              + " be true; give Splitter the verification of the data set, which keeps identical"
              + " images together, or remove the copies:",
          problems);
    }
  }

  /**
   * Writes which sample is in which part, so that others can use the same split: a JSON file with
   * the ids and the counts of {@link #summary}. The file is written beside its place and then moved
   * there at once.
   *
   * @throws IOException where it cannot be written; what was there before is then untouched
   */
  public void write(Path file) throws IOException {
    SplitFile.write(this, file);
  }

  /**
   * Reads a split: a JSON file as {@link #write} writes it, of which {@code schemaVersion} and
   * {@code parts} are enough, or a CSV file (extension {@code csv}) with the columns {@code file},
   * which holds the samples' ids, and {@code part} (or {@code split}, or {@code subset}), which
   * holds the names of parts; see {@link #read(Path, String, String, Dataset)}.
   *
   * @param dataset that it was made of: it must have the same samples
   * @throws IOException where the file is missing or cannot be read
   * @throws DataException where it is no such file, or names other samples than the data set has,
   *     or has a patient in two parts
   */
  public static Split read(Path file, Dataset dataset) throws IOException {
    return SplitFile.read(file, dataset);
  }

  /**
   * Reads a split from two columns of a CSV file, such as the manifest of the data set itself.
   *
   * @param fileColumn the column of the samples' ids, as a manifest's column of files
   * @param partColumn the column of the parts: one of {@link #PARTS} in each row, in any case, or
   *     one of {@code training}, {@code val}, {@code valid}, {@code dev}, {@code cal}, {@code
   *     testing} and {@code holdout}
   * @param dataset that has the same samples
   * @throws IOException where the file is missing or cannot be read
   * @throws DataException as {@link #read(Path, Dataset)}
   */
  public static Split read(Path csv, String fileColumn, String partColumn, Dataset dataset)
      throws IOException {
    return SplitFile.read(csv, fileColumn, partColumn, dataset);
  }

  @Override
  public String toString() {
    return "Split[train %d, validation %d, calibration %d, test %d of %s]"
        .formatted(train.size(), validation.size(), calibration.size(), test.size(), train.name());
  }
}
