package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The columns of predictions for what is said beside the stages: {@code true(head)} with a sample's
 * own value, where it is known, and {@code q(value|head)} for each value that any sample's network
 * knows. Immutable.
 *
 * @param heads their values, in the order of the columns
 */
record AuxiliaryColumns(Map<Label, List<Label>> heads) {
  private static final Pattern PROBABILITY = Pattern.compile("q\\((.*)\\|(.*)\\)");

  static AuxiliaryColumns of(List<ScoredSample> samples) {
    Map<Label, TreeSet<Label>> values = new TreeMap<>();
    for (ScoredSample sample : samples) {
      sample
          .auxiliary()
          .forEach(
              (head, said) ->
                  values
                      .computeIfAbsent(head, key -> new TreeSet<>())
                      .addAll(said.prediction().labels().labels()));
    }
    Map<Label, List<Label>> heads = new LinkedHashMap<>();
    values.forEach((head, own) -> heads.put(head, List.copyOf(own)));
    return new AuxiliaryColumns(heads);
  }

  private static String truth(Label head) {
    return "true(" + head + ")";
  }

  private static String probability(Label value, Label head) {
    return "q(" + value + "|" + head + ")";
  }

  /** The names of the columns. */
  List<String> header() {
    List<String> names = new ArrayList<>();
    heads.forEach(
        (head, values) -> {
          names.add(truth(head));
          values.forEach(value -> names.add(probability(value, head)));
        });
    return names;
  }

  /** A sample's cells of these columns; empty ones for what is not known. */
  List<String> row(ScoredSample sample) {
    List<String> cells = new ArrayList<>();
    heads.forEach(
        (head, values) -> {
          Optional<ScoredSample.Auxiliary> own = Optional.ofNullable(sample.auxiliary().get(head));
          cells.add(own.flatMap(ScoredSample.Auxiliary::truth).map(Label::name).orElse(""));
          values.forEach(
              value ->
                  cells.add(
                      own.map(ScoredSample.Auxiliary::prediction)
                          .filter(p -> p.labels().contains(value))
                          .map(p -> Double.toString(p.probabilityOf(value)))
                          .orElse("")));
        });
    return cells;
  }

  /**
   * Reads a row that {@link #row} wrote.
   *
   * @param places of the columns by their names
   * @throws IllegalArgumentException where a number is none, or a sample has fewer than two values
   *     of a head
   */
  static Map<Label, ScoredSample.Auxiliary> read(Map<String, Integer> places, String[] row) {
    Map<Label, Map<Label, Double>> said = new HashMap<>();
    places.forEach(
        (name, place) -> {
          Matcher column = PROBABILITY.matcher(name);
          if (column.matches() && !row[place].isEmpty()) {
            said.computeIfAbsent(Label.of(column.group(2)), key -> new TreeMap<>())
                .put(Label.of(column.group(1)), Double.valueOf(row[place]));
          }
        });
    Map<Label, ScoredSample.Auxiliary> auxiliary = new HashMap<>();
    said.forEach(
        (head, values) -> {
          Integer truth = places.get(truth(head));
          auxiliary.put(
              head,
              new ScoredSample.Auxiliary(
                  truth == null || row[truth].isEmpty()
                      ? Optional.empty()
                      : Optional.of(Label.of(row[truth])),
                  Prediction.of(
                      LabelSet.of(List.copyOf(values.keySet())),
                      values.values().stream().mapToDouble(p -> p).toArray())));
        });
    return auxiliary;
  }
}
