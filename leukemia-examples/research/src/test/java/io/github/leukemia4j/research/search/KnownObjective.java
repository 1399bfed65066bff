package io.github.leukemia4j.research.search;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Objectives whose largest value, 0, and its place are known. */
enum KnownObjective {
  /** A bowl of three numbers, its bottom at (0.3, 0.7, 0.2). */
  BOWL(3) {
    @Override
    double noiseless(double[] x) {
      return -(square(x[0] - 0.3) + square(x[1] - 0.7) + square(x[2] - 0.2));
    }
  },
  /** A narrow bent valley of two numbers (Rosenbrock 1960), on [-2, 2] each, over 100. */
  VALLEY(2) {
    @Override
    double noiseless(double[] x) {
      double a = 4 * x[0] - 2;
      double b = 4 * x[1] - 2;
      return -(100 * square(b - a * a) + square(1 - a)) / 100;
    }
  },
  /** Branin 1972 on its usual square; three places are equally good. */
  BRANIN(2) {
    @Override
    double noiseless(double[] x) {
      double a = 15 * x[0] - 5;
      double b = 15 * x[1];
      double bend = b - 5.1 / (4 * Math.PI * Math.PI) * a * a + 5 / Math.PI * a - 6;
      double value = bend * bend + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10;
      return -(value - 0.39788735772973816) / 100;
    }
  },
  /** One of four choices, each with a bowl of its own; the third has the deepest. */
  CHOICES(3) {
    @Override
    List<Values> axes() {
      return List.of(new Values.Choices(List.of("a", "b", "c", "d")), real(), real());
    }

    @Override
    double noiseless(double[] x) {
      int choice = List.of("a", "b", "c", "d").indexOf(axes().get(0).at(x[0]));
      double[] middle = {0.2, 0.4, 0.75, 0.9};
      double[] behind = {0.06, 0.03, 0, 0.04};
      return -behind[choice] - square(x[1] - middle[choice]) - square(x[2] - 0.5);
    }
  },
  /** The bowl, seen through noise that a larger budget makes smaller. */
  NOISY_BOWL(3) {
    @Override
    double noiseless(double[] x) {
      return BOWL.noiseless(x);
    }

    @Override
    double seen(double[] x, Budget budget) {
      SplittableRandom noise =
          new SplittableRandom(31L * Arrays.hashCode(x) + Double.hashCode(budget.cost()));
      return noiseless(x) + 0.05 / Math.sqrt(budget.cost()) * noise.nextGaussian();
    }
  };

  private final int size;

  KnownObjective(int size) {
    this.size = size;
  }

  List<Values> axes() {
    return Collections.nCopies(size, real());
  }

  /** What is to be made large; 0 at best. */
  abstract double noiseless(double[] x);

  double seen(double[] x, Budget budget) {
    return noiseless(x);
  }

  private static Values real() {
    return new Values.Numbers(0, 1, false, false);
  }

  private static double square(double x) {
    return x * x;
  }

  /** The gap to the optimum of what a strategy would choose, after so many whole trials. */
  double gap(Strategy strategy, int trials, long seed) throws Exception {
    double[] best = {Double.NEGATIVE_INFINITY, Double.NaN};
    Budget full = new Budget(5, 1);
    strategy.search(
        new Strategy.Task(axes(), trials, full, seed),
        (point, budget) -> {
          double seen = seen(point, budget);
          if (budget.equals(full) && seen > best[0]) {
            best[0] = seen;
            best[1] = -noiseless(point);
          }
          return seen;
        });
    return best[1];
  }
}
