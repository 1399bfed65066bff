package io.github.leukemia4j.backend;

import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network that learns nothing and says nothing of an image, for tests of what is around it.
 *
 * @param export writes the files of the bundle
 */
public record FakeNetwork(String format, List<Head> heads, Export export)
    implements TrainableNetwork {
  /** Writes the network's files. */
  public interface Export {
    /** Into the bundle's directory. */
    void to(Path directory) throws IOException;
  }

  @Override
  public Origin origin() {
    return new Origin(format, "none", format, "CPU", 1, Map.of(), Optional.of("exact"));
  }

  @Override
  public Step step(Batch batch, double learningRate, long number) {
    return new Step(0, 0);
  }

  @Override
  public Logits logits(byte[] rgb, int images) {
    return Logits.of(
        heads.stream()
            .map(head -> new double[images][head.labels().size()])
            .toArray(double[][][]::new));
  }

  @Override
  public Map<String, int[]> shapes() {
    return Map.of();
  }

  @Override
  public Map<String, float[]> weights() {
    return Map.of();
  }

  @Override
  public Map<String, float[]> state() {
    return Map.of();
  }

  @Override
  public void restore(Map<String, float[]> state) {}

  @Override
  public void start(Map<String, float[]> weights) {}

  @Override
  public void export(Path directory, ModelManifest manifest, Map<String, float[]> weights)
      throws IOException {
    export.to(directory);
  }

  @Override
  public void close() {}
}
