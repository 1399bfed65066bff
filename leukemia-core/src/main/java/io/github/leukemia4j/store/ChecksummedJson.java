package io.github.leukemia4j.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.ModelFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A JSON object in a file with a version and a digest of itself: the SHA-256 of its canonical form,
 * which is the object without the digest, compact, keys sorted. The digest shows damage; it does
 * not show who wrote the file.
 */
public final class ChecksummedJson {
  private static final long MAX_BYTES = 16 << 20;
  private static final String VERSION = "schemaVersion";
  private static final String DIGEST = "digest";

  private static final JsonMapper JSON =
      Json.MAPPER.rebuild().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private ChecksummedJson() {}

  /**
   * Writes the value with its digest.
   *
   * @param value with a property {@code schemaVersion}
   */
  public static void write(Path file, Object value) throws IOException {
    ObjectNode tree = JSON.valueToTree(value);
    tree.put(DIGEST, digest(tree));
    Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree));
  }

  /**
   * Reads a value and checks its version and its digest.
   *
   * @param expected the version that can be read
   * @throws IOException where the file cannot be read
   * @throws ModelFormatException where it is missing, damaged, too large, of another version, or of
   *     another form
   */
  public static <T> T read(Path file, Class<T> type, int expected) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new ModelFormatException(
          "%s: expected this file; found none. The directory is no model, or is incomplete: copy it again from where it was made."
              .formatted(file));
    }
    if (!file.toRealPath().startsWith(file.toAbsolutePath().getParent().toRealPath())) {
      throw new ModelFormatException(
          file + ": expected a file of this directory; found a link that leaves it.");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new ModelFormatException(
          file + ": expected at most " + MAX_BYTES + " bytes; found " + Files.size(file) + ".");
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      if (!(JSON.readTree(bytes) instanceof ObjectNode tree)) {
        throw new ModelFormatException(file + ": expected a JSON object; found something else.");
      }
      JsonNode version = tree.get(VERSION);
      if (version == null || !version.isInt() || version.intValue() < 1) {
        throw new ModelFormatException(
            file + ": expected a " + VERSION + " from 1; found " + version + ".");
      }
      if (version.intValue() != expected) {
        throw new ModelFormatException(
            "%s: expected the %s %d; found %s. It was written by %s"
                .formatted(
                    file,
                    VERSION,
                    expected,
                    version,
                    version.intValue() > expected
                        ? "a newer leukemia4j: update the library."
                        : "an older leukemia4j, whose files are not read: train anew."));
      }
      JsonNode stored = tree.get(DIGEST);
      String found = digest(tree);
      if (stored == null || !found.equals(stored.asText())) {
        throw new ModelFormatException(
            "%s: expected content with the digest %s; found %s. The file was changed or damaged: copy it again from where it was made."
                .formatted(file, stored, found));
      }
      return JSON.treeToValue(tree.without(DIGEST), type);
    } catch (JsonMappingException e) {
      throw new ModelFormatException(
          "%s: expected the fields of the format; found at %s: %s"
              .formatted(file, e.getPathReference(), Json.problem(e)),
          e);
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          file + ": expected JSON; found " + e.getOriginalMessage() + ".", e);
    }
  }

  private static String digest(ObjectNode tree) throws JsonProcessingException {
    ObjectNode content = tree.deepCopy();
    content.remove(DIGEST);
    Object sortable = JSON.treeToValue(content, Object.class);
    return Sha256.of(JSON.writeValueAsString(sortable).getBytes(StandardCharsets.UTF_8));
  }
}
