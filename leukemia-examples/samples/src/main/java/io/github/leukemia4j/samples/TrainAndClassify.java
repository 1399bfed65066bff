package io.github.leukemia4j.samples;

// [train-and-classify]
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.nio.file.Path;

// [train-and-classify]

/** The README's first example: trains a cascade on a folder of images and classifies one cell. */
public final class TrainAndClassify {
  private TrainAndClassify() {}

  /**
   * @param args the data set, where to write the pipeline, and an image to classify
   */
  public static void main(String[] args) throws Exception {
    MultilevelResult result = run(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]));
    System.out.println(result);
  }

  // [train-and-classify]
  static MultilevelResult run(Path data, Path model, Path image) throws Exception {
    Dataset dataset = Datasets.open(data); // folders normal/, abnormal/AML/, ... or a CSV file
    Split split = Splitter.of(1).split(dataset, Verification.of(dataset).requireReadable());
    TrainingConfig config = TrainingConfig.defaults();
    TrainingListener progress = TrainingListener.lines(System.out::println);
    MultilevelPipeline.train(split, config, model, progress).close();

    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model)) {
      MultilevelResult result = pipeline.classify(CellImage.read(image));
      System.out.println(result); // the way through the levels, or why a person should look
      return result;
    }
  }
  // [train-and-classify]
}
