package io.github.leukemia4j.research.search;

import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings that are searched, as the axes of a unit cube. A text may hold {@code ${name}} or
 * {@code ${1-name}}, which stand for the value of another setting of the space; such a setting
 * counts where a text that names it is chosen. Immutable.
 *
 * @param settings at least one, no two with one name
 */
public record SearchSpace(List<Setting> settings) {
  private static final Pattern HOLE = Pattern.compile("\\$\\{\\s*(1\\s*-\\s*)?([^}]*?)\\s*}");

  /**
   * @throws IllegalArgumentException where settings are missing, named twice, or named by no text
   *     and no condition that holds; one message with all faults
   */
  public SearchSpace {
    settings = List.copyOf(settings);
    List<String> faults = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (Setting setting : settings) {
      if (!names.add(setting.name())) {
        faults.add(setting.name() + " must be there once; found it twice");
      }
    }
    if (settings.isEmpty()) {
      faults.add("a space must have at least one setting; found none");
    }
    for (Setting setting : settings) {
      faults.addAll(conditions(setting, settings));
      holes(setting).stream()
          .filter(hole -> !names.contains(hole))
          .forEach(
              hole ->
                  faults.add(
                      "%s names ${%s}, which must be a setting of the space; found %s"
                          .formatted(setting.name(), hole, names)));
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException("The space of a search: " + String.join("; ", faults));
    }
  }

  /**
   * Reads a file of JSON: an object {@code settings} with an object for each setting, which has
   * {@code range} or {@code integers} (two numbers) or {@code choices}, and may have {@code log}
   * and {@code when}.
   *
   * @throws IllegalArgumentException where it is something else; one message with all faults
   * @throws IOException where it cannot be read
   */
  public static SearchSpace read(Path file) throws IOException {
    return SpaceFile.read(file);
  }

  private static List<String> conditions(Setting setting, List<Setting> all) {
    List<String> faults = new ArrayList<>();
    setting
        .when()
        .forEach(
            (name, wanted) -> {
              Optional<Setting> other = all.stream().filter(s -> s.name().equals(name)).findAny();
              if (other.isEmpty() || all.indexOf(other.get()) >= all.indexOf(setting)) {
                faults.add(
                    "%s counts when %s has a value, which must stand before it in the space"
                        .formatted(setting.name(), name));
              } else if (!(other.get().values() instanceof Values.Choices choices)
                  || !choices.of().containsAll(wanted)) {
                faults.add(
                    "%s counts when %s is one of %s, which must be among its choices; found %s"
                        .formatted(setting.name(), name, wanted, other.get().values()));
              }
            });
    return faults;
  }

  /** The names that a setting's texts hold. */
  private static Set<String> holes(Setting setting) {
    Set<String> found = new LinkedHashSet<>();
    if (setting.values() instanceof Values.Choices choices) {
      choices.of().forEach(choice -> found.addAll(holes(choice)));
    }
    return found;
  }

  private static Set<String> holes(Object value) {
    Set<String> found = new LinkedHashSet<>();
    if (value instanceof String text) {
      Matcher hole = HOLE.matcher(text);
      while (hole.find()) {
        found.add(hole.group(2));
      }
    }
    return found;
  }

  /** How many axes there are. */
  public int size() {
    return settings.size();
  }

  /** The values of each axis. */
  public List<Values> axes() {
    return settings.stream().map(Setting::values).toList();
  }

  /** Whether a setting is a name that texts hold, and no path. */
  boolean isVariable(Setting setting) {
    return settings.stream().anyMatch(other -> holes(other).contains(setting.name()));
  }

  /**
   * The values of a point, of the settings that count there, in the order of the space.
   *
   * @param point in the unit cube
   */
  public Map<String, Object> values(double[] point) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (int axis = 0; axis < size(); axis++) {
      all.put(settings.get(axis).name(), settings.get(axis).values().at(point[axis]));
    }
    Map<String, Object> counting = new LinkedHashMap<>();
    for (Setting setting : settings) {
      if (counts(setting, all, new LinkedHashSet<>())) {
        counting.put(setting.name(), all.get(setting.name()));
      }
    }
    return Collections.unmodifiableMap(counting);
  }

  private boolean counts(Setting setting, Map<String, Object> all, Set<String> asked) {
    if (!asked.add(setting.name())) {
      return false;
    }
    boolean wanted =
        setting.when().entrySet().stream()
            .allMatch(
                condition ->
                    condition.getValue().contains(all.get(condition.getKey()))
                        && counts(named(condition.getKey()), all, new LinkedHashSet<>(asked)));
    return wanted
        && (!isVariable(setting)
            || settings.stream()
                .anyMatch(
                    other ->
                        holes(all.get(other.name())).contains(setting.name())
                            && counts(other, all, new LinkedHashSet<>(asked))));
  }

  private Setting named(String name) {
    return settings.stream().filter(s -> s.name().equals(name)).findAny().orElseThrow();
  }

  /**
   * The settings of a training at some values.
   *
   * @param base what is not searched
   * @param values as {@link #values} gives them
   * @throws IllegalArgumentException where there is no such setting, or a value is out of its range
   */
  public TrainingConfig config(TrainingConfig base, Map<String, Object> values) {
    TrainingConfig.Builder builder = base.toBuilder();
    for (Setting setting : settings) {
      Object value = values.get(setting.name());
      if (value != null && !isVariable(setting)) {
        builder.set(setting.name(), filled(value, values));
      }
    }
    return builder.build();
  }

  /** A value, whose holes are filled. */
  static Object filled(Object value, Map<String, Object> values) {
    if (!(value instanceof String text)) {
      return value;
    }
    return HOLE.matcher(text)
        .replaceAll(
            hole -> {
              Object found = filled(values.get(hole.group(2)), values);
              return Matcher.quoteReplacement(
                  hole.group(1) == null
                      ? number(found)
                      : number(1 - Double.parseDouble(found.toString())));
            });
  }

  /** Losses read no exponents beyond those of a double, and people no seventeen digits. */
  private static String number(Object value) {
    return value instanceof Double real ? String.format(Locale.ROOT, "%.6g", real) : "" + value;
  }

  /**
   * What is wrong with the space for these settings: each end of each range and each choice is
   * tried, with what its text names and nothing else.
   *
   * @return empty where nothing is
   */
  public List<String> faults(TrainingConfig base) {
    List<String> faults = new ArrayList<>();
    for (int axis = 0; axis < size(); axis++) {
      Setting setting = settings.get(axis);
      int steps = setting.values() instanceof Values.Choices choices ? choices.of().size() : 2;
      Set<String> own = new LinkedHashSet<>();
      for (int step = 0; step < steps; step++) {
        double[] point = new double[size()];
        point[axis] = step / (steps - 1.0);
        reach(axis, point);
        Map<String, Object> values = new LinkedHashMap<>(values(point));
        values.keySet().removeIf(name -> !belong(named(name), setting, values));
        try {
          config(base, values);
        } catch (IllegalArgumentException e) {
          if (own.add(e.getMessage())) {
            faults.add(
                "%s at %s: %s"
                    .formatted(setting.name(), setting.values().at(point[axis]), e.getMessage()));
          }
        }
      }
    }
    return List.copyOf(faults);
  }

  /** Whether one is the other, fills its text, or has a text that it fills. */
  private static boolean belong(Setting one, Setting setting, Map<String, Object> values) {
    return one.equals(setting)
        || holes(values.get(setting.name())).contains(one.name())
        || holes(values.get(one.name())).contains(setting.name())
        || holes(setting).isEmpty() && fillSameText(one, setting, values);
  }

  private static boolean fillSameText(Setting one, Setting other, Map<String, Object> values) {
    return values.values().stream()
        .map(SearchSpace::holes)
        .anyMatch(names -> names.contains(one.name()) && names.contains(other.name()));
  }

  /** Moves the other axes of a point so that one counts there. */
  private void reach(int axis, double[] point) {
    Setting setting = settings.get(axis);
    setting
        .when()
        .forEach(
            (name, wanted) -> {
              int other = settings.indexOf(named(name));
              point[other] = settings.get(other).values().place(wanted.get(0));
              reach(other, point);
            });
    for (int other = 0; other < size(); other++) {
      if (other != axis && settings.get(other).values() instanceof Values.Choices choices) {
        for (Object choice : choices.of()) {
          if (holes(choice).contains(setting.name())) {
            point[other] = choices.place(choice);
          }
        }
      }
    }
  }
}
