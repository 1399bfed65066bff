package io.github.leukemia4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LabelSetTest {
  private static final Label NORMAL = Label.of("normal");
  private static final Label ABNORMAL = Label.of("abnormal");

  @Nested
  class Creation {
    @Test
    void needsTwoLabels() {
      assertThatThrownBy(() -> LabelSet.of("normal"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("A classifier needs at least two labels; found [normal].");
    }

    @Test
    void needsDifferentLabels() {
      assertThatThrownBy(() -> LabelSet.of("a", "b", "a"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Labels must differ; found [a, b, a].");
    }

    @Test
    void copiesTheList() {
      List<Label> given = new ArrayList<>(List.of(NORMAL, ABNORMAL));
      LabelSet set = LabelSet.of(given);
      given.clear();
      assertThat(set.labels()).containsExactly(NORMAL, ABNORMAL);
      assertThat(set.labels()).isUnmodifiable();
    }
  }

  @Nested
  class Order {
    private final LabelSet set = LabelSet.of("c", "a", "b");

    @Test
    void isThatOfTheOutputs() {
      assertThat(set.size()).isEqualTo(3);
      assertThat(set.get(0)).isEqualTo(Label.of("c"));
      assertThat(set.indexOf(Label.of("b"))).isEqualTo(2);
      assertThat(set).isNotEqualTo(LabelSet.of("a", "b", "c"));
    }

    @Test
    void hasNoPlaceForOtherLabels() {
      assertThat(set.contains(Label.of("a"))).isTrue();
      assertThat(set.contains(Label.of("A"))).isFalse();
      assertThatThrownBy(() -> set.indexOf(Label.of("A")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The label must be one of [c, a, b]; found A.");
      assertThatNullPointerException().isThrownBy(() -> set.indexOf(null)).withMessage("label");
    }
  }

  @Nested
  class Positive {
    @Test
    void isEmptyUnlessMarked() {
      LabelSet set = LabelSet.of("normal", "abnormal");
      assertThat(set.positive()).isEmpty();
      assertThat(set.positiveIndex()).isEmpty();
      assertThat(set).hasToString("[normal, abnormal]");
    }

    @Test
    void isKnownByLabelAndPlace() {
      LabelSet plain = LabelSet.of("normal", "abnormal");
      LabelSet marked = plain.withPositive(ABNORMAL);
      assertThat(marked.positive()).contains(ABNORMAL);
      assertThat(marked.positiveIndex()).hasValue(1);
      assertThat(plain.withPositive(NORMAL).positiveIndex()).hasValue(0);
      assertThat(marked).hasToString("[normal, abnormal+]");
      assertThat(marked).isNotEqualTo(plain).isNotEqualTo(plain.withPositive(NORMAL));
      assertThat(marked)
          .isEqualTo(LabelSet.of("normal", "abnormal").withPositive(ABNORMAL))
          .hasSameHashCodeAs(LabelSet.of("normal", "abnormal").withPositive(ABNORMAL));
    }

    @Test
    void mustBeInTheSet() {
      assertThatThrownBy(() -> LabelSet.of("a", "b").withPositive(NORMAL))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("one of [a, b]; found normal");
    }
  }
}
