package io.github.leukemia4j.samples;

// [adapt]
import io.github.leukemia4j.calibration.DecisionRule;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.pipeline.Adaptation;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.RunOptions;
import java.nio.file.Path;

// [adapt]

/**
 * Adapts a pipeline to a laboratory by images without labels, and calibrates it on labelled ones.
 */
public final class AdaptToLaboratory {
  private AdaptToLaboratory() {}

  /**
   * @param args the pipeline, a folder of images, labelled cells, and where to write the adapted
   *     and the calibrated pipeline
   */
  public static void main(String[] args) throws Exception {
    run(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), Path.of(args[4]));
  }

  // [adapt]
  static Adaptation.Report run(
      Path model, Path anyImages, Path labelledCells, Path adapted, Path calibrated)
      throws Exception {
    Dataset images = Datasets.images(anyImages); // any folder; labels are not looked at
    Adaptation.Report report =
        MultilevelPipeline.adapt(model, images, Adaptation.DEFAULT, RunOptions.DEFAULT, adapted);
    report.warnings().forEach(System.out::println);

    Dataset labelled = Datasets.open(labelledCells);
    MultilevelPipeline.calibrate(adapted, labelled, DecisionRule.NONE, calibrated).close();
    return report;
  }
  // [adapt]
}
