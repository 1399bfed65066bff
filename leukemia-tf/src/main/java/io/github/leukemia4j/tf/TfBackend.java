package io.github.leukemia4j.tf;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.Backend;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Trains and opens models on TensorFlow Java, on a GPU where there is one. Found by {@link
 * java.util.ServiceLoader}; make one with {@link #builder()} to give it losses, architectures and
 * optimisers of your own. Thread-safe. Nothing native is loaded before a model is trained or
 * opened.
 */
public final class TfBackend implements Backend {
  /** What options call this backend. */
  public static final String NAME = "tensorflow";

  private final Extensions extensions;

  /** With the extensions that {@link java.util.ServiceLoader} finds. */
  public TfBackend() {
    this(Extensions.installed());
  }

  private TfBackend(Extensions extensions) {
    this.extensions = extensions;
  }

  /** Collects graphs of losses, architectures and optimisers of your own. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean canOpen(ModelManifest manifest) {
    return SavedModelFile.FORMAT.equals(manifest.format());
  }

  @Override
  public Network open(ModelBundle bundle, OpenOptions options) throws IOException {
    return TfNetwork.open(bundle, options, extensions.operations(), InvariantGraph::of);
  }

  @Override
  public Optional<NetworkFactory> training() {
    return Optional.of(new TfTrainableNetwork.Factory(extensions));
  }

  /**
   * Writes a bundle's network as one ONNX file, with its weights, from raw pixels to calibrated
   * probabilities: input {@code images}, uint8 [images, height, width, 3]; outputs {@code logits}
   * and {@code probabilities}, float [images, labels]. Labels and origin are in the model's
   * metadata. Images must be cropped about the middle where the metadata names a share of their
   * sides ({@code centre_crop}), then have the network's size, and its stain normalisation where
   * the metadata names one ({@code stain_normalisation}): the file does none of it. Loads nothing
   * native.
   *
   * @param bundle of this backend's format
   * @param file which must not exist; it appears whole or not at all
   * @throws IOException where the file exists or cannot be written
   * @throws ModelFormatException where the bundle is of another format, or its graph holds what
   *     cannot be translated
   */
  public static void exportOnnx(ModelBundle bundle, Path file) throws IOException {
    byte[] model = onnx(bundle);
    Path place = file.toAbsolutePath().normalize();
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(
          file.toString(), null, "nothing is overwritten: choose another file, or remove this one");
    }
    Files.createDirectories(place.getParent());
    Path beside = place.resolveSibling(place.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.write(beside, model);
      Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /**
   * Writes a bundle whose network is the file {@code model.onnx}, as of {@link #exportOnnx}, and
   * whose format is {@code onnx}, for a backend that runs such files.
   *
   * @param bundle of this backend's format
   * @param directory missing, or empty; it appears whole or not at all
   * @throws IOException where something is there already, or cannot be written
   * @throws ModelFormatException where the bundle is of another format, or its graph holds what
   *     cannot be translated
   */
  public static ModelBundle exportOnnxBundle(ModelBundle bundle, Path directory)
      throws IOException {
    byte[] model = onnx(bundle);
    return ModelBundle.create(
        directory,
        bundle.manifest().withFormat(OnnxExport.FORMAT),
        place -> {
          Files.write(place.resolve(OnnxExport.FILE), model);
          for (String name : bundle.manifest().files().keySet()) {
            if (!name.startsWith(SavedModelFile.DIRECTORY + "/")) {
              Path copy = place.resolve(name);
              Files.createDirectories(copy.getParent());
              Files.copy(bundle.file(name), copy);
            }
          }
        });
  }

  private static byte[] onnx(ModelBundle bundle) throws IOException {
    if (!bundle.manifest().format().equals(SavedModelFile.FORMAT)) {
      throw new ModelFormatException(
          "%s: expected a model of the format %s; found %s. Only that can be exported."
              .formatted(bundle.directory(), SavedModelFile.FORMAT, bundle.manifest().format()));
    }
    return OnnxExport.model(bundle);
  }

  /**
   * Collects what goes before that which {@link java.util.ServiceLoader} finds; not thread-safe.
   */
  public static final class Builder {
    private final List<TfLoss<?>> losses = new ArrayList<>();
    private final List<TfArchitecture> architectures = new ArrayList<>();
    private final List<TfOptimizer> optimizers = new ArrayList<>();

    private Builder() {}

    /** Adds the graph of a loss, which goes before others for the same type. */
    public Builder loss(TfLoss<?> loss) {
      losses.add(Objects.requireNonNull(loss, "loss"));
      return this;
    }

    /** Adds an architecture, which goes before others of the same name. */
    public Builder architecture(TfArchitecture architecture) {
      architectures.add(Objects.requireNonNull(architecture, "architecture"));
      return this;
    }

    /** Adds an optimiser, which goes before others of the same name. */
    public Builder optimizer(TfOptimizer optimizer) {
      optimizers.add(Objects.requireNonNull(optimizer, "optimizer"));
      return this;
    }

    /**
     * The backend.
     *
     * @throws IllegalArgumentException where two of those that were added have the same type or
     *     name
     */
    public TfBackend build() {
      return new TfBackend(Extensions.of(losses, architectures, optimizers));
    }
  }
}
