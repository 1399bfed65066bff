package io.github.leukemia4j.research.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One point that was tried: a line of {@code trials.jsonl}. Immutable.
 *
 * @param trial its number; 0 is the default settings
 * @param values of the settings that count; empty for the default
 * @param folds on how many of the common folds it was judged
 * @param epochs that each training had at most
 * @param training by which its trainings are found in the directory {@code trainings}; equal
 *     settings have equal ones
 * @param value of the metric over all samples of these folds; null where the trial failed
 * @param foldValues of each fold; null where a fold does not define the metric
 * @param seconds that it took, trainings of earlier trials not counted
 * @param failure why there is no value; null where there is one
 */
public record Trial(
    int trial,
    Map<String, Object> values,
    int folds,
    int epochs,
    String training,
    Double value,
    List<Double> foldValues,
    double seconds,
    String failure) {
  /** Copies the map and the list. */
  public Trial {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    foldValues = Collections.unmodifiableList(new ArrayList<>(foldValues));
  }
}
