package io.github.leukemia4j.loss;

import io.github.leukemia4j.LabelSet;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the losses share about class weights and about writing numbers. Empty: none were given. */
final class ClassWeights {
  private ClassWeights() {}

  static List<Double> copy(double[] weights) {
    return Arrays.stream(weights).boxed().toList();
  }

  static void collectFaults(List<Double> weights, List<String> faults) {
    if (weights.isEmpty()) {
      return;
    }
    if (weights.stream().anyMatch(w -> !(w >= 0 && w <= Double.MAX_VALUE))) {
      faults.add("Class weights must be finite and not negative; found " + weights + ".");
    } else if (weights.stream().allMatch(w -> w == 0)) {
      faults.add("At least one class weight must be greater than 0; found " + weights + ".");
    }
  }

  static void throwIfAny(String what, List<String> faults) {
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(what + " cannot be built. " + String.join(" ", faults));
    }
  }

  /**
   * One weight for each class, scaled so that they sum to 1.
   *
   * @throws IllegalArgumentException where their number is not that of the classes
   */
  static double[] normalised(List<Double> weights, int classes) {
    double[] result = new double[classes];
    if (weights.isEmpty()) {
      Arrays.fill(result, 1.0 / classes);
      return result;
    }
    requireCount(weights, classes, classes + " columns");
    // Scaled by the largest first, so that huge weights do not overflow their sum.
    double largest = weights.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    double sum = weights.stream().mapToDouble(w -> w / largest).sum();
    for (int c = 0; c < classes; c++) {
      result[c] = weights.get(c) / largest / sum;
    }
    return result;
  }

  static void requireFits(List<Double> weights, LabelSet labels) {
    if (!weights.isEmpty()) {
      requireCount(weights, labels.size(), labels.toString());
    }
  }

  private static void requireCount(List<Double> weights, int classes, String found) {
    if (weights.size() != classes) {
      throw new IllegalArgumentException(
          "There must be one class weight for each class; found %s class weights %s for %s. Give %s weights, or none."
              .formatted(weights.size(), weights, found, classes));
    }
  }

  static String describe(List<Double> weights) {
    return weights.isEmpty()
        ? "class weights equal"
        : "class weights %s"
            .formatted(
                weights.stream().map(ClassWeights::number).collect(Collectors.joining(" : ")));
  }

  /** As {@link LossParser} reads them; empty where there are none. */
  static String argument(List<Double> weights) {
    return weights.isEmpty()
        ? ""
        : weights.stream()
            .map(ClassWeights::number)
            .collect(Collectors.joining(":", "classWeights=", ""));
  }

  /** A loss as {@link LossParser} reads it; arguments that are empty are left out. */
  static String text(String name, String... arguments) {
    String given = Stream.of(arguments).filter(a -> !a.isEmpty()).collect(Collectors.joining(", "));
    return given.isEmpty() ? name : "%s(%s)".formatted(name, given);
  }

  /** The shortest decimal that reads back as the same number, without a trailing ".0". */
  static String number(double value) {
    return value == 0 ? "0" : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
