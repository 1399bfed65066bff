package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.backend.Backend;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.PlainNetwork;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.testkit.SoftmaxNetwork;
import java.util.Optional;

/** Trains softmax regression; what is opened says nothing of an image. */
public final class SoftmaxBackend implements Backend {
  @Override
  public String name() {
    return SoftmaxNetwork.FORMAT;
  }

  @Override
  public boolean canOpen(ModelManifest manifest) {
    return manifest.format().equals(SoftmaxNetwork.FORMAT);
  }

  @Override
  public Network open(ModelBundle bundle, OpenOptions options) {
    return new PlainNetwork(
        Head.listOf(bundle.manifest()), (head, rgb) -> new double[head.labels().size()]);
  }

  @Override
  public Optional<NetworkFactory> training() {
    return Optional.of(SoftmaxNetwork.FACTORY);
  }
}
