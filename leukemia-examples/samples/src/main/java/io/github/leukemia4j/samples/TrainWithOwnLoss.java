package io.github.leukemia4j.samples;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.nio.file.Path;
import org.example.leukemia.BrierLoss;

/** Trains under a loss of one's own, whose graph is found by ServiceLoader. */
public final class TrainWithOwnLoss {
  private TrainWithOwnLoss() {}

  /**
   * @param args the data set, and where to write the pipeline
   */
  public static void main(String[] args) throws Exception {
    Dataset dataset = Datasets.open(Path.of(args[0]));
    run(dataset, TrainingConfig.builder(), Path.of(args[1])).close();
  }

  // [train]
  static MultilevelPipeline run(Dataset dataset, TrainingConfig.Builder settings, Path model)
      throws Exception {
    Split split = Splitter.of(1).split(dataset, Verification.of(dataset).requireReadable());
    TrainingConfig config = settings.loss(new BrierLoss()).build();
    TrainingListener progress = TrainingListener.lines(System.out::println);
    return MultilevelPipeline.train(split, config, model, progress);
  }
  // [train]
}
