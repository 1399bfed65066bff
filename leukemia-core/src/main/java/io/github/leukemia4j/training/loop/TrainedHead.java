package io.github.leukemia4j.training.loop;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.inference.HeadReading;
import io.github.leukemia4j.inference.ProbabilityScale;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.metric.ConfusionMatrix;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.StageScores;
import io.github.leukemia4j.model.HeadManifest.Kind;
import io.github.leukemia4j.model.HeadManifest.Reading;
import io.github.leukemia4j.model.ModelManifest.Priors;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingConfig.Networks;
import io.github.leukemia4j.training.TrainingHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What is fixed of one head while its network is trained: its question, its loss, its priors, and
 * the validation samples that reach it. Immutable.
 */
final class TrainedHead {
  /** The name of the head over all leaves. */
  static final Label LEAVES = Label.of("leaves");

  private final HeadLoss learnt;
  private final Priors priors;
  private final Optional<AuxiliaryColumn> column;
  private final Optional<Reading> reading;
  private final HeadReading logits;
  private final ProbabilityScale scale;
  private final int[] rows;
  private final int[] truth;

  private TrainedHead(
      HeadLoss learnt, Priors priors, Question question, List<Head> all, Dataset validation) {
    Head head = learnt.head();
    this.learnt = learnt;
    this.priors = priors;
    this.column = question.column();
    this.reading = question.reading();
    this.logits = logits(head, reading, all);
    this.scale = ProbabilityScale.of(head.labels(), priors.training(), priors.natural(), 1);
    int[] labelOf =
        validation.samples().stream()
            .map(sample -> head.answer(validation.taxonomy(), sample))
            .mapToInt(label -> label.map(head.labels()::indexOf).orElse(-1))
            .toArray();
    this.rows = IntStream.range(0, labelOf.length).filter(i -> labelOf[i] >= 0).toArray();
    this.truth = IntStream.of(rows).map(i -> labelOf[i]).toArray();
  }

  private static HeadReading logits(Head head, Optional<Reading> reading, List<Head> all) {
    List<Label> names = all.stream().map(Head::stage).toList();
    int number = names.indexOf(head.stage());
    if (reading.isEmpty()) {
      return HeadReading.ofOwn(number);
    }
    int source = names.indexOf(Label.of(reading.get().head()));
    return HeadReading.of(
        number,
        source,
        reading.get().places(head.labels(), all.get(source).labels()),
        reading.get().own());
  }

  /**
   * The heads of a network: one for each inner node of the split's taxonomy, from the root down,
   * then those that are learnt beside them.
   *
   * @throws DataException where a stage does not see each of its labels in training and validation,
   *     or the data do not hold what an auxiliary column needs; lists what is missing
   * @throws IllegalArgumentException where a setting names what the taxonomy does not have
   */
  static List<TrainedHead> of(TrainingConfig config, Split split) {
    List<Question> questions = questions(config, split);
    List<Head> heads = questions.stream().map(Question::head).toList();
    List<HeadLoss> learnt = HeadLoss.of(config, heads);
    // Others are not drawn, so that they must not count among those of their label.
    Dataset drawn = reached(split.train(), heads);
    return IntStream.range(0, heads.size())
        .mapToObj(
            h ->
                new TrainedHead(
                    learnt.get(h),
                    LabelShares.priors(drawn, questions.get(h), config.batches().sampling()),
                    questions.get(h),
                    heads,
                    split.validation()))
        .toList();
  }

  /** The samples that some head learns from. */
  static Dataset reached(Dataset train, List<Head> heads) {
    return train.withSamples(
        train.samples().stream()
            .filter(
                sample ->
                    heads.stream()
                        .anyMatch(head -> head.answer(train.taxonomy(), sample).isPresent()))
            .toList());
  }

  /**
   * What a head is asked.
   *
   * @param column that it learns, where it is an auxiliary one
   * @param read the head that it is read from, and how; empty for its own logits
   */
  record Question(
      Head head, Optional<AuxiliaryColumn> column, Optional<Head> read, Optional<Reading> reading) {
    /** Of a stage. Where its own head learns, it has half a say beside the one it is read from. */
    static Question stage(Head head, Optional<Head> read, double weight, Dataset train) {
      double own = weight > 0 ? 0.5 : 0;
      return new Question(
          head,
          Optional.empty(),
          read,
          read.map(from -> AuxiliaryColumn.reading(head, from, own, train)));
    }

    private static Question beside(Head head, Optional<AuxiliaryColumn> column) {
      return new Question(head, column, Optional.empty(), Optional.empty());
    }
  }

  /** Those of all heads; fails as {@link #of}. */
  static List<Question> questions(TrainingConfig config, Split split) {
    requireEachLabel(split);
    Taxonomy taxonomy = split.taxonomy();
    Map<Head, Optional<AuxiliaryColumn>> beside = new LinkedHashMap<>();
    Map<Label, Head> readFrom = new LinkedHashMap<>();
    if (config.networks() == Networks.LEAVES) {
      Head leaves = new Head(LEAVES, LabelSet.of(taxonomy.leaves()), Kind.LEAVES);
      taxonomy.innerNodes().forEach(stage -> readFrom.put(stage, leaves));
      beside.put(leaves, Optional.empty());
    }
    config
        .auxiliary()
        .forEach(
            (name, own) -> {
              AuxiliaryColumn column = AuxiliaryColumn.of(name, split);
              own.reads().forEach(stage -> readFrom.put(Label.of(stage), column.head()));
              beside.put(column.head(), Optional.of(column));
            });
    requireNames(taxonomy, beside.keySet(), readFrom.keySet());
    List<Question> questions = new ArrayList<>();
    for (Label stage : taxonomy.innerNodes()) {
      questions.add(
          Question.stage(
              new Head(stage, taxonomy.labelSet(stage)),
              Optional.ofNullable(readFrom.get(stage)),
              config.weight(stage),
              split.train()));
    }
    beside.forEach((head, column) -> questions.add(Question.beside(head, column)));
    return questions;
  }

  private static void requireNames(Taxonomy taxonomy, Set<Head> beside, Set<Label> reading) {
    List<Label> clashing =
        beside.stream()
            .filter(
                head ->
                    taxonomy.innerNodes().contains(head.stage())
                        || head.labels().contains(head.stage()))
            .map(Head::stage)
            .toList();
    if (!clashing.isEmpty()) {
      throw new IllegalArgumentException(
          "What is learnt beside the stages must have another name than the stages %s and than its own values; found %s. Rename that column, or the stage or value."
              .formatted(taxonomy.innerNodes(), clashing));
    }
    List<Label> others =
        reading.stream().filter(stage -> !taxonomy.innerNodes().contains(stage)).toList();
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          "An auxiliary column can be read by the stages of its own network, %s; found %s. Correct the name, or let the stages share a network (networks = shared)."
              .formatted(taxonomy.innerNodes(), others));
    }
  }

  /** The question. */
  Head head() {
    return learnt.head();
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

  /** The column that it learns; empty where it answers something else. */
  Optional<AuxiliaryColumn> column() {
    return column;
  }

  /** How it is read from another head's logits; empty for its own. */
  Optional<Reading> reading() {
    return reading;
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
   * The figures of the validation samples that reach the head, at natural frequencies.
   *
   * @param all the logits of all heads for the whole validation part, {@code
   *     [heads][samples][labels]}
   * @param epoch whose other figures are known
   */
  TrainingHistory.Epoch validate(
      double[][][] all, int epoch, double learningRate, double trainingLoss, double seconds) {
    LabelSet labels = learnt.head().labels();
    double[][] targets = new double[rows.length][labels.size()];
    double[][] probabilities = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      targets[i][truth[i]] = 1;
      int row = rows[i];
      probabilities[i] = scale.probabilities(logits.logits(h -> all[h][row]));
    }
    StageScores scores = StageScores.of(labels, truth, probabilities);
    OptionalDouble auroc = Metrics.AUROC.of(scores);
    return new TrainingHistory.Epoch(
        epoch,
        learningRate,
        trainingLoss,
        learnt.loss().value(targets, probabilities),
        Metrics.LOG_LOSS.of(scores).orElseThrow(),
        Metrics.ACCURACY.of(scores).orElseThrow(),
        Metrics.BALANCED_ACCURACY.of(scores).orElseThrow(),
        auroc.isPresent() ? auroc.getAsDouble() : null,
        rows(scores.confusion()),
        seconds);
  }

  private static List<List<Long>> rows(ConfusionMatrix confusion) {
    return Arrays.stream(confusion.counts())
        .map(row -> Arrays.stream(row).boxed().toList())
        .toList();
  }
}
