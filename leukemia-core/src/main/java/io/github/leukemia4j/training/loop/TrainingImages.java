package io.github.leukemia4j.training.loop;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.image.GateThresholds;
import io.github.leukemia4j.image.StainNormalisation;
import io.github.leukemia4j.image.quality.ImageGate;
import io.github.leukemia4j.image.quality.ImageStatistics;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.input.Batches;
import io.github.leukemia4j.training.input.ImageCache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The images of the training and the validation part as the network sees them, and what was learnt
 * from those of the training part before the first step: the gate, and the colours that all images
 * are given. Used by one thread, which closes it.
 */
final class TrainingImages implements AutoCloseable {
  private final Split split;
  private final TrainingConfig config;
  private final int threads;
  private final ImageCache read;
  private final ImageCache cache;
  private final int[] validation;
  private final Optional<GateThresholds> gate;
  private final Optional<StainNormalisation> stain;

  private TrainingImages(Split split, TrainingConfig config, int threads, ImageCache read)
      throws IOException, InterruptedException {
    this.split = split;
    this.config = config;
    this.threads = threads;
    this.read = read;
    int size = config.input().size();
    if (read.height() != size
        || read.width() != size
        || read.centreCrop() != config.input().centreCrop()) {
      throw new IllegalArgumentException(
          "Images must be read as the network sees them, the middle %s at %d x %d pixels; found the middle %s at %d x %d. Read them with the training's settings."
              .formatted(
                  config.input().centreCrop(),
                  size,
                  size,
                  read.centreCrop(),
                  read.height(),
                  read.width()));
    }
    split.requireNoneIdentical(read.verification());
    // The gate judges images as they come, and so must learn from them before their colours go.
    gate =
        split.train().size() < ImageGate.FEWEST_IMAGES
            ? Optional.empty()
            : Optional.of(ImageGate.learn(statistics()));
    stain =
        config.input().stainNormalisation()
            ? Optional.of(StainNormalisation.learn(ofEach(StainNormalisation::of)))
            : Optional.empty();
    cache =
        stain.isPresent()
            ? read.changed(
                split.train().withSamples(split.fitted()),
                stain.get()::apply,
                ImageCache.Options.defaults())
            : read;
    validation =
        split.validation().samples().stream().mapToInt(s -> cache.indexOf(s.id())).toArray();
  }

  /**
   * Takes the images that were read for all stages.
   *
   * @param threads that prepare batches, at least 1
   * @param images stays the caller's
   */
  static TrainingImages of(Split split, TrainingConfig config, int threads, ImageCache images)
      throws IOException, InterruptedException {
    return new TrainingImages(split, config, threads, images);
  }

  /**
   * The batches of the training part; to be closed before this.
   *
   * @param heads of the network, those of the stages first
   */
  Batches batches(List<Head> heads) {
    List<Head> further = heads.stream().filter(head -> !head.isOfStage()).toList();
    return new Batches(cache, split.train(), further, config.batches(), threads);
  }

  /** The bytes of one image. */
  int imageBytes() {
    return cache.imageBytes();
  }

  /**
   * Copies images of the validation part.
   *
   * @param from the place of the first in the part
   * @param to filled from its start
   */
  void copyValidation(int from, int count, byte[] to) {
    for (int i = 0; i < count; i++) {
      cache.copyTo(validation[from + i], to, i * cache.imageBytes());
    }
  }

  /** Of the samples that are trained and validated on, under the labels of their stage. */
  String contentDigest() {
    return read.verification().contentDigest(split.fitted());
  }

  /** Of the images of all parts but test, see {@link CellImage#digest}. */
  List<String> imageDigests() {
    return Stream.of(split.train(), split.validation(), split.calibration())
        .flatMap(part -> part.samples().stream())
        .map(sample -> read.verification().digests().get(sample.id()))
        .toList();
  }

  /**
   * What an image must be like, learnt from the training part at the network's size; empty where
   * there are too few images.
   */
  Optional<GateThresholds> gate() {
    return gate;
  }

  /** The scale of the images that know their own; empty where none does. */
  OptionalDouble micrometresPerPixel() {
    return read.micrometresPerPixel();
  }

  /** Whose colours every image is given, learnt from the training part; empty for its own. */
  Optional<StainNormalisation> stain() {
    return stain;
  }

  /** An image of a batch. */
  CellImage image(byte[] batch, int index) {
    byte[] rgb = new byte[cache.imageBytes()];
    System.arraycopy(batch, index * rgb.length, rgb, 0, rgb.length);
    return CellImage.ofRgb(cache.height(), cache.width(), rgb);
  }

  /**
   * Of images that were enlarged the size is their own: as small ones are not too small. Of larger
   * ones the network has never seen more than its own size.
   */
  private List<ImageStatistics> statistics() {
    List<ImageStatistics> all = ofEach(ImageStatistics::of);
    for (int i = 0; i < all.size(); i++) {
      int side = Math.min(read.shorterSideBefore(indexOf(i)), config.input().size());
      all.set(i, all.get(i).ofSize(side, side));
    }
    return all;
  }

  private <T> List<T> ofEach(Function<CellImage, T> measure) {
    List<T> measured = new ArrayList<>();
    byte[] rgb = new byte[read.imageBytes()];
    for (int i = 0; i < split.train().size(); i++) {
      read.copyTo(indexOf(i), rgb, 0);
      measured.add(measure.apply(CellImage.ofRgb(read.height(), read.width(), rgb)));
    }
    return measured;
  }

  private int indexOf(int trained) {
    return read.indexOf(split.train().samples().get(trained).id());
  }

  @Override
  public void close() throws IOException {
    if (cache != read) {
      cache.close();
    }
  }
}
