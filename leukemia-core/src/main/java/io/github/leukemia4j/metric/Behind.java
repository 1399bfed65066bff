package io.github.leukemia4j.metric;

/**
 * Whom a metric rests on.
 *
 * @param units which units add to it
 * @param fewest how many add to the part that the fewest add to, such as the rarest label
 * @param part what that part is, in words behind a number of patients; may be empty
 * @param alike how many observations the units are worth where none of them has an error
 */
public record Behind(boolean[] units, int fewest, String part, int alike) {
  public static Behind of(boolean[] units, String part) {
    int count = count(units);
    return new Behind(units, count, part, count);
  }

  /** The same units, where one side of the metric rests on fewer. */
  public Behind orFewer(Behind side) {
    return side.fewest < fewest ? new Behind(units, side.fewest, side.part, alike) : this;
  }

  public Behind worth(int observations) {
    return new Behind(units, fewest, part, observations);
  }

  /** Of units that occur twice over, as when two cascades are compared, each once. */
  public Behind once() {
    boolean[] one = new boolean[units.length / 2];
    for (int u = 0; u < one.length; u++) {
      one[u] = units[u] || units[one.length + u];
    }
    return new Behind(one, (fewest + 1) / 2, part, (alike + 1) / 2);
  }

  public int count() {
    return count(units);
  }

  private static int count(boolean[] units) {
    int count = 0;
    for (boolean one : units) {
      count += one ? 1 : 0;
    }
    return count;
  }
}
