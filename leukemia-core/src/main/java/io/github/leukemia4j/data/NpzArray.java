package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * An array of unsigned bytes in a NumPy {@code .npz} file (a ZIP file of {@code .npy} files, format
 * 1.0 to 3.0), read by its first index. Compressed entries can only be read from the start, so the
 * place in the stream is kept, with the last few items: reading in about the order of the index is
 * fast, whatever the number of threads, and going back begins again. Nothing is written to disk.
 * Safe to use from several threads.
 */
final class NpzArray {
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{\\s*'descr':\\s*'([^']*)',\\s*'fortran_order':\\s*(True|False),"
              + "\\s*'shape':\\s*\\(([\\d, ]*)\\),?\\s*\\}\\s*");
  private static final int MAX_HEADER = 1 << 16;
  private static final int MAX_ITEM_BYTES = 1 << 27;

  /** More than threads that read side by side can be apart. */
  private static final int KEPT = 64;

  private final Path file;
  private final String name;
  private int[] shape;
  private int itemBytes;
  private ZipFile zip;
  private InputStream in;
  private int position;
  private final Map<Integer, byte[]> kept =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, byte[]> eldest) {
          return size() > KEPT;
        }
      };

  private NpzArray(Path file, String name) {
    this.file = file;
    this.name = name;
  }

  /**
   * Reads the header of an array.
   *
   * @throws DataException where the file is no such file, or the array is missing or not of bytes
   */
  static NpzArray open(Path file, String name) throws IOException {
    NpzArray array = new NpzArray(file, name);
    array.begin();
    array.end();
    return array;
  }

  /** The lengths of the axes. */
  int[] shape() {
    return shape.clone();
  }

  /** A copy of one item of the first axis. */
  synchronized byte[] read(int index) throws IOException {
    byte[] item = kept.get(index);
    if (item == null) {
      if (in == null || index < position) {
        begin();
      }
      while (position <= index) {
        item = readItem();
        kept.put(position++, item);
      }
      if (position == shape[0]) {
        end();
      }
    }
    return item.clone();
  }

  /** The whole array, for small ones. */
  synchronized byte[] readAll() throws IOException {
    byte[] all = new byte[Math.multiplyExact(shape[0], itemBytes)];
    for (int i = 0; i < shape[0]; i++) {
      System.arraycopy(read(i), 0, all, i * itemBytes, itemBytes);
    }
    return all;
  }

  private byte[] readItem() throws IOException {
    try {
      byte[] item = in.readNBytes(itemBytes);
      if (item.length < itemBytes) {
        throw new EOFException("it ends in item " + position);
      }
      return item;
    } catch (ZipException | EOFException e) {
      end();
      throw damaged(e);
    }
  }

  private void begin() throws IOException {
    end();
    try {
      zip = new ZipFile(file.toFile());
      ZipEntry entry = zip.getEntry(name + ".npy");
      if (entry == null) {
        throw fault(
            "the array " + name + "; found " + zip.stream().map(ZipEntry::getName).toList());
      }
      in = zip.getInputStream(entry);
      long header = readHeader();
      long expected = header + (long) shape[0] * itemBytes;
      if (entry.getSize() != expected) {
        throw fault(expected + " bytes in " + name + "; found " + entry.getSize());
      }
    } catch (ZipException | EOFException e) {
      end();
      throw damaged(e);
    } catch (IOException | RuntimeException e) {
      end();
      throw e;
    }
  }

  private void end() throws IOException {
    position = 0;
    in = null;
    if (zip != null) {
      zip.close();
      zip = null;
    }
  }

  /** Gives how many bytes it has. */
  private int readHeader() throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8
        || (start[0] & 0xFF) != 0x93
        || !new String(start, 1, 5, StandardCharsets.US_ASCII).equals("NUMPY")) {
      throw fault("NumPy arrays; found something else in " + name);
    }
    int lengthBytes = start[6] == 1 ? 2 : 4;
    long length = 0;
    byte[] littleEndian = in.readNBytes(lengthBytes);
    for (int i = 0; i < littleEndian.length; i++) {
      length |= (littleEndian[i] & 0xFFL) << (8 * i);
    }
    if (length > MAX_HEADER) {
      throw fault("a header of at most " + MAX_HEADER + " bytes in " + name + "; found " + length);
    }
    String text = new String(in.readNBytes((int) length), StandardCharsets.UTF_8);
    Matcher header = HEADER.matcher(text);
    if (!header.matches()
        || !header.group(1).equals("|u1")
        || !header.group(2).equals("False")
        || header.group(3).isBlank()) {
      throw fault("unsigned bytes in C order in " + name + "; found " + text.strip());
    }
    shape = Stream.of(header.group(3).split(",")).mapToInt(this::axis).toArray();
    long bytes = Arrays.stream(shape).skip(1).asLongStream().reduce(1, (a, b) -> a * b);
    if (bytes < 1 || bytes > MAX_ITEM_BYTES) {
      throw fault("items of 1 to " + MAX_ITEM_BYTES + " bytes in " + name + "; found " + bytes);
    }
    itemBytes = (int) bytes;
    return 8 + lengthBytes + (int) length;
  }

  private int axis(String text) {
    try {
      int length = Integer.parseInt(text.strip());
      // Below the cube root of the largest long, so that products of three do not overflow.
      if (length <= 2_000_000) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Said below, with the number.
    }
    throw fault("axes of at most 2000000 in " + name + "; found " + text.strip());
  }

  private DataException fault(String text) {
    return new DataException(file + " must have " + text + ". Download the file again.");
  }

  private DataException damaged(IOException e) {
    return new DataException(
        file + " must be a whole .npz file: " + e.getMessage() + ". Download the file again.", e);
  }

  @Override
  public String toString() {
    return file + ":" + name;
  }
}
