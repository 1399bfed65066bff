package io.github.leukemia4j.data;

import io.github.leukemia4j.Label;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A labelled image. Immutable.
 *
 * @param id unique in its data set and the same on every machine: the path relative to the data
 *     set's folder, with forward slashes
 * @param source where the image is
 * @param label at any level of the taxonomy; its root for an image that has no label, from which
 *     only what stands beside the label can be learnt
 * @param patient whose cell it is, if known
 * @param attributes whatever else is known of it by name, such as {@code cell_class}; sorted by
 *     name, found whatever the name's case, without empty values
 */
public record Sample(
    String id,
    ImageSource source,
    Label label,
    Optional<String> patient,
    Map<String, String> attributes) {
  /**
   * Copies the attributes that are not empty.
   *
   * @throws IllegalArgumentException where the id or the patient is blank
   */
  public Sample {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(label, "label");
    if (id.isBlank() || patient.filter(String::isBlank).isPresent()) {
      throw new IllegalArgumentException(
          "A sample's id and patient must not be blank; found id \"" + id + "\", " + patient + ".");
    }
    if (attributes.isEmpty()) {
      attributes = Map.of();
    } else {
      Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      sorted.putAll(attributes);
      sorted.values().removeIf(String::isEmpty);
      attributes = Collections.unmodifiableMap(sorted);
    }
  }

  /** A sample of which nothing else is known. */
  public Sample(String id, ImageSource source, Label label, Optional<String> patient) {
    this(id, source, label, patient, Map.of());
  }

  /** The same image under another label. */
  public Sample withLabel(Label other) {
    return new Sample(id, source, other, patient, attributes);
  }

  /** The same sample with its image from elsewhere. */
  public Sample withSource(ImageSource other) {
    return new Sample(id, other, label, patient, attributes);
  }
}
