package io.github.leukemia4j.samples;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.starter.Starter;
import java.io.IOException;
import java.nio.file.Path;

/** docs/getting-started.md: a cell and the pipeline that is trained already. */
public final class ClassifyWithStarter {
  private ClassifyWithStarter() {}

  /**
   * Classifies an image.
   *
   * @param args the image
   */
  public static void main(String[] args) throws Exception {
    System.out.println(run(Path.of(args[0])));
  }

  // [starter]
  static MultilevelResult run(Path image) throws IOException {
    try (MultilevelPipeline pipeline = Starter.pipeline()) {
      return pipeline.classify(CellImage.read(image)); // or the reason why a person should look
    }
  }
  // [starter]
}
