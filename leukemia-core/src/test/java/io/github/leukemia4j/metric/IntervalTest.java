package io.github.leukemia4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IntervalTest {
  @Test
  void holdsItsEnds() {
    Interval interval = new Interval(.2, .4, .95, "by hand");
    assertThat(interval.contains(.2)).isTrue();
    assertThat(interval.contains(.4)).isTrue();
    assertThat(interval.contains(.41)).isFalse();
  }

  @Test
  void refusesTurnedEndsNanAndImpossibleLevels() {
    assertThatThrownBy(() -> new Interval(.4, .2, .95, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The lower end must not lie above the upper one; found 0.4 and 0.2.");
    assertThatThrownBy(() -> new Interval(Double.NaN, .2, .95, ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Interval(.2, .4, 95, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 95.0");
  }
}
