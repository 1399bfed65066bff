package io.github.leukemia4j.training.input;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Workers;
import io.github.leukemia4j.data.check.Verification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/**
 * The images of a data set, decoded once and resized to one size, as 8-bit RGB: in memory up to a
 * budget, and beyond it in a memory-mapped temporary file (in {@code java.io.tmpdir}), which
 * disappears with {@link #close}. Safe to use from several threads, except for {@link #replaceAll}.
 * The caller owns and closes it.
 */
public final class ImageCache implements AutoCloseable {
  private static final int MAX_SEGMENT_BYTES = 1 << 30;

  private final Dataset dataset;
  private final int height;
  private final int width;
  private final int imageBytes;
  private final Map<String, Integer> indexOf;
  private final double centreCrop;
  private final int[] shorterSides;
  private final FileChannel file;
  private Verification verification;
  private volatile byte[][] inMemory;
  private volatile MappedByteBuffer[] segments = {};

  private ImageCache(
      Dataset dataset, int height, int width, double centreCrop, int inMemory, FileChannel file) {
    this.centreCrop = centreCrop;
    this.dataset = dataset;
    this.height = height;
    this.width = width;
    this.imageBytes = 3 * height * width;
    this.inMemory = new byte[inMemory][];
    this.shorterSides = new int[dataset.size()];
    this.file = file;
    this.indexOf = new HashMap<>();
    dataset.samples().forEach(sample -> indexOf.put(sample.id(), indexOf.size()));
  }

  /**
   * How to fill a cache.
   *
   * @param threads that read and decode, at least 1
   * @param memoryBytes the most bytes of images to hold in memory, at least 0
   * @param progress told how many images are done, now and then, from one thread at a time
   * @param centreCrop the share of an image's sides that is kept before it is resized, see {@link
   *     CellImage#centre}
   */
  public record Options(int threads, long memoryBytes, IntConsumer progress, double centreCrop) {
    /**
     * @throws IllegalArgumentException where a number is out of range
     */
    public Options {
      Objects.requireNonNull(progress, "progress");
      if (threads < 1 || memoryBytes < 0 || !(centreCrop > 0 && centreCrop <= 1)) {
        throw new IllegalArgumentException(
            "A cache must have at least 1 thread, 0 bytes of memory and a centre crop above 0 and at"
                + " most 1; found "
                + threads
                + ", "
                + memoryBytes
                + " and "
                + centreCrop
                + ".");
      }
    }

    /** All processors, a quarter of the largest heap, no reports of progress. */
    public static Options defaults() {
      Runtime runtime = Runtime.getRuntime();
      return new Options(runtime.availableProcessors(), runtime.maxMemory() / 4, done -> {}, 1);
    }

    /** The whole of each image. */
    public Options(int threads, long memoryBytes, IntConsumer progress) {
      this(threads, memoryBytes, progress, 1);
    }

    /** The same with the middle of each image. */
    public Options withCentreCrop(double share) {
      return new Options(threads, memoryBytes, progress, share);
    }
  }

  /**
   * Reads, decodes and resizes every image.
   *
   * @param height in pixels, at least 1
   * @param width in pixels, at least 1
   * @throws DataException which lists all images that are missing or cannot be read
   * @throws IOException where the temporary file cannot be written
   * @throws InterruptedException where the calling thread is interrupted; work stops
   */
  public static ImageCache load(Dataset dataset, int height, int width, Options options)
      throws IOException, InterruptedException {
    if (height < 1 || width < 1 || 3L * height * width > MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "Cached images must be at least 1 x 1 pixels and at most 1 GiB; found "
              + height
              + " x "
              + width
              + ".");
    }
    int inMemory = (int) Math.min(dataset.size(), options.memoryBytes() / (3L * height * width));
    FileChannel file = inMemory < dataset.size() ? temporaryFile() : null;
    ImageCache cache = new ImageCache(dataset, height, width, options.centreCrop(), inMemory, file);
    try {
      cache.fill(options);
      return cache;
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      cache.close();
      throw e;
    }
  }

  private static FileChannel temporaryFile() throws IOException {
    Path path = Files.createTempFile("leukemia4j-images", ".cache");
    try {
      return FileChannel.open(
          path,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  private void fill(Options options) throws IOException, InterruptedException {
    try {
      verification =
          Verification.of(dataset, options.threads(), options.progress(), this::keep)
              .requireReadable();
    } catch (UncheckedIOException e) {
      throw new IOException(
          "Cannot write the images that are beyond "
              + options.memoryBytes()
              + " bytes of memory to a temporary file in "
              + System.getProperty("java.io.tmpdir")
              + " ("
              + e.getCause().getMessage()
              + "). Allow more memory, free space there, or name another folder with"
              + " -Djava.io.tmpdir.",
          e.getCause());
    }
    // Mapped only now: a full disk is an exception when writing, but a crash when it is mapped.
    if (file != null) {
      int perSegment = imagesPerSegment();
      int images = dataset.size() - inMemory.length;
      MappedByteBuffer[] mapped = new MappedByteBuffer[(images + perSegment - 1) / perSegment];
      for (int s = 0; s < mapped.length; s++) {
        long start = (long) s * perSegment;
        long count = Math.min(perSegment, images - start);
        mapped[s] =
            file.map(FileChannel.MapMode.READ_WRITE, start * imageBytes, count * imageBytes);
      }
      segments = mapped;
    }
  }

  private int imagesPerSegment() {
    return MAX_SEGMENT_BYTES / imageBytes;
  }

  private void keep(int index, CellImage image) {
    shorterSides[index] = Math.min(image.height(), image.width());
    byte[] pixels = new byte[imageBytes];
    image.centre(centreCrop).resize(height, width).copyTo(pixels, 0);
    if (index < inMemory.length) {
      inMemory[index] = pixels;
    } else {
      write(pixels, (long) (index - inMemory.length) * imageBytes);
    }
  }

  private void write(byte[] pixels, long position) {
    ByteBuffer buffer = ByteBuffer.wrap(pixels);
    try {
      while (buffer.hasRemaining()) {
        file.write(buffer, position + buffer.position());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whose images these are, in the order of their indices. */
  public Dataset dataset() {
    return dataset;
  }

  /** What was found on the way: digests and identical images. No image was unreadable. */
  public Verification verification() {
    return verification;
  }

  /** How many images there are. */
  public int size() {
    return dataset.size();
  }

  /** In pixels. */
  public int height() {
    return height;
  }

  /** In pixels. */
  public int width() {
    return width;
  }

  /** The bytes of one image: height * width * 3. */
  public int imageBytes() {
    return imageBytes;
  }

  /**
   * The shorter side of an image as it was read, before it was cropped and resized, in pixels.
   *
   * @param index from 0
   */
  public int shorterSideBefore(int index) {
    return shorterSides[index];
  }

  /** How many of the images are in memory; the others are in the temporary file. */
  public int sizeInMemory() {
    return requireOpen(inMemory).length;
  }

  /**
   * The index of a sample's image.
   *
   * @param id of a sample of the data set
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
    byte[][] memory = requireOpen(inMemory);
    MappedByteBuffer[] mapped = segments;
    Objects.checkIndex(index, size());
    if (index < memory.length) {
      System.arraycopy(memory[index], 0, target, offset, imageBytes);
    } else {
      int inFile = index - memory.length;
      requireOpen(mapped)[inFile / imagesPerSegment()].get(
          inFile % imagesPerSegment() * imageBytes, target, offset, imageBytes);
    }
  }

  /**
   * Puts another image in the place of each, for what can be known only when all have been read,
   * such as {@link io.github.leukemia4j.image.StainNormalisation}. Nobody may read images
   * meanwhile.
   *
   * @param change from an image to one of the same size; safe to use from several threads
   * @param threads that change images, at least 1
   * @throws IllegalStateException where the cache is closed
   * @throws InterruptedException where the calling thread is interrupted; some images are then
   *     changed, and the cache is of no more use
   */
  public void replaceAll(UnaryOperator<CellImage> change, int threads) throws InterruptedException {
    requireOpen(inMemory);
    Workers.forEach(size(), threads, index -> replace(index, change), done -> {});
  }

  private void replace(int index, UnaryOperator<CellImage> change) {
    byte[] pixels = new byte[imageBytes];
    copyTo(index, pixels, 0);
    CellImage changed = change.apply(CellImage.ofRgb(height, width, pixels));
    if (changed.height() != height || changed.width() != width) {
      throw new IllegalArgumentException(
          "A cached image must stay "
              + height
              + " x "
              + width
              + " pixels; found "
              + changed.height()
              + " x "
              + changed.width()
              + ".");
    }
    changed.copyTo(pixels, 0);
    if (index < inMemory.length) {
      inMemory[index] = pixels;
    } else {
      int inFile = index - inMemory.length;
      segments[inFile / imagesPerSegment()].put(inFile % imagesPerSegment() * imageBytes, pixels);
    }
  }

  private static <T> T requireOpen(T storage) {
    if (storage == null) {
      throw new IllegalStateException("The image cache is closed.");
    }
    return storage;
  }

  /** Frees the memory and deletes the temporary file. Closing again does nothing. */
  @Override
  public void close() throws IOException {
    inMemory = null;
    segments = null;
    if (file != null) {
      file.close();
    }
  }
}
