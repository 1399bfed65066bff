package io.github.leukemia4j;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;

/**
 * The name of a class of cells, such as {@code normal} or {@code APL}. Labels are compared by name,
 * case included.
 *
 * @param name not blank, without surrounding white space, at most {@value #MAX_LENGTH} characters,
 *     and without control characters, slashes, backslashes and vertical bars, so that it can name a
 *     folder
 */
public record Label(String name) implements Comparable<Label> {
  /** The longest name, in characters. */
  public static final int MAX_LENGTH = 100;

  /**
   * @throws IllegalArgumentException where the name breaks the rules above
   */
  public Label {
    Objects.requireNonNull(name, "name");
    if (name.isBlank()
        || !name.equals(name.strip())
        || name.length() > MAX_LENGTH
        || name.equals(".")
        || name.equals("..")
        || name.chars()
            .anyMatch(c -> Character.isISOControl(c) || c == '/' || c == '\\' || c == '|')) {
      throw new IllegalArgumentException(
          "A label must be 1 to %s characters without slashes, vertical bars, control characters or surrounding white space; found \"%s\". Rename it."
              .formatted(MAX_LENGTH, name));
    }
  }

  /**
   * @param name the label's name
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Label of(String name) {
    return new Label(name);
  }

  @Override
  public int compareTo(Label other) {
    return name.compareTo(other.name);
  }

  /** The name alone, also in JSON. */
  @JsonValue
  @Override
  public String toString() {
    return name;
  }
}
