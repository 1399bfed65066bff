package io.github.leukemia4j.research.search;

import java.io.IOException;
import java.util.SplittableRandom;

/**
 * Particles that fly towards the best place of their own and that of all (Kennedy and Eberhart
 * 1995), with the constriction of Clerc and Kennedy 2002. At a wall a particle stops.
 */
final class ParticleSwarm implements Strategy {
  private static final double INERTIA = 0.7298;
  private static final double PULL = 1.49618;

  @Override
  public String name() {
    return "swarm";
  }

  @Override
  public void search(Task task, Objective objective) throws IOException, InterruptedException {
    int size = task.axes().size();
    int particles = 6 + 2 * (int) Math.sqrt(size);
    SplittableRandom random = new SplittableRandom(task.seed());
    double[][] place = new double[particles][];
    double[][] velocity = new double[particles][size];
    double[][] best = new double[particles][];
    double[] scoreOfBest = new double[particles];
    int leader = 0;
    for (int trial = 0; trial < task.trials(); trial++) {
      int p = trial % particles;
      if (trial < particles) {
        place[p] = trial == 0 ? task.start() : RandomSearch.point(task, random);
        for (int axis = 0; axis < size; axis++) {
          velocity[p][axis] = (random.nextDouble() - place[p][axis]) / 2;
        }
      } else {
        for (int axis = 0; axis < size; axis++) {
          velocity[p][axis] =
              INERTIA * velocity[p][axis]
                  + PULL * random.nextDouble() * (best[p][axis] - place[p][axis])
                  + PULL * random.nextDouble() * (best[leader][axis] - place[p][axis]);
          double moved = place[p][axis] + velocity[p][axis];
          place[p][axis] = Math.min(1, Math.max(0, moved));
          velocity[p][axis] = moved == place[p][axis] ? velocity[p][axis] : 0;
        }
      }
      double score = objective.score(place[p].clone(), task.full());
      if (best[p] == null || score > scoreOfBest[p]) {
        best[p] = place[p].clone();
        scoreOfBest[p] = score;
        leader = score > scoreOfBest[leader] ? p : leader;
      }
    }
  }
}
