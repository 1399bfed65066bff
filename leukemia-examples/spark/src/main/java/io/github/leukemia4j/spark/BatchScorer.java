package io.github.leukemia4j.spark;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Classifies some images at once; what cannot be decoded has its reason as the result. */
final class BatchScorer {
  private final JvmModels.Opened model;
  private final long maxPixels;

  /** Whether the task has processors to decode several images at a time. */
  private final boolean parallel;

  BatchScorer(JvmModels.Opened model, long maxPixels, boolean parallel) {
    this.model = model;
    this.maxPixels = maxPixels;
    this.parallel = parallel;
  }

  /**
   * Classifies images.
   *
   * @return the columns of {@link ScoredColumns} for each, in the same order
   * @throws io.github.leukemia4j.BackendException where the arithmetic fails for an image alone,
   *     which speaks of the machine and not of the image
   */
  List<Object[]> score(List<EncodedImage> sources) {
    Stream<EncodedImage> stream = parallel ? sources.parallelStream() : sources.stream();
    List<EncodedImage.Decoded> decoded = stream.map(image -> image.decode(maxPixels)).toList();
    List<CellImage> images =
        decoded.stream().map(EncodedImage.Decoded::image).filter(image -> image != null).toList();
    List<Object[]> results = images.isEmpty() ? List.of() : classify(images);
    List<Object[]> all = new ArrayList<>(sources.size());
    int next = 0;
    for (EncodedImage.Decoded one : decoded) {
      all.add(
          one.image() == null
              ? ScoredColumns.error(one.error(), model.digest())
              : results.get(next++));
    }
    return all;
  }

  private List<Object[]> classify(List<CellImage> images) {
    try {
      return classifyTogether(images);
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      if (images.size() == 1) {
        throw e;
      }
      // Perhaps too many for the memory.
      List<Object[]> one = new ArrayList<>();
      images.forEach(image -> one.addAll(classifyTogether(List.of(image))));
      return one;
    }
  }

  private List<Object[]> classifyTogether(List<CellImage> images) {
    MultilevelPipeline pipeline = model.pipeline();
    Map<Label, List<Prediction>> all = pipeline.classifyAtAllStages(images);
    List<MultilevelResult> results = pipeline.decide(all);
    List<Object[]> rows = new ArrayList<>(images.size());
    for (int i = 0; i < images.size(); i++) {
      Map<Label, Prediction> stages = new HashMap<>();
      for (Label stage : pipeline.classifiers().keySet()) {
        stages.put(stage, all.get(stage).get(i));
      }
      rows.add(ScoredColumns.result(pipeline, results.get(i), stages, model.digest()));
    }
    return rows;
  }
}
