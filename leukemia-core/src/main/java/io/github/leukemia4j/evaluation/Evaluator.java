package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.statistics.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Holds a cascade's predictions against labels. All methods are thread-safe. */
public final class Evaluator {
  private Evaluator() {}

  /** Evaluates with {@link EvaluationOptions#defaults()}. */
  public static EvaluationReport evaluate(Taxonomy taxonomy, List<ScoredSample> samples) {
    return evaluate(taxonomy, samples, EvaluationOptions.defaults());
  }

  /**
   * Evaluates every stage on the samples whose truth lies below it, and the path as a whole.
   *
   * @param taxonomy the tree of labels
   * @param samples may be empty: counts are then 0 and metrics undefined
   * @throws IllegalArgumentException where a label is not in the taxonomy, or a sample lacks the
   *     prediction of a stage above its truth
   */
  public static EvaluationReport evaluate(
      Taxonomy taxonomy, List<ScoredSample> samples, EvaluationOptions options) {
    for (ScoredSample sample : samples) {
      for (Label label : List.of(sample.truth(), sample.decided())) {
        if (!taxonomy.contains(label)) {
          throw new IllegalArgumentException(
              "Truth and decision must be labels of the taxonomy "
                  + taxonomy
                  + "; found "
                  + label
                  + " for "
                  + sample.id()
                  + ".");
        }
      }
    }
    Units units = Units.of(samples);
    List<Stage> stages =
        taxonomy.innerNodes().stream()
            .map(node -> Stage.of(taxonomy, node, samples, units, options))
            .toList();
    PathData path = PathData.of(taxonomy, samples, units.of, units.count);
    int[] all = new int[units.count];
    Arrays.fill(all, 1);
    List<StageReport> reports = new ArrayList<>();
    for (Stage stage : stages) {
      reports.add(report(stage, all));
    }
    double[] values = path.measure(all);
    PathReport pathReport =
        new PathReport(
            path.samples(all),
            units.patients,
            Measures.of(
                PathData.OF_PATH,
                m -> values[m.ordinal()],
                m -> Optional.empty(),
                Metric::undefined),
            count(samples, ScoredSample.Outcome.STOPPED),
            count(samples, ScoredSample.Outcome.REFERRED),
            path.errors());
    return new EvaluationReport(reports, pathReport, options);
  }

  private static StageReport report(Stage stage, int[] all) {
    StageData data = stage.data;
    double[] values = data.measure(all);
    ConfusionMatrix confusion = data.confusion(all);
    Function<Metric, Optional<Interval>> none = metric -> Optional.empty();
    List<ClassReport> classes = new ArrayList<>();
    for (int c = 0; c < data.labels().size(); c++) {
      int index = c;
      Label label = data.labels().get(c);
      classes.add(
          new ClassReport(
              label,
              confusion.truthCount(label),
              confusion.predictedCount(label),
              Measures.of(
                  StageData.OF_CLASS,
                  m -> values[StageData.indexOf(index, m)],
                  none,
                  Metric::undefined)));
    }
    return new StageReport(
        stage.node,
        stage.patients,
        confusion,
        Measures.of(
            StageData.OF_STAGE,
            m -> values[StageData.indexOf(m)],
            none,
            m -> data.reason(m, confusion.total())),
        List.copyOf(classes),
        data.reliability(all));
  }

  private static long count(List<ScoredSample> samples, ScoredSample.Outcome outcome) {
    return samples.stream().filter(s -> s.outcome() == outcome).count();
  }

  /** Which samples belong together: those of one patient; one without patient stands alone. */
  private static final class Units {
    private final int[] of;
    private final int count;
    private final int patients;

    private Units(int[] of, int count, int patients) {
      this.of = of;
      this.count = count;
      this.patients = patients;
    }

    static Units of(List<ScoredSample> samples) {
      Map<String, Integer> known = new HashMap<>();
      int[] unit = new int[samples.size()];
      int count = 0;
      int i = 0;
      for (ScoredSample sample : samples) {
        Integer place = sample.patient().map(known::get).orElse(null);
        if (place == null) {
          place = count++;
          if (sample.patient().isPresent()) {
            known.put(sample.patient().get(), place);
          }
        }
        unit[i++] = place;
      }
      return new Units(unit, count, known.size());
    }
  }

  private record Stage(Label node, StageData data, int patients) {
    static Stage of(
        Taxonomy taxonomy,
        Label node,
        List<ScoredSample> samples,
        Units units,
        EvaluationOptions options) {
      LabelSet labels = taxonomy.labelSet(node);
      Map<Label, Integer> answer = new HashMap<>();
      for (Label label : taxonomy.labels()) {
        taxonomy
            .childTowards(node, label)
            .ifPresent(child -> answer.put(label, labels.indexOf(child)));
      }
      int n = (int) samples.stream().filter(s -> answer.containsKey(s.truth())).count();
      int[] truth = new int[n];
      int[] chosen = new int[n];
      int[] unit = new int[n];
      boolean[] endToEnd = new boolean[n];
      double[][] probabilities = new double[labels.size()][n];
      boolean[] isPatient = new boolean[units.count];
      int at = 0;
      int index = 0;
      for (ScoredSample sample : samples) {
        Integer actual = answer.get(sample.truth());
        if (actual != null) {
          Prediction prediction = prediction(sample, node, labels);
          truth[at] = actual;
          chosen[at] = labels.indexOf(prediction.label());
          unit[at] = units.of[index];
          endToEnd[at] = actual.equals(answer.get(sample.decided()));
          isPatient[unit[at]] |= sample.patient().isPresent();
          double[] found = prediction.probabilities();
          for (int c = 0; c < labels.size(); c++) {
            probabilities[c][at] = found[prediction.labels().indexOf(labels.get(c))];
          }
          at++;
        }
        index++;
      }
      int patients = 0;
      for (boolean one : isPatient) {
        patients += one ? 1 : 0;
      }
      StageData data =
          StageData.of(labels, truth, chosen, probabilities, endToEnd, unit, units.count, options);
      return new Stage(node, data, patients);
    }

    private static Prediction prediction(ScoredSample sample, Label node, LabelSet labels) {
      Prediction found = sample.stages().get(node);
      if (found == null
          || found.labels().size() != labels.size()
          || !labels.labels().stream().allMatch(found.labels()::contains)) {
        throw new IllegalArgumentException(
            "Every sample must bring the prediction of each stage above its truth; "
                + sample.id()
                + ", whose truth is "
                + sample.truth()
                + ", has for stage "
                + node
                + " with "
                + labels
                + " "
                + (found == null ? "none" : found.labels().toString())
                + ".");
      }
      return found;
    }
  }
}
