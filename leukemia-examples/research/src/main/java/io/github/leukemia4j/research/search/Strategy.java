package io.github.leukemia4j.research.search;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Decides which points are tried. Equal tasks and equal scores give equal points, so that a search
 * that was stopped is gone on with by asking the strategy once more from the beginning and
 * answering from a record what was answered before. Implementations are immutable and thread-safe.
 */
public interface Strategy {
  /** By which it is called, such as {@code random}. */
  String name();

  /**
   * Tries points until the task's trials are used up.
   *
   * @throws IllegalArgumentException where the task does not suit; before the first trial
   * @throws IOException what the objective throws
   * @throws InterruptedException what the objective throws
   */
  void search(Task task, Objective objective) throws IOException, InterruptedException;

  /** The cost of all trials, in whole trainings of one fold. */
  default double cost(Task task) {
    return task.trials() * task.full().cost();
  }

  /**
   * Whether more trials give the same points first and others after them, so that a search can be
   * lengthened when it has ended.
   */
  default boolean extendable() {
    return true;
  }

  /**
   * What is searched.
   *
   * @param axes the values of each axis of the unit cube
   * @param trials how many points are tried, at least 1
   * @param full the budget of a trial that is comparable with the default settings
   * @param start a point to begin with, such as that of the default settings; the middle where it
   *     is not in the space
   * @param seed equal seeds give equal points
   */
  record Task(List<Values> axes, int trials, Budget full, double[] start, long seed) {
    /** Copies the list and the array. */
    public Task {
      axes = List.copyOf(axes);
      start = start.clone();
    }

    /** A task that begins in the middle. */
    public Task(List<Values> axes, int trials, Budget full, long seed) {
      this(axes, trials, full, middle(axes.size()), seed);
    }

    @Override
    public double[] start() {
      return start.clone();
    }

    private static double[] middle(int size) {
      double[] middle = new double[size];
      Arrays.fill(middle, 0.5);
      return middle;
    }
  }

  /** All that are built in: grid, random, cma-es, swarm, genetic and halving. */
  static List<Strategy> all() {
    return List.of(
        new GridSearch(),
        new RandomSearch(),
        new CovarianceAdaptation(),
        new ParticleSwarm(),
        new GeneticSearch(),
        new SuccessiveHalving());
  }

  /**
   * A strategy by its name.
   *
   * @throws IllegalArgumentException where there is none of it
   */
  static Strategy named(String name) {
    return all().stream()
        .filter(strategy -> strategy.name().equals(name))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no strategy %s; there are %s."
                        .formatted(
                            name,
                            all().stream().map(Strategy::name).collect(Collectors.joining(", ")))));
  }
}
