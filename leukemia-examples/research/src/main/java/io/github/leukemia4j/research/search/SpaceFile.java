package io.github.leukemia4j.research.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.leukemia4j.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads a space from JSON. */
final class SpaceFile {
  private static final Set<String> KNOWN =
      new TreeSet<>(Set.of("range", "integers", "choices", "log", "when"));

  private final List<String> faults = new ArrayList<>();

  private SpaceFile() {}

  static SearchSpace read(Path file) throws IOException {
    JsonNode tree;
    try {
      tree = Json.MAPPER.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s must be an object of JSON: %s.".formatted(file, Json.problem(e)), e);
    }
    JsonNode all = tree.path("settings");
    if (!all.isObject() || tree.size() != 1) {
      throw new IllegalArgumentException(
          """
          %s must be an object with one object "settings", such as {"settings": \
          {"optimizer.learningRate": {"range": [0.0003, 0.03], "log": true}}}; found %s.\
          """
              .formatted(file, names(tree)));
    }
    SpaceFile reader = new SpaceFile();
    List<Setting> settings = new ArrayList<>();
    all.properties().forEach(one -> reader.setting(one.getKey(), one.getValue(), settings));
    String more = "";
    try {
      SearchSpace space = new SearchSpace(settings);
      if (reader.faults.isEmpty()) {
        return space;
      }
    } catch (IllegalArgumentException e) {
      // What a setting that could not be read leaves behind is no fault of its own.
      more = reader.faults.isEmpty() ? e.getMessage() : "";
    }
    if (!more.isEmpty()) {
      reader.faults.add(more);
    }
    throw new IllegalArgumentException("%s: %s.".formatted(file, String.join("; ", reader.faults)));
  }

  private static List<String> names(JsonNode tree) {
    List<String> names = new ArrayList<>();
    tree.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private void setting(String name, JsonNode node, List<Setting> settings) {
    int before = faults.size();
    names(node).stream()
        .filter(key -> !KNOWN.contains(key))
        .forEach(key -> fault(name, "may have %s; found %s".formatted(KNOWN, key)));
    long kinds = List.of("range", "integers", "choices").stream().filter(k -> node.has(k)).count();
    if (kinds != 1) {
      fault(
          name,
          "must have one of range, integers and choices; found %s"
              .formatted(node.isObject() ? names(node) : node));
    }
    if (faults.size() > before) {
      return;
    }
    try {
      Values values = node.has("choices") ? choices(node) : numbers(node);
      settings.add(new Setting(name, values, when(node.path("when"))));
    } catch (IllegalArgumentException e) {
      fault(name, e.getMessage());
    }
  }

  private void fault(String name, String text) {
    faults.add("%s: %s".formatted(name, text));
  }

  private static Values numbers(JsonNode node) {
    boolean whole = node.has("integers");
    JsonNode ends = node.get(whole ? "integers" : "range");
    if (!ends.isArray() || ends.size() != 2 || !ends.get(0).isNumber() || !ends.get(1).isNumber()) {
      throw new IllegalArgumentException("a range must be two numbers; found " + ends);
    }
    if (node.has("log") && !node.get("log").isBoolean()) {
      throw new IllegalArgumentException("log must be true or false; found " + node.get("log"));
    }
    return new Values.Numbers(
        ends.get(0).doubleValue(),
        ends.get(1).doubleValue(),
        node.path("log").booleanValue(),
        whole);
  }

  private static Values choices(JsonNode node) {
    List<Object> of = values(node.get("choices"));
    return new Values.Choices(of);
  }

  private static Map<String, List<Object>> when(JsonNode node) {
    Map<String, List<Object>> when = new LinkedHashMap<>();
    node.properties()
        .forEach(
            one ->
                when.put(
                    one.getKey(),
                    one.getValue().isArray()
                        ? values(one.getValue())
                        : List.of(value(one.getValue()))));
    return when;
  }

  private static List<Object> values(JsonNode array) {
    List<Object> values = new ArrayList<>();
    array.forEach(each -> values.add(value(each)));
    return values;
  }

  private static Object value(JsonNode node) {
    if (node.isTextual()) {
      return node.textValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isIntegralNumber()) {
      return node.longValue();
    }
    if (node.isNumber()) {
      return node.doubleValue();
    }
    throw new IllegalArgumentException(
        "a choice must be a text, a number, true or false; found " + node);
  }
}
