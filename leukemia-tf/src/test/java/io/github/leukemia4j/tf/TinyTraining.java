package io.github.leukemia4j.tf;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.NetworkConfig.InputConfig.TestTimeAugmentation;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.loop.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** A training of seconds: noise of two colours, a network of three small blocks. */
final class TinyTraining {
  static final Taxonomy TAXONOMY =
      Taxonomy.parse(
          "{\"name\":\"cell\",\"positive\":\"blue\",\"children\":"
              + "[{\"name\":\"red\"},{\"name\":\"blue\"}]}");

  private static final int SIDE = 16;

  private TinyTraining() {}

  /** 48 images to train, 16 to validate, 4 to test on. */
  static Split split() {
    return Split.of(
        part("train", 48), part("validation", 16), part("calibration", 0), part("test", 4));
  }

  static Dataset part(String name, int size) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      byte[] rgb = new byte[3 * SIDE * SIDE];
      random.nextBytes(rgb);
      for (int pixel = 0; pixel < SIDE * SIDE / 2; pixel++) {
        rgb[3 * pixel + (i % 2 == 0 ? 0 : 2)] = (byte) 255;
      }
      String id = name + "/" + i + ".png";
      samples.add(
          new Sample(
              id,
              ImageSource.of(id, CellImage.ofRgb(SIDE, SIDE, rgb)),
              Label.of(i % 2 == 0 ? "red" : "blue"),
              Optional.of(name + i)));
    }
    return Dataset.of(name, TAXONOMY, samples);
  }

  /** Three epochs of six steps, with everything that has a state or draws by chance. */
  static TrainingConfig.Builder config() {
    return TrainingConfig.builder()
        .network(NetworkConfig.small())
        .inputSize(SIDE)
        .centreCrop(1)
        .set("input.testTimeAugmentation", TestTimeAugmentation.NONE)
        .batchSize(8)
        .epochs(3)
        .warmupEpochs(1)
        .set("optimizer.averaging", 0.9)
        .seed(7);
  }

  /** On two threads. */
  static final RunOptions RUN = RunOptions.DEFAULT.withThreads(2);

  /** The same, going on with what was stopped. */
  static final RunOptions RESUMED = RUN.withResume(true);

  /** Trains on TensorFlow with the losses that come with it. */
  static ModelBundle train(
      TrainingConfig config, Split split, Path directory, TrainingListener listener)
      throws IOException, InterruptedException {
    return train(new TfBackend(), config, RUN, split, directory, listener);
  }

  /** Trains on a backend with losses of its own. */
  static ModelBundle train(
      TfBackend backend,
      TrainingConfig config,
      RunOptions run,
      Split split,
      Path directory,
      TrainingListener listener)
      throws IOException, InterruptedException {
    return new Training(backend.training().orElseThrow(), config, run, listener)
        .train(split, directory);
  }

  /** Trains, and gives the hash of the network with its weights. */
  static String train(TrainingConfig config, Path directory) throws Exception {
    return train(config, RUN, directory);
  }

  static String train(TrainingConfig config, RunOptions run, Path directory) throws Exception {
    return train(config, run, directory, TrainingListener.NONE);
  }

  static String train(TrainingConfig config, Path directory, TrainingListener listener)
      throws IOException, InterruptedException {
    return train(config, RUN, directory, listener);
  }

  static String train(
      TrainingConfig config, RunOptions run, Path directory, TrainingListener listener)
      throws IOException, InterruptedException {
    train(new TfBackend(), config, run, split(), directory, listener);
    return weightsHash(directory);
  }

  static String weightsHash(Path bundle) throws IOException {
    try {
      byte[] file =
          Files.readAllBytes(bundle.resolve(SavedModelFile.DIRECTORY).resolve(SavedModelFile.FILE));
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A split whose files hold the changed images. */
  static Split changed(Split split, UnaryOperator<CellImage> change) {
    return Split.of(
        changed(split.train(), change),
        changed(split.validation(), change),
        changed(split.calibration(), change),
        changed(split.test(), change));
  }

  private static Dataset changed(Dataset part, UnaryOperator<CellImage> change) {
    return part.withSamples(
        part.samples().stream()
            .map(
                s ->
                    new Sample(
                        s.id(),
                        ImageSource.of(s.id(), change.apply(image(s))),
                        s.label(),
                        s.patient()))
            .toList());
  }

  static CellImage image(Sample sample) {
    try {
      return sample.source().read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A bundle of the same network that is fed otherwise, without its other files. */
  static ModelBundle withInput(ModelBundle bundle, ModelManifest.Input input, Path directory)
      throws IOException {
    String network = SavedModelFile.DIRECTORY + "/" + SavedModelFile.FILE;
    return ModelBundle.create(
        directory,
        new ModelManifest(
            bundle.manifest().name(),
            bundle.manifest().format(),
            input,
            bundle.manifest().testTimeAugmentation(),
            bundle.manifest().heads(),
            bundle.manifest().selection(),
            bundle.manifest().gate(),
            bundle.manifest().provenance()),
        place -> {
          Files.createDirectory(place.resolve(SavedModelFile.DIRECTORY));
          Files.copy(bundle.file(network), place.resolve(network));
        });
  }

  /** A bundle of the same network that is fed images as they come, but for their size. */
  static ModelBundle withoutSteps(ModelBundle bundle, Path directory) throws IOException {
    ModelManifest.Input input = bundle.manifest().input();
    return withInput(
        bundle,
        new ModelManifest.Input(
            input.height(), input.width(), input.resize(), input.normalisation()),
        directory);
  }
}
