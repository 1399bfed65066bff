package io.github.leukemia4j.training.loop;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.store.ChecksummedJson;
import io.github.leukemia4j.store.Json;
import io.github.leukemia4j.store.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a stage of a pipeline was trained from. A file beside the stage's bundle holds it, whatever
 * trained the stage, so that a training that was stopped goes on only as it began. Immutable.
 *
 * @param schemaVersion of the file; 1 here
 * @param settings of the training, as a configuration describes itself
 * @param trainDigest of the training samples under the stage's labels, as {@link
 *     Verification#contentDigest()} says
 * @param validationDigest of the validation samples, likewise
 */
public record TrainedFrom(
    int schemaVersion, Map<String, Object> settings, String trainDigest, String validationDigest) {
  private static final int SCHEMA_VERSION = 1;
  private static final String SUFFIX = ".trained-from.json";

  /**
   * @throws IllegalArgumentException where a value is missing
   */
  public TrainedFrom {
    if (settings == null || trainDigest == null || validationDigest == null) {
      throw new IllegalArgumentException(
          "settings, trainDigest and validationDigest must be given");
    }
    // Values may be null, which Map.copyOf does not take.
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * What a stage is trained from.
   *
   * @param settings as a training configuration describes itself for the stage
   * @param columns that are learnt beside the labels
   * @param stage the parts as the stage sees them
   * @param verification of a data set that has all their samples
   */
  public static TrainedFrom of(
      Map<String, Object> settings, Set<String> columns, Split stage, Verification verification)
      throws IOException {
    Map<String, Object> all = new LinkedHashMap<>(settings);
    for (String column : columns) {
      String values =
          stage.fitted().stream()
              .map(sample -> sample.id() + '\0' + sample.attributes().get(column))
              .sorted()
              .collect(Collectors.joining("\0"));
      all.put("values of " + column, Sha256.of(values.getBytes(StandardCharsets.UTF_8)));
    }
    // Written and read, because an int is no equal long, but reads as the same.
    return new TrainedFrom(
        SCHEMA_VERSION,
        Json.MAPPER.readValue(Json.MAPPER.writeValueAsBytes(all), new TypeReference<>() {}),
        verification.contentDigest(stage.train().samples()),
        verification.contentDigest(stage.validation().samples()));
  }

  private static Path file(Path bundle) {
    return bundle.resolveSibling(bundle.getFileName() + SUFFIX);
  }

  /** Writes the file beside a bundle. */
  public void write(Path bundle) throws IOException {
    ChecksummedJson.write(file(bundle), this);
  }

  /** Copies the file from beside one bundle to beside another; does nothing where there is none. */
  public static void copy(Path from, Path to) throws IOException {
    if (Files.exists(file(from))) {
      Files.copy(file(from), file(to));
    }
  }

  /** Whether it is known what a bundle was trained from. */
  public static boolean isKnown(Path bundle) {
    return Files.exists(file(bundle));
  }

  /**
   * Fails unless a finished stage was trained from the same.
   *
   * @param bundle the stage's
   * @throws IllegalArgumentException which names what differs
   * @throws ModelFormatException where the file beside the bundle is missing or damaged
   * @throws IOException where it cannot be read
   */
  public void requireSame(Path bundle) throws IOException {
    TrainedFrom before;
    try {
      before = ChecksummedJson.read(file(bundle), TrainedFrom.class, SCHEMA_VERSION);
    } catch (ModelFormatException e) {
      throw new ModelFormatException(
          "%s Without it nobody knows what %s was trained from: remove that directory to train the stage anew."
              .formatted(e.getMessage(), bundle),
          e);
    }
    List<String> differences = new ArrayList<>();
    Set<String> names = new TreeSet<>(before.settings().keySet());
    names.addAll(settings.keySet());
    for (String name : names) {
      Object was = before.settings().get(name);
      Object is = settings.get(name);
      if (!Objects.equals(was, is)) {
        differences.add(name + " was " + was + " and is " + is);
      }
    }
    digests("training", before.trainDigest(), trainDigest, differences);
    digests("validation", before.validationDigest(), validationDigest, differences);
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "A training goes on only with the settings and data it began with; in %s %s. Set them back, or remove that directory to train anew."
              .formatted(bundle, String.join(", ", differences)));
    }
  }

  private static void digests(String part, String was, String is, List<String> differences) {
    if (!Objects.equals(was, is)) {
      differences.add("the %s samples had the digest %s and have %s".formatted(part, was, is));
    }
  }
}
