package io.github.leukemia4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.loss.TverskyLoss.AbsentClasses;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossesTest {
  /** Found by ServiceLoader, by a file among the test resources. */
  public static final class ScaledDice implements LossFactory {
    /** For ServiceLoader. */
    public ScaledDice() {}

    @Override
    public String name() {
      return "scaled-dice";
    }

    @Override
    public Loss of(Map<String, String> arguments) {
      if (!arguments.containsKey("factor")) {
        throw new IllegalArgumentException("factor must be given");
      }
      double factor = Double.parseDouble(arguments.get("factor"));
      return new MixtureLoss(List.of(new MixtureLoss.Part(factor, TverskyLoss.dice())));
    }
  }

  @Nested
  class Parsing {
    @Test
    void readsEveryName() {
      assertThat(Loss.parse("default")).isEqualTo(Loss.defaultLoss());
      assertThat(Loss.parse("cross-entropy")).isEqualTo(CrossEntropyLoss.plain());
      assertThat(Loss.parse("tversky")).isEqualTo(TverskyLoss.of(0.3, 0.7));
      assertThat(Loss.parse("tversky(0.2, 0.8)")).isEqualTo(TverskyLoss.of(0.2, 0.8));
      assertThat(Loss.parse("dice")).isEqualTo(TverskyLoss.dice());
      assertThat(Loss.parse("dice()")).isEqualTo(TverskyLoss.dice());
      assertThat(Loss.parse("jaccard")).isEqualTo(TverskyLoss.jaccard());
      assertThat(Loss.parse("f-beta(2)")).isEqualTo(TverskyLoss.fBeta(2));
      assertThat(Loss.parse("unified-focal")).isEqualTo(Loss.unifiedFocal(0.5, 0.6, 0.5));
      assertThat(Loss.parse("unified-focal(.4,.5,.6)")).isEqualTo(Loss.unifiedFocal(0.4, 0.5, 0.6));
    }

    @Test
    void readsNamedArguments() {
      assertThat(Loss.parse("cross-entropy(labelSmoothing=0.1, focal=2, classWeights=1:3)"))
          .isEqualTo(new CrossEntropyLoss(0.1, 2, List.of(1.0, 3.0)));
      assertThat(
              Loss.parse(
                  "tversky(0.3,0.7,focal=0.75,smoothing=2e-1,logarithmic=true,classWeights=0:1,"
                      + "absentClasses=included)"))
          .isEqualTo(
              TverskyLoss.builder()
                  .focalExponent(0.75)
                  .smoothing(0.2)
                  .logarithmic(true)
                  .classWeights(0, 1)
                  .absentClasses(AbsentClasses.INCLUDED)
                  .build());
    }

    @Test
    void readsSums() {
      assertThat(Loss.parse(" 0.5 * cross-entropy + 0.5*tversky(0.3,0.7) "))
          .isEqualTo(Loss.defaultLoss());
      assertThat(Loss.parse("dice+2*jaccard"))
          .isEqualTo(MixtureLoss.of(1, TverskyLoss.dice(), 2, TverskyLoss.jaccard()));
      assertThat(Loss.parse("2*dice"))
          .isEqualTo(new MixtureLoss(List.of(new MixtureLoss.Part(2, TverskyLoss.dice()))));
    }

    @Test
    void readsLossesThatAreInstalled() {
      assertThat(Loss.parse("scaled-dice(factor=3)"))
          .isEqualTo(new MixtureLoss(List.of(new MixtureLoss.Part(3, TverskyLoss.dice()))));
      assertThat(Loss.parse("jaccard+scaled-dice(factor=2)"))
          .isEqualTo(
              MixtureLoss.of(
                  1,
                  TverskyLoss.jaccard(),
                  1,
                  new MixtureLoss(List.of(new MixtureLoss.Part(2, TverskyLoss.dice())))));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "scaled-dice | factor must be given",
          "scaled-dice(3,factor=2) | scaled-dice does not know [3]",
          "dices | there is no loss \"dices\"; further ones that are installed: [scaled-dice]",
          "dicee | at character 6: there is no loss \"dicee\"",
          "'' | at character 1: the name of a loss must be there",
          "0.5 dice | \"*\" must follow the weight 0.5",
          "dice dice | at character 6: nothing but a sum of losses must be there",
          "dice+ | at character 6: the name of a loss must be there",
          "-1*dice | must be finite and greater than 0; found -1.0",
          "tversky(0.3) | tversky must have the false-positive and the false-negative weight",
          "tversky(0.3,-1) | false-negative weight must be finite and not negative; found -1.0",
          "tversky(0.3,x) | must be a number; found \"x\"",
          "f-beta | f-beta must have beta as arguments without a name; found []",
          "dice(0.3) | dice does not know [0.3]",
          "dice(focus=2) | dice does not know [focus]",
          "dice(focal=2,focal=3) | focal must be given once",
          "dice(focal=) | the value of focal must be there",
          "dice(focal=2 | \",\" or \")\" must be there",
          "dice(logarithmic=yes) | logarithmic must be one of [false, true]; found \"yes\"",
          "dice(classWeights=1:) | classWeights must be a number; found \"\"",
          "cross-entropy(focal=NaN) | focal must be a number; found \"NaN\""
        })
    void saysWhatIsWrongAndWhatIsAccepted(String text, String message) {
      assertThatThrownBy(() -> Loss.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("The loss \"" + text + "\" cannot be read at character ")
          .hasMessageContaining(message)
          .hasMessageContaining("Accepted are default, cross-entropy(");
    }
  }

  @Nested
  class UnifiedFocal {
    @Test
    void isFocalCrossEntropyAndFocalTversky() {
      assertThat(Loss.unifiedFocal(0.4, 0.6, 0.25))
          .isEqualTo(
              MixtureLoss.of(
                  0.4 * 0.6,
                  new CrossEntropyLoss(0, 0.75, List.of()),
                  0.6,
                  TverskyLoss.builder()
                      .falsePositiveWeight(0.4)
                      .falseNegativeWeight(0.6)
                      .focalExponent(0.25)
                      .build()));
    }

    @Test
    void tellsAllFaultsInOneMessage() {
      assertThatThrownBy(() -> Loss.unifiedFocal(1, 0, Double.NaN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The unified focal loss cannot be built. lambda must lie in (0, 1); found 1.0."
                  + " delta must lie in (0, 1]; found 0.0. gamma must lie in (0, 1]; found NaN.");
    }
  }

  @Nested
  class RequireBatch {
    @Test
    void acceptsRowsThatSumToOneInSinglePrecision() {
      float third = 1 / 3f;
      double[][] rows = {{third, third, third}};
      assertThatCode(() -> Loss.requireBatch(rows, rows)).doesNotThrowAnyException();
    }

    @Test
    void rejectsAnEmptyBatch() {
      assertThatThrownBy(() -> Loss.requireBatch(new double[0][], new double[0][]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "The batch must have at least one sample; found 0 rows of targets and 0 of"
                  + " probabilities.");
    }

    @Test
    void tellsAllFaultsInOneMessage() {
      double[][] targets = {{1, 0}, {0.5, 0.4}, {0, 1}, {1}};
      double[][] probabilities = {{1.5, -0.5}, {0.5, 0.5}, {Double.NaN, 1}};
      assertThatThrownBy(() -> Loss.requireBatch(targets, probabilities))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The batch cannot be scored."
                  + " Targets and probabilities must have the same shape; found 4 and 3 rows."
                  + " Every row of the targets must sum to 1; row 1 sums to 0.9."
                  + " Every row must have the 2 classes of the first row of targets; row 3 of the"
                  + " targets has 1."
                  + " Every one of the probabilities must lie in [0, 1]; row 0, class 1 is -0.5."
                  + " Every one of the probabilities must lie in [0, 1]; row 2, class 0 is NaN.");
    }

    @Test
    void showsTheFirstTenFaultsAndCountsTheRest() {
      double[][] rows = new double[25][2];
      double[][] targets = new double[25][];
      Arrays.fill(targets, new double[] {1, 0});
      assertThatThrownBy(() -> Loss.requireBatch(targets, rows))
          .hasMessageContaining("row 9 sums to 0.0")
          .hasMessageNotContaining("row 10")
          .hasMessageEndingWith(" And 15 more.");
    }
  }

  @Nested
  class DefaultGradient {
    /** A loss that knows no gradient: the Brier score, whose gradient is 2 (p - g) / n. */
    private static final Loss BRIER =
        new Loss() {
          @Override
          public double value(double[][] targets, double[][] probabilities) {
            Loss.requireBatch(targets, probabilities);
            double sum = 0;
            for (int i = 0; i < targets.length; i++) {
              for (int c = 0; c < targets[i].length; c++) {
                sum += Math.pow(probabilities[i][c] - targets[i][c], 2);
              }
            }
            return sum / targets.length;
          }

          @Override
          public String describe() {
            return "Brier score";
          }
        };

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-9, 1e-4, 0.3, 0.5, 0.9999999, 1})
    void isTheDerivativeUpToTheEdges(double p) {
      double[][] targets = {{1, 0}, {0, 1}};
      double[][] probabilities = {{p, 1 - p}, {0.25, 0.75}};
      double[][] gradient = BRIER.gradient(targets, probabilities);
      assertThat(gradient[0][0]).isCloseTo(p - 1, within(1e-6));
      assertThat(gradient[0][1]).isCloseTo(1 - p, within(1e-6));
      assertThat(gradient[1][0]).isCloseTo(0.25, within(1e-6));
      assertThat(probabilities[0]).containsExactly(p, 1 - p);
    }
  }
}
