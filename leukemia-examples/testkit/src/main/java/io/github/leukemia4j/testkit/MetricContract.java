package io.github.leukemia4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.metric.StageScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link StageMetric} must do, on random, tied, perfect, all-wrong, one-sided and empty
 * samples of two and of three labels. Extend it in the tests of a metric:
 *
 * <pre>{@code
 * class MyMetricTest extends MetricContract {
 *   @Override
 *   protected StageMetric metric() {
 *     return new MyMetric();
 *   }
 * }
 * }</pre>
 */
public abstract class MetricContract {
  private static final int SAMPLES = 40;
  private static final int CLUSTERS = 7;

  /** For subclasses. */
  protected MetricContract() {}

  /** The metric to be tested. */
  protected abstract StageMetric metric();

  /**
   * Samples of a stage.
   *
   * @param probabilities {@code [labels, samples]}
   */
  private record Samples(LabelSet labels, int[] truth, double[][] probabilities, int[] cluster) {
    StageScores scores() {
      int n = truth.length;
      int[] chosen = new int[n];
      boolean[] endToEnd = new boolean[n];
      for (int i = 0; i < n; i++) {
        for (int c = 0; c < labels.size(); c++) {
          chosen[i] = probabilities[c][i] > probabilities[chosen[i]][i] ? c : chosen[i];
        }
        endToEnd[i] = chosen[i] == truth[i];
      }
      return StageScores.of(labels, truth, chosen, probabilities, endToEnd, cluster, CLUSTERS);
    }

    /** These samples, in this order; one may be there several times. */
    Samples taken(int[] samples) {
      return new Samples(
          labels,
          Arrays.stream(samples).map(i -> truth[i]).toArray(),
          Arrays.stream(probabilities)
              .map(column -> Arrays.stream(samples).mapToDouble(i -> column[i]).toArray())
              .toArray(double[][]::new),
          Arrays.stream(samples).map(i -> cluster[i]).toArray());
    }
  }

  private static List<Samples> batches() {
    List<Samples> batches = new ArrayList<>();
    for (LabelSet labels : List.of(LabelSet.of("a", "b"), LabelSet.of("a", "b", "c"))) {
      for (LabelSet named : List.of(labels, labels.withPositive(labels.get(1)))) {
        Random random = new Random(named.size());
        int classes = named.size();
        for (int repetition = 0; repetition < 5; repetition++) {
          int[] truth = random.ints(SAMPLES, 0, classes).toArray();
          batches.add(samples(named, truth, random, 1e9));
          batches.add(samples(named, truth, random, 4)); // many ties
        }
        int[] truth = IntStream.range(0, SAMPLES).map(i -> i % classes).toArray();
        batches.add(sure(named, truth, 0));
        batches.add(sure(named, truth, 1));
        for (int only = 0; only < classes; only++) {
          int[] one = new int[SAMPLES];
          Arrays.fill(one, only);
          batches.add(samples(named, one, random, 1e9));
        }
        batches.add(samples(named, new int[0], random, 1));
      }
    }
    return batches;
  }

  private static Samples samples(LabelSet labels, int[] truth, Random random, double steps) {
    int n = truth.length;
    double[][] probabilities = new double[labels.size()][n];
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (double[] column : probabilities) {
        column[i] = 1 + Math.rint(random.nextDouble() * steps);
        sum += column[i];
      }
      for (double[] column : probabilities) {
        column[i] /= sum;
      }
    }
    return new Samples(labels, truth, probabilities, random.ints(n, 0, CLUSTERS).toArray());
  }

  /** Certain of the truth, or of the label that is so many places further. */
  private static Samples sure(LabelSet labels, int[] truth, int beside) {
    double[][] probabilities = new double[labels.size()][truth.length];
    for (int i = 0; i < truth.length; i++) {
      probabilities[(truth[i] + beside) % labels.size()][i] = 1;
    }
    return new Samples(
        labels,
        truth,
        probabilities,
        IntStream.range(0, truth.length).map(i -> i % CLUSTERS).toArray());
  }

  /** Names stay the same for good, and fit the tables of a terminal. */
  @Test
  public final void hasANameForFilesAndOneForPeople() {
    Metric metric = metric();
    assertThat(metric.id()).matches("[A-Za-z][A-Za-z0-9]*");
    assertThat(metric.title()).isNotBlank();
    assertThat(metric.brief()).isNotBlank();
    assertThat(metric.brief().length()).as("the length of " + metric.brief()).isLessThan(19);
    assertThat(metric.undefined()).isNotBlank();
  }

  /** A metric that has a value nowhere measures nothing. */
  @Test
  public final void hasAValueWhereAllLabelsOccur() {
    assertThat(batches())
        .filteredOn(s -> s.labels().positive().isPresent())
        .filteredOn(s -> Arrays.stream(s.truth()).distinct().count() == s.labels().size())
        .anySatisfy(s -> assertThat(metric().of(s.scores())).isPresent());
  }

  /** What is undefined is empty, never NaN or infinite. */
  @Test
  public final void isEmptyOrANumberInItsRange() {
    for (Samples samples : batches()) {
      OptionalDouble found = metric().of(samples.scores());
      if (found.isPresent()) {
        double value = found.getAsDouble();
        assertThat(value).isFinite();
        switch (metric().range()) {
          case UNIT -> assertThat(value).isBetween(0.0, 1.0);
          case CORRELATION -> assertThat(value).isBetween(-1.0, 1.0);
          case POSITIVE -> assertThat(value).isNotNegative();
          case ANY -> assertThat(value).isNotNaN();
        }
      }
    }
  }

  /** The order of samples is nobody's doing. */
  @Test
  public final void doesNotDependOnTheOrderOfSamples() {
    for (Samples samples : batches()) {
      List<Integer> order =
          new ArrayList<>(IntStream.range(0, samples.truth().length).boxed().toList());
      Collections.shuffle(order, new Random(5));
      same(
          metric().of(samples.taken(order.stream().mapToInt(i -> i).toArray()).scores()),
          metric().of(samples.scores()));
    }
  }

  /** The intervals of patients rest on this: one that is drawn twice counts as two. */
  @Test
  public final void countsASampleAsOftenAsItsWeightSays() {
    Random random = new Random(6);
    for (Samples samples : batches()) {
      int[] weights = random.ints(CLUSTERS, 0, 4).toArray();
      int[] copies =
          IntStream.range(0, samples.truth().length)
              .flatMap(i -> IntStream.generate(() -> i).limit(weights[samples.cluster()[i]]))
              .toArray();
      same(
          metric().of(samples.scores().under(weights)),
          metric().of(samples.taken(copies).scores()));
    }
  }

  /** The exact interval of a share is that of its value. */
  @Test
  public final void isTheShareThatItSaysItIs() {
    for (Samples samples : batches()) {
      Optional<Metric.Share> share = metric().share(samples.scores());
      if (share.isPresent()) {
        assertThat(share.get().successes()).isBetween(0L, share.get().trials());
        same(metric().of(samples.scores()), OptionalDouble.of(share.get().value()));
      }
    }
  }

  private static void same(OptionalDouble found, OptionalDouble expected) {
    assertThat(found.isPresent()).as("has a value").isEqualTo(expected.isPresent());
    if (expected.isPresent()) {
      assertThat(found.getAsDouble()).isCloseTo(expected.getAsDouble(), within(1e-9));
    }
  }
}
