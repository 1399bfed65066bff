package io.github.leukemia4j.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a cascade said of labelled samples, as a CSV file that another program can read and that is
 * enough to evaluate or compare again: {@code file, fold, truth, patient, decided, outcome} and a
 * column {@code p(child|stage)} for each label below each stage. A {@code +} behind a column's name
 * marks the positive label of its stage, where it is not the usual one. A stage that chose another
 * label than the most probable one, by a threshold, has a column {@code chosen(stage)}. Where the
 * gate found fault with an image, a column {@code findings} names what, apart by blanks. What was
 * learnt beside the labels has the columns {@code true(column)}, a sample's own value where it is
 * known, and {@code q(value|column)} for each value. Immutable.
 *
 * @param taxonomy of the samples
 * @param samples each with the prediction of every stage
 * @param folds of each sample, from 1; empty where there were none
 */
public record Predictions(Taxonomy taxonomy, List<ScoredSample> samples, List<Integer> folds) {
  /** What the file is called beside a report. */
  public static final String FILE = "predictions.csv";

  private static final List<String> COLUMNS =
      List.of("file", "fold", "truth", "patient", "decided", "outcome");

  /** What files of before the column was added lack. */
  private static final String OUTCOME = "outcome";

  private static final String FINDINGS = "findings";

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException where there are folds, but not one for each sample
   */
  public Predictions {
    samples = List.copyOf(samples);
    folds = List.copyOf(folds);
    if (!folds.isEmpty() && folds.size() != samples.size()) {
      throw new IllegalArgumentException(
          "There must be a fold for each sample, or none; found %s for %s samples."
              .formatted(folds.size(), samples.size()));
    }
  }

  /** The same samples in the order of their ids, in which those of two files can be compared. */
  public List<ScoredSample> sorted() {
    return samples.stream().sorted(Comparator.comparing(ScoredSample::id)).toList();
  }

  /**
   * Writes the file at once, replacing what is there; where that fails, nothing of it stays.
   *
   * @throws IllegalArgumentException where a sample lacks the prediction of a stage
   */
  public void write(Path file) throws IOException {
    List<String> header = new ArrayList<>(COLUMNS);
    for (Label stage : taxonomy.innerNodes()) {
      for (Label child : taxonomy.children(stage)) {
        boolean marked =
            taxonomy.positive(stage).filter(child::equals).isPresent()
                && !child.name().equals(Taxonomy.DEFAULT_POSITIVE);
        header.add("p(" + child + "|" + stage + ")" + (marked ? "+" : ""));
      }
    }
    List<Label> choosing = taxonomy.innerNodes().stream().filter(this::choosesItself).toList();
    choosing.forEach(stage -> header.add(chosenColumn(stage)));
    boolean faulted = samples.stream().anyMatch(sample -> !sample.findings().isEmpty());
    if (faulted) {
      header.add(FINDINGS);
    }
    AuxiliaryColumns beside = AuxiliaryColumns.of(samples);
    header.addAll(beside.header());
    AtomicFile.write(
        file,
        place -> {
          try (SequenceWriter rows = new CsvMapper().writer().writeValues(place.toFile())) {
            rows.write(header);
            for (int i = 0; i < samples.size(); i++) {
              List<String> row =
                  row(samples.get(i), folds.isEmpty() ? "" : folds.get(i).toString());
              for (Label stage : choosing) {
                row.add(chosen(samples.get(i), stage).name());
              }
              if (faulted) {
                row.add(
                    samples.get(i).findings().stream()
                        .sorted()
                        .map(Finding::name)
                        .collect(Collectors.joining(" ")));
              }
              row.addAll(beside.row(samples.get(i)));
              rows.write(row);
            }
          }
        });
  }

  private List<String> row(ScoredSample sample, String fold) {
    List<String> row = new ArrayList<>();
    row.add(sample.id());
    row.add(fold);
    row.add(sample.truth().name());
    row.add(sample.patient().orElse(""));
    row.add(sample.decided().name());
    row.add(sample.outcome().name());
    for (Label stage : taxonomy.innerNodes()) {
      Prediction prediction = sample.stages().get(stage);
      if (prediction == null) {
        throw new IllegalArgumentException(
            "Every sample must bring the prediction of every stage; %s has none of %s."
                .formatted(sample.id(), stage));
      }
      taxonomy
          .children(stage)
          .forEach(child -> row.add(Double.toString(prediction.probabilityOf(child))));
    }
    return row;
  }

  /** Whether a stage ever chose another label than the most probable one, by a threshold. */
  private boolean choosesItself(Label stage) {
    return samples.stream()
        .filter(sample -> sample.stages().containsKey(stage))
        .anyMatch(sample -> !chosen(sample, stage).equals(sample.stages().get(stage).label()));
  }

  private static Label chosen(ScoredSample sample, Label stage) {
    return sample.settled().getOrDefault(stage, sample.stages().get(stage).label());
  }

  private static String chosenColumn(Label stage) {
    return "chosen(" + stage + ")";
  }

  /**
   * Reads what {@link #write} wrote. Further columns are passed over. The outcome may be missing,
   * and is then told by where the cascade ended; so may what a stage chose, then the most probable.
   *
   * @throws DataException where the file is something else; names the line
   */
  public static Predictions read(Path file) throws IOException {
    try (MappingIterator<String[]> rows =
        new CsvMapper()
            .readerFor(String[].class)
            .with(CsvParser.Feature.WRAP_AS_ARRAY)
            .with(CsvParser.Feature.SKIP_EMPTY_LINES)
            .readValues(Files.newBufferedReader(file))) {
      if (!rows.hasNextValue()) {
        throw new DataException("Predictions must begin with a header; " + file + " is empty.");
      }
      Reader reader = new Reader(file, rows.nextValue());
      while (rows.hasNextValue()) {
        reader.add(rows.nextValue());
      }
      return reader.read();
    } catch (JsonProcessingException e) {
      throw new DataException(file + " is no readable CSV file: " + e.getOriginalMessage(), e);
    }
  }

  /** Collects rows. */
  private static final class Reader {
    private final Path file;
    private final int width;
    private final Map<String, Integer> places = new HashMap<>();
    private final Map<Label, Map<Label, Integer>> stages = new LinkedHashMap<>();
    private final Taxonomy taxonomy;
    private final List<ScoredSample> samples = new ArrayList<>();
    private final List<Integer> folds = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private int line = 1;

    Reader(Path file, String[] header) {
      this.file = file;
      this.width = header.length;
      Map<Label, Label> positive = new LinkedHashMap<>();
      for (int c = 0; c < header.length; c++) {
        String name = header[c];
        if (!name.startsWith("p(")) {
          places.put(name, c);
          continue;
        }
        String inner = name.replaceAll("\\)\\+?$", "").substring(2);
        int bar = inner.indexOf('|');
        if (bar < 0 || bar != inner.lastIndexOf('|')) {
          throw fault("columns of probabilities must be named p(label|stage); found " + name);
        }
        Label child = Label.of(inner.substring(0, bar));
        Label stage = Label.of(inner.substring(bar + 1));
        stages.computeIfAbsent(stage, s -> new LinkedHashMap<>()).put(child, c);
        if (name.endsWith("+")) {
          positive.put(stage, child);
        }
      }
      for (String column : COLUMNS) {
        if (!places.containsKey(column) && !column.equals(OUTCOME)) {
          throw fault("there must be the columns " + COLUMNS + "; found no " + column);
        }
      }
      if (stages.isEmpty()) {
        throw fault("there must be columns of probabilities, p(label|stage); found none");
      }
      this.taxonomy = taxonomy(positive);
    }

    private Taxonomy taxonomy(Map<Label, Label> positive) {
      try {
        // Parents come first.
        Taxonomy tree = Taxonomy.of(stages.keySet().iterator().next().name());
        for (Map.Entry<Label, Map<Label, Integer>> stage : stages.entrySet()) {
          tree =
              tree.with(
                  stage.getKey().name(),
                  stage.getValue().keySet().stream().map(Label::name).toArray(String[]::new));
        }
        for (Map.Entry<Label, Label> one : positive.entrySet()) {
          tree = tree.withPositive(one.getKey().name(), one.getValue().name());
        }
        return tree;
      } catch (IllegalArgumentException e) {
        throw fault("the columns must describe a tree of labels: " + e.getMessage());
      }
    }

    void add(String[] row) {
      line++;
      if (row.length != width) {
        throw fault("there must be " + width + " columns; found " + row.length);
      }
      try {
        String id = row[places.get("file")];
        if (!ids.add(id)) {
          throw fault("each file must occur once; found " + id + " again");
        }
        Label decided = known(row[places.get("decided")]);
        String patient = row[places.get("patient")];
        Map<Label, Prediction> predictions = new HashMap<>();
        stages.forEach((stage, columns) -> predictions.put(stage, prediction(stage, columns, row)));
        samples.add(
            new ScoredSample(
                id,
                known(row[places.get("truth")]),
                patient.isEmpty() ? Optional.empty() : Optional.of(patient),
                predictions,
                decided,
                places.containsKey(OUTCOME)
                    ? MultilevelResult.Outcome.valueOf(row[places.get(OUTCOME)])
                    : outcome(decided),
                chosen(predictions, row),
                findings(row),
                AuxiliaryColumns.read(places, row)));
        String fold = row[places.get("fold")];
        if (!fold.isEmpty()) {
          folds.add(Integer.valueOf(fold));
        }
      } catch (DataException e) {
        throw e;
      } catch (IllegalArgumentException e) {
        throw fault(e.getMessage());
      }
    }

    /** What stages chose where that is not the most probable label. */
    private Map<Label, Label> chosen(Map<Label, Prediction> predictions, String[] row) {
      Map<Label, Label> chosen = new HashMap<>();
      for (Map.Entry<Label, Map<Label, Integer>> stage : stages.entrySet()) {
        Integer column = places.get(chosenColumn(stage.getKey()));
        if (column != null) {
          Label label = Label.of(row[column]);
          if (!stage.getValue().containsKey(label)) {
            throw fault(
                "the stage %s must have chosen among %s; found %s"
                    .formatted(stage.getKey(), stage.getValue().keySet(), label));
          }
          if (!label.equals(predictions.get(stage.getKey()).label())) {
            chosen.put(stage.getKey(), label);
          }
        }
      }
      return chosen;
    }

    private Set<Finding> findings(String[] row) {
      Integer column = places.get(FINDINGS);
      return column == null || row[column].isBlank()
          ? Set.of()
          : Arrays.stream(row[column].trim().split(" +"))
              .map(Finding::valueOf)
              .collect(Collectors.toSet());
    }

    private Label known(String name) {
      Label label = Label.of(name);
      if (!taxonomy.contains(label)) {
        throw fault("labels must be among " + taxonomy.labels() + "; found " + name);
      }
      return label;
    }

    private Prediction prediction(Label stage, Map<Label, Integer> columns, String[] row) {
      LabelSet labels = taxonomy.labelSet(stage);
      return Prediction.of(
          labels,
          labels.labels().stream()
              .mapToDouble(label -> Double.parseDouble(row[columns.get(label)]))
              .toArray());
    }

    private MultilevelResult.Outcome outcome(Label decided) {
      return decided.equals(taxonomy.root())
          ? MultilevelResult.Outcome.REFERRED
          : taxonomy.leaves().contains(decided)
              ? MultilevelResult.Outcome.DECIDED
              : MultilevelResult.Outcome.STOPPED;
    }

    Predictions read() {
      if (!folds.isEmpty() && folds.size() != samples.size()) {
        throw fault("either every row names its fold or none does");
      }
      return new Predictions(taxonomy, samples, folds);
    }

    private DataException fault(String what) {
      return new DataException(
          "Predictions as crossvalidate and evaluate write them were expected in %s, line %s: %s."
              .formatted(file, line, what));
    }
  }
}
