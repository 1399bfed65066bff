package io.github.leukemia4j.tf;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.loss.MixtureLoss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Which graph belongs to which loss: joined by the type of the loss, the most specific wins. */
final class TfLosses {
  private final Map<Class<? extends Loss>, TfLoss<?>> byType;

  private TfLosses(Map<Class<? extends Loss>, TfLoss<?>> byType) {
    this.byType = byType;
  }

  /**
   * The built-in graphs, those that ServiceLoader finds and the given ones. For one and the same
   * type a given graph replaces a found one, and a found one a built-in one.
   *
   * @throws IllegalArgumentException where two given graphs are for the same type
   * @throws BackendException where two found graphs are for the same type, or one cannot be loaded
   */
  static TfLosses standard(List<TfLoss<?>> given) {
    Map<Class<? extends Loss>, TfLoss<?>> byType = new LinkedHashMap<>();
    TfLosses losses = new TfLosses(byType);
    for (TfLoss<?> graph :
        List.of(new TverskyGraph(), new CrossEntropyGraph(), new MixtureGraph(losses))) {
      byType.put(graph.type(), graph);
    }
    List<TfLoss<?>> found = new ArrayList<>();
    Extensions.found(TfLoss.class).forEach(found::add);
    byType.putAll(Extensions.distinct(found, TfLoss::type, BackendException::new));
    byType.putAll(Extensions.distinct(given, TfLoss::type, IllegalArgumentException::new));
    return losses;
  }

  /**
   * Adds a loss to the graph.
   *
   * @param targets [batch, classes], rows that sum to 1
   * @param logits [batch, classes], the number of classes known
   * @return a scalar
   * @throws BackendException where no graph is registered for the loss, or several fit it equally
   */
  Operand<TFloat32> build(Ops tf, Loss loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
    return build(graphOf(loss), tf, loss, targets, logits);
  }

  private static <L extends Loss> Operand<TFloat32> build(
      TfLoss<L> graph, Ops tf, Loss loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
    Operand<TFloat32> value =
        graph.build(tf.withSubScope("loss"), graph.type().cast(loss), targets, logits);
    Shape shape = Objects.requireNonNull(value, "value of the loss").shape();
    if (!shape.isUnknown() && shape.numDimensions() != 0) {
      throw new BackendException(
          "The graph of a loss must end in a scalar; that of %s has the shape %s. Reduce it over samples and classes."
              .formatted(graph.getClass().getName(), shape));
    }
    return value;
  }

  private TfLoss<?> graphOf(Loss loss) {
    List<TfLoss<?>> fitting =
        byType.values().stream().filter(g -> g.type().isInstance(loss)).toList();
    List<TfLoss<?>> mostSpecific =
        fitting.stream()
            .filter(
                g -> fitting.stream().noneMatch(o -> o != g && g.type().isAssignableFrom(o.type())))
            .toList();
    if (mostSpecific.isEmpty()) {
      throw new BackendException(noGraph(loss));
    }
    if (mostSpecific.size() > 1) {
      throw new BackendException(
          "One graph must fit the loss %s best; these fit it equally: %s. Give one for %s itself."
              .formatted(
                  loss.getClass().getName(),
                  mostSpecific.stream()
                      .map(g -> g.getClass().getName() + " for " + g.type().getName())
                      .collect(Collectors.joining(", ")),
                  loss.getClass().getName()));
    }
    return mostSpecific.get(0);
  }

  private static String noGraph(Loss loss) {
    String type = loss.getClass().getSimpleName();
    String name = type.isEmpty() ? "MyLoss" : type;
    return """
        No graph is registered for the loss %1$s (%2$s). Write one,
          public final class %3$sGraph implements TfLoss<%3$s> { ... }
        with a public constructor without parameters, and name the class in a file
          META-INF/services/%4$s
        on the class path, or after "provides" in the module-info of its module. The built-in graphs are \
        those of TverskyLoss, CrossEntropyLoss and MixtureLoss."""
        .formatted(loss.getClass().getName(), loss.describe(), name, TfLoss.class.getName());
  }

  /** The weighted sum of the graphs of the parts. */
  private record MixtureGraph(TfLosses losses) implements TfLoss<MixtureLoss> {
    @Override
    public Class<MixtureLoss> type() {
      return MixtureLoss.class;
    }

    @Override
    public Operand<TFloat32> build(
        Ops tf, MixtureLoss loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
      Operand<TFloat32> sum = null;
      for (MixtureLoss.Part part : loss.parts()) {
        Operand<TFloat32> term =
            tf.math.mul(
                tf.constant((float) part.weight()), losses.build(tf, part.loss(), targets, logits));
        sum = sum == null ? term : tf.math.add(sum, term);
      }
      return sum;
    }
  }
}
