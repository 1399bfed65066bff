package io.github.leukemia4j.research.search;

import java.io.IOException;
import java.util.List;

/**
 * Every combination of evenly spaced values: all choices, and of each range as many values, its
 * ends among them, as the trials allow.
 */
final class GridSearch implements Strategy {
  @Override
  public String name() {
    return "grid";
  }

  @Override
  public boolean extendable() {
    return false;
  }

  @Override
  public double cost(Task task) {
    return points(counts(task)) * task.full().cost();
  }

  @Override
  public void search(Task task, Objective objective) throws IOException, InterruptedException {
    int[] counts = counts(task);
    long points = points(counts);
    for (long index = 0; index < points; index++) {
      double[] point = new double[counts.length];
      long rest = index;
      for (int axis = counts.length - 1; axis >= 0; axis--) {
        point[axis] = place(task.axes().get(axis), (int) (rest % counts[axis]), counts[axis]);
        rest /= counts[axis];
      }
      objective.score(point, task.full());
    }
  }

  private static double place(Values values, int step, int count) {
    return values.count() == count ? (step + 0.5) / count : (double) step / (count - 1);
  }

  /** As many values of every axis as the trials allow. */
  private static int[] counts(Task task) {
    int[] counts = counts(task.axes(), 2);
    if (points(counts) > task.trials()) {
      throw new IllegalArgumentException(
          "A grid must have as many trials as its settings have combinations; found %d trials for %d combinations at two values of each range. Allow more trials, search fewer settings, or choose another strategy."
              .formatted(task.trials(), points(counts)));
    }
    for (int each = 3; points(counts(task.axes(), each)) <= task.trials() && each < 1000; each++) {
      counts = counts(task.axes(), each);
    }
    return counts;
  }

  private static int[] counts(List<Values> axes, int each) {
    return axes.stream()
        .mapToInt(
            values ->
                values instanceof Values.Choices ? values.count() : Math.min(each, values.count()))
        .toArray();
  }

  private static long points(int... counts) {
    long points = 1;
    for (int count : counts) {
      points = Math.min(Integer.MAX_VALUE, points * count);
    }
    return points;
  }
}
