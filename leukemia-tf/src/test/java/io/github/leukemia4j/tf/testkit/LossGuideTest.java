package io.github.leukemia4j.tf.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.loss.TverskyLoss;
import io.github.leukemia4j.tf.TfLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The code of docs/tversky-loss.md, compiled and run. */
@Tag("arithmetic")
class LossGuideTest {
  @Test
  void theLossOfTheGuideCanBeBuilt() {
    TverskyLoss loss =
        TverskyLoss.builder()
            .falsePositiveWeight(0.3)
            .falseNegativeWeight(0.7)
            .focalExponent(0.75)
            .smoothing(1)
            .build();
    assertThat(loss).isEqualTo(Loss.parse("tversky(0.3,0.7,focal=0.75)"));
  }

  /** A loss of one's own: the mean distance of the true class's probability from 1. */
  record MyLoss() implements Loss {
    @Override
    public double value(double[][] targets, double[][] probabilities) {
      Loss.requireBatch(targets, probabilities);
      double sum = 0;
      for (int i = 0; i < targets.length; i++) {
        for (int c = 0; c < targets[i].length; c++) {
          sum += targets[i][c] * (1 - probabilities[i][c]);
        }
      }
      return sum / targets.length;
    }

    @Override
    public String describe() {
      return "mean of 1 - p";
    }
  }

  record MyLossGraph() implements TfLoss<MyLoss> {
    @Override
    public Class<MyLoss> type() {
      return MyLoss.class;
    }

    @Override
    public Operand<TFloat32> build(
        Ops tf, MyLoss loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
      Operand<TFloat32> missed =
          tf.math.mul(targets, tf.math.sub(tf.constant(1f), tf.nn.softmax(logits)));
      return tf.math.mean(tf.reduceSum(missed, tf.constant(1)), tf.constant(0));
    }
  }

  @Nested
  class MyLossTest extends TfLossContract {
    MyLossTest() {
      super(new MyLoss(), new MyLossGraph());
    }
  }

  @Test
  void everyBlockOfTheGuideIsInThisFile() throws IOException {
    String guide = Files.readString(Path.of("../docs/tversky-loss.md"));
    String source =
        Files.readString(
            Path.of("src/test/java/io/github/leukemia4j/tf/testkit/LossGuideTest.java"));
    List<String> blocks =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(guide)
            .results()
            .map((MatchResult block) -> block.group(1))
            .toList();
    assertThat(blocks).hasSize(2);
    assertThat(blocks)
        .allSatisfy(
            block ->
                assertThat(source.replaceAll("\\s+", "")).contains(block.replaceAll("\\s+", "")));
  }
}
