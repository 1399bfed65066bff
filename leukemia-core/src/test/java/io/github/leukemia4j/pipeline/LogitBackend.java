package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.backend.Backend;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.Probabilities;
import io.github.leukemia4j.backend.Trainer;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Split;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelCard;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.model.TrainingSamples;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A backend whose networks take a pixel for their logits: its red, green and blue value, less 128
 * and over 16, are those of the stage's first three labels.
 */
public final class LogitBackend implements Backend, Trainer {
  private static final String FORMAT = "logits";

  /** What opening a bundle does, besides. */
  static Runnable whileOpening = () -> {};

  /** A pixel for these logits, which are multiples of 1/16 in [-8, 8). */
  static CellImage pixel(double... logits) {
    byte[] rgb = new byte[3];
    for (int i = 0; i < logits.length; i++) {
      rgb[i] = (byte) (int) (logits[i] * 16 + 128);
    }
    return CellImage.ofRgb(1, 1, rgb);
  }

  @Override
  public String name() {
    return FORMAT;
  }

  @Override
  public boolean canOpen(ModelManifest manifest) {
    return manifest.format().equals(FORMAT);
  }

  @Override
  public void recalibrate(Path directory, ModelManifest manifest) throws IOException {
    Files.writeString(directory.resolve("network.txt"), "at " + manifest.temperature());
  }

  @Override
  public LeukemiaClassifier open(ModelBundle bundle, OpenOptions options) {
    whileOpening.run();
    return new LeukemiaClassifier() {
      @Override
      public LabelSet labels() {
        return bundle.manifest().labelSet();
      }

      @Override
      public Optional<ModelBundle> bundle() {
        return Optional.of(bundle);
      }

      @Override
      public Map<Label, Double> prevalence() {
        return Probabilities.prevalence(bundle.manifest(), options);
      }

      @Override
      public List<Prediction> classifyAll(List<CellImage> images) {
        Probabilities probabilities = Probabilities.of(bundle.manifest(), options);
        return images.stream()
            .map(
                image -> {
                  double[] logits = new double[labels().size()];
                  for (int k = 0; k < logits.length; k++) {
                    logits[k] = (image.value(0, 0, k) - 128) / 16.0;
                  }
                  return probabilities.predict(logits);
                })
            .toList();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Optional<Trainer> trainer() {
    return Optional.of(this);
  }

  @Override
  public ModelBundle train(
      TrainingConfig config, Split split, Path directory, TrainingListener listener)
      throws IOException, InterruptedException {
    LabelSet labels = split.taxonomy().labelSet(split.taxonomy().root());
    ModelManifest manifest =
        FakeBackend.manifest(
            FORMAT,
            split.taxonomy().root().name(),
            labels.labels().stream().map(Label::name).toList(),
            labels.positive().map(Label::name).orElse(null));
    List<String> patients = new ArrayList<>();
    List<String> images = new ArrayList<>();
    for (Dataset part :
        Stream.of(split.train(), split.validation(), split.calibration()).toList()) {
      part.samples().forEach(s -> s.patient().ifPresent(patients::add));
      images.addAll(part.verify().digests().values());
    }
    return ModelBundle.create(
        directory,
        manifest,
        place -> {
          Files.writeString(place.resolve("network.txt"), "as trained");
          Files.writeString(place.resolve("MODEL_CARD.md"), ModelCard.of(manifest));
          TrainingSamples.of(patients, images).write(place);
        });
  }
}
