package io.github.leukemia4j.tf.testkit;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.tf.TfLoss;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** One loss in a graph of its own, for batches of any size. Owns its graph and session. */
final class LossGraph implements AutoCloseable {
  /** The value of a batch and its gradient with respect to the logits, [batch][classes]. */
  record Answer(float value, float[][] gradient) {}

  private final Graph graph = new Graph();
  private final Session session;
  private final Placeholder<TFloat32> targets;
  private final Placeholder<TFloat32> logits;
  private final Operand<TFloat32> value;
  private final Output<?> gradient;

  <L extends Loss> LossGraph(L loss, TfLoss<? super L> tfLoss, int classes) {
    boolean complete = false;
    try {
      Ops tf = Ops.create(graph);
      Placeholder.Options shape = Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE, classes));
      targets = tf.withName("targets").placeholder(TFloat32.class, shape);
      logits = tf.withName("logits").placeholder(TFloat32.class, shape);
      value = tfLoss.build(tf, loss, targets, logits);
      Output<?>[] ofLogits = {logits.asOutput()};
      gradient = graph.addGradients(value.asOutput(), ofLogits)[0];
      session = new Session(graph);
      complete = true;
    } finally {
      if (!complete) {
        graph.close();
      }
    }
  }

  Answer of(float[][] batchTargets, float[][] batchLogits) {
    try (TFloat32 fedTargets = TFloat32.tensorOf(StdArrays.ndCopyOf(batchTargets));
        TFloat32 fedLogits = TFloat32.tensorOf(StdArrays.ndCopyOf(batchLogits));
        Result result =
            session
                .runner()
                .feed(targets, fedTargets)
                .feed(logits, fedLogits)
                .fetch(value)
                .fetch(gradient)
                .run()) {
      TFloat32 number = (TFloat32) result.get(0);
      if (number.rank() != 0) {
        throw new AssertionError(
            "The graph of a loss must end in a scalar; found the shape " + number.shape() + ".");
      }
      float[][] slopes = StdArrays.array2dCopyOf((TFloat32) result.get(1));
      return new Answer(number.getFloat(), slopes);
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
