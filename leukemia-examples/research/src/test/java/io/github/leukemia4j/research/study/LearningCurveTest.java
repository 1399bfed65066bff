package io.github.leukemia4j.research.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.NetworkConfig.InputConfig.TestTimeAugmentation;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningCurveTest {
  private static final TrainingConfig TRAINING =
      TrainingConfig.builder()
          .network(NetworkConfig.small())
          .inputSize(32)
          .centreCrop(1)
          .set("input.testTimeAugmentation", TestTimeAugmentation.NONE)
          .epochs(1)
          .build();

  @TempDir private Path directory;

  private static Dataset cells(long seed) {
    return SyntheticSmear.builder()
        .seed(seed)
        .imageSize(32)
        .cellsPerLabel(16)
        .patientsPerLabel(4)
        .build()
        .dataset();
  }

  private static Set<String> patients(Split split) {
    return split.train().samples().stream()
        .map(Sample::patient)
        .map(Optional::orElseThrow)
        .collect(Collectors.toSet());
  }

  @Test
  void sharesOfPatientsLieWithinOneAnotherAndHaveEveryLabel() throws Exception {
    Split fold = Splitter.of(1).folds(2, cells(1), Verification.of(cells(1))).get(0);
    Set<String> before = Set.of();
    for (double share : new double[] {0.1, 0.5, 1}) {
      Split shrunk = LearningCurve.shrunk(fold, share, 1);
      assertThat(patients(shrunk)).containsAll(before).isSubsetOf(patients(fold));
      assertThat(shrunk.train().samples().stream().map(Sample::label).distinct())
          .hasSameSizeAs(fold.train().samples().stream().map(Sample::label).distinct().toList());
      assertThat(shrunk.test().samples()).isEqualTo(fold.test().samples());
      before = patients(shrunk);
    }
    assertThat(before).isEqualTo(patients(fold));
    assertThat(patients(LearningCurve.shrunk(fold, 0.1, 1)).size())
        .isLessThan(patients(fold).size());
  }

  @Test
  void tellsWhatAnotherModelGains() throws Exception {
    Path from = directory.resolve("from");
    Split split = Splitter.of(1).split(cells(1), Verification.of(cells(1)));
    MultilevelPipeline.train(split, TRAINING, RunOptions.DEFAULT, from, TrainingListener.NONE)
        .close();
    Dataset data = cells(2);
    Path bundle = bundle(from);
    LearningCurve.Question question =
        new LearningCurve.Question(
            List.of(0.5, 1.0), 2, TRAINING, Optional.of(bundle), List.of("block1"));
    Path out = directory.resolve("curve");
    LearningCurve curve =
        LearningCurve.run(
            data, question, RunOptions.DEFAULT, out, TrainingListener.NONE, line -> {});
    assertThat(curve.points()).extracting(LearningCurve.Point::share).containsExactly(0.5, 1.0);
    Label root = data.taxonomy().root();
    assertThat(curve.points()).allSatisfy(point -> assertThat(point.gain()).containsKey(root));
    assertThat(curve.points().get(0).patients()).isLessThan(curve.points().get(1).patients());
    assertThat(out.resolve("learning-curve.md"))
        .content()
        .contains("Another model's", "## Stage", "| 50%", "| 100%");
    assertThat(out.resolve("learning-curve-1.png")).isNotEmptyFile();
    List<String> told = new ArrayList<>();
    LearningCurve again =
        LearningCurve.run(
            data, question, RunOptions.DEFAULT, out, TrainingListener.NONE, told::add);
    assertThat(told).hasSize(4).allMatch(line -> line.endsWith("there already."));
    assertThat(again.points().get(0).gain()).isEqualTo(curve.points().get(0).gain());
  }

  private static Path bundle(Path pipeline) throws Exception {
    try (var loaded = MultilevelPipeline.load(pipeline)) {
      return loaded.classifiers().get(loaded.taxonomy().root()).bundle().orElseThrow().directory();
    }
  }

  @Test
  void namesAllFaults() {
    assertThatThrownBy(
            () ->
                new LearningCurve.Question(
                    List.of(0.5, 0.2, 0.0),
                    1,
                    TRAINING,
                    Optional.of(directory.resolve("none")),
                    List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "Mend all of these: shares must be above 0 and at most 1, each larger than the last;"
                + " found [0.5, 0.2, 0.0]",
            "two folds or more; found 1",
            "the model to start from must be there");
    assertThatThrownBy(
            () ->
                new LearningCurve.Question(
                    List.of(1.0), 2, TRAINING, Optional.empty(), List.of("stem")))
        .hasMessageContaining("weights are frozen only where they come from another model");
  }
}
