package io.github.leukemia4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Finds in sources what README and the guides show. */
final class CodeOfDocs {
  private CodeOfDocs() {}

  /**
   * What stands between pairs of marks, such as {@code // [name]}: each part without the margin
   * that its lines share, and an empty line between parts.
   */
  static String marked(String name, List<String> lines) {
    String mark = "// [" + name + "]";
    List<String> parts = new ArrayList<>();
    List<String> part = null;
    for (String line : lines) {
      if (!line.strip().equals(mark)) {
        if (part != null) {
          part.add(line);
        }
      } else if (part == null) {
        part = new ArrayList<>();
      } else {
        parts.add(String.join("\n", part).stripTrailing().stripIndent().strip());
        part = null;
      }
    }
    assertThat(parts).as("parts that are marked with %s", mark).isNotEmpty();
    assertThat(part).as("the last mark %s closes a part", mark).isNull();
    return String.join("\n\n", parts);
  }
}
