package io.github.leukemia4j.training.loop;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.Head;
import io.github.leukemia4j.backend.HeadLoss;
import io.github.leukemia4j.calibration.ProbabilityScale;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.metric.ConfusionMatrix;
import io.github.leukemia4j.metric.StageMetrics;
import io.github.leukemia4j.model.ModelManifest.Priors;
import io.github.leukemia4j.training.Sampling;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What is fixed of one head while its network is trained: its question, its loss, its priors, and
 * the validation samples that reach it. Immutable.
 */
final class HeadTraining {
  private final Head head;
  private final HeadLoss learnt;
  private final Priors priors;
  private final ProbabilityScale scale;
  private final int[] rows;
  private final int[] truth;

  /**
   * @param stage an inner node of the split's taxonomy
   */
  HeadTraining(Label stage, TrainingConfig config, Split split) {
    LabelSet labels = split.taxonomy().labelSet(stage);
    this.head = new Head(stage, labels);
    this.learnt = HeadLoss.of(config, List.of(head)).get(0);
    this.priors = priors(split.train(), head, config.batches().sampling() == Sampling.BALANCED);
    this.scale = ProbabilityScale.of(head.labels(), priors.training(), priors.natural(), 1);
    List<Sample> validation = split.validation().samples();
    int[] labelOf =
        validation.stream().mapToInt(s -> label(split.taxonomy(), head, s).orElse(-1)).toArray();
    this.rows = IntStream.range(0, labelOf.length).filter(i -> labelOf[i] >= 0).toArray();
    this.truth = IntStream.of(rows).map(i -> labelOf[i]).toArray();
  }

  /** The question. */
  Head head() {
    return head;
  }

  /** The loss for the head's labels. */
  Loss loss() {
    return learnt.loss();
  }

  /** What the network is to learn for the question. */
  HeadLoss learnt() {
    return learnt;
  }

  /** How often each label occurred, and is shown. */
  Priors priors() {
    return priors;
  }

  /** The place of a sample's label among the head's; empty where the sample does not reach it. */
  private static OptionalInt label(Taxonomy taxonomy, Head head, Sample sample) {
    Optional<Label> child = taxonomy.childTowards(head.stage(), sample.label());
    return child.isPresent()
        ? OptionalInt.of(head.labels().indexOf(child.get()))
        : OptionalInt.empty();
  }

  /** Fails where a head does not see each of its labels in training and in validation. */
  static void requireEachLabel(Split split) {
    Taxonomy taxonomy = split.taxonomy();
    List<String> problems = new ArrayList<>();
    for (Label stage : taxonomy.innerNodes()) {
      for (String part : List.of("train", "validation")) {
        for (Label label : taxonomy.children(stage)) {
          if (split.part(part).samples().stream()
              .noneMatch(s -> taxonomy.childTowards(stage, s.label()).equals(Optional.of(label)))) {
            problems.add("%s has no sample of %s, for the stage %s".formatted(part, label, stage));
          }
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "Every stage needs samples of each of its labels to train and to validate on; add images"
              + " or patients of the missing ones, take the label out of the taxonomy, or split"
              + " with another seed:",
          problems);
    }
  }

  /**
   * Every label's share among the training samples that reach the head, and among those as they are
   * drawn: balanced sampling draws each label that samples carry equally often.
   */
  private static Priors priors(Dataset train, Head head, boolean balanced) {
    List<Label> all =
        train.samples().stream()
            .filter(s -> label(train.taxonomy(), head, s).isPresent())
            .map(Sample::label)
            .toList();
    List<Double> natural = shares(all, train.taxonomy(), head);
    return new Priors(
        balanced ? "balanced" : "natural",
        natural,
        balanced ? shares(all.stream().distinct().toList(), train.taxonomy(), head) : natural);
  }

  private static List<Double> shares(Collection<Label> labels, Taxonomy taxonomy, Head head) {
    long[] counts = new long[head.labels().size()];
    labels.forEach(
        label ->
            counts[
                head.labels().indexOf(taxonomy.childTowards(head.stage(), label).orElseThrow())]++);
    return Arrays.stream(counts).mapToObj(count -> (double) count / labels.size()).toList();
  }

  /**
   * The figures of the validation samples that reach the head, at natural frequencies.
   *
   * @param logits {@code [samples][labels]} of the whole validation part
   * @param epoch whose other figures are known
   */
  TrainingHistory.Epoch validate(
      double[][] logits, int epoch, double learningRate, double trainingLoss, double seconds) {
    double[][] targets = new double[rows.length][head.labels().size()];
    double[][] probabilities = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      targets[i][truth[i]] = 1;
      probabilities[i] = scale.probabilities(logits[rows[i]]);
    }
    StageMetrics metrics = StageMetrics.of(head.labels(), truth, probabilities);
    return new TrainingHistory.Epoch(
        epoch,
        learningRate,
        trainingLoss,
        learnt.loss().value(targets, probabilities),
        metrics.logLoss().orElseThrow(),
        metrics.accuracy().orElseThrow(),
        metrics.balancedAccuracy().orElseThrow(),
        metrics.auroc().isPresent() ? metrics.auroc().getAsDouble() : null,
        rows(metrics.confusion()),
        seconds);
  }

  private static List<List<Long>> rows(ConfusionMatrix confusion) {
    return Arrays.stream(confusion.counts())
        .map(row -> Arrays.stream(row).boxed().toList())
        .toList();
  }
}
