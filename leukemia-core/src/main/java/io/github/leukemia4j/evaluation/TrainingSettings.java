package io.github.leukemia4j.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.leukemia4j.model.ModelBundle;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The settings that a bundle was trained with, as texts. */
final class TrainingSettings {
  private static final String FILE = "training-config.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private TrainingSettings() {}

  /** Empty where the bundle keeps none. */
  static Map<String, String> of(ModelBundle bundle) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    if (bundle.manifest().files().containsKey(FILE)) {
      for (Map.Entry<String, JsonNode> setting :
          JSON.readTree(bundle.file(FILE).toFile()).properties()) {
        JsonNode value = setting.getValue();
        settings.put(setting.getKey(), value.isValueNode() ? value.asText() : value.toString());
      }
    }
    return settings;
  }
}
