package io.github.leukemia4j.research.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchSpaceTest {
  private static final String TVERSKY = "tversky(${1-beta},${beta},focal=${focal})";

  private static final String SPACE =
      """
      {"settings": {
        "optimizer.learningRate": {"range": [0.0003, 0.03], "log": true},
        "batches.size": {"integers": [8, 64], "log": true},
        "batches.sampling": {"choices": ["natural", "balanced"]},
        "loss": {"choices": ["cross-entropy", "%s"]},
        "beta": {"range": [0.3, 0.9]},
        "focal": {"range": [0.5, 1.5]},
        "batches.mixup": {"range": [0, 0.4], "when": {"batches.sampling": "balanced"}}
      }}
      """
          .formatted(TVERSKY);

  @TempDir private Path folder;

  private SearchSpace read(String json) throws IOException {
    return SearchSpace.read(Files.writeString(folder.resolve("space.json"), json));
  }

  @Test
  void everyPointIsAConfiguration() throws IOException {
    SearchSpace space = read(SPACE);
    assertThat(space.faults(TrainingConfig.defaults())).isEmpty();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      var values = space.values(random.doubles(space.size()).toArray());
      TrainingConfig config = space.config(TrainingConfig.defaults(), values);
      assertThat(config.batches().size()).isBetween(8, 64);
      assertThat(values.containsKey("beta")).isEqualTo(values.get("loss").equals(TVERSKY));
      assertThat(values.containsKey("batches.mixup"))
          .isEqualTo(values.get("batches.sampling").equals("balanced"));
      assertThat(config.loss().text())
          .startsWith(values.get("loss").equals(TVERSKY) ? "tversky(" : "cross-entropy");
    }
  }

  @Test
  void fillsTextsWithTheValuesOfOtherSettings() throws IOException {
    SearchSpace space = read(SPACE);
    // natural sampling, the second loss, beta in the middle of its range, focal at its lower end
    var values = space.values(new double[] {0.5, 0.5, 0.2, 0.9, 0.5, 0, 0});
    TrainingConfig config = space.config(TrainingConfig.defaults(), values);
    assertThat(config.loss()).isEqualTo(Loss.parse("tversky(0.4,0.6,focal=0.5)"));
    assertThat(config.optimizer().learningRate()).isCloseTo(0.003, within(1e-12));
  }

  @Test
  void wholeNumbersAreEquallyLikely() {
    Values values = new Values.Numbers(2, 5, false, true);
    TreeMap<Object, Integer> counts = new TreeMap<>();
    for (int i = 0; i < 4000; i++) {
      counts.merge(values.at((i + 0.5) / 4000), 1, Integer::sum);
    }
    assertThat(counts.keySet()).isEqualTo(new TreeSet<>(List.of(2L, 3L, 4L, 5L)));
    assertThat(counts.values()).containsOnly(1000);
    assertThat(values.at(1)).isEqualTo(5L);
  }

  @Test
  void everyValueHasAPlace() {
    List<Values> all = new ArrayList<>();
    all.add(new Values.Numbers(-1, 3, false, false));
    all.add(new Values.Numbers(1e-5, 0.1, true, false));
    all.add(new Values.Numbers(2, 9, false, true));
    all.add(new Values.Numbers(1, 64, true, true));
    all.add(new Values.Choices(List.of("a", 2L, true)));
    SplittableRandom random = new SplittableRandom(4);
    for (Values values : all) {
      for (int i = 0; i < 100; i++) {
        Object value = values.at(random.nextDouble());
        Object again = values.at(values.place(value));
        if (value instanceof Double number) {
          assertThat((Double) again).isCloseTo(number, within(1e-9));
        } else {
          assertThat(again).isEqualTo(value);
        }
      }
    }
  }

  @Test
  void saysAllFaultsOfAFileInOneMessage() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    {"settings": {
                      "optimizer.learningRate": {"range": [0.03, 0.0003]},
                      "optimizer.weightDecay": {"range": [0, 0.1], "log": true},
                      "batches.size": {"integers": [8.5, 64]},
                      "batches.sampling": {"choices": ["natural"]},
                      "batches.mixup": {"range": [0, 1], "choices": [1, 2]},
                      "input.size": {"rnage": [32, 64]}
                    }}
                    """))
        .hasMessageContaining(
            "optimizer.learningRate: a range must run from a smaller to a larger number; found 0.03"
                + " to 3.0E-4")
        .hasMessageContaining(
            "optimizer.weightDecay: a logarithmic range must lie above 0; found 0.0 to 0.1")
        .hasMessageContaining(
            "batches.size: a range of whole numbers must end at whole numbers; found 8.5 to 64.0")
        .hasMessageContaining(
            "batches.sampling: there must be at least 2 choices, no two alike; found [natural]")
        .hasMessageContaining(
            "batches.mixup: must have one of range, integers and choices; found [range, choices]")
        .hasMessageContaining(
            "input.size: may have [choices, integers, log, range, when]; found rnage");
  }

  @Test
  void saysWhatNoTrainingHas() throws IOException {
    SearchSpace space =
        read(
            """
            {"settings": {
              "optimizer.learningrate": {"range": [0.001, 0.01]},
              "optimizer.averaging": {"range": [0.5, 1.5]},
              "loss": {"choices": ["cross-entropy", "crossentropy"]}
            }}
            """);
    List<String> faults = space.faults(TrainingConfig.defaults());
    assertThat(faults)
        .anySatisfy(f -> assertThat(f).contains("There is no setting optimizer.learningrate"));
    assertThat(faults.toString()).contains("no setting optimizer.learningrate");
  }

  @Test
  void refusesHolesAndConditionsThatNothingFills() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    {"settings": {
                      "loss": {"choices": ["dice", "f-beta(${beta})"]},
                      "batches.mixup": {"range": [0, 1], "when": {"batches.sampling": "natural"}}
                    }}
                    """))
        .hasMessageContaining(
            "loss names ${beta}, which must be a setting of the space; found [loss, batches.mixup]")
        .hasMessageContaining(
            "batches.mixup counts when batches.sampling has a value, which must stand before it in"
                + " the space");
  }
}
