package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.HandMadeClassifier;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.backend.Backend;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.Trainer;
import io.github.leukemia4j.data.Split;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A backend that learns nothing: its models choose by the first red value of an image. What it was
 * asked to train, and what it opened, is kept until {@link #reset()}. Its bundles hold no more than
 * a bundle must.
 */
public final class FakeBackend implements Backend, Trainer {
  /** Of its bundles. */
  public static final String FORMAT = "fake";

  /** What happens in the middle of a training. */
  interface Incident {
    void happen(Label stage) throws IOException, InterruptedException;
  }

  static final List<Split> TRAINED = new ArrayList<>();
  static final List<HandMadeClassifier> OPENED = new ArrayList<>();
  static final List<OpenOptions> OPTIONS = new ArrayList<>();
  static Incident whileTraining = stage -> {};
  static Incident whileOpening = stage -> {};

  static void reset() {
    TRAINED.clear();
    OPENED.clear();
    OPTIONS.clear();
    whileTraining = stage -> {};
    whileOpening = stage -> {};
  }

  /** A bundle of this backend. */
  public static ModelBundle bundle(Path directory, String name, List<String> labels)
      throws IOException {
    ModelManifest manifest =
        manifest(FORMAT, name, labels, labels.contains("abnormal") ? "abnormal" : null);
    return ModelBundle.create(
        directory, manifest, place -> Files.writeString(place.resolve("fake.txt"), name));
  }

  /** Of a model for images of one pixel, of which nothing else is known. */
  static ModelManifest manifest(String format, String name, List<String> labels, String positive) {
    List<Double> equal = Collections.nCopies(labels.size(), 1.0 / labels.size());
    return ModelManifest.builder()
        .format(format)
        .name(name)
        .labels(labels)
        .positive(positive)
        .input(new ModelManifest.Input(1, 1, "area", "none"))
        .priors(new ModelManifest.Priors("natural", equal, equal))
        .loss("none")
        .build();
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
  public LeukemiaClassifier open(ModelBundle bundle, OpenOptions options) throws IOException {
    try {
      whileOpening.happen(Label.of(bundle.manifest().name()));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    HandMadeClassifier classifier =
        new HandMadeClassifier(
            bundle.manifest().labelSet(),
            image -> image.value(0, 0, 0) / 256.0,
            Optional.of(bundle));
    OPENED.add(classifier);
    OPTIONS.add(options);
    return classifier;
  }

  @Override
  public Optional<Trainer> trainer() {
    return Optional.of(this);
  }

  @Override
  public ModelBundle train(
      TrainingConfig config, Split split, Path directory, TrainingListener listener)
      throws IOException, InterruptedException {
    Label stage = split.taxonomy().root();
    listener.stageStarted(stage, config.epochs(), 1);
    TRAINED.add(split);
    whileTraining.happen(stage);
    LabelSet labels = split.taxonomy().labelSet(stage);
    return bundle(directory, stage.name(), labels.labels().stream().map(Label::name).toList());
  }
}
