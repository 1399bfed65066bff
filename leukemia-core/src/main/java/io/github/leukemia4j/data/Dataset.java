package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.util.HashSet;
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
  public static Dataset read(
      String layout,
      String name,
      Taxonomy taxonomy,
      List<Sample> samples,
      Map<String, Integer> skippedFiles) {
    return new Dataset(name, taxonomy, samples, layout, skippedFiles, List.of());
  }

  /** The same with something more to tell. */
  public Dataset withNotices(List<String> more) {
    List<String> all = Stream.concat(notices.stream(), more.stream()).toList();
    return new Dataset(name, taxonomy, samples, layout, skippedFiles, all);
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
    List<String> problems =
        samples.stream()
            .flatMap(
                s ->
                    !taxonomy.contains(s.label())
                        ? Optional.of(s.id() + ": unknown label \"" + s.label() + "\"").stream()
                        : ids.add(s.id())
                            ? Stream.<String>empty()
                            : Optional.of(s.id() + ": listed twice").stream())
            .toList();
    if (!problems.isEmpty()) {
      throw new DataException(
          "Every sample of %s must be listed once, with a label of the taxonomy %s; correct the label or add it to the taxonomy:"
              .formatted(name, taxonomy),
          problems);
    }
    return new Dataset(
        Objects.requireNonNull(name, "name"),
        taxonomy,
        List.copyOf(samples),
        "list of samples",
        Map.of(),
        List.of());
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

  /** What the data set was read from, such as {@code folder tree} or {@code CSV manifest}. */
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
   * How many samples and patients lie at or below each label, parents before their children; the
   * first is the root with all of them.
   */
  public List<LabelCount> counts() {
    return LabelCount.of(this);
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
    return new Dataset(name, other, of(name, other, mapped).samples, layout, skippedFiles, notices);
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

  /** The same taxonomy with some of the samples. */
  public Dataset withSamples(List<Sample> some) {
    Dataset checked = of(name, taxonomy, some);
    return new Dataset(name, taxonomy, checked.samples, layout, skippedFiles, notices);
  }

  /** Some samples of this data set, which need no checks. */
  public Dataset part(List<Sample> some) {
    return new Dataset(name, taxonomy, List.copyOf(some), layout, skippedFiles, notices);
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
    return new Dataset(name, withPositive, relabelled, layout, skippedFiles, notices);
  }

  @Override
  public String toString() {
    return "Dataset[%s: %d images, labels %s]".formatted(name, samples.size(), taxonomy);
  }
}
