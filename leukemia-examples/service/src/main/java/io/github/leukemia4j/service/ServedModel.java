package io.github.leukemia4j.service;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.serving.ClassificationService;
import io.github.leukemia4j.serving.ServiceOptions;
import io.github.leukemia4j.serving.ServiceOptions.ServiceListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pipeline that is warm, and the service before it. Requests hold it while they use it; it is
 * closed when it was retired and nobody holds it. Thread-safe.
 */
final class ServedModel {
  private final MultilevelPipeline pipeline;
  private final ClassificationService<MultilevelResult> service;
  private final Description description;
  private int holders; // guarded by this
  private boolean retired; // guarded by this
  private boolean closed; // guarded by this

  private ServedModel(
      MultilevelPipeline pipeline, ServiceOptions options, ServiceListener listener) {
    this.pipeline = pipeline;
    this.description = Description.of(pipeline);
    this.service = ClassificationService.of(pipeline, options, listener);
  }

  /** Opens a pipeline and classifies blank images, so that no request waits for first calls. */
  static ServedModel open(Path path, ServiceOptions options, ServiceListener listener)
      throws IOException {
    ServedModel model = new ServedModel(MultilevelPipeline.load(path), options, listener);
    try {
      model.service.warmUp();
    } catch (RuntimeException | Error e) {
      model.retire();
      throw e;
    }
    return model;
  }

  MultilevelPipeline pipeline() {
    return pipeline;
  }

  ClassificationService<MultilevelResult> service() {
    return service;
  }

  Description description() {
    return description;
  }

  /** Whether it may be used until {@link #release}; else another one has taken its place. */
  synchronized boolean hold() {
    if (retired) {
      return false;
    }
    holders++;
    return true;
  }

  void release() {
    synchronized (this) {
      holders--;
    }
    closeWhereUnused();
  }

  /** Nobody new may hold it; the last one that does closes it. */
  void retire() {
    synchronized (this) {
      retired = true;
    }
    closeWhereUnused();
  }

  private void closeWhereUnused() {
    synchronized (this) {
      if (!retired || holders > 0 || closed) {
        return;
      }
      closed = true;
    }
    service.close();
    pipeline.close();
  }

  /**
   * What is said of a model; no path of the machine is in it.
   *
   * @param digest of its networks' names and files
   * @param taxonomy each stage with its labels, from the root down
   * @param leaves the labels that a cell can end at
   * @param positive by stage, the label whose recall is called sensitivity
   * @param provenance by network
   * @param cards by network, Markdown
   */
  record Description(
      String digest,
      Map<String, List<String>> taxonomy,
      List<String> leaves,
      Map<String, String> positive,
      Map<String, Provenance> provenance,
      Map<String, String> cards) {
    static Description of(MultilevelPipeline pipeline) {
      Map<String, List<String>> stages = new LinkedHashMap<>();
      Map<String, String> positive = new LinkedHashMap<>();
      for (Label stage : pipeline.taxonomy().innerNodes()) {
        stages.put(
            stage.name(), pipeline.taxonomy().children(stage).stream().map(Label::name).toList());
        pipeline
            .taxonomy()
            .labelSet(stage)
            .positive()
            .ifPresent(label -> positive.put(stage.name(), label.name()));
      }
      List<ModelBundle> bundles =
          pipeline.classifiers().values().stream()
              .map(LeukemiaClassifier::bundle)
              .flatMap(Optional::stream)
              .toList();
      Map<String, ModelBundle> byName = new LinkedHashMap<>();
      bundles.forEach(bundle -> byName.put(bundle.manifest().name(), bundle));
      Map<String, Provenance> provenance = new LinkedHashMap<>();
      Map<String, String> cards = new LinkedHashMap<>();
      byName.forEach(
          (name, bundle) -> {
            provenance.put(name, bundle.manifest().provenance());
            cards.put(name, bundle.manifest().card());
          });
      return new Description(
          ModelBundle.digest(List.copyOf(byName.values())),
          stages,
          pipeline.taxonomy().leaves().stream().map(Label::name).toList(),
          positive,
          provenance,
          cards);
    }
  }
}
