package io.github.leukemia4j.training;

/**
 * How weights follow the gradient. {@link TrainingConfig} checks it.
 *
 * @param name of the rule: {@code adamw} (Loshchilov and Hutter 2019), or that of an optimiser of
 *     your own
 * @param parameters of the rule, beside those below
 * @param learningRate the highest, reached after the warm-up; above 0, at most 1
 * @param weightDecay decoupled from the gradient, in [0, 1)
 * @param warmupEpochs in which the learning rate rises linearly from 0
 * @param schedule how the learning rate goes after the warm-up
 * @param gradientClip the largest global norm of the gradient; longer ones are scaled to it. 0 for
 *     no limit
 * @param averaging the share of the old average in the moving average of the weights, which is then
 *     what is validated and kept, in [0, 1); 0 for no averaging
 * @param precision in what numbers a step computes
 */
public record OptimizerConfig(
    String name,
    Parameters parameters,
    double learningRate,
    double weightDecay,
    int warmupEpochs,
    Schedule schedule,
    double gradientClip,
    double averaging,
    Precision precision) {
  static final OptimizerConfig DEFAULT =
      new OptimizerConfig(
          "adamw", Parameters.NONE, 3e-3, 0.02, 2, Schedule.COSINE, 5, 0.99, Precision.FLOAT32);

  /** How the learning rate goes after the warm-up. */
  public enum Schedule {
    /** Along half a cosine to 0 (Loshchilov and Hutter 2017). */
    COSINE,
    /** Divided by 10 after half and after three quarters of the epochs. */
    STEP,
    /** Stays. */
    CONSTANT;

    /** The rate after a share of the epochs that follow the warm-up. */
    double of(double highest, double done) {
      return switch (this) {
        case COSINE -> highest * (1 + Math.cos(Math.PI * done)) / 2;
        case STEP -> highest * (done < 0.5 ? 1 : done < 0.75 ? 0.1 : 0.01);
        case CONSTANT -> highest;
      };
    }
  }

  /** In what numbers a training step computes; weights and statistics are always 32-bit. */
  public enum Precision {
    /** 32 bits. */
    FLOAT32,
    /**
     * 16 bits with the range of 32. Faster on a GPU and on a processor with AVX512_BF16 or AMX:
     * there a step takes 0.7 to 0.8 of the time. On other processors it takes some ten times as
     * long; the trainer warns of it.
     */
    BFLOAT16
  }

  /** The learning rate of a step, as {@link TrainingConfig#learningRate} says. */
  double rate(long step, int stepsPerEpoch, int epochs) {
    double epoch = (double) step / stepsPerEpoch;
    if (epoch < warmupEpochs) {
      return learningRate * (step + 1) / ((double) warmupEpochs * stepsPerEpoch);
    }
    double done = Math.min(1, (epoch - warmupEpochs) / Math.max(1, epochs - warmupEpochs));
    return schedule.of(learningRate, done);
  }

  void check(Faults faults) {
    faults.check(
        learningRate > 0 && learningRate <= 1,
        "optimizer.learningRate must be above 0 and at most 1",
        learningRate);
    faults.checkShare("optimizer.weightDecay", weightDecay);
    faults.checkLeast("optimizer.warmupEpochs", warmupEpochs, 0);
    faults.check(
        gradientClip >= 0 && Double.isFinite(gradientClip),
        "optimizer.gradientClip must be 0 or more",
        gradientClip);
    faults.checkShare("optimizer.averaging", averaging);
  }
}
