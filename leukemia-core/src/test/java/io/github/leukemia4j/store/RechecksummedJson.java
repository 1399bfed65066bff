package io.github.leukemia4j.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/** Changes what a signed file says and signs it again, as an attacker would. */
public final class RechecksummedJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RechecksummedJson() {}

  /** The value as JSON without white space. */
  public static String compact(Object value) throws IOException {
    return JSON.writeValueAsString(value);
  }

  /** Writes a JSON object with the digest that belongs to it. */
  public static void write(Path file, String json) throws IOException {
    ObjectNode tree = (ObjectNode) JSON.readTree(json);
    tree.remove("digest");
    ChecksummedJson.write(file, tree);
  }
}
