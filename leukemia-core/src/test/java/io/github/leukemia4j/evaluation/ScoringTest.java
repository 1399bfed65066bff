package io.github.leukemia4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.HandMadeClassifier;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScoringTest {
  private static final Taxonomy TAXONOMY =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "APL", "CLL");

  /** More than two chunks. */
  private static final int MANY = 600;

  private static final CellImage[] IMAGES =
      IntStream.range(0, MANY)
          .mapToObj(
              i -> CellImage.ofRgb(1, 1, new byte[] {(byte) (7 * i), (byte) (11 * i), (byte) i}))
          .toArray(CellImage[]::new);

  private final AtomicInteger reading = new AtomicInteger();

  /** How a test reads the image of that number. */
  private interface Reading {
    CellImage read(int image) throws IOException;
  }

  private static Dataset dataset(Reading reading) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      int image = i;
      ImageSource source =
          new ImageSource() {
            @Override
            public String name() {
              return "image " + image;
            }

            @Override
            public CellImage read() throws IOException {
              return reading.read(image);
            }
          };
      samples.add(new Sample("image " + i, source, Label.of("AML"), Optional.empty()));
    }
    return Dataset.of("many", TAXONOMY, samples);
  }

  /** The first stage chooses by the red of the pixel, the second by its green. */
  private static Map<Label, LeukemiaClassifier> classifiers() {
    Map<Label, LeukemiaClassifier> all = new LinkedHashMap<>();
    for (Label node : TAXONOMY.innerNodes()) {
      int channel = all.size();
      all.put(
          node,
          new HandMadeClassifier(
              TAXONOMY.labelSet(node), image -> image.value(0, 0, channel) / 256.0));
    }
    return all;
  }

  @Test
  void showsEachNetworkEachImageOnce() throws Exception {
    try (MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, classifiers())) {
      ScoredSample.of(pipeline, dataset(i -> IMAGES[i]), done -> {});
      for (LeukemiaClassifier network : pipeline.classifiers().values()) {
        List<CellImage> seen =
            ((HandMadeClassifier) network).batches().stream().flatMap(List::stream).toList();
        assertThat(seen).containsExactly(IMAGES);
      }
    }
  }

  @Test
  void saysOfEverySampleWhatThePipelineSaysOfItsImage() throws Exception {
    List<Integer> progress = new ArrayList<>();
    try (MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, classifiers())) {
      List<ScoredSample> scored = ScoredSample.of(pipeline, dataset(i -> IMAGES[i]), progress::add);
      assertThat(scored).hasSize(MANY);
      for (int i = 0; i < MANY; i++) {
        MultilevelResult result = pipeline.classify(IMAGES[i]);
        ScoredSample sample = scored.get(i);
        assertThat(sample.id()).isEqualTo("image " + i);
        assertThat(sample.decided()).isEqualTo(result.label());
        assertThat(sample.outcome()).isEqualTo(result.outcome());
        assertThat(sample.stages()).containsAllEntriesOf(result.stages());
        assertThat(sample.stages().keySet()).hasSameElementsAs(TAXONOMY.innerNodes());
      }
    }
    assertThat(progress).isSorted().endsWith(MANY).hasSizeGreaterThan(1);
  }

  @Test
  void givesNothingForNoSamples() throws Exception {
    try (MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, classifiers())) {
      assertThat(ScoredSample.of(pipeline, Dataset.of("none", TAXONOMY, List.of()), done -> {}))
          .isEmpty();
    }
  }

  @Test
  void saysWhichImageCannotBeRead() {
    IOException broken = new IOException("image 300 is broken");
    Dataset dataset =
        dataset(
            i -> {
              if (i == 300) {
                throw broken;
              }
              return IMAGES[i];
            });
    try (MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, classifiers())) {
      assertThatThrownBy(() -> ScoredSample.of(pipeline, dataset, done -> {})).isSameAs(broken);
    }
  }

  @Test
  void readsNoImageAfterItFailed() throws Exception {
    RuntimeException enough = new IllegalStateException("enough");
    Dataset slow =
        dataset(
            i -> {
              reading.incrementAndGet();
              try {
                Thread.sleep(i < 256 ? 0 : 2);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              reading.decrementAndGet();
              return IMAGES[i];
            });
    try (MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, classifiers())) {
      assertThatThrownBy(
              () ->
                  ScoredSample.of(
                      pipeline,
                      slow,
                      done -> {
                        throw enough;
                      }))
          .isSameAs(enough);
    }
    assertThat(reading).hasValue(0);
  }

  /** An image of 24 million pixels, of which a chunk may hold two and what is decoded at once. */
  @Test
  void holdsFewLargeImagesAtATime() throws Exception {
    CellImage large = CellImage.ofRgb(4000, 6000, new byte[4000 * 6000 * 3]);
    try (MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, classifiers())) {
      ScoredSample.of(pipeline, dataset(i -> large), done -> {});
      List<List<CellImage>> chunks =
          ((HandMadeClassifier) pipeline.classifiers().get(Label.of("cell"))).batches();
      assertThat(chunks)
          .allSatisfy(
              chunk ->
                  assertThat(chunk.size())
                      .isLessThanOrEqualTo(4 * Runtime.getRuntime().availableProcessors()));
    }
  }
}
