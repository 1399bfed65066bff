package io.github.leukemia4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.TestServices;
import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.calibration.DecisionRule;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.MultilevelResult.Outcome;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.loop.UnfinishedTraining;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineCalibrationTest {
  private static final Label CELL = Label.of("cell");
  private static final Label ABNORMAL = Label.of("abnormal");
  private static final Taxonomy CELLS =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "APL", "ALL");

  /** Pixels are smaller than what the networks were trained on. */
  private static final OpenOptions UNGATED = OpenOptions.DEFAULT.withGate(OpenOptions.Gate.OFF);

  private static final TrainingConfig CONFIG =
      FakeBackend.CONFIG.toBuilder().centreCrop(1 / 3.0).build();
  private static final RunOptions RUN = FakeBackend.RUN;
  private static final DecisionRule WISH =
      DecisionRule.builder().sensitivity(0.9).specificity(0.9).coverage(0.8).build();

  @TempDir Path folder;
  private Path trained;
  private Path out;
  private TestServices services;

  @BeforeEach
  void prepare() {
    services = TestServices.of(LogitBackend.class);
    trained = folder.resolve("trained");
    out = folder.resolve("calibrated");
  }

  @AfterEach
  void tidy() {
    LogitBackend.whileOpening = () -> {};
    services.close();
  }

  /**
   * Cells of patients who have one kind each, with logits that are too sure by a factor: the true
   * label's leads, or trails, by a normal variable of mean 1 and deviation 1.5, times the factor.
   */
  private static Dataset cells(String name, int patientsOfEach, double factor, boolean known) {
    Random random = new Random(name.hashCode());
    List<Sample> samples = new ArrayList<>();
    for (String label : List.of("normal", "AML", "APL", "ALL")) {
      int patients = label.equals("normal") ? 3 * patientsOfEach : patientsOfEach;
      for (int p = 0; p < patients; p++) {
        for (int cell = 0; cell < 2; cell++) {
          double[] logits = new double[3];
          double lead = clip(factor * (1 + 1.5 * random.nextGaussian()));
          // The first stage takes red and green, the second one all three.
          switch (label) {
            case "normal" -> logits[0] = lead;
            case "AML" -> logits = new double[] {lead, clip(2 * lead), 0};
            case "APL" -> logits[1] = lead;
            default -> logits = new double[] {0, clip(lead / 4), lead};
          }
          String id = name + "-" + label + "-" + p + "-" + cell;
          samples.add(
              new Sample(
                  id,
                  ImageSource.of(id, unique(logits, id)),
                  Label.of(label),
                  known ? Optional.of(name + "-" + label + "-" + p) : Optional.empty()));
        }
      }
    }
    return Dataset.of(name, CELLS, samples);
  }

  /** Two normal cells to an abnormal one, whose log-odds are all moved towards abnormal. */
  private static Dataset moved(double by) {
    Random random = new Random(6);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 240; i++) {
      boolean abnormal = i % 3 == 0;
      double logit = clip(2 * ((abnormal ? 1 : -1) + random.nextGaussian()) + by);
      String id = "moved-" + i;
      samples.add(
          new Sample(
              id,
              ImageSource.of(id, unique(new double[] {0, logit, 0}, id)),
              Label.of(abnormal ? "abnormal" : "normal"),
              Optional.of("moved-" + i / 4)));
    }
    return Dataset.of("moved", CELLS, samples);
  }

  private static double clip(double value) {
    return Math.max(-7.5, Math.min(7.5, value));
  }

  /** The network sees the pixel in the middle; the others make each image another one. */
  private static CellImage unique(double[] logits, String id) {
    ByteBuffer rgb = ByteBuffer.allocate(27).putInt(0, id.hashCode());
    rgb.put(12, LogitBackend.pixel(logits).rgb());
    return CellImage.ofRgb(3, 3, rgb.array());
  }

  private static Split split(Dataset calibration) {
    return Split.of(
        cells("train", 2, 1, true),
        cells("validation", 2, 1, true),
        calibration,
        cells("test", 2, 1, true));
  }

  private static Dataset none() {
    return Dataset.of("none", CELLS, List.of());
  }

  private void train() throws Exception {
    MultilevelPipeline.train(split(none()), CONFIG, RUN, trained, TrainingListener.NONE).close();
  }

  private static HeadManifest manifest(MultilevelPipeline pipeline, Label node) {
    return pipeline.classifiers().get(node).head().orElseThrow();
  }

  private void expectNothingBut(Path... paths) {
    assertThat(folder).isDirectoryNotContaining(p -> !List.of(paths).contains(p));
  }

  @Nested
  class Afterwards {
    @Test
    void storesTemperaturesAndDecisionsWithTheirEvidence() throws Exception {
      train();
      Dataset lab = cells("lab", 60, 3, true);
      try (MultilevelPipeline pipeline = MultilevelPipeline.calibrate(trained, lab, WISH, out)) {
        HeadManifest cell = manifest(pipeline, CELL);
        assertThat(cell.calibration().temperature().accepted()).isTrue();
        assertThat(cell.calibration().temperature().patients()).isEqualTo(360);
        assertThat(cell.calibration().temperature().samples()).isEqualTo(720);
        assertThat(cell.calibration().dataset()).isEqualTo("lab");
        assertThat(cell.temperature())
            .isEqualTo(cell.calibration().temperature().value())
            .isGreaterThan(1.2);
        assertThat(cell.calibration().expectedCalibrationErrorAfter())
            .isLessThan(cell.calibration().expectedCalibrationErrorBefore());
        assertThat(cell.decision().operatingPoint().sensitivity().orElseThrow())
            .isGreaterThanOrEqualTo(0.9);
        assertThat(cell.decision().upperPoint().specificity().orElseThrow())
            .isGreaterThanOrEqualTo(0.9);
        assertThat(cell.decision().temperature()).isEqualTo(cell.temperature());
        assertThat(cell.decision().refusals()).isEmpty();

        HeadManifest abnormal = manifest(pipeline, ABNORMAL);
        assertThat(abnormal.calibration().temperature().samples()).isEqualTo(360);
        assertThat(abnormal.decision().operatingPoint()).isNull();
        assertThat(abnormal.decision().conformalSets().calibrationUnits())
            .containsExactly(60, 60, 60);
        // A temperature fitted on the same samples would change the order of three labels' scores.
        assertThat(abnormal.decision().temperature()).isEqualTo(1);
      }
      expectNothingBut(trained, out);
    }

    @Test
    void keepsItsPromisesOnTheSamplesThemselves() throws Exception {
      train();
      Dataset lab = cells("lab", 60, 3, true);
      try (MultilevelPipeline pipeline = MultilevelPipeline.calibrate(trained, lab, WISH, out)) {
        HeadManifest cell = manifest(pipeline, CELL);
        EvaluationReport report =
            Evaluator.evaluate(CELLS, ScoredSample.of(pipeline, lab, done -> {}));
        assertThat(report.stage(CELL).metrics().value(Metrics.SENSITIVITY).orElseThrow())
            .isCloseTo(cell.decision().operatingPoint().sensitivity().orElseThrow(), within(1e-12));
        assertThat(
                report
                    .stage(CELL)
                    .metrics()
                    .value(Metrics.EXPECTED_CALIBRATION_ERROR)
                    .orElseThrow())
            .isLessThan(cell.calibration().expectedCalibrationErrorBefore());
        assertThat(report.path().referred()).isPositive();
        assertThat(report.path().stoppedEarly()).isPositive();
        assertThat(report.path().decided()).isPositive();
        assertThat(
                report.path().decided() + report.path().stoppedEarly() + report.path().referred())
            .isEqualTo(720);
      }
    }

    @Test
    void isReadAgainAndDecidesAsItSays() throws Exception {
      train();
      MultilevelPipeline.calibrate(trained, cells("lab", 60, 3, true), WISH, out).close();
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(out, UNGATED)) {
        assertThat(pipeline.classify(LogitBackend.pixel(0, 0, 0)).outcome())
            .isEqualTo(Outcome.REFERRED);
        MultilevelResult stopped = pipeline.classify(LogitBackend.pixel(-7, 7, 7));
        assertThat(stopped.outcome()).isEqualTo(Outcome.STOPPED);
        assertThat(stopped.candidates().orElseThrow())
            .containsExactly(Label.of("APL"), Label.of("ALL"));
        assertThat(pipeline.classify(LogitBackend.pixel(-7, 7, -7)).outcome())
            .isEqualTo(Outcome.DECIDED);
      }
    }

    @Test
    void storesABiasAndTheSharesThatItWasFittedAt() throws Exception {
      train();
      CellImage image = LogitBackend.pixel(0, 2, 0);
      try (MultilevelPipeline pipeline =
          MultilevelPipeline.calibrate(trained, moved(2), DecisionRule.NONE, out)) {
        HeadManifest cell = manifest(pipeline, CELL);
        assertThat(cell.calibration().bias().accepted()).isTrue();
        assertThat(cell.bias()).isEqualTo(cell.calibration().bias().values());
        assertThat(cell.priors().expected().get(1)).isCloseTo(80.5 / 241, within(1e-12));
        // What was moved is taken back; shares are not part of it.
        List<Double> natural = cell.priors().natural();
        double drift = cell.bias().get(1) - cell.bias().get(0);
        assertThat(drift).isBetween(-2.6, -1.2);
        double odds =
            Math.log(natural.get(1) / cell.priors().training().get(1))
                - Math.log(natural.get(0) / cell.priors().training().get(0));
        double expected =
            (2 + odds) / cell.temperature()
                + drift
                + Math.log(cell.priors().expected().get(1) / natural.get(1))
                - Math.log(cell.priors().expected().get(0) / natural.get(0));
        double p = pipeline.classifiers().get(CELL).classify(image).probabilityOf(ABNORMAL);
        assertThat(logOdds(p)).isCloseTo(expected, within(1e-9));
        assertThat(pipeline.classifiers().get(CELL).bundle().orElseThrow().file("MODEL_CARD.md"))
            .content()
            .contains(
                "- Bias behind the temperature fitted (normal +",
                "Expected are the shares [0.666, 0.334]");

        OpenOptions same =
            OpenOptions.DEFAULT
                .withPrevalence(Label.of("normal"), cell.priors().expected().get(0))
                .withPrevalence(ABNORMAL, cell.priors().expected().get(1));
        try (MultilevelPipeline stated = MultilevelPipeline.load(out, same)) {
          assertThat(stated.classifiers().get(CELL).classify(image).probabilityOf(ABNORMAL))
              .isCloseTo(p, within(1e-12));
        }
      }
    }

    @Test
    void keepsTheExpectedSharesWhereThoseOfTheSamplesAreStated() throws Exception {
      train();
      OpenOptions picked =
          OpenOptions.DEFAULT.withPrevalence(Label.of("normal"), 2).withPrevalence(ABNORMAL, 1);
      Path other = folder.resolve("other");
      MultilevelPipeline.calibrate(trained, moved(2), DecisionRule.NONE, out).close();
      MultilevelPipeline.calibrate(trained, moved(2), DecisionRule.NONE, picked, other).close();
      HeadManifest plain = ModelBundle.open(out.resolve("1-cell")).manifest().heads().get(0);
      HeadManifest stated = ModelBundle.open(other.resolve("1-cell")).manifest().heads().get(0);
      assertThat(stated.priors().expected()).isNull();
      // But for what the prior holds back, the bias is the same, since shares are not part of it.
      assertThat(stated.bias().get(1) - stated.bias().get(0))
          .isCloseTo(plain.bias().get(1) - plain.bias().get(0), within(0.1));
    }

    @Test
    void leavesTheOldPipelineAndTheNetworkAsTheyAre() throws Exception {
      train();
      ModelManifest before = ModelBundle.open(trained.resolve("1-cell")).manifest();
      MultilevelPipeline.calibrate(trained, cells("lab", 60, 3, true), WISH, out).close();
      assertThat(ModelBundle.open(trained.resolve("1-cell")).manifest()).isEqualTo(before);
      ModelBundle after = ModelBundle.open(out.resolve("1-cell"));
      assertThat(after.file("network.txt")).hasContent("as trained");
      assertThat(after.file("MODEL_CARD.md")).content().contains("lab");
      assertThat(after.manifest().provenance()).isEqualTo(before.provenance());
    }

    @Test
    void withoutAWishKeepsDecisionsAndTheThresholdsTheyRestOn() throws Exception {
      train();
      MultilevelPipeline.calibrate(trained, cells("lab", 60, 3, true), WISH, out).close();
      Path again = folder.resolve("again");
      Dataset other = cells("other", 60, 1, true);
      try (MultilevelPipeline first = MultilevelPipeline.load(out);
          MultilevelPipeline second =
              MultilevelPipeline.calibrate(out, other, DecisionRule.NONE, again)) {
        assertThat(manifest(second, CELL).temperature())
            .isLessThan(manifest(first, CELL).temperature());
        assertThat(manifest(second, CELL).decision()).isEqualTo(manifest(first, CELL).decision());
        List<CellImage> images = new ArrayList<>();
        for (double logit = -7; logit < 7; logit += 0.0625) {
          images.add(LogitBackend.pixel(0, logit, 0));
        }
        assertThat(second.classifyAll(images))
            .extracting(MultilevelResult::path)
            .isEqualTo(first.classifyAll(images).stream().map(MultilevelResult::path).toList());
      }
    }

    @Test
    void refusesWhatTheDataDoNotSupportAndStillWritesThePipeline() throws Exception {
      train();
      try (MultilevelPipeline pipeline =
          MultilevelPipeline.calibrate(trained, cells("lab", 3, 3, true), WISH, out)) {
        Decision cell = manifest(pipeline, CELL).decision();
        assertThat(cell.isByMostProbable()).isTrue();
        assertThat(cell.refusals().get(0))
            .isEqualTo(
                "A sensitivity of at least 0.9 with confidence 0.95 needs at least 29 positive"
                    + " patients in the calibration part; found 9. Add calibration data, or want"
                    + " less.");
        assertThat(manifest(pipeline, ABNORMAL).decision().refusals().get(0))
            .startsWith("Conformal sets of coverage 0.8 need at least 4 patients of each label")
            .contains("found 3 of AML, 3 of APL, 3 of ALL");
        assertThat(manifest(pipeline, ABNORMAL).calibration().temperature().reason())
            .isEqualTo("needs at least 10 patients; found 9");
        assertThat(manifest(pipeline, ABNORMAL).temperature()).isEqualTo(1);
        assertThat(pipeline.classify(LogitBackend.pixel(0, 0.0625, 0)).outcome())
            .isEqualTo(Outcome.DECIDED);
      }
    }

    @Test
    void fitsTheTemperatureAtThePrevalenceOfTheSamplesAndThresholdsWithoutIt() throws Exception {
      train();
      OpenOptions stated =
          OpenOptions.DEFAULT
              .withPrevalence(Label.of("normal"), 0.75)
              .withPrevalence(ABNORMAL, 0.25);
      Dataset lab = cells("lab", 60, 3, true);
      MultilevelPipeline.calibrate(trained, lab, WISH, out).close();
      Path other = folder.resolve("other");
      MultilevelPipeline.calibrate(trained, lab, WISH, stated, other).close();
      HeadManifest plain = ModelBundle.open(out.resolve("1-cell")).manifest().heads().get(0);
      HeadManifest shifted = ModelBundle.open(other.resolve("1-cell")).manifest().heads().get(0);
      assertThat(shifted.temperature()).isNotCloseTo(plain.temperature(), within(1e-3));
      // The thresholds differ in their scale, not in what they let through, but for the grid.
      assertThat(logit(plain)).isCloseTo(logit(shifted), within(0.1));
    }

    /** What the network must say for a probability at the threshold, up to what all share. */
    private double logit(HeadManifest head) {
      double bias = head.bias() == null ? 0 : head.bias().get(1) - head.bias().get(0);
      return (logOdds(head.decision().operatingPoint().threshold()) - bias) * head.temperature();
    }

    private double logOdds(double probability) {
      return Math.log(probability / (1 - probability));
    }
  }

  @Nested
  class Refused {
    @Test
    void areSamplesThatThePipelineWasMadeFrom() throws Exception {
      train();
      assertThatThrownBy(
              () -> MultilevelPipeline.calibrate(trained, cells("train", 2, 1, true), WISH, out))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "must be calibrated on patients and images that it was not made from",
              "found 12 patients and 24 of 24 images in train",
              "Take samples that were held out");
      expectNothingBut(trained);
    }

    @Test
    void isAnEvaluationOnTheCalibrationSamples() throws Exception {
      train();
      Dataset lab = cells("lab", 60, 3, true);
      try (MultilevelPipeline pipeline = MultilevelPipeline.calibrate(trained, lab, WISH, out)) {
        assertThatThrownBy(
                () -> Evaluator.requireUnseen(pipeline, Verification.of(lab), "Leave them out:"))
            .isInstanceOf(DataException.class)
            .hasMessageContaining("must be evaluated on")
            .hasMessageContaining("found 360 patients and 720 of 720 images in lab");
        assertThat(
                Evaluator.requireUnseen(
                    pipeline, Verification.of(cells("new", 2, 1, true)), "Leave them out:"))
            .isEmpty();
      }
    }

    @Test
    void isAPlaceThatIsTaken() throws Exception {
      train();
      Files.createDirectory(out);
      Files.writeString(out.resolve("mine.txt"), "mine");
      assertThatThrownBy(
              () -> MultilevelPipeline.calibrate(trained, cells("lab", 2, 1, true), WISH, out))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(out.resolve("mine.txt")).hasContent("mine");
    }

    @Test
    void areUnknownLabels() throws Exception {
      train();
      Taxonomy other = Taxonomy.of("cell").with("cell", "normal", "blast");
      Dataset strange =
          Dataset.of(
              "strange",
              other,
              List.of(
                  new Sample(
                      "a",
                      ImageSource.of("a", LogitBackend.pixel(1)),
                      Label.of("blast"),
                      Optional.empty())));
      assertThatThrownBy(() -> MultilevelPipeline.calibrate(trained, strange, WISH, out))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("unknown label \"blast\"");
      expectNothingBut(trained);
    }

    @Test
    void leavesNothingHalfWritten() throws Exception {
      train();
      Dataset lab = cells("lab", 60, 3, true);
      LogitBackend.whileOpening =
          () -> {
            try {
              // What is copied after the stages were opened.
              Files.deleteIfExists(trained.resolve("1-cell/network.txt"));
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          };
      assertThatThrownBy(() -> MultilevelPipeline.calibrate(trained, lab, WISH, out))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("network.txt");
      expectNothingBut(trained);
    }

    @Test
    void stopsWhenInterrupted() throws Exception {
      train();
      Dataset lab = cells("lab", 60, 3, true);
      LogitBackend.whileOpening = () -> Thread.currentThread().interrupt();
      assertThatThrownBy(() -> MultilevelPipeline.calibrate(trained, lab, WISH, out))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
      expectNothingBut(trained);
    }
  }

  @Nested
  class InTraining {
    private final Map<Label, String> heard = new LinkedHashMap<>();

    private MultilevelPipeline train(Dataset calibration, DecisionRule wish) throws Exception {
      return MultilevelPipeline.train(
          split(calibration),
          CONFIG.toBuilder().decisions(wish).build(),
          RUN,
          out,
          TrainingListener.NONE.andThen(
              new TrainingListener() {
                @Override
                public void stageCalibrated(
                    Label stage, Optional<Calibration> calibration, Optional<Decision> decision) {
                  heard.put(
                      stage,
                      calibration.map(c -> c.temperature().reason()).orElse("no samples")
                          + "; "
                          + decision.map(d -> d.refusals().size() + " refusals").orElse("none"));
                }
              }));
    }

    @Test
    void calibratesOnTheCalibrationPart() throws Exception {
      Dataset part = cells("held out", 60, 3, true);
      try (MultilevelPipeline pipeline = train(part, WISH)) {
        assertThat(manifest(pipeline, CELL).calibration().temperature().samples()).isEqualTo(720);
        assertThat(manifest(pipeline, CELL).decision().operatingPoint()).isNotNull();
        assertThat(manifest(pipeline, ABNORMAL).decision().conformalSets()).isNotNull();
        assertThatThrownBy(
                () -> Evaluator.requireUnseen(pipeline, Verification.of(part), "Leave them out:"))
            .isInstanceOf(DataException.class);
      }
      assertThat(heard)
          .containsOnlyKeys(CELL, ABNORMAL)
          .containsEntry(
              CELL, "lowers the log loss of patients that it was not fitted on; 0 refusals");
      expectNothingBut(out);
    }

    @Test
    void fitsATemperatureWithoutAWish() throws Exception {
      try (MultilevelPipeline pipeline = train(cells("held out", 60, 3, true), DecisionRule.NONE)) {
        assertThat(manifest(pipeline, CELL).temperature()).isGreaterThan(1.2);
        assertThat(manifest(pipeline, CELL).decision()).isNull();
      }
      assertThat(heard.get(ABNORMAL)).endsWith("; none");
    }

    @Test
    void refusesAWishWithoutACalibrationPartAndStillTrains() throws Exception {
      try (MultilevelPipeline pipeline = train(none(), WISH)) {
        assertThat(manifest(pipeline, CELL).calibration()).isNull();
        assertThat(manifest(pipeline, CELL).decision().refusals().get(0)).contains("found 0");
      }
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(out, UNGATED)) {
        assertThat(pipeline.classify(LogitBackend.pixel(-5, 5, 0)).outcome())
            .isEqualTo(Outcome.DECIDED);
      }
      assertThat(heard).containsEntry(CELL, "no samples; 2 refusals");
      expectNothingBut(out);
    }

    @Test
    void leavesBundlesAloneWithoutAPartAndAWish() throws Exception {
      train(none(), DecisionRule.NONE).close();
      assertThat(ModelBundle.open(out.resolve("1-cell")).file("network.txt"))
          .hasContent("as trained");
      assertThat(heard).isEmpty();
    }

    @Test
    void goesOnWhereTheCalibrationWasStopped() throws Exception {
      Dataset part = cells("held out", 60, 3, true);
      LogitBackend.whileOpening =
          () -> {
            throw new IllegalStateException("stopped by the test");
          };
      assertThatThrownBy(() -> train(part, WISH)).hasMessage("stopped by the test");
      assertThat(out).doesNotExist();
      expectNothingBut(UnfinishedTraining.at(out).directory());
      LogitBackend.whileOpening = () -> {};
      MultilevelPipeline.train(
              split(part),
              CONFIG.toBuilder().decisions(WISH).build(),
              RUN.withResume(true),
              out,
              TrainingListener.NONE)
          .close();
      assertThat(ModelBundle.open(out.resolve("1-cell")).manifest().heads().get(0).calibration())
          .isNotNull();
      expectNothingBut(out);
    }
  }
}
