package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.explanation.Explanations;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.NetworkConfig.AuxiliaryConfig;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A column that is learnt beside the labels, and a stage that is read from it. */
class AuxiliaryHeadTest {
  private static final Label CELL = Label.of("cell");
  private static final Label TYPE = Label.of("type");

  @TempDir Path folder;

  /** Red ones are of two types; every eighth has no label, but a type of its own. */
  private static Dataset typed(Dataset part) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < part.size(); i++) {
      Sample s = part.samples().get(i);
      boolean unlabelled = i % 8 == 7;
      String type = unlabelled ? "other" : s.label().name().equals("red") ? "red" + i % 4 : "sky";
      samples.add(
          new Sample(
              s.id(),
              s.source(),
              unlabelled ? CELL : s.label(),
              s.patient(),
              Map.of("type", type)));
    }
    return part.withSamples(samples);
  }

  private static Split split() {
    return Split.of(
        typed(TinyTraining.part("train", 96)),
        typed(TinyTraining.part("validation", 16)),
        typed(TinyTraining.part("calibration", 0)),
        typed(TinyTraining.part("test", 16)));
  }

  @Test
  void isReadAsTheSumOverItsValuesFromAPipelineThatWasOpenedAgain() throws Exception {
    TrainingConfig config = config().set("stageWeights." + CELL, 0).build();
    Split split = split();
    try (MultilevelPipeline pipeline =
        MultilevelPipeline.train(
            split, config, TinyTraining.RUN, folder.resolve("model"), TrainingListener.NONE)) {
      List<CellImage> images = split.test().samples().stream().map(TinyTraining::image).toList();
      Map<Label, List<Prediction>> said = pipeline.classifyAtAllStages(images);
      assertThat(said).containsOnlyKeys(CELL, TYPE);
      HeadManifest head = pipeline.classifiers().get(CELL).head().orElseThrow();
      assertThat(head.reading().values())
          .isEqualTo(Map.of("red", List.of("red0", "red2"), "blue", List.of("sky")));
      for (int i = 0; i < images.size(); i++) {
        double[] types = said.get(TYPE).get(i).logits().orElseThrow();
        double[] cell = said.get(CELL).get(i).logits().orElseThrow();
        // The types are other, red0, red2 and sky.
        assertThat(cell[0])
            .isCloseTo(Math.log(Math.exp(types[1]) + Math.exp(types[2])), within(1e-9));
        assertThat(cell[1]).isEqualTo(types[3], within(1e-9));
      }
      StageReport types =
          Evaluator.evaluate(
                  pipeline.taxonomy(), ScoredSample.of(pipeline, split.test(), done -> {}))
              .auxiliary()
              .get(0);
      assertThat(types.samples()).isEqualTo(16);
      assertSameInOnnx(
          pipeline.classifiers().get(CELL).bundle().orElseThrow(), images, said.get(CELL));
      assertThat(pipeline.classifyAll(images).get(0).stages()).containsOnlyKeys(CELL);
    }
  }

  @Test
  void isReadInTheMeanWithTheStagesOwnHead() throws Exception {
    Split split = split();
    try (MultilevelPipeline pipeline =
        MultilevelPipeline.train(
            split,
            config().build(),
            TinyTraining.RUN,
            folder.resolve("m"),
            TrainingListener.NONE)) {
      List<CellImage> images = split.test().samples().stream().map(TinyTraining::image).toList();
      Map<Label, List<Prediction>> said = pipeline.classifyAtAllStages(images);
      ModelBundle bundle = pipeline.classifiers().get(CELL).bundle().orElseThrow();
      assertSameInOnnx(bundle, images, said.get(CELL));
      assertExplained(pipeline.classifiers().get(CELL), images);
    }
  }

  /** The gradients of both heads together add up to what an image adds. */
  private static void assertExplained(LeukemiaClassifier classifier, List<CellImage> images) {
    CellImage first = images.get(0);
    double grey =
        logOdds(
            classifier,
            CellImage.ofRgb(first.height(), first.width(), new byte[first.rgb().length]));
    CellImage image =
        images.stream()
            .max(Comparator.comparingDouble(i -> Math.abs(logOdds(classifier, i) - grey)))
            .orElseThrow();
    double expected = logOdds(classifier, image) - grey;
    assertThat(Math.abs(expected)).isGreaterThan(0.3);
    double[][] heat =
        Explanations.explain(
                classifier, image, Label.of("red"), Explanations.Method.INTEGRATED_GRADIENTS)
            .values();
    assertThat(Arrays.stream(heat).flatMapToDouble(Arrays::stream).sum())
        .isCloseTo(expected, within(0.02 + 0.05 * Math.abs(expected)));
  }

  private static double logOdds(LeukemiaClassifier classifier, CellImage image) {
    double red = classifier.classify(image).probabilityOf(Label.of("red"));
    return Math.log(red / (1 - red));
  }

  private static TrainingConfig.Builder config() {
    return TinyTraining.config()
        .epochs(4)
        .auxiliary("type", AuxiliaryConfig.DEFAULT.withReads("cell"));
  }

  /** The probabilities of the first stage in the file for other programs. */
  private void assertSameInOnnx(
      ModelBundle bundle, List<CellImage> images, List<Prediction> expected) throws Exception {
    Path file = folder.resolve("model.onnx");
    TfBackend.exportOnnx(bundle, file);
    ByteBuffer pixels = ByteBuffer.allocateDirect(images.size() * images.get(0).rgb().length);
    images.forEach(image -> pixels.put(image.rgb()));
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long side = images.get(0).height();
    try (OrtSession session =
            environment.createSession(file.toString(), new OrtSession.SessionOptions());
        OnnxTensor tensor =
            OnnxTensor.createTensor(
                environment,
                pixels.rewind(),
                new long[] {images.size(), side, side, 3},
                OnnxJavaType.UINT8);
        OrtSession.Result result = session.run(Map.of("images", tensor))) {
      float[][] found = (float[][]) result.get("probabilities").orElseThrow().getValue();
      for (int i = 0; i < images.size(); i++) {
        assertThat((double) found[i][0])
            .isCloseTo(expected.get(i).probabilities()[0], within(1e-5));
      }
    }
  }
}
