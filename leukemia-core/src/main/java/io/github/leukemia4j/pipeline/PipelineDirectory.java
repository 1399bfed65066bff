package io.github.leukemia4j.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.inference.OpenModel;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.store.ChecksummedJson;
import io.github.leukemia4j.store.Json;
import io.github.leukemia4j.training.input.TrainingColours;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pipeline on disk: {@code pipeline.json} with the taxonomy, and one model bundle for each
 * network, which answers one stage or several.
 */
final class PipelineDirectory {
  static final String MANIFEST = "pipeline.json";
  static final int SCHEMA_VERSION = 2;
  static final int MAX_LABELS = 1000;

  private PipelineDirectory() {}

  /**
   * @param stages for each stage the name of the directory of the bundle that answers it
   */
  private record Manifest(int schemaVersion, JsonNode taxonomy, Map<String, String> stages) {}

  /**
   * The directory of a bundle: the place and the name of the first stage that it answers, as far as
   * any file system takes it.
   */
  static String directory(Taxonomy taxonomy, Label first) {
    return "%s-%s"
        .formatted(
            taxonomy.innerNodes().indexOf(first) + 1,
            first.name().replaceAll("[^A-Za-z0-9_-]", "_"));
  }

  /**
   * @param bundles the stages that each bundle answers, in the order of the taxonomy
   * @param colours of the training images, where they are known
   */
  static void writeManifest(
      Path directory,
      Taxonomy taxonomy,
      Collection<List<Label>> bundles,
      Optional<TrainingColours> colours)
      throws IOException {
    if (colours.isPresent()) {
      colours.get().write(directory);
    }
    Map<String, String> stages = new LinkedHashMap<>();
    for (List<Label> answered : bundles) {
      String name = directory(taxonomy, answered.get(0));
      answered.forEach(stage -> stages.put(stage.name(), name));
    }
    ChecksummedJson.write(
        directory.resolve(MANIFEST),
        new Manifest(SCHEMA_VERSION, Json.MAPPER.readTree(taxonomy.toJson()), stages));
  }

  /** The stages that each bundle of a pipeline answers, parents first. */
  static Map<ModelBundle, List<Label>> bundles(MultilevelPipeline pipeline) {
    Map<ModelBundle, List<Label>> bundles = new LinkedHashMap<>();
    pipeline
        .classifiers()
        .forEach(
            (stage, classifier) ->
                bundles
                    .computeIfAbsent(
                        classifier
                            .bundle()
                            .orElseThrow(
                                () ->
                                    new UnsupportedOperationException(
                                        "Every stage must have been opened from a model bundle to be saved; the classifier of %s was not."
                                            .formatted(stage))),
                        bundle -> new ArrayList<>())
                    .add(stage));
    return bundles;
  }

  static void save(TrainedPipeline pipeline, Path directory) throws IOException {
    Taxonomy taxonomy = pipeline.taxonomy();
    Map<ModelBundle, List<Label>> bundles = bundles(pipeline);
    try (AtomicDirectory place = AtomicDirectory.create(directory)) {
      for (Map.Entry<ModelBundle, List<Label>> one : bundles.entrySet()) {
        one.getKey().copyTo(place.path().resolve(directory(taxonomy, one.getValue().get(0))));
      }
      writeManifest(place.path(), taxonomy, bundles.values(), pipeline.trainingColours());
      place.commit();
    }
  }

  static TrainedPipeline load(Path place, OpenOptions options) throws IOException {
    if (Files.isRegularFile(place)) {
      return loadZip(place, options);
    }
    if (!Files.isDirectory(place)) {
      throw new NoSuchFileException(
          place.toString(), null, "a pipeline must be an existing directory, or a zip file of one");
    }
    return load(place, options, () -> {});
  }

  private static TrainedPipeline loadZip(Path zip, OpenOptions options) throws IOException {
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

  private static TrainedPipeline load(Path directory, OpenOptions options, Closeable afterwards)
      throws IOException {
    Path file = directory.resolve(MANIFEST);
    if (!Files.exists(file) && Files.isRegularFile(directory.resolve(ModelBundle.MANIFEST))) {
      throw new ModelFormatException(
          "%s must be a pipeline, with %s; found one of its networks. Give the pipeline's directory, which is usually %s."
              .formatted(directory, MANIFEST, directory.toAbsolutePath().normalize().getParent()));
    }
    Manifest manifest = ChecksummedJson.read(file, Manifest.class, SCHEMA_VERSION);
    Taxonomy taxonomy = taxonomy(file, manifest);
    List<String> nodes = taxonomy.innerNodes().stream().map(Label::name).toList();
    if (!manifest.stages().keySet().equals(new HashSet<>(nodes))) {
      throw new ModelFormatException(
          file + ": expected the stages " + nodes + "; found " + manifest.stages().keySet() + ".");
    }
    Map<String, List<Label>> answered = new LinkedHashMap<>();
    for (Label stage : taxonomy.innerNodes()) {
      answered
          .computeIfAbsent(manifest.stages().get(stage.name()), name -> new ArrayList<>())
          .add(stage);
    }
    Map<String, ModelBundle> bundles = new LinkedHashMap<>();
    for (Map.Entry<String, List<Label>> one : answered.entrySet()) {
      String name = directory(taxonomy, one.getValue().get(0));
      if (!name.equals(one.getKey())) {
        throw new ModelFormatException(
            "%s: expected the stages %s in the directory %s, after the first of them; found %s."
                .formatted(file, one.getValue(), name, manifest.stages()));
      }
      bundles.put(name, openBundle(directory.resolve(name), taxonomy, one.getValue()));
    }
    Map<Label, LeukemiaClassifier> opened = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, ModelBundle> one : bundles.entrySet()) {
        OpenModel model = OpenModel.open(one.getValue(), options);
        for (Label stage : answered.get(one.getKey())) {
          opened.put(stage, model.classifier(stage));
        }
      }
      return new TrainedPipeline(
          taxonomy,
          opened,
          options.gate() == OpenOptions.Gate.REFUSE,
          afterwards,
          Optional.of(directory));
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
          "%s: expected a taxonomy of at most %s labels; found %s."
              .formatted(file, MAX_LABELS, names));
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

  private static ModelBundle openBundle(Path directory, Taxonomy taxonomy, List<Label> stages)
      throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new ModelFormatException(
          "%s: expected the model of the stages %s; found nothing. The pipeline is incomplete: copy it again from where it was made."
              .formatted(directory, stages));
    }
    if (!directory.toRealPath().startsWith(directory.getParent().toRealPath())) {
      throw new ModelFormatException(
          directory + ": expected a directory inside the pipeline; found a link that leaves it.");
    }
    ModelBundle bundle = ModelBundle.open(directory);
    for (Label stage : stages) {
      Set<Label> found =
          bundle
              .manifest()
              .head(stage)
              .map(head -> Set.copyOf(head.labelSet().labels()))
              .orElse(Set.of());
      if (!found.equals(Set.copyOf(taxonomy.children(stage)))) {
        throw new ModelFormatException(
            "%s: expected a model with a head for the stage %s that chooses among %s; found %s."
                .formatted(
                    directory,
                    stage,
                    taxonomy.children(stage),
                    bundle.manifest().heads().stream()
                        .map(head -> head.stage() + " " + head.labels())
                        .toList()));
      }
    }
    return bundle;
  }
}
