package io.github.leukemia4j.loss;

import io.github.leukemia4j.LabelSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A weighted sum of losses. Immutable and safe for use by many threads, as its parts are.
 *
 * @param parts the losses with their weights, which are used as they are; at least one
 */
public record MixtureLoss(List<Part> parts) implements Loss {
  /**
   * A loss and its weight.
   *
   * @param weight finite, greater than 0
   * @param loss what is weighted
   */
  public record Part(double weight, Loss loss) {
    /**
     * @throws IllegalArgumentException where the weight is not finite and greater than 0
     */
    public Part {
      Objects.requireNonNull(loss, "loss");
      if (!(weight > 0 && weight <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "The weight of a loss in a mixture must be finite and greater than 0; found %s for %s. Leave out what has no weight."
                .formatted(weight, loss.describe()));
      }
    }
  }

  /**
   * @throws IllegalArgumentException where there is no part
   */
  public MixtureLoss {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("A mixture must have at least one loss; found none.");
    }
    parts = List.copyOf(parts);
  }

  /**
   * The sum of two losses.
   *
   * @throws IllegalArgumentException where a weight is not finite and greater than 0
   */
  public static MixtureLoss of(double firstWeight, Loss first, double secondWeight, Loss second) {
    return new MixtureLoss(List.of(new Part(firstWeight, first), new Part(secondWeight, second)));
  }

  @Override
  public double value(double[][] targets, double[][] probabilities) {
    double value = 0;
    for (Part part : parts) {
      value += part.weight * part.loss.value(targets, probabilities);
    }
    return value;
  }

  @Override
  public double[][] gradient(double[][] targets, double[][] probabilities) {
    List<double[][]> gradients = new ArrayList<>();
    for (Part part : parts) {
      gradients.add(part.loss.gradient(targets, probabilities));
    }
    double[][] sum = new double[targets.length][targets[0].length];
    for (int k = 0; k < parts.size(); k++) {
      for (int i = 0; i < sum.length; i++) {
        for (int c = 0; c < sum[i].length; c++) {
          sum[i][c] += parts.get(k).weight * gradients.get(k)[i][c];
        }
      }
    }
    return sum;
  }

  /** The mixture of the parts as they are used for these labels. */
  @Override
  public Loss forLabels(LabelSet labels) {
    boolean chosen = !equals(Loss.defaultLoss());
    List<Part> used = new ArrayList<>();
    for (Part part : parts) {
      Loss loss =
          part.loss instanceof TverskyLoss tversky
              ? tversky.forLabels(labels, chosen)
              : part.loss.forLabels(labels);
      used.add(new Part(part.weight, loss));
    }
    return new MixtureLoss(used);
  }

  @Override
  public String describe() {
    return parts.stream()
        .map(p -> ClassWeights.number(p.weight) + " * [" + p.loss.describe() + "]")
        .collect(Collectors.joining(" + "));
  }

  @Override
  public String text() {
    return parts.stream()
        .map(p -> "%s*%s".formatted(ClassWeights.number(p.weight), term(p.loss)))
        .collect(Collectors.joining(" + "));
  }

  private static String term(Loss loss) {
    return loss instanceof MixtureLoss ? "(%s)".formatted(loss.text()) : loss.text();
  }

  @Override
  public String toString() {
    return describe();
  }
}
