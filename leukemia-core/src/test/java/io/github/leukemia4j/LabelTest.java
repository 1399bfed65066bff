package io.github.leukemia4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        " AML",
        "AML ",
        "a/b",
        "a\\b",
        "a|b",
        "a\tb",
        "a\u0000b",
        ".",
        "..",
        "\u2003"
      })
  void rejectsWhatCannotNameAFolder(String name) {
    assertThatThrownBy(() -> Label.of(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + name + "\"")
        .hasMessageContaining("Rename it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AML", "M6b", "T-ALL", "acute lymphoblastic", "Leukämie", "白血病", "..."})
  void takesEveryOtherName(String name) {
    assertThat(Label.of(name).name()).isEqualTo(name);
    assertThat(Label.of(name)).hasToString(name);
  }

  @Test
  void takesAHundredCharactersAndNotOneMore() {
    assertThat(Label.of("x".repeat(100)).name()).hasSize(100);
    assertThatThrownBy(() -> Label.of("x".repeat(101)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 100 characters");
  }

  @Test
  void rejectsNull() {
    assertThatNullPointerException().isThrownBy(() -> Label.of(null)).withMessage("name");
  }

  @Test
  void isComparedByNameWithItsCase() {
    assertThat(Label.of("AML")).isEqualTo(new Label("AML")).isNotEqualTo(Label.of("aml"));
    assertThat(Stream.of("b", "a", "B").map(Label::of).sorted().map(Label::name))
        .containsExactly("B", "a", "b");
  }
}
