package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.TrainingSamples;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps a pipeline from being judged by what it was made from. All methods are thread-safe. */
public final class LeakCheck {
  private LeakCheck() {}

  /**
   * {@link #requireUnseen(MultilevelPipeline, Verification, String)} with a remedy for programs
   * that call this library.
   */
  public static List<Label> requireUnseen(MultilevelPipeline pipeline, Verification verification)
      throws IOException {
    return requireUnseen(
        pipeline,
        verification,
        "Evaluate the part of the split that was held out, or other data. Where other people have"
            + " the same identifiers, or the score is not to be reported, leave this check out:");
  }

  /**
   * Fails where data hold a patient or an image that a stage of the pipeline was trained, validated
   * or calibrated on.
   *
   * @param verification of the data on which the pipeline is to be evaluated
   * @param remedy what the user can do about it, ending in a colon
   * @return the stages whose bundles do not say what they were made from, which can therefore not
   *     be checked
   * @throws DataException which says how many patients and images these are, and lists them
   * @throws IOException where a bundle cannot be read
   */
  public static List<Label> requireUnseen(
      MultilevelPipeline pipeline, Verification verification, String remedy) throws IOException {
    List<Label> silent = new ArrayList<>();
    List<TrainingSamples> made = new ArrayList<>();
    for (Map.Entry<Label, LeukemiaClassifier> stage : pipeline.classifiers().entrySet()) {
      Optional<ModelBundle> bundle = stage.getValue().bundle();
      Optional<TrainingSamples> of =
          bundle.isPresent() ? TrainingSamples.of(bundle.get()) : Optional.empty();
      of.ifPresentOrElse(made::add, () -> silent.add(stage.getKey()));
    }
    TrainingSamples.requireUnseen(made, verification, "evaluated", remedy);
    return List.copyOf(silent);
  }
}
