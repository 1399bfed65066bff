package io.github.leukemia4j.tf;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A program that classifies the tiny cells with a pipeline and writes every bit of the answers. */
public final class OtherJvm {
  private OtherJvm() {}

  /**
   * @param arguments the pipeline, the file to write, the threads
   */
  public static void main(String... arguments) throws IOException {
    int threads = Integer.parseInt(arguments[2]);
    try (MultilevelPipeline pipeline =
        MultilevelPipeline.load(Path.of(arguments[0]), TinyCells.CPU.withThreads(threads))) {
      Files.write(Path.of(arguments[1]), answers(pipeline));
    }
  }

  static List<String> answers(MultilevelPipeline pipeline) {
    List<CellImage> images = TinyCells.images(20, 24);
    List<String> lines = new ArrayList<>();
    for (Map.Entry<Label, List<Prediction>> stage :
        pipeline.classifyAtAllStages(images).entrySet()) {
      for (Prediction prediction : stage.getValue()) {
        for (double p : prediction.probabilities()) {
          lines.add(stage.getKey() + " " + Double.toHexString(p));
        }
      }
    }
    return lines;
  }
}
