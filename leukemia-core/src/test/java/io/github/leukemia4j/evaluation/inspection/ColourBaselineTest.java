package io.github.leukemia4j.evaluation.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.evaluation.EvaluationReport.Baseline;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.input.TrainingColours;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ColourBaselineTest {
  private static final Taxonomy CELLS = Taxonomy.of("cell").with("cell", "normal", "abnormal");

  /** Five images each of the patients, the even ones of whom are normal. */
  private static Dataset dataset(int from, int to, boolean coloured) {
    List<Sample> samples = new ArrayList<>();
    for (int i = from * 5; i < to * 5; i++) {
      int patient = i / 5;
      String id = "image " + i;
      int red = coloured && patient % 2 == 0 ? 80 : 160;
      samples.add(
          new Sample(
              id,
              ImageSource.of(id, image(i, red)),
              Label.of(patient % 2 == 0 ? "normal" : "abnormal"),
              Optional.of("P" + patient)));
    }
    return Dataset.of("cells", CELLS, samples);
  }

  private static CellImage image(long seed, int red) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] rgb = new byte[12 * 12 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) ((i % 3 == 0 ? red : 120) + random.nextInt(40));
    }
    return CellImage.ofRgb(12, 12, rgb);
  }

  private static Split split(boolean coloured) {
    Dataset rest = dataset(0, 0, coloured);
    return Split.of(dataset(0, 8, coloured), rest, rest, dataset(8, 12, coloured));
  }

  private static double balancedAccuracy(Baseline baseline) {
    return baseline.balancedAccuracy().get(Label.of("cell")).value();
  }

  private static ImageCache read(Dataset dataset) throws Exception {
    return ImageCache.load(dataset, 12, 12, ImageCache.Options.defaults());
  }

  private static Baseline ofSplit(Split split) throws Exception {
    try (ImageCache images = read(split.all())) {
      return ofSplit(split.train(), split.test(), images);
    }
  }

  private static Baseline ofSplit(Dataset training, Dataset tested, ImageCache images) {
    return ColourBaseline.of(TrainingColours.of(training, images), CELLS, tested.samples(), images);
  }

  @Test
  void tellsTheTestPartByTheTrainingPart() throws Exception {
    Baseline baseline = ofSplit(split(true));

    assertThat(balancedAccuracy(baseline)).isEqualTo(1);
    assertThat(baseline.how()).contains("among the training part;");
    assertThat(balancedAccuracy(ofSplit(split(false)))).isBetween(0.2, 0.8);
  }

  @Test
  void learnsOnlyFromTheTrainingPart() throws Exception {
    // Labels of the training part turned round turn every answer round.
    Split split = split(true);
    Dataset turned =
        split
            .train()
            .withSamples(
                split.train().samples().stream()
                    .map(
                        s ->
                            new Sample(
                                s.id(),
                                s.source(),
                                Label.of(s.label().name().equals("normal") ? "abnormal" : "normal"),
                                s.patient()))
                    .toList());

    assertThat(balancedAccuracy(ofSplit(turned, split.test(), read(split.all())))).isZero();
  }

  @Test
  void tellsEveryFoldByItsOwnTrainingPart() throws Exception {
    Dataset none = dataset(0, 0, true);
    Baseline baseline =
        ColourBaseline.ofFolds(
            List.of(
                Split.of(dataset(0, 8, true), none, none, dataset(8, 12, true)),
                Split.of(dataset(4, 12, true), none, none, dataset(0, 4, true))),
            read(dataset(0, 12, true)));

    assertThat(balancedAccuracy(baseline)).isEqualTo(1);
    assertThat(baseline.how()).contains("of each fold;");
  }

  @Test
  void saysThatItKnowsTheDataWhereItDoes() throws Exception {
    Baseline baseline = ColourBaseline.withinData(read(dataset(0, 12, true)));

    assertThat(balancedAccuracy(baseline)).isEqualTo(1);
    assertThat(baseline.how()).contains("cross-validated by patient", "has seen this data set");
  }
}
