package io.github.leukemia4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.TestServices;
import io.github.leukemia4j.calibration.DecisionRule;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.evaluation.inspection.ColourBaseline;
import io.github.leukemia4j.pipeline.FakeBackend;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.input.TrainingColours;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No image is decoded twice, whatever is made of it. */
class ReadOnceTest {
  private static final Taxonomy TAXONOMY =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "ALL", "AML");
  private static final List<String> LEAVES = List.of("normal", "ALL", "AML");

  private final Map<String, Integer> decoded = new ConcurrentHashMap<>();

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

  private final class Counted implements ImageSource {
    private final String name;
    private final CellImage image;

    Counted(String name, CellImage image) {
      this.name = name;
      this.image = image;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public CellImage read() {
      decoded.merge(name, 1, Integer::sum);
      return image;
    }
  }

  /** Images of 2 x 2 pixels for networks that see one, 2 of each patient, 48 patients. */
  private Dataset cells() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 96; i++) {
      byte[] rgb = new byte[12];
      for (int at = 0; at < 12; at++) {
        rgb[at] = (byte) (at % 3 == 0 ? 40 + 80 * (i / 2 % 3) : i + at);
      }
      String id = "image " + i;
      samples.add(
          new Sample(
              id,
              new Counted(id, CellImage.ofRgb(2, 2, rgb)),
              Label.of(LEAVES.get(i / 2 % 3)),
              Optional.of("patient " + i / 2)));
    }
    return Dataset.of("cells", TAXONOMY, samples);
  }

  private static ImageCache read(Dataset cells, double centreCrop) throws Exception {
    return ImageCache.load(cells, 1, 1, ImageCache.Options.defaults().withCentreCrop(centreCrop));
  }

  private MultilevelPipeline train(Split split, ImageCache images) throws Exception {
    return MultilevelPipeline.train(
        split.map(images::cached),
        FakeBackend.CONFIG.toBuilder()
            .centreCrop(images.centreCrop())
            .decisions(DecisionRule.NONE)
            .build(),
        FakeBackend.RUN,
        folder.resolve("pipeline"),
        TrainingListener.NONE);
  }

  private void assertEachDecodedOnce(int images) {
    assertThat(decoded).hasSize(images);
    assertThat(decoded.values()).containsOnly(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void splittingTrainingCalibratingAndScoringDecodeEachImageOnce(double centreCrop)
      throws Exception {
    Dataset cells = cells();
    try (ImageCache images = read(cells, centreCrop)) {
      Split split = Splitter.of(1).calibration(0.2).split(cells, images.verification());
      try (MultilevelPipeline pipeline = train(split, images)) {
        List<ScoredSample> scored =
            ScoredSample.of(pipeline, images.cached(split.test()), done -> {});
        Evaluator.evaluate(TAXONOMY, scored)
            .withBaseline(
                ColourBaseline.of(
                    TrainingColours.read(pipeline.directory().orElseThrow()).orElseThrow(),
                    TAXONOMY,
                    split.test().samples(),
                    images));
        assertEachDecodedOnce(96);
        assertThat(scored).isEqualTo(ScoredSample.of(pipeline, split.test(), done -> {}));
      }
    }
  }

  @Test
  void aPipelineThatReadsForItselfDecodesEachImageOnce() throws Exception {
    Split split = Splitter.of(1).calibration(0.2).split(cells());
    MultilevelPipeline.train(
            split,
            FakeBackend.CONFIG,
            FakeBackend.RUN,
            folder.resolve("pipeline"),
            TrainingListener.NONE)
        .close();
    assertEachDecodedOnce(96);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void evaluatingOtherDataDecodesEachImageOnce(double centreCrop) throws Exception {
    Split split = Splitter.of(1).split(cells());
    try (ImageCache images = read(split.all(), centreCrop);
        MultilevelPipeline pipeline = train(split, images)) {
      decoded.clear();
      try (ImageCache tested =
          ImageCache.load(
              split.test(), pipeline.classifiers().values(), ImageCache.Options.defaults())) {
        Evaluator.requireUnseen(pipeline, tested.verification(), "Leave them out:");
        ScoredSample.of(pipeline, tested.cached(split.test()), done -> {});
        ColourBaseline.of(
            TrainingColours.read(pipeline.directory().orElseThrow()).orElseThrow(),
            TAXONOMY,
            split.test().samples(),
            tested);
      }
      assertEachDecodedOnce(split.test().size());
    }
  }

  /** So that the gate sees how small it was. */
  @Test
  void anImageThatWasResizedKnowsWhatItWas() throws Exception {
    Dataset cells = cells();
    try (ImageCache images =
        ImageCache.load(cells, 4, 4, ImageCache.Options.defaults().withCentreCrop(0.5))) {
      CellImage image = images.cached(cells).samples().get(0).source().read();
      assertThat(image.height()).isEqualTo(4);
      assertThat(image.whole()).isEqualTo(new CellImage.Whole(2, 2, 0.5));
    }
  }
}
