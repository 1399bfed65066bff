package io.github.leukemia4j.research.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A population whose weakest member each child replaces if it is better (steady state, Whitley
 * 1989): parents win tournaments of three, a child takes each value from either, and one or more of
 * its values change, a choice to any other, a number by a normal step.
 *
 * <p>Commons Math has a genetic algorithm that draws from one generator of the whole process, so
 * that two searches at once would change one another.
 */
final class GeneticSearch implements Strategy {
  private static final int TOURNAMENT = 3;

  private static final double STEP = 0.15;

  private record Member(double[] point, double score) {}

  @Override
  public String name() {
    return "genetic";
  }

  @Override
  public void search(Task task, Objective objective) throws IOException, InterruptedException {
    int most = 8 + 2 * task.axes().size();
    SplittableRandom random = new SplittableRandom(task.seed());
    List<Member> population = new ArrayList<>();
    for (int trial = 0; trial < task.trials(); trial++) {
      double[] point =
          trial == 0
              ? task.start()
              : population.size() < most
                  ? RandomSearch.point(task, random)
                  : child(task, population, random);
      population.add(new Member(point, objective.score(point.clone(), task.full())));
      if (population.size() > most) {
        population.remove(
            population.stream().min(Comparator.comparingDouble(Member::score)).orElseThrow());
      }
    }
  }

  private static double[] child(Task task, List<Member> population, SplittableRandom random) {
    double[] first = parent(population, random);
    double[] second = parent(population, random);
    double[] child = new double[first.length];
    int changed = random.nextInt(child.length); // Or it could be its parent once more.
    for (int axis = 0; axis < child.length; axis++) {
      child[axis] = random.nextBoolean() ? first[axis] : second[axis];
      if (axis == changed || random.nextInt(child.length) == 0) {
        child[axis] =
            task.axes().get(axis) instanceof Values.Choices
                ? random.nextDouble()
                : reflected(child[axis] + STEP * random.nextGaussian());
      }
    }
    return child;
  }

  private static double[] parent(List<Member> population, SplittableRandom random) {
    Member best = null;
    for (int i = 0; i < TOURNAMENT; i++) {
      Member one = population.get(random.nextInt(population.size()));
      best = best == null || one.score() > best.score() ? one : best;
    }
    return best.point();
  }

  private static double reflected(double place) {
    double within = Math.abs(place) % 2;
    return within > 1 ? 2 - within : within;
  }
}
