package io.github.leukemia4j.evaluation.patient;

import io.github.leukemia4j.LabelSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Fits a way to tell patients apart, with the penalty of the lowest log loss on patients that it
 * was not fitted to, chosen among the given patients alone. Immutable.
 *
 * @param labels of the stage
 * @param penalties to choose among, the smallest first; of equals the last wins
 * @param way what is fitted
 */
record NestedFit(LabelSet labels, List<Double> penalties, Way way) {
  private static final int INNER_FOLDS = 5;

  /** What was fitted. */
  @FunctionalInterface
  interface Model {
    /** The log-odds of the stage's second label. */
    double logOdds(PatientFeatures patient);
  }

  /** How it is fitted. */
  @FunctionalInterface
  interface Way {
    /**
     * @param second whether each patient has the stage's second label
     */
    Model fit(List<PatientFeatures> patients, boolean[] second, double penalty);
  }

  /** Ridge logistic regression on some of the features. */
  static Way ridge(List<String> features) {
    return (patients, second, penalty) -> {
      RidgeLogistic fitted =
          RidgeLogistic.fit(
              patients.stream().map(p -> row(p, features)).toArray(double[][]::new),
              second,
              penalty);
      return patient -> fitted.logOdds(row(patient, features));
    };
  }

  private static double[] row(PatientFeatures patient, List<String> features) {
    return features.stream().mapToDouble(patient.values()::get).toArray();
  }

  /** The names of the features that are wanted. */
  static List<String> features(List<PatientFeatures> patients, Predicate<String> wanted) {
    return patients.get(0).values().keySet().stream().filter(wanted).sorted().toList();
  }

  boolean isSecond(PatientFeatures patient) {
    return labels.indexOf(patient.truth()) == 1;
  }

  /** The logarithm of the number of patients of the second label over that of the first. */
  double logOddsOfLabels(List<PatientFeatures> patients) {
    long second = patients.stream().filter(this::isSecond).count();
    return Math.log(second / (double) (patients.size() - second));
  }

  /**
   * Fits.
   *
   * @param patients of both labels
   */
  Model fit(List<PatientFeatures> patients) {
    // By label and then by name, dealt out in turn: each inner fold has both labels where it can.
    List<PatientFeatures> dealt =
        patients.stream()
            .sorted(
                Comparator.comparing((PatientFeatures p) -> labels.indexOf(p.truth()))
                    .thenComparing(PatientFeatures::patient))
            .toList();
    double best = Double.POSITIVE_INFINITY;
    double chosen = penalties.get(penalties.size() - 1);
    for (double penalty : penalties.size() == 1 ? List.<Double>of() : penalties) {
      double loss = 0;
      for (int fold = 0; fold < INNER_FOLDS; fold++) {
        int held = fold;
        Model fitted =
            fitted(
                IntStream.range(0, dealt.size())
                    .filter(i -> i % INNER_FOLDS != held)
                    .mapToObj(dealt::get)
                    .toList(),
                penalty);
        for (int i = held; i < dealt.size(); i += INNER_FOLDS) {
          loss += RidgeLogistic.logLoss(fitted.logOdds(dealt.get(i)), isSecond(dealt.get(i)));
        }
      }
      if (loss <= best) {
        best = loss;
        chosen = penalty;
      }
    }
    return fitted(dealt, chosen);
  }

  private Model fitted(List<PatientFeatures> patients, double penalty) {
    boolean[] second = new boolean[patients.size()];
    for (int i = 0; i < second.length; i++) {
      second[i] = isSecond(patients.get(i));
    }
    return way.fit(patients, second, penalty);
  }
}
