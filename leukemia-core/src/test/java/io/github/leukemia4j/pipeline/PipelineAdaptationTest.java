package io.github.leukemia4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.TestServices;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingConfig.Networks;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.TrainingColours;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineAdaptationTest {
  private static final Label CELL = Label.of("cell");
  private static final Label ABNORMAL = Label.of("abnormal");
  private static final Taxonomy CELLS =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "APL");
  private static final int SIDE = 3;
  private static final TrainingConfig CONFIG =
      FakeBackend.CONFIG.toBuilder().inputSize(SIDE).build();

  @TempDir Path folder;
  private Path trained;
  private Path out;
  private TestServices services;

  @BeforeEach
  void prepare() throws Exception {
    services = TestServices.of(NormalisedBackend.class);
    trained = folder.resolve("trained");
    out = folder.resolve("adapted");
    MultilevelPipeline.train(split(), CONFIG, FakeBackend.RUN, trained, TrainingListener.NONE)
        .close();
  }

  @AfterEach
  void tidy() {
    NormalisedBackend.whileWriting = stage -> {};
    services.close();
  }

  /** Cells whose middle has a red value around a centre; all else is noise that no two share. */
  private static List<Sample> cells(String name, int count, double centre, double deviation) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] rgb = new byte[3 * SIDE * SIDE];
      random.nextBytes(rgb);
      double red = centre + deviation * random.nextGaussian();
      rgb[12] = (byte) (int) Math.max(0, Math.min(255, Math.round(red)));
      String id = name + "/" + i;
      samples.add(
          new Sample(
              id,
              ImageSource.of(id, CellImage.ofRgb(SIDE, SIDE, rgb)),
              Label.of(List.of("normal", "AML", "APL").get(i % 3)),
              Optional.of(name + i / 2)));
    }
    return samples;
  }

  private static Dataset dataset(String name, int count, double centre, double deviation) {
    return Dataset.of(name, CELLS, cells(name, count, centre, deviation));
  }

  private static Split split() {
    return Split.of(
        dataset("train", 60, 128, 10),
        dataset("validation", 12, 128, 10),
        Dataset.of("none", CELLS, List.of()),
        dataset("test", 12, 128, 10));
  }

  private Adaptation.Report adapt(Dataset images, Adaptation wish) throws Exception {
    return MultilevelPipeline.adapt(trained, images, wish, FakeBackend.RUN, out);
  }

  private static ModelBundle bundle(Path pipeline) throws IOException {
    return ModelBundle.open(pipeline.resolve("1-cell"));
  }

  private static double statistic(Path pipeline, String name) throws IOException {
    return NormalisedBackend.read(bundle(pipeline)).get(name)[0];
  }

  private static double red(Sample sample) {
    try {
      return sample.source().read().value(1, 1, 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static double mean(Dataset dataset, ToDoubleFunction<Double> value) {
    return dataset.samples().stream()
        .mapToDouble(s -> value.applyAsDouble(red(s)))
        .average()
        .orElseThrow();
  }

  private static final Adaptation ALL = Adaptation.DEFAULT.withBlocks(Adaptation.ALL_BLOCKS);

  @Nested
  class OfStatistics {
    @Test
    void takesThoseOfTheNewImages() throws Exception {
      Dataset one = dataset("new", 60, 80, 20);
      Adaptation.Report report = adapt(one, ALL);
      double mean = mean(one, red -> red);
      double variance = mean(one, red -> (red - mean) * (red - mean));
      double fourth = mean(one, red -> Math.pow((red - mean) * (red - mean) / variance - 1, 2));
      assertThat(statistic(out, "first.mean")).isCloseTo(mean, within(1e-4));
      assertThat(statistic(out, "first.variance")).isCloseTo(variance, within(1e-3));
      assertThat(statistic(out, "second.mean")).isCloseTo(1, within(1e-5));
      assertThat(statistic(out, "second.variance")).isCloseTo(fourth, within(1e-4));
      assertThat(report.images()).isEqualTo(60);
      assertThat(report.leftOut()).isZero();
      assertThat(report.blocks()).containsExactly("first", "second");
    }

    @Test
    void averagesOverBatchesOfAboutTheSameSize() throws Exception {
      // 65 images make batches of 32 and 33, not of 64 and 1.
      Dataset several = dataset("new", 65, 80, 20);
      adapt(several, ALL);
      assertThat(statistic(out, "first.mean")).isCloseTo(mean(several, r -> r), within(1e-4));
      assertThat(statistic(out, "second.mean")).isCloseTo(1, within(1e-5));
    }

    @Test
    void adaptsTheFirstBlocksAlone() throws Exception {
      Dataset images = dataset("new", 60, 80, 20);
      Adaptation.Report report = adapt(images, Adaptation.DEFAULT.withBlocks(1));
      assertThat(report.blocks()).containsExactly("first");
      assertThat(statistic(out, "first.mean")).isCloseTo(mean(images, r -> r), within(1e-4));
      assertThat(statistic(out, "second.mean")).isEqualTo(1);
      assertThat(statistic(out, "second.variance")).isEqualTo(1);
    }

    @Test
    void mixesThemWithTheOldOnes() throws Exception {
      Dataset images = dataset("new", 60, 80, 20);
      adapt(images, ALL.withWeight(0.25));
      double mean = mean(images, r -> r);
      double variance = mean(images, red -> (red - mean) * (red - mean));
      double mixed = 0.75 * 128 + 0.25 * mean;
      double over = 0.75 * 100 + 0.25 * variance;
      assertThat(statistic(out, "first.mean")).isCloseTo(mixed, within(1e-4));
      assertThat(statistic(out, "first.variance")).isCloseTo(over, within(1e-3));
      // The second block sees what the first one makes with mixed statistics.
      double second = mean(images, red -> (red - mixed) * (red - mixed) / over);
      assertThat(statistic(out, "second.mean")).isCloseTo(0.75 + 0.25 * second, within(1e-4));
    }

    @Test
    void changesNoBitWithTheWeightZero() throws Exception {
      adapt(dataset("new", 60, 80, 20), ALL.withWeight(0));
      assertThat(bundle(out).manifest().files().get(NormalisedBackend.FILE))
          .isEqualTo(bundle(trained).manifest().files().get(NormalisedBackend.FILE));
      List<CellImage> images = new ArrayList<>();
      for (Sample sample : cells("others", 5, 100, 50)) {
        images.add(sample.source().read());
      }
      try (MultilevelPipeline before = MultilevelPipeline.load(trained);
          MultilevelPipeline after = MultilevelPipeline.load(out)) {
        for (int i = 0; i < images.size(); i++) {
          assertThat(after.classifiers().get(CELL).classifyAll(images).get(i).probabilities())
              .isEqualTo(before.classifiers().get(CELL).classifyAll(images).get(i).probabilities());
        }
      }
    }

    @Test
    void isTheSameForImagesInAnotherOrderWithOtherNamesAndCopies() throws Exception {
      List<Sample> samples = cells("new", 130, 80, 20);
      adapt(Dataset.of("new", CELLS, samples), ALL);
      List<Sample> others = new ArrayList<>();
      for (int i = 0; i < samples.size(); i++) {
        others.add(new Sample("other" + i, samples.get(i).source(), CELL, Optional.empty()));
      }
      others.add(new Sample("copy", samples.get(7).source(), CELL, Optional.empty()));
      Collections.reverse(others);
      Path again = folder.resolve("again");
      Adaptation.Report report =
          MultilevelPipeline.adapt(
              trained, Dataset.of("new", CELLS, others), ALL, FakeBackend.RUN, again);
      assertThat(report.leftOut()).isEqualTo(1);
      assertThat(bundle(again).manifest().files().get(NormalisedBackend.FILE))
          .isEqualTo(bundle(out).manifest().files().get(NormalisedBackend.FILE));
      assertThat(bundle(again).manifest().provenance().adaptations().get(0).imagesDigest())
          .isEqualTo(bundle(out).manifest().provenance().adaptations().get(0).imagesDigest());
    }
  }

  @Nested
  class OfAllElse {
    @Test
    void saysInProvenanceCardAndPageWhatWasDone() throws Exception {
      Adaptation.Report report = adapt(dataset("lab", 120, 80, 20), ALL.withWeight(0.5));
      Provenance.Adaptation done = bundle(out).manifest().provenance().adaptations().get(0);
      assertThat(done.dataset()).isEqualTo("lab");
      assertThat(done.images()).isEqualTo(120);
      assertThat(done.weight()).isEqualTo(0.5);
      assertThat(done.blocks()).containsExactly("first", "second");
      assertThat(done.imagesDigest()).matches("[0-9a-f]{64}");
      assertThat(done.pipeline()).isEqualTo(ModelBundle.digest(List.of(bundle(trained))));
      assertThat(Files.readString(out.resolve("1-cell/MODEL_CARD.md")))
          .contains("## Adaptation to a laboratory")
          .contains("first, second were estimated again on 120 images without labels of lab");
      assertThat(Files.readString(trained.resolve("1-cell/MODEL_CARD.md")))
          .doesNotContain("## Adaptation");
      assertThat(Files.readString(out.resolve(AdaptationPage.FILE)))
          .startsWith("# Adaptation to lab\n")
          .contains("first, second were estimated again on 120 images")
          .contains("have the weight 0.5;")
          .contains("## Stage cell")
          .contains("| normal | before |")
          .contains("## Stage abnormal");
      assertThat(report.stages())
          .extracting(Adaptation.Stage::stage)
          .containsExactly(CELL, ABNORMAL);
    }

    @Test
    void keepsLabelsSharesTemperatureAndWhatItWasTrainedFrom() throws Exception {
      adapt(dataset("lab", 60, 80, 20), ALL);
      assertThat(bundle(out).manifest().heads()).isEqualTo(bundle(trained).manifest().heads());
      assertThat(out.resolve("1-cell.trained-from.json")).exists();
      assertThat(out.resolve(TrainingColours.FILE)).exists();
      assertThat(bundle(out).manifest().files().keySet())
          .isEqualTo(bundle(trained).manifest().files().keySet());
    }

    @Test
    void isListedOnceForEachAdaptation() throws Exception {
      adapt(dataset("lab", 60, 80, 20), ALL);
      Path twice = folder.resolve("twice");
      MultilevelPipeline.adapt(out, dataset("lab2", 60, 90, 20), ALL, FakeBackend.RUN, twice);
      assertThat(bundle(twice).manifest().provenance().adaptations())
          .extracting(Provenance.Adaptation::dataset)
          .containsExactly("lab", "lab2");
    }

    @Test
    void countsAnImageAtAStageByTheProbabilityThatItReachesIt() throws Exception {
      Adaptation.Report report = adapt(dataset("lab", 120, 128, 10), ALL);
      Adaptation.Predicted root = report.stages().get(0).after();
      Adaptation.Predicted subtype = report.stages().get(1).after();
      assertThat(root.images()).isEqualTo(120);
      int abnormal = report.stages().get(0).labels().indexOf(ABNORMAL);
      assertThat(subtype.images()).isCloseTo(120 * root.shares().get(abnormal), within(1e-9));
      assertThat(root.histograms().get(abnormal).stream().mapToDouble(c -> c).sum())
          .isCloseTo(120, within(1e-9));
    }

    @Test
    void readsEachImageOnce() throws Exception {
      Map<String, Integer> reads = new ConcurrentHashMap<>();
      List<Sample> counted = new ArrayList<>();
      for (Sample sample : cells("lab", 40, 128, 10)) {
        CellImage image = sample.source().read();
        counted.add(
            sample.withSource(
                new ImageSource() {
                  @Override
                  public String name() {
                    return sample.id();
                  }

                  @Override
                  public CellImage read() {
                    reads.merge(sample.id(), 1, Integer::sum);
                    return image;
                  }
                }));
      }
      Adaptation.Report counting = adapt(Dataset.of("lab", CELLS, counted), ALL);
      assertThat(reads).hasSize(40).allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
      out = folder.resolve("decoded again");
      Adaptation.Report plain = adapt(dataset("lab", 40, 128, 10), ALL);
      assertThat(counting.stages()).isEqualTo(plain.stages());
    }

    @Test
    void letsTheGateLearnTheStain() throws Exception {
      List<Sample> dark = new ArrayList<>();
      for (Sample sample : cells("dark", 60, 80, 20)) {
        byte[] rgb = sample.source().read().rgb();
        for (int i = 0; i < rgb.length; i++) {
          // Hardly any blue and much red in all pixels.
          rgb[i] =
              (byte) (i % 3 == 1 ? rgb[i] : i % 3 == 0 ? 240 + (rgb[i] & 7) : 5 + (rgb[i] & 7));
        }
        dark.add(sample.withSource(ImageSource.of(sample.id(), CellImage.ofRgb(SIDE, SIDE, rgb))));
      }
      adapt(Dataset.of("dark", CELLS, dark), ALL);
      CellImage image = dark.get(3).source().read();
      try (MultilevelPipeline before = MultilevelPipeline.load(trained);
          MultilevelPipeline after = MultilevelPipeline.load(out)) {
        assertThat(before.classifiers().get(CELL).classify(image).findings())
            .contains(Finding.UNUSUAL_STAIN);
        assertThat(after.classifiers().get(CELL).classify(image).findings())
            .doesNotContain(Finding.UNUSUAL_STAIN);
      }
    }

    @Test
    void correctsToTheSharesThatTheImagesSpeakFor() throws Exception {
      // The network is sure of the second label where red is high, and all of them are.
      Dataset high = dataset("lab", 150, 150, 10);
      Adaptation.Report report = adapt(high, ALL.withWeight(0).withShares(true));
      Adaptation.Stage root = report.stages().get(0);
      int abnormal = root.labels().indexOf(ABNORMAL);
      assertThat(root.shifted()).isTrue();
      assertThat(root.shift().orElseThrow().after().get(abnormal)).isGreaterThan(0.9);
      HeadManifest head = bundle(out).manifest().heads().get(0);
      assertThat(head.priors().expected()).isEqualTo(root.shift().orElseThrow().after());
      assertThat(head.priors().natural())
          .isEqualTo(bundle(trained).manifest().heads().get(0).priors().natural());
      try (MultilevelPipeline after = MultilevelPipeline.load(out)) {
        CellImage image = high.samples().get(0).source().read();
        double[] logits = after.classifiers().get(CELL).classify(image).logits().orElseThrow();
        double[] p = after.classifiers().get(CELL).classify(image).probabilities();
        List<Double> expected = head.priors().expected();
        List<Double> training = head.priors().training();
        double a = Math.exp(logits[0]) * expected.get(0) / training.get(0);
        double b = Math.exp(logits[1]) * expected.get(1) / training.get(1);
        assertThat(p[0]).isCloseTo(a / (a + b), within(1e-12));
      }
      assertThat(Files.readString(out.resolve(AdaptationPage.FILE)))
          .contains("The probabilities are corrected to them.");
    }

    @Test
    void keepsItsSharesWhereFewImagesSpeak() throws Exception {
      Adaptation.Report report =
          adapt(dataset("lab", 60, 150, 10), ALL.withWeight(0).withShares(true));
      assertThat(report.stages().get(0).shift()).isPresent();
      assertThat(report.stages().get(0).shifted()).isFalse();
      assertThat(bundle(out).manifest().heads().get(0).priors().expected()).isNull();
    }
  }

  @Nested
  class Warnings {
    @Test
    void namesFewImages() throws Exception {
      assertThat(adapt(dataset("lab", 60, 128, 10), ALL).warnings())
          .anyMatch(
              w -> w.startsWith("At least 100 images should tell of a laboratory; there were 60"));
      assertThat(Files.readString(out.resolve(AdaptationPage.FILE)))
          .contains("- At least 100 images");
    }

    @Test
    void namesSharesThatChangeMuch() throws Exception {
      assertThat(adapt(dataset("lab", 120, 165, 5), ALL).warnings())
          .anyMatch(w -> w.startsWith("The predicted share of abnormal should not change by more"));
    }

    @Test
    void saysNothingOfImagesLikeThoseOfTraining() throws Exception {
      assertThat(adapt(dataset("lab", 120, 128, 10), ALL).warnings()).isEmpty();
    }

    @Test
    void namesImagesThatLookOfAnotherScale() throws Exception {
      List<Sample> pale = new ArrayList<>();
      for (Sample sample : cells("pale", 120, 128, 10)) {
        byte[] rgb = sample.source().read().rgb();
        for (int i = 0; i < rgb.length; i++) {
          // Mostly background, as where a cell is small in its image.
          rgb[i] = i / 3 == 4 || i / 3 == 0 ? rgb[i] : (byte) (230 + (rgb[i] & 7));
        }
        pale.add(sample.withSource(ImageSource.of(sample.id(), CellImage.ofRgb(SIDE, SIDE, rgb))));
      }
      assertThat(adapt(Dataset.of("pale", CELLS, pale), ALL).warnings())
          .anyMatch(w -> w.startsWith("Cells should fill their images as in training"));
    }
  }

  @Nested
  class Refusals {
    @Test
    void needsSixteenDifferentImages() {
      List<Sample> fifteen = cells("lab", 15, 80, 20);
      List<Sample> copies = new ArrayList<>(fifteen);
      fifteen.forEach(
          s -> copies.add(new Sample(s.id() + "'", s.source(), s.label(), s.patient())));
      assertThatThrownBy(() -> adapt(Dataset.of("lab", CELLS, copies), ALL))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("lab must hold at least 16 different images")
          .hasMessageContaining("found 15 of 30");
      assertThat(out).doesNotExist();
    }

    @Test
    void overwritesNothing() throws Exception {
      Files.createDirectories(out);
      Files.writeString(out.resolve("mine.txt"), "mine");
      assertThatThrownBy(() -> adapt(dataset("lab", 60, 80, 20), ALL))
          .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void leavesNothingWhereTheSecondNetworkCannotBeWritten() throws Exception {
      TrainingConfig separate = CONFIG.toBuilder().networks(Networks.SEPARATE).build();
      Path two = folder.resolve("two");
      MultilevelPipeline.train(split(), separate, FakeBackend.RUN, two, TrainingListener.NONE)
          .close();
      NormalisedBackend.whileWriting =
          stage -> {
            if (stage.equals(ABNORMAL)) {
              throw new IOException("no space left");
            }
          };
      Dataset lab = dataset("lab", 60, 80, 20);
      assertThatThrownBy(() -> MultilevelPipeline.adapt(two, lab, ALL, FakeBackend.RUN, out))
          .isInstanceOf(IOException.class)
          .hasMessage("no space left");
      assertThat(folder)
          .isDirectoryNotContaining(path -> !path.equals(trained) && !path.equals(two));
    }

    @Test
    void leavesNothingWhereItIsInterrupted() {
      NormalisedBackend.whileWriting = stage -> Thread.currentThread().interrupt();
      assertThatThrownBy(() -> adapt(dataset("lab", 60, 80, 20), ALL))
          .isInstanceOf(InterruptedException.class)
          .hasMessage("The adaptation was interrupted; nothing was written.");
      assertThat(folder).isDirectoryNotContaining(path -> !path.equals(trained));
    }

    @Test
    void needsANetworkWithStatistics() throws Exception {
      services.close();
      services = TestServices.of(SoftmaxBackend.class);
      Path plain = folder.resolve("plain");
      MultilevelPipeline.train(split(), CONFIG, FakeBackend.RUN, plain, TrainingListener.NONE)
          .close();
      assertThatThrownBy(
              () ->
                  MultilevelPipeline.adapt(
                      plain, dataset("lab", 60, 80, 20), ALL, FakeBackend.RUN, out))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("expected a network with normalisation statistics")
          .hasMessageContaining("found none in its 4 weights");
      assertThat(out).doesNotExist();
    }

    @Test
    void needsANetworkThatItsBackendTrained() throws Exception {
      services.close();
      services = TestServices.of(LogitBackend.class);
      Path foreign = folder.resolve("foreign");
      MultilevelPipeline.train(split(), CONFIG, FakeBackend.RUN, foreign, TrainingListener.NONE)
          .close();
      assertThatThrownBy(
              () ->
                  MultilevelPipeline.adapt(
                      foreign, dataset("lab", 60, 80, 20), ALL, FakeBackend.RUN, out))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("expected a network that was trained here")
          .hasMessageContaining("found the format logits");
    }

    @Test
    void takesWeightsFromZeroToOne() {
      assertThatThrownBy(() -> ALL.withWeight(1.5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found the weight 1.5");
      assertThatThrownBy(() -> ALL.withBlocks(0)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
