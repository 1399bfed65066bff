package io.github.leukemia4j.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenModel;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.model.AtomicDirectory;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.SignedJson;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A pipeline on disk: {@code pipeline.json} with the taxonomy, and a model bundle for each stage.
 */
final class PipelineDirectory {
  static final String MANIFEST = "pipeline.json";
  static final int SCHEMA_VERSION = 1;
  static final int MAX_LABELS = 1000;

  private PipelineDirectory() {}

  /**
   * @param stages the name of each inner node's bundle directory
   */
  private record Manifest(int schemaVersion, JsonNode taxonomy, Map<String, String> stages) {}

  /**
   * The directory of a stage's bundle: its place and its name, as far as any file system takes it.
   */
  static String stageDirectory(Taxonomy taxonomy, Label node) {
    return (taxonomy.innerNodes().indexOf(node) + 1)
        + "-"
        + node.name().replaceAll("[^A-Za-z0-9_-]", "_");
  }

  static void writeManifest(Path directory, Taxonomy taxonomy) throws IOException {
    Map<String, String> stages = new LinkedHashMap<>();
    for (Label node : taxonomy.innerNodes()) {
      stages.put(node.name(), stageDirectory(taxonomy, node));
    }
    SignedJson.write(
        directory.resolve(MANIFEST),
        new Manifest(SCHEMA_VERSION, new ObjectMapper().readTree(taxonomy.toJson()), stages));
  }

  static void save(MultilevelPipeline pipeline, Path directory) throws IOException {
    Map<Label, ModelBundle> bundles = new LinkedHashMap<>();
    pipeline
        .classifiers()
        .forEach(
            (node, classifier) ->
                bundles.put(
                    node,
                    classifier
                        .bundle()
                        .orElseThrow(
                            () ->
                                new UnsupportedOperationException(
                                    "Every stage must have been opened from a model bundle to be"
                                        + " saved; the classifier of "
                                        + node
                                        + " was not."))));
    try (AtomicDirectory place = AtomicDirectory.create(directory)) {
      for (Map.Entry<Label, ModelBundle> stage : bundles.entrySet()) {
        stage
            .getValue()
            .copyTo(place.path().resolve(stageDirectory(pipeline.taxonomy(), stage.getKey())));
      }
      writeManifest(place.path(), pipeline.taxonomy());
      place.commit();
    }
  }

  static MultilevelPipeline load(Path place, OpenOptions options) throws IOException {
    if (Files.isRegularFile(place)) {
      return loadZip(place, options);
    }
    if (!Files.isDirectory(place)) {
      throw new NoSuchFileException(
          place.toString(), null, "a pipeline must be an existing directory, or a zip file of one");
    }
    return load(place, options, () -> {});
  }

  private static MultilevelPipeline loadZip(Path zip, OpenOptions options) throws IOException {
    Path unpacked =
        PipelineZip.unpack(
            zip, Path.of(System.getProperty("java.io.tmpdir")), PipelineZip.MAX_BYTES);
    Closeable afterwards = () -> PipelineZip.delete(unpacked);
    try {
      return load(PipelineZip.pipelineIn(unpacked), options, afterwards);
    } catch (IOException | RuntimeException | Error e) {
      try {
        afterwards.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private static MultilevelPipeline load(Path directory, OpenOptions options, Closeable afterwards)
      throws IOException {
    Path file = directory.resolve(MANIFEST);
    if (!Files.exists(file) && Files.isRegularFile(directory.resolve(ModelBundle.MANIFEST))) {
      throw new ModelFormatException(
          "%s must be a pipeline, with %s; found the model of one of its stages. Give the pipeline's directory, which is usually %s."
              .formatted(directory, MANIFEST, directory.toAbsolutePath().normalize().getParent()));
    }
    Manifest manifest = SignedJson.read(file, Manifest.class, SCHEMA_VERSION);
    Taxonomy taxonomy = taxonomy(file, manifest);
    List<String> nodes = taxonomy.innerNodes().stream().map(Label::name).toList();
    if (!manifest.stages().keySet().equals(new HashSet<>(nodes))) {
      throw new ModelFormatException(
          file + ": expected the stages " + nodes + "; found " + manifest.stages().keySet() + ".");
    }
    Map<Label, ModelBundle> bundles = new LinkedHashMap<>();
    for (Label node : taxonomy.innerNodes()) {
      String name = stageDirectory(taxonomy, node);
      if (!name.equals(manifest.stages().get(node.name()))) {
        throw new ModelFormatException(
            file
                + ": expected the stage "
                + node
                + " in the directory "
                + name
                + "; found "
                + manifest.stages()
                + ".");
      }
      bundles.put(node, openStage(directory.resolve(name), taxonomy, node));
    }
    Map<Label, LeukemiaClassifier> opened = new LinkedHashMap<>();
    try {
      for (Map.Entry<Label, ModelBundle> stage : bundles.entrySet()) {
        opened.put(stage.getKey(), OpenModel.open(stage.getValue(), options).classifier());
      }
      return new Cascade(taxonomy, opened, options.gate() == OpenOptions.Gate.REFUSE, afterwards);
    } catch (IOException | RuntimeException | Error e) {
      for (LeukemiaClassifier classifier : opened.values()) {
        try {
          classifier.close();
        } catch (RuntimeException | Error suppressed) {
          e.addSuppressed(suppressed);
        }
      }
      throw e;
    }
  }

  private static Taxonomy taxonomy(Path file, Manifest manifest) {
    if (manifest.taxonomy() == null || manifest.stages() == null) {
      throw new ModelFormatException(
          file + ": expected the fields taxonomy and stages; found " + manifest + ".");
    }
    long names = manifest.taxonomy().findValues("name").size();
    if (names > MAX_LABELS) {
      throw new ModelFormatException(
          file
              + ": expected a taxonomy of at most "
              + MAX_LABELS
              + " labels; found "
              + names
              + ".");
    }
    try {
      Taxonomy taxonomy = Taxonomy.parse(manifest.taxonomy().toString());
      if (taxonomy.innerNodes().isEmpty()) {
        throw new ModelFormatException(
            file + ": expected a taxonomy with at least one stage; found " + taxonomy + ".");
      }
      return taxonomy;
    } catch (DataException e) {
      throw new ModelFormatException(file + ": " + e.getMessage(), e);
    }
  }

  private static ModelBundle openStage(Path directory, Taxonomy taxonomy, Label node)
      throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new ModelFormatException(
          directory
              + ": expected the model of the stage "
              + node
              + "; found nothing. The pipeline is incomplete: copy it again from where it was"
              + " made.");
    }
    if (!directory.toRealPath().startsWith(directory.getParent().toRealPath())) {
      throw new ModelFormatException(
          directory + ": expected a directory inside the pipeline; found a link that leaves it.");
    }
    ModelBundle bundle = ModelBundle.open(directory);
    List<Label> labels = bundle.manifest().labelSet().labels();
    if (!bundle.manifest().name().equals(node.name())
        || !new HashSet<>(labels).equals(new HashSet<>(taxonomy.children(node)))) {
      throw new ModelFormatException(
          directory
              + ": expected the model of the stage "
              + node
              + " that chooses among "
              + taxonomy.children(node)
              + "; found that of "
              + bundle.manifest().name()
              + " with "
              + labels
              + ".");
    }
    return bundle;
  }
}
