package io.github.leukemia4j.research.labels;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.ScoredSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Confident learning (Northcutt, Jiang and Chuang 2021, Journal of Artificial Intelligence Research
 * 70): which labels of one stage predictions of models that have not seen them contradict, and how
 * many labels are probably wrong. A label's threshold is the mean probability that samples with it
 * are given for it; a sample counts as confidently of the most probable label whose threshold it
 * reaches.
 *
 * <p>It takes models to be wrong at random. Where a model is wrong in one way, as with a rare kind
 * of cell or another stain, right labels are contradicted too: hence a person looks.
 *
 * @param stage the inner node
 * @param labels of the stage
 * @param samples how many have a label of the stage
 * @param thresholds of each label; NaN where no sample has it
 * @param confident {@code [given][confidently]} counts of samples, those that reach no threshold
 *     left out
 * @param errors the estimated share of samples whose label is wrong, in [0, 1]
 * @param suspects samples that are confidently of another label than the given one, those first
 *     whose predictions contradict the label most
 * @param patients with suspects, those with the largest share of suspects first
 */
public record LabelAgreement(
    Label stage,
    LabelSet labels,
    int samples,
    List<Double> thresholds,
    List<List<Integer>> confident,
    double errors,
    List<Suspect> suspects,
    List<PatientShare> patients) {
  /**
   * A sample whose label is contradicted.
   *
   * @param id the sample's
   * @param patient whose cell it is, if known
   * @param given its label at the stage
   * @param predicted the label that it is confidently of
   * @param ofGiven the probability of the given label
   * @param ofPredicted the probability of the predicted one
   */
  public record Suspect(
      String id,
      Optional<String> patient,
      Label given,
      Label predicted,
      double ofGiven,
      double ofPredicted) {
    /** By how much the predicted label is more probable than the given one, in [-1, 1]. */
    public double margin() {
      return ofPredicted - ofGiven;
    }
  }

  /**
   * A patient. Where most of a patient's cells are suspects, the diagnosis may be what is wrong, or
   * the model may not know such cells.
   *
   * @param patient the name
   * @param suspects how many of the cells
   * @param samples how many cells there are
   */
  public record PatientShare(String patient, int suspects, int samples) {}

  /** Copies the lists. */
  public LabelAgreement {
    thresholds = List.copyOf(thresholds);
    confident = confident.stream().map(List::copyOf).toList();
    suspects = List.copyOf(suspects);
    patients = List.copyOf(patients);
  }

  /**
   * Looks for contradicted labels at every stage that has samples, parents first.
   *
   * @param samples each with what a pipeline says that has not seen its patient, as the predictions
   *     of a cross-validation
   */
  public static List<LabelAgreement> of(Taxonomy taxonomy, List<ScoredSample> samples) {
    List<LabelAgreement> all = new ArrayList<>();
    for (Label stage : taxonomy.innerNodes()) {
      List<ScoredSample> own =
          samples.stream()
              .filter(s -> s.stages().containsKey(stage))
              .filter(s -> taxonomy.childTowards(stage, s.truth()).isPresent())
              .toList();
      if (!own.isEmpty()) {
        all.add(of(taxonomy, stage, own));
      }
    }
    return List.copyOf(all);
  }

  private static LabelAgreement of(Taxonomy taxonomy, Label stage, List<ScoredSample> samples) {
    LabelSet labels = taxonomy.labelSet(stage);
    int classes = labels.size();
    int n = samples.size();
    int[] given = new int[n];
    double[][] probability = new double[n][classes];
    for (int i = 0; i < n; i++) {
      ScoredSample sample = samples.get(i);
      given[i] = labels.indexOf(taxonomy.childTowards(stage, sample.truth()).orElseThrow());
      Prediction prediction = sample.stages().get(stage);
      double[] found = prediction.probabilities();
      for (int c = 0; c < classes; c++) {
        probability[i][c] = found[prediction.labels().indexOf(labels.get(c))];
      }
    }
    double[] thresholds = thresholds(given, probability, classes);
    int[][] counts = new int[classes][classes];
    List<Suspect> suspects = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int sure = confidently(probability[i], thresholds);
      if (sure >= 0) {
        counts[given[i]][sure]++;
        if (sure != given[i]) {
          suspects.add(
              new Suspect(
                  samples.get(i).id(),
                  samples.get(i).patient(),
                  labels.get(given[i]),
                  labels.get(sure),
                  probability[i][given[i]],
                  probability[i][sure]));
        }
      }
    }
    suspects.sort(
        Comparator.comparingDouble(Suspect::margin).reversed().thenComparing(Suspect::id));
    List<Double> listed = new ArrayList<>();
    for (double threshold : thresholds) {
      listed.add(threshold);
    }
    List<List<Integer>> confident = new ArrayList<>();
    for (int[] row : counts) {
      List<Integer> line = new ArrayList<>();
      for (int count : row) {
        line.add(count);
      }
      confident.add(line);
    }
    return new LabelAgreement(
        stage,
        labels,
        n,
        listed,
        confident,
        errors(counts, given),
        suspects,
        patients(samples, suspects));
  }

  private static double[] thresholds(int[] given, double[][] probability, int classes) {
    double[] sums = new double[classes];
    int[] counts = new int[classes];
    for (int i = 0; i < given.length; i++) {
      sums[given[i]] += probability[i][given[i]];
      counts[given[i]]++;
    }
    for (int c = 0; c < classes; c++) {
      sums[c] = counts[c] == 0 ? Double.NaN : sums[c] / counts[c];
    }
    return sums;
  }

  /** The most probable of the labels whose threshold is reached; -1 where none is. */
  private static int confidently(double[] probability, double[] thresholds) {
    int best = -1;
    for (int c = 0; c < probability.length; c++) {
      // The comparison is false where no sample has the label.
      if (probability[c] >= thresholds[c] && (best < 0 || probability[c] > probability[best])) {
        best = c;
      }
    }
    return best;
  }

  /** Counts of each given label are brought to how many samples have it, as the paper does. */
  private static double errors(int[][] counts, int[] given) {
    double wrong = 0;
    for (int c = 0; c < counts.length; c++) {
      int label = c;
      long having = Arrays.stream(given).filter(g -> g == label).count();
      int sure = Arrays.stream(counts[c]).sum();
      wrong += sure == 0 ? 0 : (double) having * (sure - counts[c][c]) / sure;
    }
    return wrong / given.length;
  }

  private static List<PatientShare> patients(List<ScoredSample> samples, List<Suspect> suspects) {
    Map<String, int[]> counts = new LinkedHashMap<>();
    samples.forEach(
        s -> s.patient().ifPresent(p -> counts.computeIfAbsent(p, k -> new int[2])[1]++));
    suspects.forEach(s -> s.patient().ifPresent(p -> counts.get(p)[0]++));
    List<PatientShare> shares = new ArrayList<>();
    counts.forEach(
        (patient, count) -> {
          if (count[0] > 0) {
            shares.add(new PatientShare(patient, count[0], count[1]));
          }
        });
    shares.sort(
        Comparator.<PatientShare>comparingDouble(s -> -(double) s.suspects() / s.samples())
            .thenComparing(PatientShare::patient));
    return Collections.unmodifiableList(shares);
  }
}
