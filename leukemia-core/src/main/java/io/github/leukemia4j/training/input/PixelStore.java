package io.github.leukemia4j.training.input;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * The bytes of images of one size: the first in memory up to a budget, the others in a temporary
 * file, which is mapped once it is written and deleted when it is closed. Each image is put once,
 * by any thread; then {@link #seal} is called; from then on any thread copies images.
 */
final class PixelStore implements AutoCloseable {
  static final int MAX_SEGMENT_BYTES = 1 << 30;

  private final int images;
  private final int imageBytes;
  private final FileChannel file;
  private volatile byte[][] inMemory;
  private volatile MappedByteBuffer[] segments = {};

  /**
   * @param imageBytes of each image, at most {@link #MAX_SEGMENT_BYTES}; 0 to hold nothing
   * @param memoryBytes the most to hold in memory
   * @throws IOException where the temporary file cannot be made
   */
  PixelStore(int images, int imageBytes, long memoryBytes) throws IOException {
    this.images = images;
    this.imageBytes = imageBytes;
    this.inMemory = new byte[(int) Math.min(images, memoryBytes / Math.max(1, imageBytes))][];
    this.file = imageBytes > 0 && inMemory.length < images ? temporaryFile() : null;
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

  /**
   * @param pixels not to be changed afterwards
   * @throws UncheckedIOException where the temporary file cannot be written
   */
  void put(int index, byte[] pixels) {
    if (index < inMemory.length) {
      inMemory[index] = pixels;
      return;
    }
    ByteBuffer buffer = ByteBuffer.wrap(pixels);
    long position = (long) (index - inMemory.length) * imageBytes;
    try {
      while (buffer.hasRemaining()) {
        file.write(buffer, position + buffer.position());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Maps the file after it was written: a full disk would end the process if it were mapped. */
  void seal() throws IOException {
    if (file == null) {
      return;
    }
    int perSegment = imagesPerSegment();
    int inFile = images - inMemory.length;
    MappedByteBuffer[] mapped = new MappedByteBuffer[(inFile + perSegment - 1) / perSegment];
    for (int s = 0; s < mapped.length; s++) {
      long start = (long) s * perSegment;
      long count = Math.min(perSegment, inFile - start);
      mapped[s] = file.map(FileChannel.MapMode.READ_WRITE, start * imageBytes, count * imageBytes);
    }
    segments = mapped;
  }

  private int imagesPerSegment() {
    return MAX_SEGMENT_BYTES / imageBytes;
  }

  /**
   * @param offset where in the target the first byte goes
   * @throws IllegalStateException where the store is closed
   */
  void copyTo(int index, byte[] target, int offset) {
    byte[][] memory = requireOpen(inMemory);
    MappedByteBuffer[] mapped = requireOpen(segments);
    Objects.checkIndex(index, images);
    if (index < memory.length) {
      System.arraycopy(memory[index], 0, target, offset, imageBytes);
    } else {
      int inFile = index - memory.length;
      mapped[inFile / imagesPerSegment()].get(
          inFile % imagesPerSegment() * imageBytes, target, offset, imageBytes);
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
