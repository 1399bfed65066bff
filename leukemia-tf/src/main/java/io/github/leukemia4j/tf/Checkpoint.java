package io.github.leukemia4j.tf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.leukemia4j.training.TrainingHistory;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that a training needs to go on as if it had not been stopped. A file of a header in
 * JSON, arrays of 32-bit floats, and the SHA-256 of both; written beside its place and moved there.
 *
 * @param settings what the training was told; it must be the same when it goes on
 * @param epoch under way, from 1
 * @param step how many steps of it are done
 * @param lossSum over those steps
 * @param bestEpoch the best so far, 0 before the first
 * @param epochs that are finished
 * @param state what a step changes, by name
 * @param best weights of the best epoch, by name; empty before the first
 */
record Checkpoint(
    JsonNode settings,
    int epoch,
    int step,
    double lossSum,
    int bestEpoch,
    List<TrainingHistory.Epoch> epochs,
    Map<String, float[]> state,
    Map<String, float[]> best) {
  /** The setting that says how the machine rounds. */
  static final String ARITHMETIC = "arithmetic";

  private static final Logger LOG = System.getLogger(Checkpoint.class.getName());
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long MAGIC = 0x4c344a434b505432L; // L4JCKPT2
  private static final String ENDING = ".checkpoint";
  private static final int DIGEST_BYTES = 32;

  /** How many are kept: the newest, and one to fall back on. */
  private static final int KEPT = 2;

  /**
   * A checkpoint that was read.
   *
   * @param file where it is
   * @param checkpoint what it holds
   */
  record Found(Path file, Checkpoint checkpoint) {}

  private record Header(
      JsonNode settings,
      int epoch,
      int step,
      double lossSum,
      int bestEpoch,
      List<TrainingHistory.Epoch> epochs,
      Map<String, Integer> state,
      Map<String, Integer> best) {}

  /**
   * Writes the checkpoint into the directory and removes those that are no longer needed.
   *
   * @return the file
   */
  Path write(Path directory) throws IOException {
    byte[] header =
        JSON.writeValueAsBytes(
            new Header(
                settings, epoch, step, lossSum, bestEpoch, epochs, lengths(state), lengths(best)));
    long floats = floats(state) + floats(best);
    ByteBuffer content =
        ByteBuffer.allocate(
            Math.toIntExact(Long.BYTES + Integer.BYTES + header.length + floats * Float.BYTES));
    content.putLong(MAGIC).putInt(header.length).put(header);
    for (Map<String, float[]> group : List.of(state, best)) {
      for (float[] values : group.values()) {
        content.asFloatBuffer().put(values);
        content.position(content.position() + values.length * Float.BYTES);
      }
    }
    content.flip();
    byte[] digest = sha256(content.array(), content.limit());
    Path target = directory.resolve(String.format("%06d-%08d%s", epoch, step, ENDING));
    Path temporary = directory.resolve(target.getFileName() + ".part");
    try {
      // No channel: an interrupt, which is a wish for a checkpoint, would close it.
      try (FileOutputStream file = new FileOutputStream(temporary.toFile())) {
        file.write(content.array(), 0, content.limit());
        file.write(digest);
        file.getFD().sync();
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException kept) {
        e.addSuppressed(kept);
      }
      throw new IOException(
          "The checkpoint "
              + target
              + " could not be written ("
              + e.getMessage()
              + "): free some space on its disk and resume.",
          e);
    }
    List<Path> all = newestFirst(directory);
    for (Path old : all.subList(Math.min(KEPT, all.size()), all.size())) {
      Files.deleteIfExists(old);
    }
    return target;
  }

  /** The newest checkpoint that is whole; a damaged one is passed over with a warning. */
  static Optional<Found> newest(Path directory) throws IOException {
    for (Path file : newestFirst(directory)) {
      Optional<Checkpoint> read = read(file);
      if (read.isPresent()) {
        return read.map(checkpoint -> new Found(file, checkpoint));
      }
      LOG.log(
          Level.WARNING,
          "The checkpoint " + file + " is damaged and is passed over for the one before");
    }
    return Optional.empty();
  }

  private static Optional<Checkpoint> read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length - DIGEST_BYTES;
    if (end < 0 || !Arrays.equals(sha256(bytes, end), 0, DIGEST_BYTES, bytes, end, bytes.length)) {
      return Optional.empty();
    }
    try {
      ByteBuffer content = ByteBuffer.wrap(bytes, 0, end);
      if (content.getLong() != MAGIC) {
        return Optional.empty();
      }
      byte[] json = new byte[content.getInt()];
      content.get(json);
      Header header = JSON.readValue(json, Header.class);
      Map<String, float[]> state = arrays(content, header.state());
      Map<String, float[]> best = arrays(content, header.best());
      return Optional.of(
          new Checkpoint(
              header.settings(),
              header.epoch(),
              header.step(),
              header.lossSum(),
              header.bestEpoch(),
              header.epochs(),
              state,
              best));
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      return Optional.empty();
    }
  }

  /**
   * Fails unless the training that goes on was told the same.
   *
   * @throws IllegalArgumentException which names what differs
   */
  void requireSameSettings(JsonNode now, Path directory) {
    List<String> differences = new ArrayList<>();
    now.fieldNames()
        .forEachRemaining(
            name -> {
              if (!now.get(name).equals(settings.get(name))) {
                differences.add(name + " was " + settings.get(name) + " and is " + now.get(name));
              }
            });
    if (!differences.isEmpty()) {
      boolean rounds = differences.stream().anyMatch(line -> line.startsWith(ARITHMETIC));
      throw new IllegalArgumentException(
          """
          A training goes on only with the settings and data it began with; in %s %s. %sSet them \
          back, or remove the directory to begin anew."""
              .formatted(
                  directory,
                  String.join(", ", differences),
                  rounds
                      ? "The arithmetic is another one where the kind of processor, the version of"
                          + " TensorFlow, or TF_ENABLE_ONEDNN_OPTS or ONEDNN_MAX_CPU_ISA in the"
                          + " environment is. "
                      : ""));
    }
  }

  private static Map<String, float[]> arrays(ByteBuffer content, Map<String, Integer> lengths) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    lengths.forEach(
        (name, length) -> {
          float[] values = new float[length];
          content.asFloatBuffer().get(values);
          content.position(content.position() + length * Float.BYTES);
          arrays.put(name, values);
        });
    return arrays;
  }

  private static Map<String, Integer> lengths(Map<String, float[]> arrays) {
    Map<String, Integer> lengths = new LinkedHashMap<>();
    arrays.forEach((name, values) -> lengths.put(name, values.length));
    return lengths;
  }

  private static long floats(Map<String, float[]> arrays) {
    return arrays.values().stream().mapToLong(values -> values.length).sum();
  }

  private static List<Path> newestFirst(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ENDING))
          .sorted(Comparator.comparing((Path file) -> file.getFileName().toString()).reversed())
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static byte[] sha256(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, length);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
