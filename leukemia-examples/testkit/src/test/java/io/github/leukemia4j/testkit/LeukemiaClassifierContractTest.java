package io.github.leukemia4j.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The contract finds what it says it finds. */
class LeukemiaClassifierContractTest {
  private static final LabelSet LABELS = LabelSet.of("normal", "abnormal");

  /** Tells images apart by their first value. */
  private static final class Brightness implements LeukemiaClassifier {
    private final UnaryOperator<List<Prediction>> flaw;
    private final boolean refusing;
    private volatile boolean closed;

    Brightness(UnaryOperator<List<Prediction>> flaw, boolean refusing) {
      this.flaw = flaw;
      this.refusing = refusing;
    }

    @Override
    public LabelSet labels() {
      return LABELS;
    }

    @Override
    public List<Prediction> classifyAll(List<CellImage> images) {
      if (closed && refusing) {
        throw new IllegalStateException("The classifier must be open; it was closed.");
      }
      return flaw.apply(
          images.stream()
              .map(image -> (1 + image.value(0, 0, 0)) / 257.0)
              .map(p -> Prediction.of(LABELS, new double[] {1 - p, p}))
              .collect(Collectors.toList()));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static LeukemiaClassifierContract contract(
      UnaryOperator<List<Prediction>> flaw, boolean refusing) {
    LeukemiaClassifierContract contract =
        new LeukemiaClassifierContract() {
          @Override
          protected LeukemiaClassifier open() {
            return new Brightness(flaw, refusing);
          }
        };
    assertThatCode(contract::openClassifier).doesNotThrowAnyException();
    return contract;
  }

  private static void assertCaught(ThrowingCallable test) {
    assertThatThrownBy(test).isInstanceOf(AssertionError.class);
  }

  @Test
  void acceptsAClassifierThatKeepsIt() {
    LeukemiaClassifierContract contract = contract(UnaryOperator.identity(), true);
    assertThatCode(contract::givesEachImageItsOwnPredictionInTheSameOrder)
        .doesNotThrowAnyException();
    assertThatCode(contract::givesNoPredictionsForNoImages).doesNotThrowAnyException();
    assertThatCode(contract::refusesToClassifyWhenClosed).doesNotThrowAnyException();
  }

  @Test
  void findsPredictionsInAnotherOrder() {
    UnaryOperator<List<Prediction>> reversed =
        predictions -> {
          Collections.reverse(predictions);
          return predictions;
        };
    assertCaught(contract(reversed, true)::givesEachImageItsOwnPredictionInTheSameOrder);
  }

  @Test
  void findsAMissingPrediction() {
    UnaryOperator<List<Prediction>> shortened =
        predictions -> predictions.subList(0, Math.max(1, predictions.size() - 1));
    assertCaught(contract(shortened, true)::givesEachImageItsOwnPredictionInTheSameOrder);
  }

  @Test
  void findsOneThatAnswersWhenClosed() {
    assertCaught(contract(UnaryOperator.identity(), false)::refusesToClassifyWhenClosed);
  }
}
