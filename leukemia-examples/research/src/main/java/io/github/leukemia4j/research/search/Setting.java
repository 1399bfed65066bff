package io.github.leukemia4j.research.search;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * One thing that is searched. Immutable.
 *
 * @param name the path of a setting in the settings of a training, such as {@code
 *     optimizer.learningRate}; or a name that texts of other settings hold as {@code ${name}}
 * @param values that it may take
 * @param when it counts: for each other setting named, one of the values listed must be chosen.
 *     Empty for always
 */
public record Setting(String name, Values values, Map<String, List<Object>> when) {
  /** Copies the map, sorted: its text must be the same in every process. */
  public Setting {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(values, "values");
    when = Collections.unmodifiableMap(new TreeMap<>(when));
  }

  /** A setting that always counts. */
  public Setting(String name, Values values) {
    this(name, values, Map.of());
  }
}
