package io.github.leukemia4j.research.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random points, of which the better third goes on to a larger budget, again and again (Jamieson
 * and Talwalkar 2016): first one fold for a third of the epochs, then one fold for all of them,
 * then half of the folds, then all. At least two reach the end.
 */
final class SuccessiveHalving implements Strategy {
  private static final int KEPT = 3;

  private static final int LEAST = 2;

  private record Rung(Budget budget, int points) {}

  private record Scored(double[] point, double score) {}

  @Override
  public String name() {
    return "halving";
  }

  @Override
  public boolean extendable() {
    return false;
  }

  /** What was paid for a point before counts for its larger budget. */
  @Override
  public double cost(Task task) {
    double cost = 0;
    Budget before = null;
    for (Rung rung : rungs(task)) {
      double paid = before != null && before.epochs() == rung.budget().epochs() ? before.cost() : 0;
      cost += rung.points() * (rung.budget().cost() - paid);
      before = rung.budget();
    }
    return cost;
  }

  private static List<Rung> rungs(Task task) {
    Budget full = task.full();
    List<Budget> budgets = new ArrayList<>();
    budgets.add(new Budget(1, full.epochs() / KEPT));
    budgets.add(new Budget(1, full.epochs()));
    if (full.folds() >= 4) {
      budgets.add(new Budget(full.folds() / 2, full.epochs()));
    }
    if (full.folds() >= 2) {
      budgets.add(full);
    }
    List<Rung> rungs = new ArrayList<>();
    int points = task.trials();
    for (Budget budget : budgets) {
      rungs.add(new Rung(budget, points));
      points = Math.max(Math.min(LEAST, points), (points + KEPT - 1) / KEPT);
    }
    return rungs;
  }

  @Override
  public void search(Task task, Objective objective) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(task.seed());
    List<double[]> points = new ArrayList<>();
    for (int trial = 0; trial < task.trials(); trial++) {
      points.add(RandomSearch.point(task, random));
    }
    for (Rung rung : rungs(task)) {
      List<Scored> scored = new ArrayList<>();
      for (double[] point : points.subList(0, rung.points())) {
        scored.add(new Scored(point, objective.score(point, rung.budget())));
      }
      scored.sort(Comparator.comparingDouble(Scored::score).reversed());
      points = scored.stream().map(Scored::point).toList();
    }
  }
}
