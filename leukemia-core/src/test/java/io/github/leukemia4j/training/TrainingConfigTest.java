package io.github.leukemia4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.loss.CrossEntropyLoss;
import io.github.leukemia4j.loss.Losses;
import io.github.leukemia4j.loss.TverskyLoss;
import io.github.leukemia4j.training.TrainingConfig.Schedule;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingConfigTest {
  @Test
  void tellsEverySetting() {
    TrainingConfig config =
        TrainingConfig.builder()
            .epochs(7)
            .loss(Label.of("abnormal"), CrossEntropyLoss.plain())
            .build();
    assertThat(config.toString())
        .startsWith("TrainingConfig{network=")
        .contains("epochs=7, ", "loss of abnormal=" + CrossEntropyLoss.plain().describe());
  }

  @Nested
  class Validation {
    @Test
    void reportsAllFaultsInOneMessage() {
      assertThatThrownBy(
              () ->
                  TrainingConfig.builder()
                      .network(NetworkConfig.small())
                      .inputSize(7)
                      .epochs(0)
                      .batchSize(1)
                      .learningRate(0)
                      .weightDecay(1)
                      .warmupEpochs(-1)
                      .gradientClip(-0.5)
                      .patience(-2)
                      .threads(-3)
                      .build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "inputSize must be 8 to 1024 for this network; found 7;"
                  + " epochs must be 1 or more; found 0;"
                  + " batchSize must be 2 or more; found 1;"
                  + " learningRate must be above 0 and at most 1; found 0.0;"
                  + " weightDecay must be in [0, 1); found 1.0;"
                  + " warmupEpochs must be 0 or more; found -1;"
                  + " gradientClip must be 0 or more; found -0.5;"
                  + " patience must be 0 or more; found -2;"
                  + " threads must be 0 or more; found -3.");
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "-0.1", "1.01"})
    void rejectsLearningRates(double rate) {
      assertThatThrownBy(() -> TrainingConfig.builder().learningRate(rate).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("learningRate must be above 0 and at most 1; found " + rate + ".");
    }

    @Test
    void rejectsNumbersThatAreNone() {
      assertThatThrownBy(
              () ->
                  TrainingConfig.builder()
                      .weightDecay(Double.NaN)
                      .gradientClip(Double.POSITIVE_INFINITY)
                      .build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("weightDecay must be in [0, 1); found NaN")
          .hasMessageContaining("gradientClip must be 0 or more; found Infinity");
    }

    @Test
    void takesTheSmallestInputThatTheNetworkDoesNotPoolAway() {
      NetworkConfig small = NetworkConfig.small();
      assertThat(TrainingConfig.builder().network(small).inputSize(8).build().inputSize())
          .isEqualTo(8);
      assertThat(TrainingConfig.builder().inputSize(1024).build().inputSize()).isEqualTo(1024);
      assertThatThrownBy(() -> TrainingConfig.builder().inputSize(1025).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 1025");
    }

    @Test
    void rejectsNull() {
      TrainingConfig.Builder builder = TrainingConfig.builder();
      assertThatNullPointerException()
          .isThrownBy(() -> builder.network(null))
          .withMessage("network");
      assertThatNullPointerException().isThrownBy(() -> builder.loss(null)).withMessage("loss");
      assertThatNullPointerException()
          .isThrownBy(() -> builder.loss(Label.of("x"), null))
          .withMessage("loss");
      assertThatNullPointerException().isThrownBy(() -> builder.device(null)).withMessage("device");
    }
  }

  /** Base 0.8, warm-up of 2 in 10 epochs, 5 steps each. */
  @Nested
  class LearningRate {
    private static final int STEPS = 5;

    private TrainingConfig config(Schedule schedule) {
      return TrainingConfig.builder()
          .learningRate(0.8)
          .epochs(10)
          .warmupEpochs(2)
          .schedule(schedule)
          .build();
    }

    private double rate(Schedule schedule, long step) {
      return config(schedule).learningRate(step, STEPS);
    }

    @ParameterizedTest
    @CsvSource({"0,0.08", "1,0.16", "4,0.40", "9,0.80"})
    void risesLinearlyInTheWarmUp(long step, double expected) {
      // 0.8 * (step + 1) / 10
      for (Schedule schedule : Schedule.values()) {
        assertThat(rate(schedule, step)).isCloseTo(expected, within(1e-12));
      }
    }

    @ParameterizedTest
    @CsvSource({
      "10,0.8", // cos 0 = 1
      "20,0.682842712474619", // a quarter: 0.4 * (1 + sqrt(1/2))
      "30,0.4", // half: cos(pi/2) = 0
      "40,0.117157287525381", // three quarters: 0.4 * (1 - sqrt(1/2))
      "50,0.0",
      "90,0.0"
    })
    void fallsAlongHalfACosine(long step, double expected) {
      assertThat(rate(Schedule.COSINE, step)).isCloseTo(expected, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"10,0.8", "29,0.8", "30,0.08", "39,0.08", "40,0.008", "49,0.008"})
    void fallsInTwoSteps(long step, double expected) {
      assertThat(rate(Schedule.STEP, step)).isCloseTo(expected, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"10", "30", "49"})
    void stays(long step) {
      assertThat(rate(Schedule.CONSTANT, step)).isEqualTo(0.8);
    }

    @Test
    void isAboveZeroInEveryStepThatIsTaken() {
      for (Schedule schedule : Schedule.values()) {
        for (long step = 0; step < 50; step++) {
          assertThat(rate(schedule, step)).isPositive().isLessThanOrEqualTo(0.8);
        }
      }
    }

    @Test
    void startsAtItsHeightWithoutWarmUp() {
      TrainingConfig config =
          TrainingConfig.builder().learningRate(0.8).epochs(1).warmupEpochs(0).build();
      assertThat(config.learningRate(0, 1)).isEqualTo(0.8);
      assertThat(config.learningRate(1, 2)).isCloseTo(0.4, within(1e-12));
    }

    @Test
    void onlyRisesWhereAllEpochsAreWarmUp() {
      TrainingConfig config =
          TrainingConfig.builder().learningRate(0.8).epochs(2).warmupEpochs(4).build();
      assertThat(config.learningRate(0, 1)).isCloseTo(0.2, within(1e-12));
      assertThat(config.learningRate(1, 1)).isCloseTo(0.4, within(1e-12));
    }
  }

  @Nested
  class StageLosses {
    @Test
    void goBeforeTheCommonOne() {
      TrainingConfig config =
          TrainingConfig.builder()
              .loss(TverskyLoss.dice())
              .loss(Label.of("abnormal"), TverskyLoss.jaccard())
              .build();
      assertThat(config.loss(Label.of("cell"))).isEqualTo(TverskyLoss.dice());
      assertThat(config.loss(Label.of("abnormal"))).isEqualTo(TverskyLoss.jaccard());
      assertThat(config.describe(Label.of("abnormal")))
          .containsEntry("loss", TverskyLoss.jaccard().describe());
    }

    @Test
    void areTheDefaultOneUnlessGiven() {
      assertThat(TrainingConfig.defaults().loss(Label.of("cell")).describe())
          .isEqualTo(Losses.defaultLoss().describe());
    }
  }

  @Test
  void describesWhatDecidesTheResultAndNotWhereItRuns() {
    TrainingConfig one =
        TrainingConfig.builder().device(Device.CPU).threads(2).backend("x").build();
    TrainingConfig other = TrainingConfig.builder().device(Device.GPU).threads(8).build();
    Label cell = Label.of("cell");
    assertThat(one.describe(cell)).isEqualTo(other.describe(cell));
    assertThat(one.describe(cell))
        .containsEntry("seed", 1L)
        .containsEntry("epochs", 20)
        .isNotEqualTo(TrainingConfig.builder().seed(2).build().describe(cell));
  }

  @ParameterizedTest
  @CsvSource({"NaN", "-0.1", "1000.1", "Infinity"})
  void rejectsWhatImagesCannotBeMixedBy(double alpha) {
    assertThatThrownBy(() -> TrainingConfig.builder().mixup(alpha).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mixup must be 0 to 1000.0; found " + alpha + ".");
  }

  @Test
  void mixesImagesOnlyOnRequest() {
    assertThat(TrainingConfig.defaults().mixup()).isZero();
    TrainingConfig config = TrainingConfig.builder().mixup(0.2).build();
    assertThat(config.toBuilder().build().mixup()).isEqualTo(0.2);
    assertThat(config.describe(Label.of("cell"))).containsEntry("mixup", 0.2);
  }

  @Test
  void normalisesStainOnlyOnRequest() {
    Label cell = Label.of("cell");
    assertThat(TrainingConfig.defaults().stainNormalisation()).isFalse();
    TrainingConfig config = TrainingConfig.builder().stainNormalisation(true).build();
    assertThat(config.toBuilder().build().stainNormalisation()).isTrue();
    assertThat(config.describe(cell)).containsEntry("stainNormalisation", true);
  }

  @Test
  void isNotChangedByItsBuilderLater() {
    TrainingConfig.Builder builder = TrainingConfig.builder().epochs(3);
    TrainingConfig config = builder.build();
    builder.epochs(4).loss(Label.of("cell"), TverskyLoss.dice());
    assertThat(config.epochs()).isEqualTo(3);
    assertThat(config.loss(Label.of("cell"))).isNotEqualTo(TverskyLoss.dice());
  }
}
