package io.github.leukemia4j.evaluation.inspection;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * How far the laboratory that an image comes from tells its label at a stage: where it does, a
 * network can learn the look of the laboratory for the label.
 *
 * @param stage whose labels are told
 * @param laboratories how many there are
 * @param samples of a known laboratory that reach the stage
 * @param cramersV 0 where the laboratory says nothing of the label, 1 where it says it all (Cramer
 *     1946, chapter 21)
 * @param pValue of a permutation test that gives laboratories to patients anew: a patient's samples
 *     stay together, since they are of one laboratory; a sample of an unknown patient counts as one
 */
public record LaboratoryCheck(
    Label stage, int laboratories, int samples, double cramersV, double pValue) {
  private static final int PERMUTATIONS = 999;

  /**
   * Checks every stage.
   *
   * @return of the stages that samples of two laboratories and two labels reach
   */
  static List<LaboratoryCheck> of(Dataset dataset) {
    return dataset.taxonomy().innerNodes().stream()
        .flatMap(stage -> of(dataset, stage).stream())
        .toList();
  }

  private static Optional<LaboratoryCheck> of(Dataset dataset, Label stage) {
    Map<String, Integer> laboratoryOf = new LinkedHashMap<>();
    Map<String, Integer> unitOf = new HashMap<>();
    List<Integer> laboratories = new ArrayList<>();
    List<int[]> cells = new ArrayList<>();
    List<Label> labels = dataset.taxonomy().children(stage);
    for (Sample sample : dataset.samples()) {
      Optional<Label> label = dataset.taxonomy().childTowards(stage, sample.label());
      if (label.isPresent() && sample.laboratory().isPresent()) {
        String name = sample.laboratory().get();
        int laboratory = laboratoryOf.computeIfAbsent(name, l -> laboratoryOf.size());
        // A patient of two laboratories counts as two. No name of a patient has a NUL.
        String unit = sample.patient().orElse("\0" + sample.id()) + "\0" + name;
        int of = unitOf.computeIfAbsent(unit, u -> unitOf.size());
        if (of == laboratories.size()) {
          laboratories.add(laboratory);
          cells.add(new int[labels.size()]);
        }
        cells.get(of)[labels.indexOf(label.get())]++;
      }
    }
    double found = cramersV(laboratories, cells);
    if (Double.isNaN(found)) {
      return Optional.empty();
    }
    Random random = new Random(1);
    List<Integer> given = new ArrayList<>(laboratories);
    int asHigh = 1;
    for (int i = 0; i < PERMUTATIONS; i++) {
      Collections.shuffle(given, random);
      // Rounding must not make a permutation that gives the same table a smaller one.
      asHigh += cramersV(given, cells) >= found - 1e-12 ? 1 : 0;
    }
    return Optional.of(
        new LaboratoryCheck(
            stage,
            laboratoryOf.size(),
            cells.stream().flatMapToInt(IntStream::of).sum(),
            found,
            asHigh / (PERMUTATIONS + 1.0)));
  }

  /**
   * The square root of chi-squared over the samples times one less than the smaller number of rows
   * and columns that occur; NaN where that is 0.
   */
  private static double cramersV(List<Integer> laboratories, List<int[]> cells) {
    Map<Integer, long[]> table = new HashMap<>();
    long[] ofLabel = new long[cells.isEmpty() ? 0 : cells.get(0).length];
    long all = 0;
    for (int unit = 0; unit < cells.size(); unit++) {
      long[] row = table.computeIfAbsent(laboratories.get(unit), l -> new long[ofLabel.length]);
      for (int k = 0; k < ofLabel.length; k++) {
        row[k] += cells.get(unit)[k];
        ofLabel[k] += cells.get(unit)[k];
        all += cells.get(unit)[k];
      }
    }
    long labels = IntStream.range(0, ofLabel.length).filter(k -> ofLabel[k] > 0).count();
    double chiSquared = 0;
    for (long[] row : table.values()) {
      double ofLaboratory = LongStream.of(row).sum();
      for (int k = 0; k < row.length; k++) {
        if (ofLabel[k] > 0) {
          double expected = ofLaboratory * ofLabel[k] / all;
          chiSquared += (row[k] - expected) * (row[k] - expected) / expected;
        }
      }
    }
    long freedom = Math.min(table.size(), labels) - 1;
    return freedom < 1 ? Double.NaN : Math.sqrt(chiSquared / (all * freedom));
  }

  /** Whether the label is told by more than chance. */
  public boolean tells() {
    return pValue < 0.05;
  }
}
