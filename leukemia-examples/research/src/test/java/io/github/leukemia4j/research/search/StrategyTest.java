package io.github.leukemia4j.research.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StrategyTest {
  private static final Budget FULL = new Budget(5, 1);

  private static final int SEEDS = Integer.getInteger("searches", 15);

  static Stream<Strategy> strategies() {
    return Strategy.all().stream();
  }

  private static Strategy.Task task(int trials, long seed) {
    return new Strategy.Task(KnownObjective.CHOICES.axes(), trials, FULL, seed);
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void equalSeedsGiveEqualPointsWithinTheCube(Strategy strategy) throws Exception {
    assertThat(points(strategy, 40, 3)).isEqualTo(points(strategy, 40, 3));
    assertThat(points(strategy, 40, 3))
        .allSatisfy(point -> assertThat(point).allSatisfy(x -> assertThat(x).isBetween(0.0, 1.0)));
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void moreTrialsBeginWithTheSamePointsWhereTheStrategySaysSo(Strategy strategy) throws Exception {
    List<List<Double>> few = points(strategy, 33, 7);
    List<List<Double>> many = points(strategy, 70, 7);
    assertThat(many.subList(0, few.size()).equals(few)).isEqualTo(strategy.extendable());
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void costsWhatItSays(Strategy strategy) throws Exception {
    // What was paid for a point before, at the same epochs, is not paid again.
    List<String> paid = new ArrayList<>();
    double[] cost = new double[1];
    Strategy.Task task = task(40, 5);
    strategy.search(
        task,
        (point, budget) -> {
          for (int fold = 1; fold <= budget.folds(); fold++) {
            String one = Arrays.toString(point) + fold + budget.epochs();
            if (!paid.contains(one)) {
              paid.add(one);
              cost[0] += budget.epochs();
            }
          }
          return KnownObjective.NOISY_BOWL.seen(point, budget);
        });
    assertThat(strategy.cost(task)).isCloseTo(cost[0], within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void passesOnWhatTheObjectiveThrows(Strategy strategy) {
    assertThatThrownBy(
            () ->
                strategy.search(
                    task(40, 1),
                    (point, budget) -> {
                      throw new InterruptedIOException("stopped");
                    }))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessage("stopped");
  }

  private static List<List<Double>> points(Strategy strategy, int trials, long seed)
      throws Exception {
    List<List<Double>> points = new ArrayList<>();
    strategy.search(
        task(trials, seed),
        (point, budget) -> {
          points.add(Arrays.stream(point).boxed().toList());
          return KnownObjective.CHOICES.seen(point, budget);
        });
    return points;
  }

  @Test
  void gridsHaveEveryChoiceAndBothEndsOfRanges() throws Exception {
    List<List<Double>> points = points(new GridSearch(), 40, 1);
    assertThat(points).hasSize(36).doesNotHaveDuplicates();
    assertThat(points.stream().map(p -> p.get(0))).contains(0.125, 0.375, 0.625, 0.875);
    assertThat(points.stream().map(p -> p.get(1)).distinct()).containsExactly(0.0, 0.5, 1.0);
  }

  @Test
  void refusesGridsOfTooManyCombinations() {
    assertThatThrownBy(() -> points(new GridSearch(), 15, 1))
        .hasMessageStartingWith(
            "A grid must have as many trials as its settings have combinations; found 15 trials for 16 combinations");
  }

  @Test
  void halvingPrunesByEpochsThenByFolds() throws Exception {
    List<Budget> budgets = new ArrayList<>();
    new SuccessiveHalving()
        .search(
            task(27, 1),
            (point, budget) -> {
              budgets.add(budget);
              return point[0];
            });
    assertThat(budgets.stream().distinct())
        .containsExactly(new Budget(1, 1.0 / 3), new Budget(1, 1), new Budget(2, 1), FULL);
    assertThat(budgets).hasSize(27 + 9 + 3 + 2);
  }

  @Test
  void guidedStrategiesComeNearerThanRandomPoints() throws Exception {
    double random = median(new RandomSearch(), KnownObjective.BOWL, 100);
    assertThat(median(new CovarianceAdaptation(), KnownObjective.BOWL, 100)).isLessThan(random / 5);
    assertThat(median(new ParticleSwarm(), KnownObjective.BOWL, 100)).isLessThan(random / 5);
    assertThat(median(new GeneticSearch(), KnownObjective.BOWL, 100)).isLessThan(random / 2);
    assertThat(median(new GeneticSearch(), KnownObjective.CHOICES, 100))
        .isLessThan(median(new RandomSearch(), KnownObjective.CHOICES, 100));
  }

  @Test
  void halvingComesNearerThanRandomPointsAtTheSameCost() throws Exception {
    Strategy.Task wide = new Strategy.Task(KnownObjective.NOISY_BOWL.axes(), 81, FULL, 1);
    int same = (int) (new SuccessiveHalving().cost(wide) / FULL.cost());
    assertThat(mean(new SuccessiveHalving(), KnownObjective.NOISY_BOWL, 81))
        .isLessThan(mean(new RandomSearch(), KnownObjective.NOISY_BOWL, same));
  }

  private static double median(Strategy strategy, KnownObjective objective, int trials)
      throws Exception {
    double[] gaps = gaps(strategy, objective, trials, SEEDS);
    return gaps[gaps.length / 2];
  }

  private static double mean(Strategy strategy, KnownObjective objective, int trials)
      throws Exception {
    return Arrays.stream(gaps(strategy, objective, trials, 200)).average().orElseThrow();
  }

  private static double[] gaps(Strategy strategy, KnownObjective objective, int trials, int seeds)
      throws Exception {
    double[] gaps = new double[seeds];
    for (int seed = 0; seed < seeds; seed++) {
      gaps[seed] = objective.gap(strategy, trials, seed);
    }
    Arrays.sort(gaps);
    return gaps;
  }

  /** Prints the table of docs/results.md. */
  public static void main(String[] args) throws Exception {
    int seeds = 101;
    for (int trials : new int[] {30, 100}) {
      for (Strategy strategy : Strategy.all()) {
        System.out.printf("| %s, %d |", strategy.name(), trials);
        for (KnownObjective objective : KnownObjective.values()) {
          boolean pruned = strategy instanceof SuccessiveHalving;
          int points = trials;
          while (pruned
              && strategy.cost(new Strategy.Task(objective.axes(), points, FULL, 1))
                  < trials * FULL.cost()) {
            points++;
          }
          double[] gaps = gaps(strategy, objective, points, seeds);
          System.out.printf(Locale.ROOT, " %.4f (%.4f) |", gaps[seeds / 2], gaps[seeds * 9 / 10]);
        }
        System.out.println();
      }
    }
  }
}
