package io.github.leukemia4j.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.training.TrainingHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The model bundles of a pipeline's directory. */
final class PipelineBundles {
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private PipelineBundles() {}

  /**
   * In the order of their directories' names, which begin with the stage's number.
   *
   * @throws IOException where the directory cannot be read
   */
  static List<ModelBundle> in(Path pipeline) throws IOException {
    List<Path> directories;
    try (Stream<Path> children = Files.list(pipeline)) {
      directories =
          children
              .filter(child -> Files.isRegularFile(child.resolve(ModelBundle.MANIFEST)))
              .sorted()
              .toList();
    }
    List<ModelBundle> bundles = new ArrayList<>();
    for (Path directory : directories) {
      bundles.add(ModelBundle.open(directory));
    }
    return bundles;
  }

  /** The history of each stage by its name; none of a bundle that was trained elsewhere. */
  static Map<String, TrainingHistory> histories(ModelBundle bundle) throws IOException {
    return bundle.manifest().files().containsKey(TrainingHistory.FILE)
        ? JSON.readValue(bundle.file(TrainingHistory.FILE).toFile(), new TypeReference<>() {})
        : Map.of();
  }
}
