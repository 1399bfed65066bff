package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NoScopeLeft.class)
class TrainingTest {
  private String undisturbed;

  @BeforeAll
  void trainUndisturbed(@TempDir Path directory) throws Exception {
    undisturbed = TinyTraining.train(TinyTraining.config().build(), directory.resolve("model"));
  }

  /** Stops the training as a user does. */
  private static TrainingListener interrupting(int epoch, int step) {
    return new TrainingListener() {
      @Override
      public void stepEnded(Label stage, int inEpoch, int done, double loss) {
        if (inEpoch == epoch && done == step) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  private static List<Path> checkpoints(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model.resolveSibling("model.training"))) {
      return files.sorted().toList();
    }
  }

  @Nested
  class Reproducibility {
    @Test
    void givesTheSameWeightsTwice(@TempDir Path directory) throws Exception {
      Path model = directory.resolve("model");
      assertThat(TinyTraining.train(TinyTraining.config().build(), model)).isEqualTo(undisturbed);
    }

    /** Left alone, TensorFlow decides by the processor: on with AVX-512 of late, else off. */
    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void givesTheSameWeightsWhetherTensorFlowTurnsOneDnnOnOrOff(
        String wish, @TempDir Path directory) throws Exception {
      assumeThat(OneDnn.available()).isTrue();
      Path model = directory.resolve("model");
      Process process = TrainingProcess.start(model, 3, 16, Map.of("TF_ENABLE_ONEDNN_OPTS", wish));
      List<String> told = process.inputReader(StandardCharsets.UTF_8).lines().toList();
      assertThat(process.waitFor()).as("%s", told).isZero();
      assertThat(TinyTraining.weightsHash(model)).isEqualTo(undisturbed);
    }

    @Test
    void givesOtherWeightsForAnotherSeed(@TempDir Path directory) throws Exception {
      assertThat(
              TinyTraining.train(TinyTraining.config().seed(8).build(), directory.resolve("model")))
          .isNotEqualTo(undisturbed);
    }
  }

  @Nested
  class Resuming {
    @Test
    void endsInTheSameWeightsAfterAnInterrupt(@TempDir Path directory) throws Exception {
      Path model = directory.resolve("model");
      for (int[] moment : new int[][] {{1, 2}, {2, 6}, {3, 3}}) {
        assertThatThrownBy(
                () ->
                    TinyTraining.train(
                        TinyTraining.config().build(),
                        TinyTraining.RESUMED,
                        model,
                        interrupting(moment[0], moment[1])))
            .isInstanceOf(InterruptedException.class)
            .hasMessageContaining("a checkpoint is in")
            .hasMessageContaining("model.training");
        assertThat(model).doesNotExist();
      }
      assertThat(TinyTraining.train(TinyTraining.config().build(), TinyTraining.RESUMED, model))
          .isEqualTo(undisturbed);
      assertThat(model.resolveSibling("model.training")).doesNotExist();
    }

    @Test
    void endsInTheSameWeightsWhereImagesAreMixed(@TempDir Path directory) throws Exception {
      TrainingConfig config = TinyTraining.config().set("batches.mixup", 0.4).build();
      String whole = TinyTraining.train(config, TinyTraining.RESUMED, directory.resolve("whole"));
      Path model = directory.resolve("model");
      assertThatThrownBy(
              () -> TinyTraining.train(config, TinyTraining.RESUMED, model, interrupting(2, 3)))
          .isInstanceOf(InterruptedException.class);
      assertThat(TinyTraining.train(config, TinyTraining.RESUMED, model))
          .isEqualTo(whole)
          .isNotEqualTo(undisturbed);
    }

    @Test
    void endsInTheSameWeightsWhenItsProcessIsKilled(@TempDir Path directory) throws Exception {
      Path model = directory.resolve("model");
      // Lines of a whole run: six steps and one more for each of the three epochs.
      for (int lines : new int[] {9, 5}) {
        Process process = TrainingProcess.start(model, 3, 16);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
          for (int i = 0; i < lines; i++) {
            assertThat(out.readLine()).as("line " + i).isNotNull();
          }
          process.destroyForcibly();
          process.waitFor();
        }
      }
      Process last = TrainingProcess.start(model, 3, 16);
      List<String> rest = last.inputReader(StandardCharsets.UTF_8).lines().toList();
      assertThat(last.waitFor()).as("%s", rest).isZero();
      assertThat(rest).last().isEqualTo("live scopes 0");
      assertThat(TinyTraining.weightsHash(model)).isEqualTo(undisturbed);
    }

    /** SSE4.1 is what every processor has that TensorFlow runs on. */
    @Test
    void refusesToGoOnWhereAProcessorRoundsOtherwise(@TempDir Path directory) throws Exception {
      assumeThat(OneDnn.available()).isTrue();
      Path model = directory.resolve("model");
      Process process = TrainingProcess.start(model, 3, 16, Map.of("ONEDNN_MAX_CPU_ISA", "SSE41"));
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        for (int i = 0; i < 9; i++) { // six steps, one epoch, two steps
          assertThat(out.readLine()).as("line " + i).isNotNull();
        }
        process.destroyForcibly();
        process.waitFor();
      }
      assumeThat(System.getenv("ONEDNN_MAX_CPU_ISA")).isNotEqualTo("SSE41");
      assertThatThrownBy(
              () -> TinyTraining.train(TinyTraining.config().build(), TinyTraining.RESUMED, model))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("arithmetic was")
          .hasMessageContaining("the kind of processor")
          .hasMessageContaining("what the environment tells the backend of processors")
          .hasMessageContaining("remove the directory to begin anew");
      assertThat(checkpoints(model)).isNotEmpty();
    }
  }

  @Nested
  class Guards {
    @Test
    void stopsAtALossThatIsNotFinite(@TempDir Path directory) {
      Path model = directory.resolve("model");
      TrainingConfig config = TinyTraining.config().loss(new Scaled()).build();
      assertThatThrownBy(() -> train(config, model, Float.POSITIVE_INFINITY, TrainingListener.NONE))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("in step 1 of epoch 1 the loss was Infinity")
          .hasMessageContaining(
              "Begin anew, in another directory, with a lower learning rate or a stronger clipping")
          .hasMessageContaining("There is no checkpoint yet")
          .hasMessageContaining("The samples were [train/");
      assertThat(directory).isEmptyDirectory();
    }

    private void train(TrainingConfig config, Path model, float factor, TrainingListener listener)
        throws Exception {
      TinyTraining.train(
          TfBackend.builder().loss(new ScaledGraph(factor)).build(),
          config,
          TinyTraining.RUN,
          TinyTraining.split(),
          model,
          listener);
    }

    @Test
    void saysWhichSettingToLowerWhenMemoryIsShort() {
      assertThatThrownBy(
              () ->
                  TfRuntime.call(
                      "learn a batch of 512",
                      () -> {
                        throw new TFResourceExhaustedException("OOM when allocating");
                      }))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("learn a batch of 512")
          .hasMessageContaining("lower the batch size or the input size");
      assertThatThrownBy(
              () ->
                  TfRuntime.call(
                      "learn a batch of 512",
                      () -> {
                        throw new OutOfMemoryError("Physical memory usage is too high");
                      }))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("lower the batch size or the input size")
          .hasMessageContaining("maxphysicalbytes");
    }
  }

  private record Scaled() implements Loss {
    @Override
    public double value(double[][] targets, double[][] probabilities) {
      return 0;
    }

    @Override
    public String describe() {
      return "scaled";
    }
  }

  /** A good loss times a number that may be none. */
  private record ScaledGraph(float factor) implements TfLoss<Scaled> {
    @Override
    public Class<Scaled> type() {
      return Scaled.class;
    }

    @Override
    public Operand<TFloat32> build(
        Ops tf, Scaled loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
      Operand<TFloat32> errors = tf.math.square(tf.math.sub(targets, logits));
      return tf.math.mul(tf.constant(factor), tf.math.mean(errors, tf.constant(new int[] {0, 1})));
    }
  }

  @Nested
  @Tag("arithmetic")
  class Memory {
    /**
     * Of an epoch: 0.1 MB were measured, and 3.6 with the images of every step left open. The
     * allocator takes memory in jumps that differ between machines; the median of all epochs does
     * not see them, and sees a leak, which grows in every epoch.
     */
    private static final long BOUND_KILOBYTES = 1_500;

    @Test
    void staysFlatAfterTheSecondEpoch(@TempDir Path directory) throws Exception {
      assumeTrue(Files.exists(Path.of("/proc/self/status")));
      // The heap is there from the beginning, so that what grows is native; and what TensorFlow
      // frees goes back to the system at once.
      Process process =
          TrainingProcess.start(
              directory.resolve("model"),
              20,
              160,
              Map.of("MALLOC_MMAP_THRESHOLD_", "131072"),
              "-Xms128m",
              "-Xmx128m",
              "-XX:+AlwaysPreTouch");
      List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
      assertThat(process.waitFor()).as("%s", lines).isZero();
      List<Long> resident =
          lines.stream()
              .filter(line -> line.contains("resident"))
              .map(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
              .toList();
      assertThat(resident).hasSize(20);
      long[] growth =
          IntStream.range(2, 20)
              .mapToLong(i -> resident.get(i) - resident.get(i - 1))
              .sorted()
              .toArray();
      assertThat((growth[8] + growth[9]) / 2).as("%s", resident).isLessThan(BOUND_KILOBYTES);
      assertThat(lines).last().isEqualTo("live scopes 0");
    }
  }
}
