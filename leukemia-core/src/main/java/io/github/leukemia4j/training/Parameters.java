package io.github.leukemia4j.training;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an architecture or an optimiser is told beside its name: numbers, truth values, texts, and
 * lists of them. A configuration file gives them as an object of JSON, a command line as {@code
 * width=32,channels=16:32:64,shared=true}. Immutable.
 *
 * @param values by name, in the order given; each a {@link Number}, a {@link Boolean}, a {@link
 *     String}, or a {@link List} of these
 */
public record Parameters(@JsonValue Map<String, Object> values) {
  /** No parameters. */
  public static final Parameters NONE = new Parameters(Map.of());

  /**
   * @throws IllegalArgumentException where a value is of another type
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Parameters {
    Map<String, Object> copy = new LinkedHashMap<>();
    values.forEach((name, value) -> copy.put(name, checked(name, value)));
    values = Collections.unmodifiableMap(copy);
  }

  private static Object checked(String name, Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(each -> checked(name, each)).toList();
    }
    if (value instanceof Number || value instanceof Boolean || value instanceof String) {
      return value;
    }
    throw new IllegalArgumentException(
        "%s must be a number, a truth value, a text, or a list of them; found %s."
            .formatted(name, value));
  }

  /**
   * Reads {@code name=value,...}; several values of a list are parted by colons.
   *
   * @throws IllegalArgumentException where a part is not of that form, or a name comes twice
   */
  public static Parameters parse(String text) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      String[] pair = part.split("=", -1);
      if (pair.length != 2
          || pair[0].isBlank()
          || pair[1].isBlank()
          || values.put(pair[0].strip(), value(pair[1].strip())) != null) {
        throw new IllegalArgumentException(
            "Parameters must be name=value, each name once, with commas between them and colons between the values of a list, such as width=32,channels=16:32; found \"%s\"."
                .formatted(text));
      }
    }
    return new Parameters(values);
  }

  private static Object value(String text) {
    if (text.contains(":")) {
      return Arrays.stream(text.split(":")).map(String::strip).map(Parameters::value).toList();
    }
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    try {
      return text.matches("[-+]?\\d+") ? (Object) Integer.valueOf(text) : Double.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  /** These with one more, which replaces one of its name. */
  public Parameters with(String name, Object value) {
    return with(new Parameters(Map.of(name, value)));
  }

  /** These with others, which replace those of their names. */
  public Parameters with(Parameters others) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.putAll(others.values);
    return new Parameters(all);
  }

  /**
   * A number.
   *
   * @param otherwise where it is not given
   * @throws IllegalArgumentException where something else is given
   */
  public double number(String name, double otherwise) {
    return get(name, Number.class, "a number", otherwise).doubleValue();
  }

  /**
   * A whole number.
   *
   * @param otherwise where it is not given
   * @throws IllegalArgumentException where something else is given
   */
  public int integer(String name, int otherwise) {
    return integer(name, get(name, Number.class, "a whole number", otherwise));
  }

  /**
   * Whole numbers; a single one is a list of one.
   *
   * @param otherwise where none are given
   * @throws IllegalArgumentException where something else is given
   */
  public List<Integer> integers(String name, List<Integer> otherwise) {
    Object value = values.getOrDefault(name, otherwise);
    List<?> list = value instanceof List<?> several ? several : List.of(value);
    return list.stream().map(each -> integer(name, each)).toList();
  }

  /**
   * A truth value.
   *
   * @param otherwise where it is not given
   * @throws IllegalArgumentException where something else is given
   */
  public boolean flag(String name, boolean otherwise) {
    return get(name, Boolean.class, "true or false", otherwise);
  }

  /**
   * A text.
   *
   * @param otherwise where it is not given
   * @throws IllegalArgumentException where something else is given
   */
  public String text(String name, String otherwise) {
    return get(name, String.class, "a text", otherwise);
  }

  /**
   * Fails where a parameter is given that nobody reads.
   *
   * @param owner whose parameters these are, for the message
   * @throws IllegalArgumentException naming those that are not among the known ones
   */
  public void requireOnly(String owner, String... known) {
    Set<String> unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(Arrays.asList(known));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "%s must be given no other parameters than %s; found %s."
              .formatted(owner, Arrays.toString(known), unknown));
    }
  }

  private static int integer(String name, Object value) {
    if (value instanceof Number number && number.doubleValue() == number.intValue()) {
      return number.intValue();
    }
    throw wrong(name, "a whole number", value);
  }

  private <T> T get(String name, Class<T> type, String what, T otherwise) {
    Object value = values.getOrDefault(name, otherwise);
    if (!type.isInstance(value)) {
      throw wrong(name, what, value);
    }
    return type.cast(value);
  }

  private static IllegalArgumentException wrong(String name, String what, Object found) {
    return new IllegalArgumentException("%s must be %s; found %s.".formatted(name, what, found));
  }

  /** As {@link #parse} reads them. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    values.forEach(
        (name, value) -> {
          String written = String.valueOf(value).replaceAll("[\\[\\] ]", "").replace(',', ':');
          text.append(text.length() == 0 ? "" : ",").append(name).append('=').append(written);
        });
    return text.toString();
  }
}
