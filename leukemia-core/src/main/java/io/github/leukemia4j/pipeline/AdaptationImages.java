package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.image.quality.ImageGate;
import io.github.leukemia4j.image.quality.ImageStatistics;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.store.Sha256;
import io.github.leukemia4j.training.input.ImageCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The images that a pipeline is adapted by: different ones that the gate of its first network finds
 * no fault with, but for their stain, in the order of their digests. So neither the order nor the
 * names of the files, nor copies of an image, change the result, and no batch is of one patient or
 * label because the files lay so. The images are kept as networks see them. Not thread-safe.
 */
final class AdaptationImages implements AutoCloseable {
  private final Dataset dataset;
  private final List<Sample> samples;
  private final String digest;
  private ImageCache cache;
  private ModelManifest.Input cached;

  private AdaptationImages(Dataset dataset, ImageCache cache, ModelManifest first) {
    this.dataset = dataset;
    this.cache = cache;
    this.cached = first.input();
    Optional<ImageGate> gate = Optional.ofNullable(first.gate()).map(ImageGate::new);
    Map<String, Sample> byDigest = new TreeMap<>();
    Map<String, String> digests = cache.verification().digests();
    for (Sample sample : dataset.samples()) {
      int index = cache.indexOf(sample.id());
      if (gate.map(g -> isFit(g.check(statistics(cache, index)))).orElse(true)) {
        byDigest.putIfAbsent(digests.get(sample.id()), sample);
      }
    }
    this.samples = List.copyOf(byDigest.values());
    this.digest = Sha256.of(String.join("\n", byDigest.keySet()).getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isFit(Set<Finding> findings) {
    return findings.stream().allMatch(found -> found == Finding.UNUSUAL_STAIN);
  }

  /**
   * Reads the images.
   *
   * @param first of the pipeline's networks
   * @throws DataException where images cannot be read, or too few are different and fit
   */
  static AdaptationImages read(Dataset given, ModelManifest first)
      throws IOException, InterruptedException {
    ImageCache cache = load(given, first.input());
    try {
      AdaptationImages images = new AdaptationImages(given, cache, first);
      if (images.size() < Adaptation.FEWEST_IMAGES) {
        throw new DataException(
            "%s must hold at least %d different images that are neither blank, blurred, clipped nor too small; found %d of %d. Fewer would tell of these cells and not of the laboratory: add images, or use the pipeline as it is."
                .formatted(given.name(), Adaptation.FEWEST_IMAGES, images.size(), given.size()));
      }
      return images;
    } catch (RuntimeException | Error e) {
      cache.close();
      throw e;
    }
  }

  private static ImageCache load(Dataset dataset, ModelManifest.Input input)
      throws IOException, InterruptedException {
    ImageCache.Options options = ImageCache.Options.defaults().withCentreCrop(input.centreCrop());
    return ImageCache.load(
        dataset,
        input.height(),
        input.width(),
        input.micrometresPerPixel() == null
            ? options
            : options.withMicrometresPerPixel(input.micrometresPerPixel()));
  }

  /** What the gate looks at: the image at the network's size, but as large as it came. */
  private static ImageStatistics statistics(ImageCache cache, int index) {
    int side = cache.shorterSideBefore(index);
    return ImageStatistics.of(image(cache, index)).ofSize(side, side);
  }

  private static CellImage image(ImageCache cache, int index) {
    byte[] rgb = new byte[cache.imageBytes()];
    cache.copyTo(index, rgb, 0);
    return CellImage.ofRgb(cache.height(), cache.width(), rgb);
  }

  /** The name of the data set. */
  String name() {
    return dataset.name();
  }

  /**
   * The samples in use, in order, as they are kept where all networks see the same of an image, so
   * that none is decoded again; valid until other {@link #pixels} are asked for.
   *
   * @param inputs of the networks that look at them
   */
  List<Sample> samples(List<ModelManifest.Input> inputs) {
    return inputs.stream().allMatch(input -> sameView(input, cached))
        ? cache.cached(dataset.withSamples(samples)).samples()
        : samples;
  }

  /** How many are in use. */
  int size() {
    return samples.size();
  }

  /** How many are not. */
  int leftOut() {
    return dataset.size() - samples.size();
  }

  /** SHA-256 over the digests of the images in use. */
  String digest() {
    return digest;
  }

  /** The colours of each image in use, as {@link ImageStatistics#colour} gives them. */
  List<double[]> colours() {
    return samples.stream().map(s -> cache.colour(cache.indexOf(s.id()))).toList();
  }

  /** The images in use as a network sees them; valid until they are asked for again. */
  Pixels pixels(ModelManifest.Input input) throws IOException, InterruptedException {
    if (!sameView(input, cached)) {
      ImageCache other = load(dataset, input);
      cache.close();
      cache = other;
      cached = input;
    }
    return new Pixels(input);
  }

  private static boolean sameView(ModelManifest.Input one, ModelManifest.Input other) {
    return one.height() == other.height()
        && one.width() == other.width()
        && one.centreCrop().equals(other.centreCrop())
        && Objects.equals(one.micrometresPerPixel(), other.micrometresPerPixel());
  }

  /** How many of the images in use do not know their scale although the network knows its own. */
  long ofUnknownScale() {
    return cached.micrometresPerPixel() == null
        ? 0
        : samples.stream().filter(s -> s.micrometresPerPixel().isEmpty()).count();
  }

  /** Whether all of them were brought to the scale of the network. */
  boolean atOneScale() {
    return cached.micrometresPerPixel() != null && ofUnknownScale() == 0;
  }

  /** The images in use, by their places. */
  final class Pixels {
    private final ModelManifest.Input input;

    private Pixels(ModelManifest.Input input) {
      this.input = input;
    }

    /** The bytes of one image. */
    int imageBytes() {
      return cache.imageBytes();
    }

    /** Copies an image as the network is fed it, in the colours that it wants. */
    void copyTo(int place, byte[] target, int offset) {
      input.recolour(image(cache, index(place))).copyTo(target, offset);
    }

    /** What the gate of the network looks at, of each image. */
    List<ImageStatistics> statistics() {
      List<ImageStatistics> all = new ArrayList<>();
      for (int i = 0; i < size(); i++) {
        all.add(AdaptationImages.statistics(cache, index(i)));
      }
      return all;
    }

    private int index(int place) {
      return cache.indexOf(samples.get(place).id());
    }
  }

  @Override
  public void close() throws IOException {
    cache.close();
  }
}
