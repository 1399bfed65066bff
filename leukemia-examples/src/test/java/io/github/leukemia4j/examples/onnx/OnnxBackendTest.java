package io.github.leukemia4j.examples.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.backend.Backends;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.examples.SmallPipeline;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.testkit.LeukemiaClassifierContract;
import io.github.leukemia4j.tf.TfBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxBackendTest {
  @TempDir static Path directory;
  private static ModelBundle tensorFlow;
  private static ModelBundle onnx;
  private static List<CellImage> cells;

  @BeforeAll
  static void trainAndExport() throws Exception {
    Dataset dataset = SmallPipeline.dataset();
    Path trained = SmallPipeline.train(dataset, directory.resolve("trained"));
    tensorFlow = ModelBundle.open(trained.resolve("1-cell"));
    onnx = TfBackend.exportOnnxBundle(tensorFlow, directory.resolve("onnx"));
    cells = new ArrayList<>();
    for (Sample sample : dataset.samples()) {
      cells.add(sample.source().read());
    }
  }

  @Nested
  class AsTensorFlow {
    @Test
    void givesTheSameProbabilities() throws Exception {
      assertSame(OpenOptions.DEFAULT);
    }

    @Test
    void followsTheStatedPrevalence() throws Exception {
      assertSame(
          OpenOptions.DEFAULT
              .withPrevalence(Label.of("normal"), 0.99)
              .withPrevalence(Label.of("abnormal"), 0.01));
    }

    @Test
    void normalisesTheStainWhereTheBundleSaysSo() throws Exception {
      Path trained =
          SmallPipeline.train(
              SmallPipeline.dataset(),
              SmallPipeline.config().stainNormalisation(true).build(),
              directory.resolve("stained"));
      ModelBundle stained = ModelBundle.open(trained.resolve("1-cell"));
      assertThat(stained.manifest().input().stainNormalisation()).isNotNull();
      assertSame(
          stained,
          TfBackend.exportOnnxBundle(stained, directory.resolve("stained-onnx")),
          OpenOptions.DEFAULT);
    }

    private void assertSame(OpenOptions options) throws Exception {
      assertSame(tensorFlow, onnx, options);
    }

    private void assertSame(ModelBundle one, ModelBundle other, OpenOptions options)
        throws Exception {
      try (LeukemiaClassifier expected = Backends.open(one, options);
          LeukemiaClassifier found = Backends.open(other, options)) {
        assertThat(found.labels()).isEqualTo(expected.labels());
        List<Prediction> wanted = expected.classifyAll(cells);
        List<Prediction> given = found.classifyAll(cells);
        for (int i = 0; i < cells.size(); i++) {
          assertThat(given.get(i).probabilities())
              .containsExactly(wanted.get(i).probabilities(), within(1e-5));
        }
      }
    }
  }

  /** What every classifier must do; TensorFlow's passes the same. */
  @Nested
  class Contract extends LeukemiaClassifierContract {
    @Override
    protected LeukemiaClassifier open() throws IOException {
      return LeukemiaClassifier.open(onnx.directory());
    }
  }

  @Nested
  class Backend {
    @Test
    void keepsOrderAndSizeOverChunks() throws Exception {
      List<CellImage> many =
          IntStream.range(0, 2500).mapToObj(i -> cells.get(i % cells.size())).toList();
      try (LeukemiaClassifier classifier = LeukemiaClassifier.open(onnx.directory())) {
        List<Prediction> predictions = classifier.classifyAll(many);
        assertThat(predictions).hasSameSizeAs(many);
        for (int i : new int[] {0, 1, 1023, 1024, 2499}) {
          assertThat(predictions.get(i).probabilities())
              .containsExactly(classifier.classify(many.get(i)).probabilities(), within(1e-6));
        }
      }
    }

    @Test
    void refusesAGpu() {
      assertThatThrownBy(() -> Backends.open(onnx, OpenOptions.DEFAULT.withDevice(Device.GPU)))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("must be auto or cpu");
    }

    @Test
    void opensNothingButOnnxAndTrainsNothing() {
      assertThat(new OnnxBackend().canOpen(tensorFlow.manifest())).isFalse();
      assertThat(new OnnxBackend().canOpen(onnx.manifest())).isTrue();
      assertThat(new OnnxBackend().trainer()).isEmpty();
      assertThat(Backends.trainer(Optional.empty())).isNotNull();
    }
  }
}
