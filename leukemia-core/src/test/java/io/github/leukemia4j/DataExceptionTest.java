package io.github.leukemia4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataExceptionTest {
  @Test
  void listsTwentyProblemsAndCountsTheRest() {
    List<String> problems =
        IntStream.rangeClosed(1, 23).mapToObj(i -> "file" + i + ".png").toList();
    DataException e = new DataException("All files must be images:", problems);
    assertThat(e.getMessage().lines())
        .hasSize(22)
        .startsWith("All files must be images:", "  file1.png")
        .contains("  file20.png")
        .endsWith("  ... and 3 more, 23 in all");
    assertThat(e.problems()).isEqualTo(problems);
  }

  @Test
  void listsTwentyWithoutARest() {
    List<String> problems = IntStream.rangeClosed(1, 20).mapToObj(i -> "f" + i).toList();
    assertThat(new DataException("Wrong:", problems).getMessage().lines())
        .hasSize(21)
        .endsWith("  f20");
  }

  @Test
  void hasNoProblemsWhereTheMessageSaysItAll() {
    assertThat(new DataException("Empty.").problems()).isEmpty();
    assertThat(new DataException("Empty.")).hasMessage("Empty.").hasNoCause();
  }
}
