package io.github.leukemia4j.training.loop;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.TrainableNetwork.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Weights by name in a file that other programs write: safetensors, or NumPy's NPZ. */
final class WeightFile {
  private static final String NPY = ".npy";
  private static final Pattern NPY_HEADER =
      Pattern.compile(
          "\\{\\s*'descr':\\s*'<f([248])',\\s*'fortran_order':\\s*False,"
              + "\\s*'shape':\\s*\\(([\\d, ]*)\\),?\\s*\\}\\s*");

  /** The most that is read into memory: networks of this library have a thousandth of it. */
  private static final long MAX_BYTES = 1L << 30;

  private WeightFile() {}

  /**
   * Reads a file.
   *
   * @param file whose name ends with {@code .safetensors} or {@code .npz}
   * @throws ModelFormatException where the file is of another kind, damaged or too large
   * @throws IOException where it cannot be read
   */
  static Map<String, Tensor> read(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (Files.size(file) > MAX_BYTES) {
      throw fault(file, "at most " + MAX_BYTES + " bytes", Files.size(file) + " bytes");
    }
    if (name.endsWith(".safetensors")) {
      return SafeTensors.of(Files.readAllBytes(file), file.toString()).tensors();
    }
    if (name.endsWith(".npz")) {
      return npz(file);
    }
    throw fault(file, "a name that ends with .safetensors or .npz", name);
  }

  private static Map<String, Tensor> npz(Path file) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long left = MAX_BYTES;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        String name = entry.getName();
        byte[] array = zip.getInputStream(entry).readNBytes(Math.toIntExact(left));
        left -= array.length;
        if (name.endsWith(NPY)) {
          tensors.put(
              name.substring(0, name.length() - NPY.length()), npy(array, file + ":" + name));
        }
      }
    } catch (ZipException e) {
      throw new ModelFormatException(
          "%s: expected a whole .npz file; found %s.".formatted(file, e.getMessage()), e);
    }
    return tensors;
  }

  /** One array: a magic number, the length of a header, a header, and the numbers. */
  private static Tensor npy(byte[] array, String where) {
    ByteBuffer bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
    if (array.length < 12 || bytes.get() != (byte) 0x93 || !ascii(bytes, 5).equals("NUMPY")) {
      throw fault(where, "a NumPy array", "something else");
    }
    boolean old = bytes.getShort() == 1;
    int length = old ? bytes.getShort() & 0xffff : bytes.getInt();
    if (length < 0 || length > bytes.remaining()) {
      throw fault(where, "a header within the file", length + " bytes");
    }
    String header = ascii(bytes, length);
    Matcher parts = NPY_HEADER.matcher(header);
    if (!parts.matches()) {
      throw fault(where, "little-endian numbers of 16, 32 or 64 bits in C order", header.strip());
    }
    int size = parts.group(1).charAt(0) - '0';
    try {
      int[] shape =
          Stream.of(parts.group(2).split(","))
              .map(String::strip)
              .filter(axis -> !axis.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      if (Math.multiplyExact(Tensor.size(shape), size) != bytes.remaining()) {
        throw fault(where, "as many numbers as its shape has", header.strip());
      }
      return new Tensor(
          shape, SafeTensors.numbers("F" + 8 * size, bytes, (int) Tensor.size(shape)));
    } catch (NumberFormatException | ArithmeticException e) {
      throw fault(where, "as many numbers as its shape has", header.strip());
    }
  }

  private static String ascii(ByteBuffer bytes, int length) {
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, StandardCharsets.US_ASCII);
  }

  private static ModelFormatException fault(Object where, String expected, String found) {
    return new ModelFormatException("%s: expected %s; found %s.".formatted(where, expected, found));
  }
}
