package io.github.leukemia4j.starter;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.Datasets.ManifestColumns;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.inspection.Inspection;
import io.github.leukemia4j.pipeline.Adaptation;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.statistics.ClusterBootstrap;
import io.github.leukemia4j.training.RunOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the starter reaches on cells of other laboratories, without and with adaptation: the figures
 * of docs/results.md. Runs where {@code -Dleukemia4j.starter.deepapl=DIR} or {@code
 * -Dleukemia4j.starter.jtsc=DIR} names the data. Intervals are of 2,000 resamples of patients, or
 * of cells within types where patients are not known.
 */
class StarterMeasurement {
  private static final String DEEPAPL = "leukemia4j.starter.deepapl";
  private static final String JTSC = "leukemia4j.starter.jtsc";
  private static final String ABNORMAL = "abnormal";
  private static final int RESAMPLES = 2000;

  /** Micrometres across, on a smear; the images of Jiangxi show no whole red cells to measure. */
  private static final double NEUTROPHIL = 13;

  /** Median over the masks of 176 neutrophils there. */
  private static final double NEUTROPHIL_PIXELS = 76.5;

  @TempDir Path folder;

  @Test
  @EnabledIfSystemProperty(named = DEEPAPL, matches = ".+")
  void deepapl() throws Exception {
    Path csv = Path.of(System.getProperty(DEEPAPL), "cells.csv");
    // The diagnosis is what the taxonomy beside the file knows; the type stands beside it.
    Dataset cells =
        Datasets.manifest(
            csv, ManifestColumns.STANDARD.withLabel("patient_diagnosis").withPatient("patient_id"));
    Dataset known =
        cells.mapLabels(
            taxonomy(),
            sample -> {
              String type = sample.attributes().get("cell_class");
              return switch (type) {
                case "Erythroblast", "Lymphocyte_variant" -> Optional.empty();
                case "Promonocyte" -> Optional.of(Label.of(ABNORMAL));
                default -> Optional.of(Label.of(type));
              };
            });
    report("DeepAPL", known, OptionalDouble.empty());
  }

  @Test
  @EnabledIfSystemProperty(named = JTSC, matches = ".+")
  void jtsc() throws Exception {
    Path csv = Path.of(System.getProperty(JTSC), "manifest.csv");
    Dataset cells = Datasets.manifest(csv, ManifestColumns.STANDARD.withLabel("class"));
    Dataset known =
        cells.mapLabels(
            taxonomy(),
            sample ->
                Optional.of(
                    sample.label().name().equals("Neutrophil")
                        ? Label.of("Segmented_neutrophil")
                        : sample.label()));
    report("WBC, Jiangxi Tecom", known, OptionalDouble.of(NEUTROPHIL / NEUTROPHIL_PIXELS));
  }

  private static Taxonomy taxonomy() throws IOException {
    try (MultilevelPipeline pipeline = Starter.pipeline()) {
      return pipeline.taxonomy();
    }
  }

  private void report(String name, Dataset cells, OptionalDouble guess) throws Exception {
    Path zip = Starter.write(folder.resolve("starter.zip"));
    line("%s: %d cells", name, cells.size());
    measure("as it is", zip, cells, OpenOptions.DEFAULT);
    adapted("adapted", zip, cells, OpenOptions.DEFAULT);
    List<Double> scales = new ArrayList<>();
    Inspection.scales(cells).values().forEach(scale -> scales.add(scale.micrometresPerPixel()));
    if (scales.isEmpty()) {
      guess.ifPresent(scales::add);
    }
    for (double scale : scales) {
      line("  scale: %.4f micrometres per pixel", scale);
      OpenOptions known = OpenOptions.DEFAULT.withMicrometresPerPixel(scale);
      Dataset scaled = cells.withMicrometresPerPixel(scale);
      measure("at its scale", zip, scaled, known);
      adapted("at its scale, adapted", zip, scaled, known);
    }
  }

  private void adapted(String what, Path zip, Dataset cells, OpenOptions options) throws Exception {
    Path out = folder.resolve(what);
    try {
      MultilevelPipeline.adapt(zip, cells, Adaptation.DEFAULT, RunOptions.DEFAULT, out);
    } catch (DataException e) {
      line("  %s: refused: %s", what, e.getMessage());
      return;
    }
    measure(what, out, cells, options);
  }

  private static void measure(String what, Path pipeline, Dataset cells, OpenOptions options)
      throws IOException {
    // Figures are of all cells, those that the gate would refer to a person too.
    OpenOptions all = options.withGate(OpenOptions.Gate.FLAG);
    try (MultilevelPipeline opened = MultilevelPipeline.load(pipeline, all)) {
      List<ScoredSample> scored = ScoredSample.of(opened, cells, done -> {});
      Label root = opened.taxonomy().root();
      List<String> levels = new ArrayList<>();
      List<Boolean> levelRight = new ArrayList<>();
      List<String> types = new ArrayList<>();
      List<Boolean> typeRight = new ArrayList<>();
      List<String> typePatients = new ArrayList<>();
      List<String> patients = new ArrayList<>();
      List<double[]> abnormal = new ArrayList<>();
      for (ScoredSample sample : scored) {
        Label truth = opened.taxonomy().childTowards(root, sample.truth()).orElse(sample.truth());
        String patient = sample.patient().orElse(sample.id());
        levels.add(truth.name());
        levelRight.add(sample.settled().get(root).equals(truth));
        patients.add(patient);
        abnormal.add(
            new double[] {
              sample.stages().get(root).probabilityOf(Label.of(ABNORMAL)),
              truth.name().equals(ABNORMAL) ? 1 : 0
            });
        if (!sample.truth().name().equals(ABNORMAL)) {
          types.add(merged(sample.truth().name()));
          typeRight.add(merged(sample.decided().name()).equals(merged(sample.truth().name())));
          typePatients.add(patient);
        }
      }
      if (levels.stream().distinct().count() == 2) {
        line(
            "  %s: normal or abnormal, balanced accuracy %s, AUROC %.3f",
            what, balanced(levels, levelRight, patients), auroc(abnormal));
      } else {
        line("  %s: called normal %s", what, balanced(levels, levelRight, patients));
      }
      line("  %s: types, balanced accuracy %s", what, balanced(types, typeRight, typePatients));
      line("  %s: recalls %s", what, recalls(types, typeRight));
    }
  }

  /** Other laboratories do not tell bands from segments. */
  private static String merged(String type) {
    return type.endsWith("_neutrophil") ? "Neutrophil" : type;
  }

  private static double auroc(List<double[]> scores) {
    double pairs = 0;
    double won = 0;
    for (double[] a : scores) {
      for (double[] b : scores) {
        if (a[1] > b[1]) {
          pairs++;
          won += a[0] > b[0] ? 1 : a[0] == b[0] ? 0.5 : 0;
        }
      }
    }
    return won / pairs;
  }

  private static String recalls(List<String> truths, List<Boolean> right) {
    Map<String, int[]> counts = new TreeMap<>();
    for (int i = 0; i < truths.size(); i++) {
      int[] of = counts.computeIfAbsent(truths.get(i), t -> new int[2]);
      of[0] += right.get(i) ? 1 : 0;
      of[1]++;
    }
    return counts.entrySet().stream()
        .map(e -> "%s %d of %d".formatted(e.getKey(), e.getValue()[0], e.getValue()[1]))
        .toList()
        .toString();
  }

  /** The mean of the classes' recalls, of those with 5 cells or more, with its interval. */
  private static String balanced(List<String> truths, List<Boolean> right, List<String> patients) {
    Map<String, Integer> unitOf = new HashMap<>();
    Map<String, Integer> classOf = new HashMap<>();
    truths.stream()
        .distinct()
        .filter(t -> truths.stream().filter(t::equals).count() >= 5)
        .forEach(t -> classOf.put(t, classOf.size()));
    int[] unit = new int[truths.size()];
    int[] classes = new int[truths.size()];
    List<Integer> strata = new ArrayList<>();
    Map<String, Integer> stratumOf = new HashMap<>();
    for (int i = 0; i < unit.length; i++) {
      String truth = truths.get(i);
      classes[i] = classOf.getOrDefault(truth, -1);
      int known = unitOf.size();
      unit[i] = unitOf.computeIfAbsent(patients.get(i), p -> known);
      if (unit[i] == strata.size()) {
        // Cells on their own are drawn within their class; patients have cells of several.
        strata.add(0);
      }
    }
    boolean cellsAlone = strata.size() == unit.length;
    int[] stratum = strata.stream().mapToInt(s -> s).toArray();
    if (cellsAlone) {
      for (int i = 0; i < unit.length; i++) {
        int next = stratumOf.size();
        stratum[unit[i]] = stratumOf.computeIfAbsent(truths.get(i), t -> next);
      }
    }
    int[] once = new int[stratum.length];
    Arrays.fill(once, 1);
    double estimate = balanced(once, unit, classes, right, classOf.size());
    double[] draws =
        Arrays.stream(
                ClusterBootstrap.replicates(
                    stratum,
                    RESAMPLES,
                    1,
                    w -> new double[] {balanced(w, unit, classes, right, classOf.size())}))
            .mapToDouble(d -> d[0])
            .filter(d -> !Double.isNaN(d))
            .sorted()
            .toArray();
    return String.format(
        Locale.ROOT,
        "%.3f (%.3f to %.3f)",
        estimate,
        draws[(int) (0.025 * draws.length)],
        draws[(int) (0.975 * draws.length)]);
  }

  private static double balanced(
      int[] weights, int[] unit, int[] classes, List<Boolean> right, int count) {
    double[] correct = new double[count];
    double[] all = new double[count];
    for (int i = 0; i < unit.length; i++) {
      if (classes[i] >= 0) {
        all[classes[i]] += weights[unit[i]];
        correct[classes[i]] += right.get(i) ? weights[unit[i]] : 0;
      }
    }
    double sum = 0;
    for (int k = 0; k < count; k++) {
      sum += correct[k] / all[k];
    }
    return sum / count;
  }

  private static void line(String text, Object... values) {
    System.out.println(String.format(Locale.ROOT, text, values));
  }
}
