package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.backend.Backend;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.FakeNetwork;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.PlainNetwork;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.nio.file.Files;
import java.util.Optional;

/**
 * A backend whose networks take a pixel for their logits: its red, green and blue value, less 128
 * and over 16, are those of the stage's first three labels.
 */
public final class LogitBackend implements Backend {
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
  public Network open(ModelBundle bundle, OpenOptions options) {
    whileOpening.run();
    return new PlainNetwork(
        Head.listOf(bundle.manifest()),
        (head, rgb) -> {
          double[] logits = new double[head.labels().size()];
          for (int k = 0; k < logits.length; k++) {
            logits[k] = ((rgb[k] & 0xFF) - 128) / 16.0;
          }
          return logits;
        });
  }

  @Override
  public Optional<NetworkFactory> training() {
    return Optional.of(
        (config, learnt, run) ->
            new FakeNetwork(
                FORMAT,
                learnt.stream().map(HeadLoss::head).toList(),
                place -> Files.writeString(place.resolve("network.txt"), "as trained")));
  }
}
