package io.github.leukemia4j.metric;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A metric of {@link Metrics}: functions and what is known of them. */
record BuiltIn(
    String id,
    String title,
    String brief,
    String undefined,
    Function<StageScores, OptionalDouble> function,
    Function<StageScores, Optional<Share>> shares,
    Basis basis,
    Nature nature,
    Range range,
    boolean headline)
    implements StageMetric {
  /** Smooth and between 0 and 1, as most are. */
  BuiltIn(
      String id,
      String title,
      String brief,
      String undefined,
      Basis basis,
      Function<StageScores, OptionalDouble> function) {
    this(
        id,
        title,
        brief,
        undefined,
        function,
        s -> Optional.empty(),
        basis,
        Nature.SMOOTH,
        Range.UNIT,
        false);
  }

  BuiltIn as(Nature other, Range values) {
    return new BuiltIn(
        id, title, brief, undefined, function, shares, basis, other, values, headline);
  }

  BuiltIn toHeadline() {
    return new BuiltIn(id, title, brief, undefined, function, shares, basis, nature, range, true);
  }

  @Override
  public OptionalDouble of(StageScores scores) {
    return function.apply(scores);
  }

  @Override
  public Optional<Share> share(StageScores scores) {
    return shares.apply(scores);
  }

  @Override
  public String toString() {
    return id;
  }

  /** A metric of a pipeline as a whole. */
  private record OfPath(String id, String title, String brief, String undefined) implements Metric {
    @Override
    public Nature nature() {
      return Nature.SMOOTH;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  static Metric path(String id, String title, String brief, String undefined) {
    return new OfPath(id, title, brief, undefined);
  }

  /** Of all samples. */
  static BuiltIn all(
      String id,
      String title,
      String brief,
      String undefined,
      Function<StageScores, OptionalDouble> function) {
    return new BuiltIn(id, title, brief, undefined, Basis.EVERY_LABEL, function);
  }

  static BuiltIn counts(
      String id, String title, Function<ConfusionMatrix, OptionalDouble> function) {
    return all(id, title, title, Metrics.NO_SAMPLES, s -> function.apply(s.confusion()));
  }

  static StageMetric fBeta(String id, String title, double beta) {
    return new BuiltIn(
        id,
        title,
        title,
        "the class occurs neither in the truth nor among the predictions",
        Basis.POSITIVES_AND_CALLED,
        s -> ofPositive(s, p -> s.confusion().fBeta(p, beta)));
  }

  static StageMetric atThreshold(String id, String title, String brief, AtLabel readOff) {
    return new BuiltIn(
            id,
            title,
            brief,
            Metrics.ONE_CLASS,
            Basis.POSITIVES_AND_OTHERS,
            s -> ofPositive(s, p -> readOff.of(s, p)))
        .as(Nature.JUMPING, Range.UNIT);
  }

  interface AtLabel {
    OptionalDouble of(StageScores scores, int label);
  }

  static BuiltIn share(
      String id,
      String title,
      String brief,
      String undefined,
      Basis basis,
      Function<StageScores, Optional<Share>> share) {
    return new BuiltIn(
        id,
        title,
        brief,
        undefined,
        s ->
            share
                .apply(s)
                .map(found -> OptionalDouble.of(found.value()))
                .orElse(OptionalDouble.empty()),
        share,
        basis,
        Nature.SMOOTH,
        Range.UNIT,
        false);
  }

  interface OfCounts {
    Optional<Share> of(ConfusionMatrix matrix, int positive);
  }

  static Optional<Share> ofPositive(StageScores scores, OfCounts share) {
    OptionalInt positive = scores.positive();
    return positive.isEmpty()
        ? Optional.empty()
        : share.of(scores.confusion(), positive.getAsInt());
  }

  static OptionalDouble ofPositive(StageScores scores, IntFunction<OptionalDouble> value) {
    return scores.positive().isEmpty()
        ? OptionalDouble.empty()
        : value.apply(scores.positive().getAsInt());
  }

  static Optional<Share> recall(StageScores scores) {
    return ofPositive(scores, (m, p) -> share(m.count(p, p), m.row(p)));
  }

  static Optional<Share> share(long successes, long trials) {
    return trials == 0 ? Optional.empty() : Optional.of(new Share(successes, trials));
  }

  /** Of one label where one is looked at, else the mean over the labels where it is defined. */
  static OptionalDouble ranked(StageScores scores, IntFunction<OptionalDouble> ofLabel) {
    return scores.ofOneLabel()
        ? ofLabel.apply(scores.positive().getAsInt())
        : IntStream.range(0, scores.labels().size())
            .mapToObj(ofLabel)
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .average();
  }
}
