package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.Verification;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.TrainingSamples;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keeps a pipeline from being judged by what it was made from. All methods are thread-safe. */
public final class LeakCheck {
  private LeakCheck() {}

  /**
   * Fails where data hold a patient or an image that a stage of the pipeline was trained, validated
   * or calibrated on.
   *
   * @param verification of the data on which the pipeline is to be evaluated
   * @return the stages whose bundles do not say what they were made from, which can therefore not
   *     be checked
   * @throws DataException which says how many patients and images these are, and lists them
   * @throws IOException where a bundle cannot be read
   */
  public static List<Label> requireUnseen(MultilevelPipeline pipeline, Verification verification)
      throws IOException {
    List<Label> silent = new ArrayList<>();
    List<TrainingSamples> made = new ArrayList<>();
    for (Map.Entry<Label, LeukemiaClassifier> stage : pipeline.classifiers().entrySet()) {
      Optional<ModelBundle> bundle = stage.getValue().bundle();
      Optional<TrainingSamples> of =
          bundle.isPresent() ? TrainingSamples.of(bundle.get()) : Optional.empty();
      of.ifPresentOrElse(made::add, () -> silent.add(stage.getKey()));
    }
    requireUnseen(made, verification);
    return List.copyOf(silent);
  }

  private static void requireUnseen(List<TrainingSamples> made, Verification verification) {
    Map<String, Integer> patients = new TreeMap<>();
    verification
        .dataset()
        .samples()
        .forEach(s -> s.patient().ifPresent(p -> patients.merge(p, 1, Integer::sum)));
    patients.keySet().removeIf(p -> made.stream().noneMatch(m -> m.hasPatient(p)));
    List<Sample> images =
        verification.dataset().samples().stream()
            .filter(s -> verification.digests().containsKey(s.id()))
            .filter(
                s -> made.stream().anyMatch(m -> m.hasImage(verification.digests().get(s.id()))))
            .toList();
    if (patients.isEmpty() && images.isEmpty()) {
      return;
    }
    List<String> problems = new ArrayList<>();
    patients.forEach((patient, n) -> problems.add("patient " + patient + ": " + n + " images"));
    images.forEach(s -> problems.add("image " + s.id()));
    throw new DataException(
        "A pipeline must be evaluated on patients and images that it was not made from; found "
            + patients.size()
            + " patients and "
            + images.size()
            + " of "
            + verification.dataset().size()
            + " images in "
            + verification.dataset().name()
            + " that were in its training, validation or calibration part. Name the part that was"
            + " held out (--split FILE --part test), or allow it (--allow-training-data), where"
            + " other people have the same identifiers or the score is not to be reported:",
        problems);
  }
}
