package io.github.leukemia4j.tf;

import io.github.leukemia4j.loss.Loss;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The graphs that every backend has, as one, so that the test kit can try them all. */
public final class RegisteredLosses implements TfLoss<Loss> {
  private final TfLosses losses = TfLosses.standard(List.of());

  @Override
  public Class<Loss> type() {
    return Loss.class;
  }

  @Override
  public Operand<TFloat32> build(
      Ops tf, Loss loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
    return losses.build(tf, loss, targets, logits);
  }
}
