package io.github.leukemia4j.tf;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.NetworkConfig.InputConfig.TestTimeAugmentation;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Noise with a blob in one colour channel, by which a class can be told without fail, and a small
 * model that was trained on it.
 */
final class TinyCells {
  static final Taxonomy TWO = Taxonomy.of("cell").with("cell", "normal", "abnormal");
  static final Taxonomy THREE = Taxonomy.of("cell").with("cell", "AML", "ALL", "APL");
  static final OpenOptions CPU = OpenOptions.DEFAULT.withDevice(Device.CPU);
  static final int SIDE = 16;

  private static ModelBundle shared;

  private TinyCells() {}

  /** The same for the same numbers; the label's place is the channel of the blob. */
  static CellImage image(int channel, int number, int side) {
    SplittableRandom random = new SplittableRandom(1000L * channel + number);
    byte[] rgb = new byte[3 * side * side];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (190 + random.nextInt(20));
    }
    int radius = side / 4;
    int row = radius + random.nextInt(side - 2 * radius);
    int column = radius + random.nextInt(side - 2 * radius);
    for (int y = row - radius; y < row + radius; y++) {
      for (int x = column - radius; x < column + radius; x++) {
        rgb[3 * (y * side + x) + channel] -= (byte) 120;
      }
    }
    return CellImage.ofRgb(side, side, rgb);
  }

  /** Images of both classes in turn. */
  static List<CellImage> images(int count, int side) {
    return IntStream.range(0, count).mapToObj(i -> image(i % 2, 5000 + i, side)).toList();
  }

  /**
   * As many samples of the n-th label as the n-th count, and half as many to validate and to test.
   */
  static Split split(Taxonomy taxonomy, int... counts) {
    int[] halves = IntStream.of(counts).map(count -> count / 2).toArray();
    return Split.of(
        part(taxonomy, "train", 0, counts),
        part(taxonomy, "validation", 1000, halves),
        part(taxonomy, "calibration", 2000, new int[counts.length]),
        part(taxonomy, "test", 3000, halves));
  }

  static Dataset part(Taxonomy taxonomy, String name, int first, int... counts) {
    List<Sample> samples = new ArrayList<>();
    for (int label = 0; label < counts.length; label++) {
      Label own = taxonomy.leaves().get(label);
      for (int i = 0; i < counts[label]; i++) {
        String id = name + "-" + own + "-" + i;
        samples.add(
            new Sample(
                id, ImageSource.of(id, image(label, first + i, SIDE)), own, Optional.empty()));
      }
    }
    return Dataset.of("blobs", taxonomy, samples);
  }

  static TrainingConfig.Builder config() {
    return TrainingConfig.builder()
        .network(NetworkConfig.small())
        .inputSize(SIDE)
        .centreCrop(1)
        .set("input.testTimeAugmentation", TestTimeAugmentation.NONE)
        .epochs(3)
        .warmupEpochs(1)
        .batchSize(8)
        .learningRate(0.01)
        .augmentation(Augmentation.none());
  }

  /** On the CPU. */
  static final RunOptions RUN = RunOptions.DEFAULT.withDevice(Device.CPU);

  static ModelBundle train(TrainingConfig config, Split split, Path directory)
      throws IOException, InterruptedException {
    return TinyTraining.train(
        new TfBackend(), config, RUN, split, directory, TrainingListener.NONE);
  }

  /** Trained once for all tests of this JVM: normal or abnormal, natural and equal priors. */
  static synchronized ModelBundle bundle() throws IOException {
    if (shared == null) {
      Path folder = Files.createTempDirectory("tiny-cells");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      try {
        shared = train(config().build(), split(TWO, 16, 16), folder.resolve("bundle"));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return shared;
  }

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
