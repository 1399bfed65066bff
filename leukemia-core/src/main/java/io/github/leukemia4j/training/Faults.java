package io.github.leukemia4j.training;

import java.util.ArrayList;
import java.util.List;

/** Collects all that is wrong with settings, for one message. */
final class Faults {
  private final List<String> all = new ArrayList<>();

  /**
   * @param rule what must hold, with the setting's name
   */
  void check(boolean holds, String rule, Object found) {
    if (!holds) {
      all.add(rule + "; found " + found);
    }
  }

  void checkShare(String name, double value) {
    check(value >= 0 && value < 1, name + " must be in [0, 1)", value);
  }

  void checkLeast(String name, int value, int least) {
    check(value >= least, "%s must be %d or more".formatted(name, least), value);
  }

  /**
   * @throws IllegalArgumentException where there are faults; names every one
   */
  void throwIfAny() {
    if (!all.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", all) + ".");
    }
  }
}
