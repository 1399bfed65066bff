package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.StageReport.MetricValues;
import io.github.leukemia4j.evaluation.StageReport.PatientReport;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.statistics.Proportions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How often the intervals of reports and comparisons hold the truth, by simulation. A patient's
 * cells share effects on the logits; two models share some of them.
 */
final class CoverageSimulation {
  /**
   * One way in which data come about.
   *
   * @param labels how many there are; of two the second is positive
   * @param patients of each label, or of all where each has cells of every label
   * @param leastCells of a patient
   * @param mostCells of a patient; any number between is as likely
   * @param ahead how far the true label's logit is ahead, in units of the cells' own spread
   * @param patientSpread of the patients' effects on each logit, in the same units
   * @param several whether each patient has cells of every label
   * @param others patients of each other label than the last, where these are not as many; else 0
   */
  record Design(
      int labels,
      int patients,
      int leastCells,
      int mostCells,
      double ahead,
      double patientSpread,
      boolean several,
      int others) {
    Design(int labels, int patients, int least, int most, double ahead, double spread) {
      this(labels, patients, least, most, ahead, spread, false, 0);
    }

    Design withSeveral() {
      return new Design(labels, patients, leastCells, mostCells, ahead, patientSpread, true, 0);
    }

    Design withOthers(int number) {
      return new Design(
          labels, patients, leastCells, mostCells, ahead, patientSpread, several, number);
    }

    /** As many times as many patients. */
    Design times(int factor) {
      return new Design(
          labels,
          factor * patients,
          leastCells,
          mostCells,
          ahead,
          patientSpread,
          several,
          factor * others);
    }

    Taxonomy taxonomy() {
      Taxonomy taxonomy =
          Taxonomy.of("cell")
              .with(
                  "cell", IntStream.range(0, labels).mapToObj(c -> "c" + c).toArray(String[]::new));
      return labels == 2 ? taxonomy.withPositive("cell", "c1") : taxonomy;
    }

    /** What two models say of the same cells. */
    List<List<ScoredSample>> draw(Random random) {
      Taxonomy taxonomy = taxonomy();
      LabelSet set = taxonomy.labelSet(taxonomy.root());
      List<List<ScoredSample>> two = List.of(new ArrayList<>(), new ArrayList<>());
      int before = (labels - 1) * (others == 0 ? patients : others);
      int all = several ? patients : before + patients;
      for (int p = 0; p < all; p++) {
        double[][] effects = new double[2][labels];
        for (int c = 0; c < labels; c++) {
          double shared = random.nextGaussian();
          for (double[] own : effects) {
            own[c] = patientSpread * (shared + 0.7 * random.nextGaussian()) / Math.sqrt(1.49);
          }
        }
        int cells = leastCells + random.nextInt(mostCells - leastCells + 1);
        for (int i = 0; i < cells; i++) {
          int truth = several ? random.nextInt(labels) : p < before ? p % (labels - 1) : labels - 1;
          double[][] logits = new double[2][labels];
          for (int c = 0; c < labels; c++) {
            double shared = random.nextGaussian();
            for (int m = 0; m < 2; m++) {
              logits[m][c] =
                  (c == truth ? ahead : 0)
                      + effects[m][c]
                      + (shared + 0.7 * random.nextGaussian()) / Math.sqrt(1.49);
            }
          }
          for (int m = 0; m < 2; m++) {
            Prediction prediction = Prediction.of(set, softmax(logits[m]));
            two.get(m)
                .add(
                    new ScoredSample(
                        p + "-" + i,
                        set.get(truth),
                        Optional.of("p" + p),
                        Map.of(taxonomy.root(), prediction),
                        prediction.label(),
                        MultilevelResult.Outcome.DECIDED));
          }
        }
      }
      return two;
    }

    private static double[] softmax(double[] logits) {
      double sum = 0;
      double[] out = new double[logits.length];
      for (int c = 0; c < out.length; c++) {
        out[c] = Math.exp(logits[c]);
        sum += out[c];
      }
      for (int c = 0; c < out.length; c++) {
        out[c] /= sum;
      }
      return out;
    }
  }

  /** How one metric's intervals fared. */
  static final class Tally {
    int covered;
    int intervals;
    int without;

    double coverage() {
      return intervals == 0 ? Double.NaN : (double) covered / intervals;
    }

    void add(Optional<Interval> interval, double truth) {
      if (interval.isEmpty()) {
        without++;
        return;
      }
      intervals++;
      covered += interval.get().contains(truth) ? 1 : 0;
    }
  }

  static final Set<Metric> STAGE =
      Set.of(
          Metrics.ACCURACY,
          Metrics.BALANCED_ACCURACY,
          Metrics.SENSITIVITY,
          Metrics.SPECIFICITY,
          Metrics.PRECISION,
          Metrics.F1,
          Metrics.MACRO_F1,
          Metrics.MCC,
          Metrics.BRIER,
          Metrics.LOG_LOSS,
          Metrics.AUROC);

  private final Design design;
  private final int repetitions;
  final Map<String, Tally> tallies = new LinkedHashMap<>();
  int narrower;
  double accuracy;

  CoverageSimulation(Design design, int repetitions) {
    this.design = design;
    this.repetitions = repetitions;
  }

  CoverageSimulation run(long seed, int resamples, boolean comparisons) {
    Taxonomy taxonomy = design.taxonomy();
    int factor = 8000 / (design.patients() * (design.several() ? 1 : design.labels()));
    EvaluationOptions none = EvaluationOptions.defaults().withResamples(0);
    List<List<ScoredSample>> population = design.times(factor).draw(new Random(99));
    EvaluationReport truth = Evaluator.evaluate(taxonomy, population.get(0), none);
    accuracy = truth.stages().get(0).metrics().value(Metrics.ACCURACY).orElseThrow();
    Random random = new Random(seed);
    for (int r = 0; r < repetitions; r++) {
      List<List<ScoredSample>> two = design.draw(random);
      EvaluationOptions options = EvaluationOptions.defaults().withResamples(resamples).withSeed(r);
      EvaluationReport found = Evaluator.evaluate(taxonomy, two.get(0), options);
      add(found, truth);
      if (comparisons) {
        ComparisonReport compared = Evaluator.compare(taxonomy, two.get(0), two.get(1), options);
        compared
            .stages()
            .get(0)
            .differences()
            .forEach(
                (metric, d) -> {
                  if (STAGE.contains(metric)) {
                    tally("difference " + metric.id()).add(d.interval(), 0);
                  }
                });
      }
    }
    return this;
  }

  private Tally tally(String name) {
    return tallies.computeIfAbsent(name, n -> new Tally());
  }

  private void add(EvaluationReport found, EvaluationReport truth) {
    StageReport stage = found.stages().get(0);
    StageReport real = truth.stages().get(0);
    for (Metric metric : STAGE) {
      add(metric.id(), metric, stage.metrics(), real.metrics());
    }
    for (int c = 0; c < design.labels(); c++) {
      for (Metric metric : List.of(Metrics.RECALL, Metrics.PRECISION, Metrics.F1)) {
        add(
            "label's " + metric.id(),
            metric,
            stage.classes().get(c).metrics(),
            real.classes().get(c).metrics());
      }
    }
    add("hierarchicalF1", Metrics.HIERARCHICAL_F1, found.path().metrics(), truth.path().metrics());
    stage
        .byPatient()
        .ifPresent(
            patients -> {
              PatientReport all = real.byPatient().orElseThrow();
              patients
                  .decisions()
                  .ifPresent(
                      d -> {
                        StageReport decided = all.decisions().orElseThrow();
                        for (Metric m : List.of(Metrics.ACCURACY, Metrics.AUROC, Metrics.BRIER)) {
                          add("patients' " + m.id(), m, d.metrics(), decided.metrics());
                        }
                      });
              for (Metric m : Metrics.OF_PATIENTS) {
                add("within patients " + m.id(), m, patients.means(), all.means());
              }
            });
    long[][] counts = stage.confusion().counts();
    long right = IntStream.range(0, counts.length).mapToLong(c -> counts[c][c]).sum();
    Interval exact = Proportions.clopperPearson(right, stage.samples(), 0.95);
    Optional<Interval> given = stage.metrics().interval(Metrics.ACCURACY);
    if (given.isPresent()
        && (given.get().lower() > exact.lower() + 1e-9
            || given.get().upper() < exact.upper() - 1e-9)) {
      narrower++;
    }
  }

  private void add(String name, Metric metric, MetricValues found, MetricValues truth) {
    if (truth.value(metric).isPresent() && found.value(metric).isPresent()) {
      tally(name).add(found.interval(metric), truth.value(metric).getAsDouble());
    }
  }
}
