package io.github.leukemia4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.starter.Starter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifyWithStarterTest {
  @TempDir Path folder;

  @Test
  void answersAboutARealCell() throws Exception {
    Path blast =
        Starter.cells(folder).samples().stream()
            .filter(sample -> sample.label().equals(Label.of("Blast")))
            .findFirst()
            .flatMap(sample -> sample.source().path())
            .orElseThrow();

    assertThat(ClassifyWithStarter.run(blast).path()).startsWith(Label.of("cell"));
  }
}
