package io.github.leukemia4j.evaluation.crossvalidation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.TestServices;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.pipeline.FakeBackend;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrossValidationTest {
  private static final Taxonomy TAXONOMY = Taxonomy.of("cell").with("cell", "normal", "abnormal");
  private static final TrainingConfig CONFIG = FakeBackend.CONFIG;
  private static final RunOptions RUN = FakeBackend.RUN;

  @TempDir Path folder;
  private TestServices services;

  @BeforeEach
  void prepare() {
    services = TestServices.of(FakeBackend.class);
  }

  @AfterEach
  void tidy() {
    services.close();
  }

  /** Of 24 patients with 2 cells each. */
  private static Dataset data(int blue) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      String label = i % 4 < 2 ? "normal" : "abnormal";
      CellImage pixel =
          CellImage.ofRgb(1, 1, new byte[] {(byte) (i % 4 < 2 ? 40 : 200), (byte) i, (byte) blue});
      String id = "image " + i;
      samples.add(
          new Sample(
              id, ImageSource.of(id, pixel), Label.of(label), Optional.of("patient " + i / 2)));
    }
    return Dataset.of("test data", TAXONOMY, samples);
  }

  private CrossValidation run(Dataset data, int folds, TrainingConfig config) throws Exception {
    return CrossValidation.run(data, folds, config, RUN, folder, TrainingListener.NONE, fold -> {});
  }

  @Test
  void scoresEverySampleOnce() throws Exception {
    CrossValidation result = run(data(7), 3, CONFIG);
    assertThat(result.scored()).extracting(ScoredSample::id).hasSize(48).doesNotHaveDuplicates();
    assertThat(Predictions.read(folder.resolve(Predictions.FILE)).samples())
        .map(CrossValidationTest::probabilities)
        .isEqualTo(result.scored().stream().map(CrossValidationTest::probabilities).toList());
  }

  /** What a file keeps of a sample: its networks' logits it does not. */
  private static List<Object> probabilities(ScoredSample sample) {
    Prediction prediction = sample.stages().get(Label.of("cell"));
    return List.of(sample.id(), Arrays.stream(prediction.probabilities()).boxed().toList());
  }

  @Nested
  class CalledAgain {
    @Test
    void givesTheSameWithoutTraining() throws Exception {
      CrossValidation first = run(data(7), 3, CONFIG);
      assertThat(run(data(7), 3, CONFIG).scored()).isEqualTo(first.scored());
    }

    @Test
    void refusesOtherSettings() throws Exception {
      run(data(7), 3, CONFIG);
      for (TrainingConfig other :
          List.of(
              CONFIG.toBuilder().epochs(CONFIG.selection().epochs() + 1).build(),
              CONFIG.toBuilder().centreCrop(0.5).build(),
              CONFIG.toBuilder().set("batches.mixup", 0.4).build(),
              CONFIG.toBuilder().set("input.stainNormalisation", true).build())) {
        refused(data(7), 3, other, "settings and data it began with");
      }
    }

    @Test
    void refusesAnotherSeedAndOtherFolds() throws Exception {
      run(data(7), 3, CONFIG);
      refused(data(7), 3, CONFIG.toBuilder().seed(5).build(), "fold-1");
      refused(data(7), 4, CONFIG, "fold-1");
    }

    @Test
    void refusesOtherImagesUnderTheSameNames() throws Exception {
      run(data(7), 3, CONFIG);
      refused(data(8), 3, CONFIG, "samples had the digest");
    }

    private void refused(Dataset data, int folds, TrainingConfig config, String inMessage) {
      assertThatThrownBy(() -> run(data, folds, config))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("fold-1")
          .hasMessageContaining(inMessage);
    }
  }
}
