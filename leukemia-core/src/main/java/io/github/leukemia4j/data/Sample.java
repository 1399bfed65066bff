package io.github.leukemia4j.data;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
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
  /** The attribute that names the laboratory that the image comes from. */
  public static final String LABORATORY = "laboratory";

  /** The attribute that says how many micrometres of the slide a pixel of the image shows. */
  public static final String MICROMETRES_PER_PIXEL = "micrometres_per_pixel";

  /**
   * Copies the attributes that are not empty.
   *
   * @throws IllegalArgumentException where the id or the patient is blank, or the micrometres per
   *     pixel are no number above 0
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
    requireScale(attributes.get(MICROMETRES_PER_PIXEL));
  }

  private static void requireScale(String text) {
    double scale;
    try {
      scale = text == null ? 1 : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      scale = 0;
    }
    if (!(scale > 0 && Double.isFinite(scale))) {
      throw new IllegalArgumentException(
          "%s must be a number above 0; found %s".formatted(MICROMETRES_PER_PIXEL, text));
    }
  }

  /** The laboratory that the image comes from, by the attribute of that name, if known. */
  public Optional<String> laboratory() {
    return Optional.ofNullable(attributes.get(LABORATORY));
  }

  /** How many micrometres of the slide a pixel of the image shows; empty where not known. */
  public OptionalDouble micrometresPerPixel() {
    String text = attributes.get(MICROMETRES_PER_PIXEL);
    return text == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
  }

  /**
   * Reads and decodes the image, which knows its scale where the sample does.
   *
   * @throws IOException where it is missing or cannot be read
   * @throws io.github.leukemia4j.DataException where the content is not an image; names it
   */
  public CellImage read() throws IOException {
    CellImage image = source.read();
    OptionalDouble scale = micrometresPerPixel();
    return scale.isPresent() ? image.withMicrometresPerPixel(scale.getAsDouble()) : image;
  }

  /** The same sample with one more attribute, or another value of it. */
  public Sample withAttribute(String name, String value) {
    Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(attributes);
    more.put(name, value);
    return new Sample(id, source, label, patient, more);
  }

  /** A sample of which nothing else is known. */
  public Sample(String id, ImageSource source, Label label, Optional<String> patient) {
    this(id, source, label, patient, Map.of());
  }

  /**
   * The value of an attribute as a label, if there is one.
   *
   * @param name of the attribute, in any case
   * @throws IllegalArgumentException where the value breaks the rules of a {@link Label}'s name
   */
  public Optional<Label> value(String name) {
    return Optional.ofNullable(attributes.get(name)).map(Label::of);
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
