package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Labelled images and the taxonomy of their labels. A list of where images are, not the images:
 * nothing is opened before it is asked for. Immutable.
 */
public final class Dataset {
  private final String name;
  private final Taxonomy taxonomy;
  private final List<Sample> samples;
  private final String layout;
  private final Map<String, Integer> skippedFiles;
  private final List<String> notices;

  private Dataset(
      String name,
      Taxonomy taxonomy,
      List<Sample> samples,
      String layout,
      Map<String, Integer> skippedFiles,
      List<String> notices) {
    this.name = name;
    this.taxonomy = taxonomy;
    this.samples = samples;
    this.layout = layout;
    this.skippedFiles = skippedFiles;
    this.notices = notices;
  }

  /** What a reader found, who sees to it that ids are unique and labels are in the taxonomy. */
  static Dataset read(
      String layout,
      String name,
      Taxonomy taxonomy,
      List<Sample> samples,
      Map<String, Integer> skippedFiles) {
    return new Dataset(name, taxonomy, List.copyOf(samples), layout, skippedFiles, List.of());
  }

  /** The same with something more to tell. */
  Dataset withNotices(List<String> more) {
    List<String> all = Stream.concat(notices.stream(), more.stream()).toList();
    return new Dataset(name, taxonomy, samples, layout, skippedFiles, all);
  }

  private Dataset with(Taxonomy other, List<Sample> some) {
    return new Dataset(name, other, some, layout, skippedFiles, notices);
  }

  /**
   * @param name for reports and provenance
   * @param taxonomy that has every sample's label
   * @param samples with unique ids; may be empty
   * @throws DataException where a label is not in the taxonomy or an id is not unique
   */
  public static Dataset of(String name, Taxonomy taxonomy, List<Sample> samples) {
    Objects.requireNonNull(taxonomy, "taxonomy");
    Set<String> ids = new HashSet<>();
    List<String> problems = new ArrayList<>();
    for (Sample sample : samples) {
      if (!taxonomy.contains(sample.label())) {
        problems.add(sample.id() + ": unknown label \"" + sample.label() + "\"");
      } else if (!ids.add(sample.id())) {
        problems.add(sample.id() + ": listed twice");
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "Every sample of %s must be listed once, with a label of the taxonomy %s; correct the label or add it to the taxonomy:"
              .formatted(name, taxonomy),
          problems);
    }
    return read(
        "list of samples", Objects.requireNonNull(name, "name"), taxonomy, samples, Map.of());
  }

  /** For reports and provenance. */
  public String name() {
    return name;
  }

  /** The tree that every label is in. */
  public Taxonomy taxonomy() {
    return taxonomy;
  }

  /** In the order in which they were given. */
  public List<Sample> samples() {
    return samples;
  }

  /** How many samples there are. */
  public int size() {
    return samples.size();
  }

  /**
   * What the data set was read from: {@code folder tree}, {@code CSV manifest}, or the name of a
   * {@link DatasetFormat}.
   */
  public String layout() {
    return layout;
  }

  /**
   * Files that a folder tree holds beside its images, which are no samples: how many by extension,
   * in lower case, without the dot, {@code ""} for files that have none.
   */
  public Map<String, Integer> skippedFiles() {
    return skippedFiles;
  }

  /**
   * What was decided or passed over when the data set was read, a sentence each, for whoever uses
   * it: a column that was taken for the patients', images that were left out and why. Also written
   * to the log as warnings when it was opened.
   */
  public List<String> notices() {
    return notices;
  }

  /** One line: the layout, how many images of how many patients, the taxonomy, what was skipped. */
  public String description() {
    long patients = samples.stream().flatMap(s -> s.patient().stream()).distinct().count();
    long unknown = samples.stream().filter(s -> s.patient().isEmpty()).count();
    return "%s: %s images%s%s, labels %s%s"
        .formatted(
            layout,
            samples.size(),
            patients == 0 ? " of unknown patients" : " of " + patients + " patients",
            patients == 0 || unknown == 0 ? "" : " and " + unknown + " of unknown ones",
            taxonomy,
            skippedFiles.isEmpty()
                ? ""
                : "; skipped files that are no images: "
                    + new TreeMap<>(skippedFiles)
                        .entrySet().stream()
                            .map(
                                e ->
                                    e.getValue()
                                        + " "
                                        + (e.getKey().isEmpty() ? "without extension" : e.getKey()))
                            .collect(Collectors.joining(", ")));
  }

  /**
   * What a data set holds of a label.
   *
   * @param label the label's name
   * @param samples how many are labelled with it or with a label below it
   * @param patients of how many known patients these are
   * @param withoutPatient how many of the samples are of an unknown patient
   */
  public record LabelCount(String label, int samples, int patients, int withoutPatient) {
    private static LabelCount of(Label label, List<Sample> samples) {
      return new LabelCount(
          label.name(),
          samples.size(),
          (int) samples.stream().flatMap(s -> s.patient().stream()).distinct().count(),
          (int) samples.stream().filter(s -> s.patient().isEmpty()).count());
    }
  }

  /**
   * How many samples and patients lie at or below each label, parents before their children; the
   * first is the root with all of them.
   */
  public List<LabelCount> counts() {
    Map<Label, List<Sample>> below = new LinkedHashMap<>();
    taxonomy.labels().forEach(label -> below.put(label, new ArrayList<>()));
    Map<Label, List<Label>> paths = new HashMap<>();
    for (Sample sample : samples) {
      paths
          .computeIfAbsent(sample.label(), taxonomy::pathTo)
          .forEach(label -> below.get(label).add(sample));
    }
    return below.entrySet().stream().map(e -> LabelCount.of(e.getKey(), e.getValue())).toList();
  }

  /** The same data set under another name. */
  public Dataset named(String other) {
    return new Dataset(
        Objects.requireNonNull(other, "name"), taxonomy, samples, layout, skippedFiles, notices);
  }

  /**
   * The samples with other labels, under another taxonomy.
   *
   * @param other that has all the new labels
   * @param label gives a sample's new label, or nothing for a sample to be left out
   * @throws DataException where a new label is not in the taxonomy
   */
  public Dataset mapLabels(Taxonomy other, Function<Sample, Optional<Label>> label) {
    List<Sample> mapped =
        samples.stream().flatMap(s -> label.apply(s).map(s::withLabel).stream()).toList();
    return with(other, of(name, other, mapped).samples);
  }

  /**
   * The same samples, whose images are all of one scale where it is not known of them yet.
   *
   * @param scale how many micrometres of the slide a pixel shows, above 0
   */
  public Dataset withMicrometresPerPixel(double scale) {
    return withSamples(
        samples.stream()
            .map(
                s ->
                    s.micrometresPerPixel().isPresent()
                        ? s
                        : s.withAttribute(Sample.MICROMETRES_PER_PIXEL, String.valueOf(scale)))
            .toList());
  }

  /**
   * The same taxonomy with some of the samples.
   *
   * @throws DataException as {@link #of}
   */
  public Dataset withSamples(List<Sample> some) {
    return with(taxonomy, of(name, taxonomy, some).samples);
  }

  /**
   * What the stage of an inner node learns from: the samples whose label lies at or below one of
   * its children, labelled with that child, under a taxonomy of that node and its children alone.
   *
   * @throws IllegalArgumentException where the node is not an inner node of the taxonomy
   */
  public Dataset forStage(Label innerNode) {
    Taxonomy stage =
        Taxonomy.of(innerNode.name())
            .with(
                innerNode.name(),
                taxonomy.labelSet(innerNode).labels().stream()
                    .map(Label::name)
                    .toArray(String[]::new));
    Taxonomy withPositive =
        taxonomy
            .positive(innerNode)
            .map(positive -> stage.withPositive(innerNode.name(), positive.name()))
            .orElse(stage);
    List<Sample> relabelled =
        samples.stream()
            .flatMap(s -> taxonomy.childTowards(innerNode, s.label()).map(s::withLabel).stream())
            .toList();
    return with(withPositive, relabelled);
  }

  @Override
  public String toString() {
    return "Dataset[%s: %d images, labels %s]".formatted(name, samples.size(), taxonomy);
  }
}
