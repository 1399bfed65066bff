package io.github.leukemia4j.research.search;

import java.util.List;

/** The values that a setting may take. Every value has a place in the unit interval. Immutable. */
public sealed interface Values {
  /**
   * The value at a place.
   *
   * @param unit in [0, 1]
   */
  Object at(double unit);

  /** A place of a value: {@code at(place(value))} is the value again, to the last bits. */
  double place(Object value);

  /** How many different values there are; {@link Integer#MAX_VALUE} for a range of real numbers. */
  int count();

  /**
   * Numbers from {@code low} to {@code high}, both included.
   *
   * @param low the smallest; less than {@code high}
   * @param high the largest
   * @param log whether equal steps are equal factors; needs {@code low} above 0
   * @param whole whether only whole numbers are meant
   */
  record Numbers(double low, double high, boolean log, boolean whole) implements Values {
    /**
     * @throws IllegalArgumentException where one breaks the rules above; says what must hold
     */
    public Numbers {
      if (!(low < high) || !Double.isFinite(low) || !Double.isFinite(high)) {
        throw new IllegalArgumentException(
            "a range must run from a smaller to a larger number; found %s to %s"
                .formatted(low, high));
      }
      if (log && low <= 0) {
        throw new IllegalArgumentException(
            "a logarithmic range must lie above 0; found %s to %s".formatted(low, high));
      }
      if (whole && (low != Math.rint(low) || high != Math.rint(high))) {
        throw new IllegalArgumentException(
            "a range of whole numbers must end at whole numbers; found %s to %s"
                .formatted(low, high));
      }
    }

    @Override
    public Object at(double unit) {
      double place = Math.min(1, Math.max(0, unit));
      if (!whole) {
        return Math.min(high, Math.max(low, between(low, high, place)));
      }
      // Each whole number has an interval of its own, so that the ends are as likely as the others.
      double found =
          log
              ? Math.rint(between(low - 0.49, high + 0.49, place))
              : Math.floor(between(low, high + 1, place));
      return (long) Math.min(high, Math.max(low, found));
    }

    private double between(double from, double to, double place) {
      return log
          ? Math.exp(Math.log(from) + place * (Math.log(to) - Math.log(from)))
          : from + place * (to - from);
    }

    @Override
    public double place(Object value) {
      double number = ((Number) value).doubleValue();
      double from = whole && log ? low - 0.49 : low;
      double to = whole ? log ? high + 0.49 : high + 1 : high;
      double within = whole && !log ? number + 0.5 : number;
      return log
          ? (Math.log(within) - Math.log(from)) / (Math.log(to) - Math.log(from))
          : (within - from) / (to - from);
    }

    @Override
    public int count() {
      return whole ? (int) Math.min(Integer.MAX_VALUE, high - low + 1) : Integer.MAX_VALUE;
    }
  }

  /**
   * One of several.
   *
   * @param of texts, numbers or truth values, at least 2, no two alike
   */
  record Choices(List<Object> of) implements Values {
    /**
     * @throws IllegalArgumentException where there are fewer than 2, or two are alike
     */
    public Choices {
      of = List.copyOf(of);
      if (of.size() < 2 || of.stream().distinct().count() < of.size()) {
        throw new IllegalArgumentException(
            "there must be at least 2 choices, no two alike; found %s".formatted(of));
      }
    }

    @Override
    public Object at(double unit) {
      return of.get((int) Math.min(of.size() - 1.0, Math.max(0, Math.floor(unit * of.size()))));
    }

    @Override
    public double place(Object value) {
      return (of.indexOf(value) + 0.5) / of.size();
    }

    @Override
    public int count() {
      return of.size();
    }
  }
}
