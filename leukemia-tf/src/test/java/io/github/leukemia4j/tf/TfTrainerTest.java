package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@ExtendWith(NoScopeLeft.class)
class TfTrainerTest {
  private static final String NETWORK = "saved_model/saved_model.pb";

  @TempDir Path folder;
  private Path directory;

  @BeforeEach
  void nameTheDirectory() {
    directory = folder.resolve("bundle");
  }

  private void expectNothingLeft() {
    assertThat(folder).isEmptyDirectory();
  }

  /** A loss whose graph gives no number, or none at all. */
  private record NoNumber() implements Loss {
    @Override
    public double value(double[][] targets, double[][] probabilities) {
      return 0;
    }

    @Override
    public String describe() {
      return "no number";
    }
  }

  private static final class NoNumberGraph implements TfLoss<NoNumber> {
    @Override
    public Class<NoNumber> type() {
      return NoNumber.class;
    }

    @Override
    public Operand<TFloat32> build(
        Ops tf, NoNumber loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
      return tf.math.mul(
          tf.constant(Float.NaN), tf.reduceSum(logits, tf.constant(new int[] {0, 1})));
    }
  }

  @Nested
  class Deterministic {
    @Test
    void sameSeedGivesTheSameBytesAndAnotherSeedOthers() throws Exception {
      Split split = TinyCells.split(TinyCells.TWO, 16, 8);
      List<byte[]> networks = new ArrayList<>();
      for (long seed : new long[] {4, 4, 5}) {
        TrainingConfig config = TinyCells.config().epochs(2).seed(seed).build();
        ModelBundle bundle =
            TinyCells.train(config, split, folder.resolve("bundle" + networks.size()));
        networks.add(Files.readAllBytes(bundle.file(NETWORK)));
      }
      assertThat(networks.get(1)).isEqualTo(networks.get(0));
      assertThat(networks.get(2)).isNotEqualTo(networks.get(0));
    }

    @Test
    void otherJvmsGiveTheSameBitsOnAnyNumberOfThreadsWithOneDnnAndWithout() throws Exception {
      Taxonomy taxonomy = TinyCells.TWO.with("abnormal", "AML", "APL");
      List<Sample> samples = new ArrayList<>();
      Dataset three =
          TinyCells.part(
              Taxonomy.of("cell").with("cell", "normal", "AML", "APL"), "train", 0, 8, 8, 8);
      Dataset validation =
          TinyCells.part(
              Taxonomy.of("cell").with("cell", "normal", "AML", "APL"), "validation", 100, 4, 4, 4);
      Split split =
          Split.of(
              Dataset.of("blobs", taxonomy, three.samples()),
              Dataset.of("blobs", taxonomy, validation.samples()),
              Dataset.of("blobs", taxonomy, samples),
              Dataset.of("blobs", taxonomy, samples));
      List<String> ours;
      try (MultilevelPipeline pipeline =
          MultilevelPipeline.train(
              split,
              TinyCells.config().epochs(2).build(),
              TinyCells.RUN,
              directory,
              TrainingListener.NONE)) {
        ours = OtherJvm.answers(pipeline);
      }
      assertThat(ours).hasSize(2 * 20 * 2);
      String switched = TfRuntime.oneDnn() ? "0" : "1";
      assertThat(elsewhere(TfRuntime.threads(), Map.of())).isEqualTo(ours);
      assertThat(elsewhere(TfRuntime.threads() + 1, Map.of("TF_ENABLE_ONEDNN_OPTS", switched)))
          .isEqualTo(ours);
    }

    private List<String> elsewhere(int threads, Map<String, String> environment) throws Exception {
      Path answers = folder.resolve("answers-" + threads);
      Path output = folder.resolve("output-" + threads);
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  OtherJvm.class.getName(),
                  directory.toString(),
                  answers.toString(),
                  String.valueOf(threads))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process other = builder.start();
      assertThat(other.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(other.exitValue()).as(Files.readString(output)).isZero();
      return Files.readAllLines(answers);
    }
  }

  @Nested
  class Learning {
    @ParameterizedTest
    @ValueSource(strings = {"plain", "residual"})
    void tellsThreeKindsOfBlobsWithoutFail(String blocks) throws Exception {
      Split split = TinyCells.split(TinyCells.THREE, 24, 24, 24);
      TrainingConfig config =
          TinyCells.config()
              .network(NetworkConfig.parse(blocks + ",stem=0,channels=8:16,dense=8,dropout=0"))
              .epochs(12)
              .build();
      ModelBundle bundle = TinyCells.train(config, split, directory);
      try (LeukemiaClassifier classifier = TfModels.open(bundle, TinyCells.CPU)) {
        for (Dataset part : List.of(split.train(), split.test())) {
          List<CellImage> images = new ArrayList<>();
          for (Sample sample : part.samples()) {
            images.add(sample.source().read());
          }
          assertThat(classifier.classifyAll(images).stream().map(p -> p.label()).toList())
              .isEqualTo(part.samples().stream().map(Sample::label).toList());
        }
      }
      assertThat(bundle.manifest().heads().get(0).metrics())
          .containsEntry("validation.accuracy", 1.0);
    }

    @Test
    void learnsFromMixedImagesToo() throws Exception {
      Split split = TinyCells.split(TinyCells.THREE, 24, 24, 24);
      TrainingConfig config =
          TinyCells.config()
              .network(NetworkConfig.plain(0, List.of(8, 16), List.of(8), 0))
              .epochs(15)
              .set("batches.mixup", 0.4)
              .build();
      ModelBundle bundle = TinyCells.train(config, split, directory);
      assertThat(bundle.manifest().heads().get(0).metrics().get("validation.accuracy"))
          .isGreaterThanOrEqualTo(0.97);
      assertThat(Files.readString(bundle.file("training-config.json"))).contains("\"mixup\" : 0.4");
    }

    @Test
    void writesDownWhereTheModelComesFrom() throws Exception {
      Split split = TinyCells.split(TinyCells.TWO, 12, 4);
      TrainingConfig config =
          TinyCells.config().epochs(1).seed(11).sampling(Sampling.BALANCED).build();
      ModelBundle bundle = TinyCells.train(config, split, directory);
      var manifest = bundle.manifest();
      assertThat(manifest.name()).isEqualTo("cell");
      assertThat(manifest.heads().get(0).labelSet())
          .isEqualTo(TinyCells.TWO.labelSet(Label.of("cell")));
      assertThat(manifest.heads().get(0).priors().sampling()).isEqualTo("balanced");
      assertThat(manifest.heads().get(0).priors().natural()).containsExactly(0.75, 0.25);
      assertThat(manifest.heads().get(0).priors().training()).containsExactly(0.5, 0.5);
      assertThat(manifest.provenance().seed()).isEqualTo(11);
      assertThat(manifest.provenance().device()).isEqualTo("CPU");
      assertThat(manifest.provenance().options().get("oneDNN"))
          .isEqualTo(OneDnn.available() ? "asked for by name" : TfRuntime.oneDnn() ? "on" : "off");
      assertThat(manifest.provenance().options().get("arithmetic")).matches("[0-9a-f]{16}");
      assertThat(manifest.provenance().samples())
          .containsEntry("train", 16)
          .containsEntry("validation", 8)
          .containsEntry("calibration", 0);
      assertThat(manifest.files().keySet())
          .contains("MODEL_CARD.md", "training-config.json", "training-history.json", NETWORK);
      assertThat(folder).isDirectoryNotContaining(p -> !p.equals(directory));
    }
  }

  @Nested
  class Refusing {
    @Test
    void aGpuThatIsNotThere() {
      TfRuntime.config(Device.CPU, 0);
      Assumptions.assumeTrue(
          TfRuntime.deviceName(Device.GPU).equals("CPU"), "This machine has a GPU.");
      assertThatThrownBy(
              () ->
                  TinyTraining.train(
                      new TfBackend(),
                      TinyCells.config().build(),
                      TinyCells.RUN.withDevice(Device.GPU),
                      TinyCells.split(TinyCells.TWO, 8, 8),
                      directory,
                      TrainingListener.NONE))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("The device gpu needs a GPU")
          .hasMessageContaining("linux-x86_64-gpu")
          .hasMessageContaining("choose the device auto or cpu");
      expectNothingLeft();
    }

    @Test
    void aLossWithoutAGraph() {
      assertThatThrownBy(
              () ->
                  TinyCells.train(
                      TinyCells.config().loss(new NoNumber()).build(),
                      TinyCells.split(TinyCells.TWO, 8, 8),
                      directory))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("No graph is registered for the loss");
      expectNothingLeft();
    }
  }

  @Nested
  class Failing {
    @Test
    void atALossThatIsNoNumberNamesTheStepAndTheSamples() {
      TfBackend backend = TfBackend.builder().loss(new NoNumberGraph()).build();
      assertThatThrownBy(
              () ->
                  TinyTraining.train(
                      backend,
                      TinyCells.config().batchSize(4).loss(new NoNumber()).build(),
                      TinyTraining.RUN,
                      TinyCells.split(TinyCells.TWO, 2, 2),
                      directory,
                      TrainingListener.NONE))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("in step 1 of epoch 1 the loss was NaN")
          .hasMessageContaining("with a lower learning rate or a stronger clipping")
          .hasMessageContaining("train-normal-0")
          .hasMessageContaining("train-normal-1")
          .hasMessageContaining("train-abnormal-0")
          .hasMessageContaining("train-abnormal-1");
      expectNothingLeft();
    }
  }
}
