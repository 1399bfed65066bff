package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.backend.Head;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.parallel.DecodedChunks;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** Runs a pipeline over a data set. All methods are thread-safe. */
public final class Scoring {
  private Scoring() {}

  /**
   * What the pipeline says of every sample, in the order of the data set. Each network sees each
   * image once. Images are decoded a chunk at a time, in parallel, each chunk while the networks
   * look at the one before.
   *
   * @param progress is told how many samples are done
   * @throws IOException where an image is missing or cannot be read
   * @throws DataException where one is no image
   */
  public static List<ScoredSample> score(
      MultilevelPipeline pipeline, Dataset dataset, IntConsumer progress) throws IOException {
    List<ScoredSample> scored = new ArrayList<>(dataset.size());
    try (DecodedChunks chunks = new DecodedChunks(dataset.samples())) {
      while (scored.size() < dataset.size()) {
        DecodedChunks.Chunk chunk = chunks.next();
        score(pipeline, chunk.samples(), chunk.images(), scored);
        progress.accept(scored.size());
      }
    }
    return List.copyOf(scored);
  }

  private static void score(
      MultilevelPipeline pipeline,
      List<Sample> samples,
      List<CellImage> images,
      List<ScoredSample> scored) {
    Map<Label, List<Prediction>> all = pipeline.classifyAtAllStages(images);
    List<Head> beside =
        pipeline.auxiliary().values().stream()
            .map(classifier -> Head.of(classifier.head().orElseThrow()))
            .toList();
    List<MultilevelResult> results = pipeline.decide(all);
    Map<Label, List<Prediction>> stages = new LinkedHashMap<>(all);
    stages.keySet().removeAll(pipeline.auxiliary().keySet());
    for (int i = 0; i < samples.size(); i++) {
      Map<Label, Prediction> ofSample = new LinkedHashMap<>();
      Map<Label, Label> settled = new LinkedHashMap<>();
      for (Map.Entry<Label, List<Prediction>> stage : stages.entrySet()) {
        Prediction prediction = stage.getValue().get(i);
        ofSample.put(stage.getKey(), prediction);
        settled.put(stage.getKey(), pipeline.settle(stage.getKey(), prediction));
      }
      Sample sample = samples.get(i);
      Map<Label, ScoredSample.Auxiliary> auxiliary = new LinkedHashMap<>();
      for (Head head : beside) {
        Prediction prediction = all.get(head.stage()).get(i);
        head.answer(pipeline.taxonomy(), sample)
            .ifPresent(
                truth ->
                    auxiliary.put(head.stage(), new ScoredSample.Auxiliary(truth, prediction)));
      }
      scored.add(
          new ScoredSample(
              sample.id(),
              sample.label(),
              sample.patient(),
              ofSample,
              results.get(i).label(),
              results.get(i).outcome(),
              settled,
              results.get(i).findings(),
              auxiliary));
    }
  }
}
