package io.github.leukemia4j.benchmarks;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.inference.OpenModel;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.onnx.OnnxBackend;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.github.leukemia4j.tf.TfBackend;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.NetworkConfig.InputConfig.TestTimeAugmentation;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A pipeline of a standard network that was trained for one epoch, in a temporary directory. */
public final class BenchmarkModel implements AutoCloseable {
  /** The network's input, in pixels. */
  public static final int SIDE = 64;

  private final Path directory;
  private final Dataset dataset;
  private final MultilevelPipeline pipeline;

  private BenchmarkModel(Path directory, Dataset dataset, MultilevelPipeline pipeline) {
    this.directory = directory;
    this.dataset = dataset;
    this.pipeline = pipeline;
  }

  /** Trains on a few synthetic cells. */
  public static BenchmarkModel train() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("leukemia4j-benchmark-");
    Dataset dataset = SyntheticSmear.dataset(1, 16, 4);
    TrainingConfig config =
        TrainingConfig.builder()
            .network(NetworkConfig.standard())
            .inputSize(SIDE)
            .centreCrop(1)
            .set("input.testTimeAugmentation", TestTimeAugmentation.NONE)
            .epochs(1)
            .batchSize(16)
            .build();
    MultilevelPipeline pipeline =
        MultilevelPipeline.train(
            Splitter.of(1).split(dataset),
            config,
            directory.resolve("pipeline"),
            new TrainingListener() {});
    return new BenchmarkModel(directory, dataset, pipeline);
  }

  /** Both stages. */
  public MultilevelPipeline pipeline() {
    return pipeline;
  }

  /** The first stage. */
  LeukemiaClassifier classifier() {
    return pipeline.classifiers().get(pipeline.taxonomy().root());
  }

  /** The first stage again, opened in another way. */
  LeukemiaClassifier open(OpenOptions options) throws IOException {
    return OpenModel.open(classifier().bundle().orElseThrow(), options)
        .classifier(pipeline.taxonomy().root());
  }

  /** The first stage under ONNX Runtime. */
  LeukemiaClassifier openOnnx() throws IOException {
    ModelBundle exported =
        TfBackend.exportOnnxBundle(classifier().bundle().orElseThrow(), directory.resolve("onnx"));
    return OpenModel.open(new OnnxBackend(), exported, OpenOptions.DEFAULT)
        .classifier(pipeline.taxonomy().root());
  }

  /** The graph of the first stage's network. */
  Path savedModel() {
    return classifier().bundle().orElseThrow().file("saved_model/saved_model.pb");
  }

  /** Some cells of the network's size; the same ones again where there are too few. */
  public List<CellImage> cells(int count) throws IOException {
    List<CellImage> cells = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Sample sample = dataset.samples().get(i % dataset.size());
      cells.add(sample.source().read().resize(SIDE, SIDE));
    }
    return cells;
  }

  @Override
  public void close() throws IOException {
    pipeline.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
