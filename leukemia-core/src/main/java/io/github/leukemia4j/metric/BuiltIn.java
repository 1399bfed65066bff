package io.github.leukemia4j.metric;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

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
  BuiltIn(
      String id,
      String title,
      String brief,
      String undefined,
      Function<StageScores, OptionalDouble> function) {
    this(
        id,
        title,
        brief,
        undefined,
        function,
        s -> Optional.empty(),
        Basis.EVERY_LABEL,
        Nature.SMOOTH,
        Range.UNIT,
        false);
  }

  BuiltIn as(Nature other) {
    return new BuiltIn(
        id, title, brief, undefined, function, shares, basis, other, range, headline);
  }

  BuiltIn on(Basis other) {
    return new BuiltIn(
        id, title, brief, undefined, function, shares, other, nature, range, headline);
  }

  BuiltIn within(Range other) {
    return new BuiltIn(
        id, title, brief, undefined, function, shares, basis, nature, other, headline);
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
}
