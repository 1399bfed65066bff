package io.github.leukemia4j.data;

import io.github.leukemia4j.Label;
import java.util.Objects;
import java.util.Optional;

/**
 * A labelled image.
 *
 * @param id unique in its data set and the same on every machine: the path relative to the data
 *     set's folder, with forward slashes
 * @param source where the image is
 * @param label at any level of the taxonomy
 * @param patient whose cell it is, if known
 */
public record Sample(String id, ImageSource source, Label label, Optional<String> patient) {
  /**
   * @throws IllegalArgumentException where the id or the patient is blank
   */
  public Sample {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(label, "label");
    if (id.isBlank() || patient.filter(String::isBlank).isPresent()) {
      throw new IllegalArgumentException(
          "A sample's id and patient must not be blank; found id \"" + id + "\", " + patient + ".");
    }
  }

  /** The same image under another label. */
  public Sample withLabel(Label other) {
    return new Sample(id, source, other, patient);
  }

  /** The same sample with its image from elsewhere. */
  public Sample withSource(ImageSource other) {
    return new Sample(id, other, label, patient);
  }
}
