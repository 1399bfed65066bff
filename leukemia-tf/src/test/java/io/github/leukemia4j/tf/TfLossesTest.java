package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.loss.CrossEntropyLoss;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.loss.MixtureLoss;
import io.github.leukemia4j.loss.TverskyLoss;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

class TfLossesTest {
  /** Losses that only name themselves. */
  interface Named extends Loss {
    @Override
    default double value(double[][] targets, double[][] probabilities) {
      return 0;
    }

    @Override
    default String describe() {
      return "a " + getClass().getSimpleName();
    }
  }

  interface Special extends Named {}

  interface Other extends Named {}

  record Plain() implements Named {}

  record VerySpecial() implements Special {}

  record Torn() implements Special, Other {}

  /** Found by ServiceLoader, by a file among the test resources. */
  public record Found() implements Named {}

  /** Builds the number 7. */
  public static final class FoundGraph implements TfLoss<Found> {
    /** For ServiceLoader. */
    public FoundGraph() {}

    @Override
    public Class<Found> type() {
      return Found.class;
    }

    @Override
    public Operand<TFloat32> build(
        Ops tf, Found loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
      return tf.constant(7f);
    }
  }

  private record Constant<L extends Loss>(Class<L> type, float number) implements TfLoss<L> {
    @Override
    public Operand<TFloat32> build(
        Ops tf, L loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
      return tf.constant(number);
    }
  }

  private static float value(TfLosses losses, Loss loss) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> rows =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 2)));
      Operand<TFloat32> value = losses.build(tf, loss, rows, rows);
      try (Session session = new Session(graph);
          var result = session.runner().fetch(value).run()) {
        return ((TFloat32) result.get(0)).getFloat();
      }
    }
  }

  @Nested
  class LookUp {
    @Test
    void takesTheMostSpecificType() {
      TfLosses losses =
          TfLosses.standard(
              List.of(new Constant<>(Special.class, 2), new Constant<>(Named.class, 1)));
      assertThat(value(losses, new Plain())).isEqualTo(1);
      assertThat(value(losses, new VerySpecial())).isEqualTo(2);
    }

    @Test
    void findsGraphsByServiceLoader() {
      assertThat(value(TfLosses.standard(List.of()), new Found())).isEqualTo(7);
    }

    @Test
    void prefersGivenGraphsToFoundAndBuiltInOnes() {
      TfLosses losses =
          TfLosses.standard(
              List.of(new Constant<>(Found.class, 3), new Constant<>(TverskyLoss.class, 4)));
      assertThat(value(losses, new Found())).isEqualTo(3);
      assertThat(value(losses, TverskyLoss.dice())).isEqualTo(4);
    }

    @Test
    void looksUpEachPartOfAMixture() {
      TfLosses losses = TfLosses.standard(List.of(new Constant<>(Plain.class, 3)));
      Loss nested = MixtureLoss.of(1, new Plain(), 1, new Found());
      assertThat(value(losses, MixtureLoss.of(10, nested, 0.5, new Plain()))).isEqualTo(101.5f);
    }
  }

  @Nested
  class Refusal {
    @Test
    void showsTheLineToWriteWhereThereIsNoGraph() {
      TfLosses losses = TfLosses.standard(List.of());
      assertThatThrownBy(() -> value(losses, new Plain()))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("No graph is registered for the loss " + Plain.class.getName())
          .hasMessageContaining("public final class PlainGraph implements TfLoss<Plain> { ... }")
          .hasMessageContaining("\n  META-INF/services/io.github.leukemia4j.tf.TfLoss\n")
          .hasMessageContaining("after \"provides\" in the module-info")
          .hasMessageNotContaining("builder()");
    }

    @Test
    void showsItForAPartOfAMixtureToo() {
      TfLosses losses = TfLosses.standard(List.of());
      assertThatThrownBy(
              () ->
                  value(losses, MixtureLoss.of(1, CrossEntropyLoss.plain(), 1, new VerySpecial())))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("implements TfLoss<VerySpecial>");
    }

    @Test
    void listsGraphsThatFitEqually() {
      TfLosses losses =
          TfLosses.standard(
              List.of(new Constant<>(Special.class, 2), new Constant<>(Other.class, 1)));
      assertThatThrownBy(() -> value(losses, new Torn()))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("these fit it equally")
          .hasMessageContaining("for " + Special.class.getName())
          .hasMessageContaining("for " + Other.class.getName())
          .hasMessageEndingWith("Give one for " + Torn.class.getName() + " itself.");
    }

    @Test
    void rejectsTwoGivenGraphsForOneType() {
      assertThatThrownBy(
              () ->
                  TfLosses.standard(
                      List.of(new Constant<>(Plain.class, 2), new Constant<>(Plain.class, 1))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("There must be one extension for class " + Plain.class.getName());
    }

    @Test
    void rejectsAGraphThatDoesNotEndInAScalar() {
      TfLoss<Plain> vector =
          new TfLoss<>() {
            @Override
            public Class<Plain> type() {
              return Plain.class;
            }

            @Override
            public Operand<TFloat32> build(
                Ops tf, Plain loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
              return logits;
            }
          };
      assertThatThrownBy(() -> value(TfLosses.standard(List.of(vector)), new Plain()))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("must end in a scalar")
          .hasMessageContaining("has the shape [-1, 2]");
    }

    @Test
    void rejectsWeightsThatDoNotFitTheColumns() {
      Loss loss = TverskyLoss.builder().classWeights(1, 2, 3).build();
      assertThatThrownBy(() -> value(TfLosses.standard(List.of()), loss))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 3 class weights [1.0, 2.0, 3.0] for 2 columns");
    }

    @Test
    void rejectsLogitsOfAnUnknownNumberOfClasses() {
      try (Graph graph = new Graph()) {
        Ops tf = Ops.create(graph);
        Operand<TFloat32> unknown = tf.placeholder(TFloat32.class);
        assertThatThrownBy(
                () -> TfLosses.standard(List.of()).build(tf, TverskyLoss.dice(), unknown, unknown))
            .isInstanceOf(BackendException.class)
            .hasMessageContaining("with a known number of classes");
      }
    }
  }
}
