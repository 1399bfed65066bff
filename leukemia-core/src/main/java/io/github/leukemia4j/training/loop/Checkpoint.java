package io.github.leukemia4j.training.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.TrainableNetwork.Tensor;
import io.github.leukemia4j.store.Json;
import io.github.leukemia4j.store.Sha256;
import io.github.leukemia4j.training.TrainingHistory;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything that a training needs to go on as if it had not been stopped. A {@link SafeTensors}
 * file: the tensors are the network's state and the best epoch's weights, the metadata all the rest
 * in JSON and the SHA-256 of the file. It is written beside its place and moved there.
 *
 * @param progress how far training has come
 * @param state what a step changes, by name
 * @param best weights of the best epoch, by name; empty before the first
 * @param shapes of the weights, by name; what is not named there is written as a row
 */
record Checkpoint(
    Progress progress,
    Map<String, float[]> state,
    Map<String, float[]> best,
    Map<String, int[]> shapes) {
  /** The setting that says how the machine rounds. */
  static final String ARITHMETIC = "arithmetic";

  private static final String ROUNDING =
      """
      The arithmetic is another one where the kind of processor is, or the backend's version, or \
      what the environment tells the backend of processors.\s""";

  private static final Logger LOG = System.getLogger(Checkpoint.class.getName());
  private static final String ENDING = ".safetensors";
  private static final String STATE = "state/";
  private static final String BEST = "best/";
  private static final String DIGEST = "sha256";
  private static final String TRAINING = "training";

  /** In the place of the digest while the digest is taken. */
  private static final String NO_DIGEST = "0".repeat(64);

  /** What a file begins with after the length of its header; then comes the digest. */
  private static final byte[] BEFORE_DIGEST =
      "{\"__metadata__\":{\"sha256\":\"".getBytes(StandardCharsets.US_ASCII);

  private static final int DIGEST_AT = Long.BYTES + BEFORE_DIGEST.length;

  /** How many are kept: the newest, and one to fall back on. */
  private static final int KEPT = 2;

  /**
   * How far a training has come.
   *
   * @param settings what the training was told; it must be the same when it goes on
   * @param epoch under way, from 1
   * @param step how many steps of it are done
   * @param lossSum over those steps
   * @param bestEpoch the best so far, 0 before the first
   * @param epochs that are finished, {@code [head][epoch]}
   */
  record Progress(
      JsonNode settings,
      int epoch,
      int step,
      double lossSum,
      int bestEpoch,
      List<List<TrainingHistory.Epoch>> epochs) {}

  /**
   * A checkpoint that was read.
   *
   * @param file where it is
   * @param checkpoint what it holds
   */
  record Found(Path file, Checkpoint checkpoint) {}

  /**
   * Writes the checkpoint into the directory and removes those that are no longer needed.
   *
   * @return the file
   */
  Path write(Path directory) throws IOException {
    byte[] content = content();
    Path target =
        directory.resolve("%06d-%08d%s".formatted(progress.epoch(), progress.step(), ENDING));
    Path temporary = directory.resolve(target.getFileName() + ".part");
    try {
      // No channel: an interrupt, which is a wish for a checkpoint, would close it.
      try (FileOutputStream file = new FileOutputStream(temporary.toFile())) {
        file.write(content);
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
          "The checkpoint %s could not be written (%s): free some space on its disk and resume."
              .formatted(target, e.getMessage()),
          e);
    }
    List<Path> all = newestFirst(directory);
    for (Path old : all.subList(Math.min(KEPT, all.size()), all.size())) {
      Files.deleteIfExists(old);
    }
    return target;
  }

  private byte[] content() throws JsonProcessingException {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(DIGEST, NO_DIGEST);
    metadata.put(TRAINING, Json.MAPPER.writeValueAsString(progress));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    add(STATE, state, tensors);
    add(BEST, best, tensors);
    byte[] content = new SafeTensors(metadata, tensors).toBytes();
    byte[] digest = Sha256.of(content).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digest, 0, content, DIGEST_AT, digest.length);
    return content;
  }

  private void add(String prefix, Map<String, float[]> arrays, Map<String, Tensor> to) {
    arrays.forEach(
        (name, values) ->
            to.put(
                prefix + name,
                new Tensor(shapes.getOrDefault(name, new int[] {values.length}), values)));
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
          "The checkpoint {0} is damaged and is passed over for the one before",
          file);
    }
    return Optional.empty();
  }

  private static Optional<Checkpoint> read(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int end = DIGEST_AT + NO_DIGEST.length();
    if (content.length < end
        || !Arrays.equals(content, Long.BYTES, DIGEST_AT, BEFORE_DIGEST, 0, BEFORE_DIGEST.length)) {
      return Optional.empty();
    }
    String digest = new String(content, DIGEST_AT, end - DIGEST_AT, StandardCharsets.US_ASCII);
    Arrays.fill(content, DIGEST_AT, end, (byte) '0');
    if (!digest.equals(Sha256.of(content))) {
      return Optional.empty();
    }
    try {
      SafeTensors all = SafeTensors.of(content, file.toString());
      return Optional.of(
          new Checkpoint(
              Json.MAPPER.readValue(all.metadata().get(TRAINING), Progress.class),
              named(STATE, all),
              named(BEST, all),
              Map.of()));
    } catch (ModelFormatException | JsonProcessingException e) {
      // Whole, and yet not to be read: of another version of the library.
      LOG.log(Level.WARNING, "{0}", e.getMessage());
      return Optional.empty();
    }
  }

  private static Map<String, float[]> named(String prefix, SafeTensors all) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    all.tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                arrays.put(name.substring(prefix.length()), tensor.values());
              }
            });
    return arrays;
  }

  /**
   * Fails unless the training that goes on was told the same.
   *
   * @throws IllegalArgumentException which names what differs
   */
  void requireSameSettings(JsonNode now, Path directory) {
    JsonNode before = progress.settings();
    Set<String> names = new LinkedHashSet<>();
    now.fieldNames().forEachRemaining(names::add);
    before.fieldNames().forEachRemaining(names::add);
    List<String> differences =
        names.stream()
            .filter(name -> !Objects.equals(before.get(name), now.get(name)))
            .map(name -> "%s was %s and is %s".formatted(name, before.get(name), now.get(name)))
            .toList();
    if (!differences.isEmpty()) {
      boolean rounds = differences.stream().anyMatch(line -> line.startsWith(ARITHMETIC));
      throw new IllegalArgumentException(
          """
          A training goes on only with the settings and data it began with; in %s %s. %sSet them \
          back, or remove the directory to begin anew."""
              .formatted(directory, String.join(", ", differences), rounds ? ROUNDING : ""));
    }
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
}
