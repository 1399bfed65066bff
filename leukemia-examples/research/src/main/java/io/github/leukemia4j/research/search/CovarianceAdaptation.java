package io.github.leukemia4j.research.search;

import java.io.IOException;
import java.util.Arrays;
import org.apache.commons.math3.analysis.MultivariateFunction;
import org.apache.commons.math3.exception.TooManyEvaluationsException;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.MaxIter;
import org.apache.commons.math3.optim.SimpleBounds;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.CMAESOptimizer;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * Draws points about a mean, and adapts mean and covariance to the better ones (CMA-ES, Hansen and
 * Ostermeier 2001), by the optimiser of Commons Math. Where it has converged, it begins anew with
 * twice as many points a generation (Auger and Hansen 2005).
 */
final class CovarianceAdaptation implements Strategy {
  private static final double SIGMA = 0.25;

  @Override
  public String name() {
    return "cma-es";
  }

  /** Carries what an objective throws through the optimiser. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped(Exception cause) {
      super(cause);
    }
  }

  @Override
  public void search(Task task, Objective objective) throws IOException, InterruptedException {
    int size = task.axes().size();
    MersenneTwister random = new MersenneTwister(task.seed());
    int[] used = new int[1];
    MultivariateFunction counted =
        point -> {
          if (used[0] == task.trials()) {
            throw new TooManyEvaluationsException(task.trials());
          }
          used[0]++;
          try {
            return objective.score(point.clone(), task.full());
          } catch (IOException | InterruptedException e) {
            throw new Stopped(e);
          }
        };
    int population = 4 + (int) (3 * Math.log(size));
    double[] start = task.start();
    try {
      while (used[0] < task.trials()) {
        climb(counted, start, population, random);
        population *= 2;
        for (int axis = 0; axis < size; axis++) {
          start[axis] = random.nextDouble();
        }
      }
    } catch (TooManyEvaluationsException e) {
      // The trials are used up.
    } catch (Stopped e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw (InterruptedException) e.getCause();
    }
  }

  private static void climb(
      MultivariateFunction objective, double[] start, int population, MersenneTwister random) {
    int size = start.length;
    double[] sigma = new double[size];
    double[] one = new double[size];
    Arrays.fill(sigma, SIGMA);
    Arrays.fill(one, 1);
    new CMAESOptimizer(10_000, 0, true, 0, 0, random, false, null)
        .optimize(
            new MaxEval(Integer.MAX_VALUE),
            new MaxIter(Integer.MAX_VALUE),
            new ObjectiveFunction(objective),
            GoalType.MAXIMIZE,
            new SimpleBounds(new double[size], one),
            new InitialGuess(start),
            new CMAESOptimizer.Sigma(sigma),
            new CMAESOptimizer.PopulationSize(population));
  }
}
