package io.github.leukemia4j.research.search;

import java.io.IOException;
import java.util.SplittableRandom;

/** Independent points, evenly spread (Bergstra and Bengio 2012): what others are measured by. */
final class RandomSearch implements Strategy {
  @Override
  public String name() {
    return "random";
  }

  @Override
  public void search(Task task, Objective objective) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(task.seed());
    for (int trial = 0; trial < task.trials(); trial++) {
      objective.score(point(task, random), task.full());
    }
  }

  static double[] point(Task task, SplittableRandom random) {
    return random.doubles(task.axes().size()).toArray();
  }
}
