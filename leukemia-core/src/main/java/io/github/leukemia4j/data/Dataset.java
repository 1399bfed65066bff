package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Labelled images and the taxonomy of their labels. A list of where images are, not the images:
 * nothing is opened before it is asked for. Immutable.
 */
public final class Dataset {
  private final String name;
  private final Taxonomy taxonomy;
  private final List<Sample> samples;

  private Dataset(String name, Taxonomy taxonomy, List<Sample> samples) {
    this.name = name;
    this.taxonomy = taxonomy;
    this.samples = samples;
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
          "Every sample of "
              + name
              + " must be listed once, with a label of the taxonomy "
              + taxonomy
              + "; correct the label or add it to the taxonomy:",
          problems);
    }
    return new Dataset(Objects.requireNonNull(name, "name"), taxonomy, List.copyOf(samples));
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

  /** The same taxonomy with some of the samples. */
  public Dataset withSamples(List<Sample> some) {
    return of(name, taxonomy, some);
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
    return new Dataset(name, withPositive, relabelled);
  }
}
