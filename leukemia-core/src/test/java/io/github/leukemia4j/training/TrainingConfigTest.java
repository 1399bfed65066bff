package io.github.leukemia4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.calibration.DecisionRule;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.loss.CrossEntropyLoss;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.loss.TverskyLoss;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import io.github.leukemia4j.training.NetworkConfig.InputConfig;
import io.github.leukemia4j.training.OptimizerConfig.Schedule;
import io.github.leukemia4j.training.TrainingConfig.SelectionConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingConfigTest {
  private static final Label CELL = Label.of("cell");

  @Test
  void tellsEverySetting() {
    TrainingConfig config =
        TrainingConfig.builder()
            .epochs(7)
            .loss(Label.of("abnormal"), CrossEntropyLoss.plain())
            .build();
    assertThat(config.toString())
        .startsWith("TrainingConfig{network.name=residual, ")
        .contains("selection.epochs=7, ", "stageLosses.abnormal=cross-entropy, ");
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
                      .set("optimizer.weightDecay", 1)
                      .warmupEpochs(-1)
                      .set("optimizer.gradientClip", -0.5)
                      .patience(-2)
                      .build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "input.size must be 8 to 1024 for this network; found 7;"
                  + " optimizer.learningRate must be above 0 and at most 1; found 0.0;"
                  + " optimizer.weightDecay must be in [0, 1); found 1.0;"
                  + " optimizer.warmupEpochs must be 0 or more; found -1;"
                  + " optimizer.gradientClip must be 0 or more; found -0.5;"
                  + " batches.size must be 2 or more; found 1;"
                  + " selection.epochs must be 1 or more; found 0;"
                  + " selection.patience must be 0 or more; found -2.");
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "-0.1", "1.01"})
    void rejectsLearningRates(double rate) {
      assertThatThrownBy(() -> TrainingConfig.builder().learningRate(rate).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("optimizer.learningRate must be above 0 and at most 1; found " + rate + ".");
    }

    @Test
    void rejectsNumbersThatAreNone() {
      assertThatThrownBy(
              () ->
                  TrainingConfig.builder()
                      .set("optimizer.weightDecay", Double.NaN)
                      .set("optimizer.gradientClip", Double.POSITIVE_INFINITY)
                      .build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("optimizer.weightDecay must be in [0, 1); found NaN")
          .hasMessageContaining("gradientClip must be 0 or more; found Infinity");
    }

    @Test
    void takesTheSmallestInputThatTheNetworkDoesNotPoolAway() {
      NetworkConfig small = NetworkConfig.small();
      assertThat(TrainingConfig.builder().network(small).inputSize(8).build().input().size())
          .isEqualTo(8);
      assertThat(TrainingConfig.builder().inputSize(1024).build().input().size()).isEqualTo(1024);
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
          .set("optimizer.schedule", schedule)
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
      assertThat(config.describe(List.of(Label.of("abnormal"))))
          .containsEntry("loss", "tversky(1, 1)")
          .doesNotContainKey("stageLosses.abnormal");
    }

    @Test
    void areTheDefaultOneUnlessGiven() {
      assertThat(TrainingConfig.defaults().loss(Label.of("cell")).describe())
          .isEqualTo(Loss.defaultLoss().describe());
    }
  }

  @Test
  void describesEverySettingByItsPath() {
    assertThat(TrainingConfig.defaults().describe(List.of(CELL)))
        .containsEntry("batches.seed", 1L)
        .containsEntry("selection.epochs", 20)
        .containsEntry("network.parameters.channels", "[16,32,64,128]")
        .isNotEqualTo(TrainingConfig.builder().seed(2).build().describe(List.of(CELL)));
  }

  @ParameterizedTest
  @CsvSource({"NaN", "-0.1", "1000.1", "Infinity"})
  void rejectsWhatImagesCannotBeMixedBy(double alpha) {
    assertThatThrownBy(() -> TrainingConfig.builder().set("batches.mixup", alpha).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batches.mixup must be 0 to 1000.0; found " + alpha + ".");
  }

  @Test
  void mixesImagesOnlyOnRequest() {
    assertThat(TrainingConfig.defaults().batches().mixup()).isZero();
    TrainingConfig config = TrainingConfig.builder().set("batches.mixup", 0.2).build();
    assertThat(config.toBuilder().build().batches().mixup()).isEqualTo(0.2);
    assertThat(config.describe(List.of(Label.of("cell")))).containsEntry("batches.mixup", 0.2);
  }

  @Test
  void normalisesStainOnlyOnRequest() {
    assertThat(TrainingConfig.defaults().input().stainNormalisation()).isFalse();
    TrainingConfig config = TrainingConfig.builder().set("input.stainNormalisation", true).build();
    assertThat(config.toBuilder().build().input().stainNormalisation()).isTrue();
    assertThat(config.describe(List.of(CELL))).containsEntry("input.stainNormalisation", true);
  }

  @Test
  void isNotChangedByItsBuilderLater() {
    TrainingConfig.Builder builder = TrainingConfig.builder().epochs(3);
    TrainingConfig config = builder.build();
    builder.epochs(4).loss(Label.of("cell"), TverskyLoss.dice());
    assertThat(config.selection().epochs()).isEqualTo(3);
    assertThat(config.loss(Label.of("cell"))).isNotEqualTo(TverskyLoss.dice());
  }

  @Nested
  class AsAFile {
    @TempDir private Path folder;

    /** Single quotes stand for double ones. */
    private TrainingConfig read(String json) throws IOException {
      return TrainingConfig.read(
          Files.writeString(folder.resolve("config.json"), json.replace('\'', '"')));
    }

    private void refused(String json, String message) {
      assertThatThrownBy(() -> read(json))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }

    @Test
    void isReadAsItWasWritten() throws IOException {
      TrainingConfig config =
          TrainingConfig.builder()
              .network(NetworkConfig.parse("depthwise,width=24,alpha=0.5,gates=true,kernels=3:5"))
              .inputSize(96)
              .centreCrop(1)
              .set("input.stainNormalisation", true)
              .set("input.testTimeAugmentation", InputConfig.TestTimeAugmentation.NONE)
              .loss(Loss.parse("0.25*default + 0.75*cross-entropy(focal=2, classWeights=1:3)"))
              .loss(Label.of("abnormal"), TverskyLoss.builder().focalExponent(0.75).build())
              .optimizer("sgd,momentum=0.9,nesterov=true")
              .set("optimizer.schedule", Schedule.STEP)
              .set("optimizer.precision", OptimizerConfig.Precision.BFLOAT16)
              .sampling(Sampling.BALANCED)
              .augmentation(Augmentation.parse("dihedral, hsv(0.1, 0.2, 0.3)"))
              .seed(1L << 60)
              .criterion(SelectionConfig.Criterion.BALANCED_ACCURACY)
              .patience(3)
              .decisions(DecisionRule.builder().sensitivity(0.95).coverage(0.9).build())
              .networks(TrainingConfig.Networks.SEPARATE)
              .set("start.weights", Path.of("weights.npz").toString())
              .set("start.frozen", List.of("stem", "block1"))
              .build();
      Path file = folder.resolve("config.json");
      config.write(file);
      assertThat(TrainingConfig.read(file)).isEqualTo(config);
      assertThat(TrainingConfig.describe(file)).isEqualTo(config.describe());
      TrainingConfig.defaults().write(file);
      assertThat(TrainingConfig.read(file)).isEqualTo(TrainingConfig.defaults());
    }

    @Test
    void leavesWhatItDoesNotSayAtTheDefault() throws IOException {
      assertThat(read("{}")).isEqualTo(TrainingConfig.defaults());
      assertThat(read("{'optimizer': {'learningRate': 0.01}, 'network': 'small'}"))
          .isEqualTo(
              TrainingConfig.builder().learningRate(0.01).network(NetworkConfig.small()).build());
    }

    @Test
    void changesSingleParametersOfANetworkThatHasAName() throws IOException {
      assertThat(read("{'network': {'name': 'residual', 'parameters': {'stem': 8}}}").network())
          .isEqualTo(NetworkConfig.residual(8, List.of(16, 32, 64, 128), List.of(), 0.3));
    }

    @Test
    void saysWhereItIsWrong() {
      refused(
          "{'batches': {'sise': 3}}",
          "There is no setting batches.sise; beside it there are [augmentation, mixup, sampling,"
              + " seed, size].");
      refused("{'batches': {'size': 'many'}}", "batches.size must be a whole number; found many.");
      refused("{'batches': {'size': 3.5}}", "batches.size must be a whole number; found 3.5.");
      refused("{'batches': {'size': null}}", "batches.size must be a whole number; found null.");
      refused(
          "{'optimizer': {'schedule': 'linear'}}",
          "optimizer.schedule must be one of [cosine, step, constant]; found linear.");
      refused("{'decisions': {'coverage': 2}}", "coverage must lie in (0, 1); found 2.0.");
      refused(
          "{'selection': {'epochs': 0}, 'batches': {'size': 1}}",
          "batches.size must be 2 or more; found 1; selection.epochs must be 1 or more; found 0.");
      refused(
          "{'network': {'parameters': {}}}", "A network must have the name of its architecture.");
      assertThatThrownBy(() -> read("[1]"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("config.json must be an object of JSON");
      assertThatThrownBy(() -> read("{'loss': 'brier'}"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("there is no loss \"brier\"");
    }
  }

  @Nested
  class SettingsByPath {
    @Test
    void takeValuesAndTheirTexts() {
      TrainingConfig config =
          TrainingConfig.builder()
              .set("batches.size", "12")
              .set("input.stainNormalisation", "true")
              .set("selection.criterion", "auroc")
              .set("network", "small,dropout=0.2")
              .set("optimizer.parameters.momentum", 0.8)
              .set("decisions.sensitivity", "0.9")
              .set("loss", "dice")
              .build();
      assertThat(config.batches().size()).isEqualTo(12);
      assertThat(config.input().stainNormalisation()).isTrue();
      assertThat(config.selection().criterion()).isEqualTo(SelectionConfig.Criterion.AUROC);
      assertThat(config.network())
          .isEqualTo(NetworkConfig.plain(0, List.of(8, 16, 32), List.of(), 0.2));
      assertThat(config.optimizer().parameters().number("momentum", 0)).isEqualTo(0.8);
      assertThat(config.decisions().sensitivity()).hasValue(0.9);
      assertThat(config.loss()).isEqualTo(TverskyLoss.dice());
    }

    @Test
    void mustExist() {
      assertThatThrownBy(() -> TrainingConfig.builder().set("batches.width", 3))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("There is no setting batches.width; there are [network.name, ");
      assertThatThrownBy(() -> TrainingConfig.builder().set("batch.size", 3))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("There is no setting batch.size; ");
    }
  }
}
