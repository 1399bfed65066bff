package io.github.leukemia4j.synthetic;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.nio.file.Path;

/** A pipeline of synthetic cells that is trained within seconds, and so knows little. */
public final class SmallPipeline {
  private SmallPipeline() {}

  /** 150 cells of 40 pixels. */
  public static Dataset dataset() {
    return SyntheticSmear.builder().imageSize(40).cellsPerLabel(30).build().dataset();
  }

  /** Trains both levels for one epoch on images of 32 pixels. */
  public static Path train(Dataset dataset, Path directory) throws Exception {
    return train(dataset, config().build(), directory);
  }

  /** One epoch on images of 32 pixels. */
  public static TrainingConfig.Builder config() {
    return TrainingConfig.builder()
        .network(NetworkConfig.small())
        .inputSize(32)
        .epochs(1)
        .warmupEpochs(0)
        .sampling(Sampling.BALANCED);
  }

  /** Trains both levels. */
  public static Path train(Dataset dataset, TrainingConfig config, Path directory)
      throws Exception {
    MultilevelPipeline.train(
            Splitter.of(1).split(dataset, Verification.of(dataset)),
            config,
            directory,
            new TrainingListener() {})
        .close();
    return directory;
  }
}
