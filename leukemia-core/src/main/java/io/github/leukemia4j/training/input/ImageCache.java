package io.github.leukemia4j.training.input;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.parallel.Parallel;
import io.github.leukemia4j.image.quality.ImageStatistics;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/**
 * Holds the images of a data set as 8-bit RGB. Each is read, verified and decoded once and resized
 * to one size. Images are kept in memory up to a budget; the others are in a memory-mapped
 * temporary file (in {@code java.io.tmpdir}), which {@link #close} deletes. All later work takes
 * the images from here: the split uses {@link #verification}, training and calibration use the
 * pixels, the baseline of colours uses {@link #colour}, and scoring uses {@link #cached}. Immutable
 * and safe to use from several threads. The caller owns and closes it.
 */
public final class ImageCache implements AutoCloseable {
  private final Dataset dataset;
  private final int height;
  private final int width;
  private final double centreCrop;
  private final OptionalDouble micrometresPerPixel;
  private final Map<String, Integer> indexOf = new HashMap<>();
  private final CellImage.Whole[] wholes;
  private final double[][] colours;
  private final PixelStore pixels;
  private int users = 1;
  private Verification verification;

  private ImageCache(Dataset dataset, int height, int width, Options options) throws IOException {
    this.dataset = dataset;
    this.height = height;
    this.width = width;
    this.centreCrop = options.centreCrop();
    this.micrometresPerPixel = options.micrometresPerPixel();
    this.wholes = new CellImage.Whole[dataset.size()];
    this.colours = new double[dataset.size()][];
    this.pixels = new PixelStore(dataset.size(), imageBytes(), options.memoryBytes());
    dataset.samples().forEach(sample -> indexOf.put(sample.id(), indexOf.size()));
  }

  /**
   * How to fill a cache.
   *
   * @param threads how many threads read and decode, at least 1
   * @param memoryBytes the maximum number of bytes of images to hold in memory, at least 0
   * @param progress is told now and then how many images are done, by one thread at a time
   * @param centreCrop the share of an image's sides that is kept before it is resized, see {@link
   *     CellImage#centre}
   * @param micrometresPerPixel the scale of the images that are kept: as much is cropped as it
   *     says, instead of a share, where an image knows its scale; empty where it does not matter
   * @param skipsUnreadable whether images that cannot be read are left out instead of being refused
   */
  public record Options(
      int threads,
      long memoryBytes,
      IntConsumer progress,
      double centreCrop,
      OptionalDouble micrometresPerPixel,
      boolean skipsUnreadable) {
    /**
     * @throws IllegalArgumentException where a number is out of range
     */
    public Options {
      Objects.requireNonNull(progress, "progress");
      if (threads < 1 || memoryBytes < 0 || !(centreCrop > 0 && centreCrop <= 1)) {
        throw new IllegalArgumentException(
            "A cache must have at least 1 thread, 0 bytes of memory and a centre crop above 0 and at most 1; found %d, %d and %s."
                .formatted(threads, memoryBytes, centreCrop));
      }
    }

    /** Returns options with all processors, a quarter of the largest heap and whole images. */
    public static Options defaults() {
      Runtime runtime = Runtime.getRuntime();
      return new Options(runtime.availableProcessors(), runtime.maxMemory() / 4, done -> {});
    }

    /** Makes options that take whole images and refuse unreadable ones. */
    public Options(int threads, long memoryBytes, IntConsumer progress) {
      this(threads, memoryBytes, progress, 1, OptionalDouble.empty(), false);
    }

    /** Returns these options with a centre crop of each image. */
    public Options withCentreCrop(double share) {
      return new Options(
          threads, memoryBytes, progress, share, micrometresPerPixel, skipsUnreadable);
    }

    /** Returns these options with the scale of the images that are kept. */
    public Options withMicrometresPerPixel(double scale) {
      return new Options(
          threads, memoryBytes, progress, centreCrop, OptionalDouble.of(scale), skipsUnreadable);
    }

    /** Returns these options with reports of progress. */
    public Options withProgress(IntConsumer told) {
      return new Options(
          threads, memoryBytes, told, centreCrop, micrometresPerPixel, skipsUnreadable);
    }

    /** Returns these options, which leave unreadable images out or refuse them. */
    public Options skippingUnreadable(boolean skip) {
      return new Options(threads, memoryBytes, progress, centreCrop, micrometresPerPixel, skip);
    }
  }

  /**
   * Reads, decodes and resizes every image.
   *
   * @param height in pixels, at least 1
   * @param width in pixels, at least 1
   * @throws DataException if images are missing or cannot be read; it lists them
   * @throws IOException where the temporary file cannot be written
   * @throws InterruptedException where the calling thread is interrupted; work stops
   */
  public static ImageCache load(Dataset dataset, int height, int width, Options options)
      throws IOException, InterruptedException {
    if (height < 1 || width < 1 || 3L * height * width > PixelStore.MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "Cached images must be at least 1 x 1 pixels and at most 1 GiB; found %d x %d."
              .formatted(height, width));
    }
    ImageCache cache = new ImageCache(dataset, height, width, options);
    try {
      return cache.filled(options);
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      cache.close();
      throw e;
    }
  }

  /**
   * Reads images as classifiers see them, if all of them see them alike; otherwise images are
   * verified and measured only, and read again by whoever needs them.
   */
  public static ImageCache load(
      Dataset dataset, Collection<LeukemiaClassifier> classifiers, Options options)
      throws IOException, InterruptedException {
    List<ModelManifest.Input> inputs =
        classifiers.stream()
            .flatMap(classifier -> classifier.bundle().stream())
            .map(bundle -> bundle.manifest().input())
            .filter(input -> input.micrometresPerPixel() == null)
            .toList();
    long kinds =
        inputs.stream().map(i -> List.of(i.height(), i.width(), i.centreCrop())).distinct().count();
    if (inputs.size() < classifiers.size() || kinds != 1) {
      return new ImageCache(dataset, 0, 0, options).filled(options);
    }
    ModelManifest.Input input = inputs.get(0);
    return load(dataset, input.height(), input.width(), options.withCentreCrop(input.centreCrop()));
  }

  /**
   * Finds the cache that a data set's images come from, see {@link #cached}; the caller closes it
   * like one of its own.
   */
  public static Optional<ImageCache> behind(Dataset samples) {
    return samples.size() > 0 && samples.samples().get(0).source() instanceof CachedImage image
        ? Optional.of(image.cache.shared())
        : Optional.empty();
  }

  private synchronized ImageCache shared() {
    users++;
    return this;
  }

  private ImageCache filled(Options options) throws IOException, InterruptedException {
    try {
      verification =
          Verification.of(
              dataset, options.threads(), options.progress(), (image, index) -> keep(index, image));
    } catch (UncheckedIOException e) {
      throw unwritten(options, e);
    }
    if (options.skipsUnreadable()) {
      indexOf.keySet().retainAll(verification.digests().keySet());
    } else {
      verification.requireReadable();
    }
    pixels.seal();
    return this;
  }

  private void keep(int index, CellImage image) {
    wholes[index] = new CellImage.Whole(image.height(), image.width(), centreCrop);
    colours[index] = ImageStatistics.colour(image);
    if (imageBytes() > 0) {
      CellImage seen =
          micrometresPerPixel.isPresent() && image.micrometresPerPixel().isPresent()
              ? image.centre(height, width, micrometresPerPixel.getAsDouble())
              : image.centre(centreCrop);
      pixels.put(index, seen.resize(height, width).rgb());
    }
  }

  /** Returns the data set of these images, in the order of their indices. */
  public Dataset dataset() {
    return dataset;
  }

  /**
   * Returns what was found when the images were read: digests, identical images, and unreadable
   * ones, if those were skipped.
   */
  public Verification verification() {
    return verification;
  }

  /** Returns the height of an image in pixels. */
  public int height() {
    return height;
  }

  /** Returns the width of an image in pixels. */
  public int width() {
    return width;
  }

  /** Returns the share of an image's sides, about the middle, that was kept before resizing. */
  public double centreCrop() {
    return centreCrop;
  }

  /**
   * Returns the scale of the images kept, where they knew theirs; empty where it did not matter.
   */
  public OptionalDouble micrometresPerPixel() {
    return micrometresPerPixel;
  }

  /** Returns how many bytes one image takes: height * width * 3. */
  public int imageBytes() {
    return 3 * height * width;
  }

  /**
   * Returns the shorter side of an image in pixels, before it was cropped and resized.
   *
   * @param index from 0
   */
  public int shorterSideBefore(int index) {
    return Math.min(wholes[index].height(), wholes[index].width());
  }

  /**
   * Returns the statistics of the colours of an image as it was read; see {@link
   * ImageStatistics#colour}.
   *
   * @param index from 0
   * @return [9]
   */
  public double[] colour(int index) {
    return colours[index].clone();
  }

  /**
   * Returns the same samples, whose images come from this cache while it is open, so that they are
   * not decoded again: training takes the cache that it finds behind them. Only a network that sees
   * images of this size and centre crop takes them. An image still comes from its own source where
   * this cache does not hold it, or brought images to one scale.
   *
   * @param samples samples, which may have other labels than those of {@link #dataset}
   */
  public Dataset cached(Dataset samples) {
    return samples.withSamples(
        samples.samples().stream()
            .map(s -> holds(s) ? s.withSource(new CachedImage(this, s)) : s)
            .toList());
  }

  private boolean holds(Sample sample) {
    Integer index = indexOf.get(sample.id());
    return index != null && dataset.samples().get(index).source().equals(sample.source());
  }

  private record CachedImage(ImageCache cache, Sample sample) implements ImageSource {
    @Override
    public String name() {
      return sample.source().name();
    }

    @Override
    public CellImage read() throws IOException {
      return cache.imageBytes() == 0 || cache.micrometresPerPixel.isPresent()
          ? sample.source().read()
          : cache.image(cache.indexOf(sample.id()));
    }
  }

  private CellImage image(int index) {
    byte[] rgb = new byte[imageBytes()];
    copyTo(index, rgb, 0);
    return CellImage.ofRgb(height, width, rgb, wholes[index]);
  }

  /**
   * Returns the index of a sample's image.
   *
   * @param id the id of a sample of the data set
   * @throws IllegalArgumentException where the data set has no such sample
   */
  public int indexOf(String id) {
    Integer index = indexOf.get(id);
    if (index == null) {
      throw new IllegalArgumentException(
          "The cache must hold the images of " + dataset.name() + " that are used; it lacks " + id);
    }
    return index;
  }

  /**
   * Copies an image, [height, width, 3], into an array.
   *
   * @param index from 0
   * @param offset where in the target the first byte goes
   * @throws IllegalStateException where the cache is closed
   */
  public void copyTo(int index, byte[] target, int offset) {
    pixels.copyTo(index, target, offset);
  }

  /**
   * Makes a cache of changed images. It serves changes that can be known only when all images have
   * been read, such as {@link io.github.leukemia4j.image.StainNormalisation}.
   *
   * @param samples samples whose images this cache holds
   * @param change makes an image of the same size of an image; safe to use from several threads
   * @return a cache of its own, which the caller closes
   * @throws IllegalStateException where this cache is closed
   * @throws InterruptedException where the calling thread is interrupted; work stops
   */
  public ImageCache changed(Dataset samples, UnaryOperator<CellImage> change, Options options)
      throws IOException, InterruptedException {
    ImageCache made = new ImageCache(samples, height, width, options.withCentreCrop(centreCrop));
    try {
      made.verification = verification;
      Parallel.forEach(
          samples.size(),
          options.threads(),
          i -> {
            int index = indexOf(samples.samples().get(i).id());
            made.wholes[i] = wholes[index];
            made.colours[i] = colours[index];
            CellImage image = change.apply(image(index));
            if (image.height() != height || image.width() != width) {
              throw new IllegalArgumentException(
                  "A cached image must stay %d x %d pixels; found %d x %d."
                      .formatted(height, width, image.height(), image.width()));
            }
            made.pixels.put(i, image.rgb());
          },
          options.progress());
      made.pixels.seal();
      return made;
    } catch (UncheckedIOException e) {
      made.close();
      throw unwritten(options, e);
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      made.close();
      throw e;
    }
  }

  private static IOException unwritten(Options options, UncheckedIOException e) {
    return new IOException(
        "Cannot write the images that are beyond %d bytes of memory to a temporary file in %s (%s). Allow more memory, free space there, or name another folder with -Djava.io.tmpdir."
            .formatted(
                options.memoryBytes(),
                System.getProperty("java.io.tmpdir"),
                e.getCause().getMessage()),
        e.getCause());
  }

  /** Frees the memory and deletes the temporary file. Closing again does nothing. */
  @Override
  public synchronized void close() throws IOException {
    if (--users <= 0) {
      pixels.close();
    }
  }
}
