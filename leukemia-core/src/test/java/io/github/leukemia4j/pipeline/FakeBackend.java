package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Backend;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.FakeNetwork;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.PlainNetwork;
import io.github.leukemia4j.image.GateThresholds;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A backend that learns nothing: its models choose by the first red value of an image. What it was
 * asked to train, and what it opened, is kept until {@link #reset()}. Its bundles hold no more than
 * a bundle must.
 */
public final class FakeBackend implements Backend {
  /** Of its bundles. */
  public static final String FORMAT = "fake";

  /** A training of one epoch of images of one pixel. */
  public static final TrainingConfig CONFIG =
      TrainingConfig.builder()
          .network(NetworkConfig.residual(0, List.of(1), List.of(), 0))
          .inputSize(1)
          .centreCrop(1)
          .augmentation(Augmentation.none())
          .epochs(1)
          .build();

  /** On the CPU. */
  public static final RunOptions RUN = RunOptions.DEFAULT.withDevice(Device.CPU);

  /** What happens in the middle of something. */
  interface Incident {
    void happen(Label stage) throws IOException;
  }

  static final List<List<Head>> TRAINED = new ArrayList<>();
  static final List<PlainNetwork> OPENED = new ArrayList<>();
  static final List<OpenOptions> OPTIONS = new ArrayList<>();
  static Incident whileWriting = stage -> {};
  static Incident whileOpening = stage -> {};

  static void reset() {
    TRAINED.clear();
    OPENED.clear();
    OPTIONS.clear();
    whileWriting = stage -> {};
    whileOpening = stage -> {};
  }

  /** A bundle of this backend. */
  public static ModelBundle bundle(Path directory, String name, List<String> labels)
      throws IOException {
    List<Double> equal = Collections.nCopies(labels.size(), 1.0 / labels.size());
    LabelSet set = LabelSet.of(labels.toArray(String[]::new));
    HeadManifest head =
        HeadManifest.of(
            Label.of(name),
            labels.contains("abnormal") ? set.withPositive(Label.of("abnormal")) : set,
            "none",
            new ModelManifest.Priors("natural", equal, equal),
            Map.of());
    return bundle(directory, List.of(head), null);
  }

  /** A bundle of this backend, for images of one pixel, of which nothing else is known. */
  public static ModelBundle bundle(Path directory, List<HeadManifest> heads, GateThresholds gate)
      throws IOException {
    String name = heads.get(0).stage();
    ModelManifest manifest =
        new ModelManifest(
            name,
            FORMAT,
            new ModelManifest.Input(1, 1, "area", "none"),
            "none",
            heads,
            null,
            gate,
            null);
    return ModelBundle.create(
        directory, manifest, place -> Files.writeString(place.resolve("fake.txt"), name));
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
  public Network open(ModelBundle bundle, OpenOptions options) throws IOException {
    whileOpening.happen(Label.of(bundle.manifest().name()));
    PlainNetwork network =
        new PlainNetwork(
            Head.listOf(bundle.manifest()), (head, rgb) -> logits(head.labels().size(), rgb[0]));
    OPENED.add(network);
    OPTIONS.add(options);
    return network;
  }

  private static double[] logits(int labels, byte red) {
    double[] logits = new double[labels];
    logits[(red & 0xFF) * labels / 256] = Math.log(9.0 * (labels - 1));
    return logits;
  }

  @Override
  public Optional<NetworkFactory> training() {
    return Optional.of(
        (config, learnt, run) -> {
          List<Head> heads = learnt.stream().map(HeadLoss::head).toList();
          TRAINED.add(heads);
          return new FakeNetwork(
              FORMAT,
              heads,
              place -> {
                whileWriting.happen(heads.get(0).stage());
                Files.writeString(place.resolve("fake.txt"), "nothing");
              });
        });
  }
}
