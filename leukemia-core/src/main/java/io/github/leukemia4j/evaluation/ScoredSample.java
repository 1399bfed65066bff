package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.backend.Network.Head;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * What a cascade said about one labelled sample.
 *
 * @param id the sample's, for messages
 * @param truth its label, at any level of the taxonomy
 * @param patient whose cell it is, if known
 * @param stages what every stage says, by its inner node, whether or not the cascade went through
 *     it: at least the stages above the truth, so that each can be judged on all samples that it
 *     should know
 * @param decided where the cascade ended: a leaf, or the inner node at which it stopped
 * @param outcome how it ended
 * @param settled the label that each stage chooses by its own rule, as {@link
 *     io.github.leukemia4j.pipeline.MultilevelPipeline#settle} says; a stage that is not there
 *     chooses the most probable one
 * @param findings what the stages that were asked found to speak against the image, as {@link
 *     MultilevelResult#findings} says; empty where nothing was found or nothing looked
 * @param auxiliary what is said beside the stages, by the name of the head
 */
public record ScoredSample(
    String id,
    Label truth,
    Optional<String> patient,
    Map<Label, Prediction> stages,
    Label decided,
    MultilevelResult.Outcome outcome,
    Map<Label, Label> settled,
    Set<Finding> findings,
    Map<Label, Auxiliary> auxiliary) {
  /**
   * What a head that answers no stage says of a sample, and what is true.
   *
   * @param truth the sample's own value; empty where it is not known, or none of the head's labels
   * @param prediction of the head
   */
  public record Auxiliary(Optional<Label> truth, Prediction prediction) {}

  /** Copies the maps and the set. */
  public ScoredSample {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(truth, "truth");
    Objects.requireNonNull(patient, "patient");
    Objects.requireNonNull(decided, "decided");
    Objects.requireNonNull(outcome, "outcome");
    stages = Map.copyOf(stages);
    settled = Map.copyOf(settled);
    findings = Set.copyOf(findings);
    auxiliary = Map.copyOf(auxiliary);
  }

  /** What a cascade said whose stages choose the most probable label, and no more. */
  public ScoredSample(
      String id,
      Label truth,
      Optional<String> patient,
      Map<Label, Prediction> stages,
      Label decided,
      MultilevelResult.Outcome outcome) {
    this(id, truth, patient, stages, decided, outcome, Map.of(), Set.of(), Map.of());
  }

  /**
   * What the pipeline says of every sample, in the order of the data set. Each network sees each
   * image once. Images are decoded a chunk at a time, in parallel, each chunk while the networks
   * look at the one before.
   *
   * @param progress is told how many samples are done
   * @throws IOException where an image is missing or cannot be read
   * @throws DataException where one is no image
   */
  public static List<ScoredSample> of(
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
      Map<Label, Auxiliary> auxiliary = new LinkedHashMap<>();
      for (Head head : beside) {
        auxiliary.put(
            head.stage(),
            new Auxiliary(head.answer(pipeline.taxonomy(), sample), all.get(head.stage()).get(i)));
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
