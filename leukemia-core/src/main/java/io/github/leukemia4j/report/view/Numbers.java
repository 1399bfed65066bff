package io.github.leukemia4j.report.view;

import io.github.leukemia4j.metric.Interval;
import java.util.Locale;
import java.util.Optional;

/** How reports write numbers: the one place. All methods are thread-safe. */
public final class Numbers {
  /** What stands where there is no number. */
  public static final String NONE = "\u2013";

  private Numbers() {}

  /** With three decimals. */
  public static String three(double value) {
    return fixed(value, 3);
  }

  /** With so many decimals, and never as -0.00. */
  public static String fixed(double value, int decimals) {
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.matches("-[0.]+") ? text.substring(1) : text;
  }

  /** From its lower to its upper end. */
  public static String ends(Interval interval, int decimals) {
    return fixed(interval.lower(), decimals) + " to " + fixed(interval.upper(), decimals);
  }

  /** A value, and its interval in brackets. */
  public static String text(double value, Optional<Interval> interval, int decimals) {
    return fixed(value, decimals)
        + interval.map(i -> " (%s)".formatted(ends(i, decimals))).orElse("");
  }

  /** A p-value, which is never 0. */
  public static String p(double value) {
    return value < 0.001 ? "< 0.001" : three(value);
  }

  /** A share as a percentage with up to two decimals, such as {@code 97.5%}. */
  public static String percent(double share) {
    return plain(Math.round(share * 1e4) / 1e2) + "%";
  }

  /** Without decimals where it has none. */
  public static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** Such as "1 image" or "2 images". */
  public static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
