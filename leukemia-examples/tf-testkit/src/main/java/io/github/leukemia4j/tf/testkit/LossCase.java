package io.github.leukemia4j.tf.testkit;

import io.github.leukemia4j.loss.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/**
 * A batch on which a loss is tried, and what the reference says about it in double precision.
 *
 * @param name what is special about it
 * @param targets [batch][classes]
 * @param logits [batch][classes]
 * @param smooth whether no probability is so extreme that differences would step over a clamp
 */
record LossCase(String name, float[][] targets, float[][] logits, boolean smooth) {
  private static final double STEP = 1e-5;

  static List<LossCase> all(int classes) {
    SplittableRandom random = new SplittableRandom(20_170_618L + classes);
    IntUnaryOperator cycle = i -> i % classes;
    IntUnaryOperator next = i -> (i + 1) % classes;
    List<LossCase> cases = new ArrayList<>();
    cases.add(drawn("random", random, 32, classes, 1.5));
    cases.add(drawn("random, one sample", random, 1, classes, 1.5));
    cases.add(drawn("random, 256 samples", random, 256, classes, 2));
    cases.add(soft(drawn("random, soft targets", random, 24, classes, 1.5), random));
    cases.add(of("uniform", 3 * classes, classes, cycle, cycle, 0, true));
    cases.add(of("perfect", 3 * classes, classes, cycle, cycle, 30, false));
    cases.add(
        of("empty class", 12, classes, i -> i % (classes - 1), i -> i % (classes - 1), 2, true));
    cases.add(of("single class", 12, classes, i -> 0, cycle, 2, true));
    cases.add(of("all wrong", 3 * classes, classes, cycle, next, 6, true));
    cases.add(of("saturated, all right", 3 * classes, classes, cycle, cycle, 100, false));
    cases.add(of("saturated, all wrong", 3 * classes, classes, cycle, next, 100, false));
    LossCase mixed = drawn("saturated, mixed", random, 40, classes, 40);
    cases.add(new LossCase(mixed.name, mixed.targets, mixed.logits, false));
    return cases;
  }

  /** One-hot targets, and logits that are {@code height} at the predicted class, 0 elsewhere. */
  private static LossCase of(
      String name,
      int samples,
      int classes,
      IntUnaryOperator target,
      IntUnaryOperator predicted,
      float height,
      boolean smooth) {
    float[][] targets = new float[samples][classes];
    float[][] logits = new float[samples][classes];
    for (int i = 0; i < samples; i++) {
      targets[i][target.applyAsInt(i)] = 1;
      logits[i][predicted.applyAsInt(i)] = height;
    }
    return new LossCase(name, targets, logits, smooth);
  }

  /** One-hot targets and logits from a normal distribution. */
  static LossCase drawn(
      String name, SplittableRandom random, int samples, int classes, double deviation) {
    float[][] targets = new float[samples][classes];
    float[][] logits = new float[samples][classes];
    for (int i = 0; i < samples; i++) {
      targets[i][random.nextInt(classes)] = 1;
      for (int c = 0; c < classes; c++) {
        logits[i][c] = (float) (deviation * random.nextGaussian());
      }
    }
    return new LossCase(name, targets, logits, true);
  }

  /** The same with each target mixed with that of another sample, as when images are mixed. */
  static LossCase soft(LossCase hard, SplittableRandom random) {
    int samples = hard.targets.length;
    float[][] mixed = new float[samples][];
    for (int i = 0; i < samples; i++) {
      float[] other = hard.targets[random.nextInt(samples)];
      float share = (float) random.nextDouble();
      mixed[i] = hard.targets[i].clone();
      for (int c = 0; c < other.length; c++) {
        mixed[i][c] = share * mixed[i][c] + (1 - share) * other[c];
      }
    }
    return new LossCase(hard.name, mixed, hard.logits, hard.smooth);
  }

  /** The samples in another order: the last first. */
  LossCase reversed() {
    int samples = targets.length;
    float[][] reversedTargets = new float[samples][];
    float[][] reversedLogits = new float[samples][];
    for (int i = 0; i < samples; i++) {
      reversedTargets[i] = targets[samples - 1 - i];
      reversedLogits[i] = logits[samples - 1 - i];
    }
    return new LossCase(name + ", in reverse order", reversedTargets, reversedLogits, smooth);
  }

  /** Each sample so many times. */
  LossCase repeated(int times) {
    float[][] manyTargets = new float[targets.length * times][];
    float[][] manyLogits = new float[targets.length * times][];
    for (int i = 0; i < manyTargets.length; i++) {
      manyTargets[i] = targets[i % targets.length];
      manyLogits[i] = logits[i % targets.length];
    }
    return new LossCase(name + ", " + times + " times", manyTargets, manyLogits, smooth);
  }

  double value(Loss loss) {
    return loss.value(inDouble(targets), softmax(inDouble(logits)));
  }

  /** The value after a step of this length against the gradient. */
  double valueAfterStep(Loss loss, float[][] gradient, double length) {
    double[][] moved = inDouble(logits);
    for (int i = 0; i < moved.length; i++) {
      for (int c = 0; c < moved[i].length; c++) {
        moved[i][c] -= length * gradient[i][c];
      }
    }
    return loss.value(inDouble(targets), softmax(moved));
  }

  /** The reference's gradient with respect to the logits: its own, through softmax. */
  double[][] gradient(Loss loss) {
    double[][] p = softmax(inDouble(logits));
    double[][] slopes = loss.gradient(inDouble(targets), p);
    for (int i = 0; i < p.length; i++) {
      double mean = 0;
      for (int c = 0; c < p[i].length; c++) {
        mean += p[i][c] * slopes[i][c];
      }
      for (int c = 0; c < p[i].length; c++) {
        slopes[i][c] = p[i][c] * (slopes[i][c] - mean);
      }
    }
    return slopes;
  }

  /** The same by central differences of the value, each logit moved by 1e-5. */
  double[][] differences(Loss loss) {
    double[][] goal = inDouble(targets);
    double[][] moved = inDouble(logits);
    double[][] p = softmax(moved);
    double[][] slopes = new double[moved.length][];
    for (int i = 0; i < moved.length; i++) {
      slopes[i] = new double[moved[i].length];
      double[] kept = p[i];
      for (int c = 0; c < moved[i].length; c++) {
        double z = moved[i][c];
        moved[i][c] = z + STEP;
        p[i] = softmax(moved[i]);
        double above = loss.value(goal, p);
        moved[i][c] = z - STEP;
        p[i] = softmax(moved[i]);
        slopes[i][c] = (above - loss.value(goal, p)) / (2 * STEP);
        moved[i][c] = z;
      }
      p[i] = kept;
    }
    return slopes;
  }

  private static double[][] inDouble(float[][] rows) {
    double[][] result = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      result[i] = new double[rows[i].length];
      for (int c = 0; c < rows[i].length; c++) {
        result[i][c] = rows[i][c];
      }
    }
    return result;
  }

  private static double[][] softmax(double[][] rows) {
    double[][] result = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      result[i] = softmax(rows[i]);
    }
    return result;
  }

  private static double[] softmax(double[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double z : logits) {
      largest = Math.max(largest, z);
    }
    double[] p = new double[logits.length];
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(logits[c] - largest);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }
}
