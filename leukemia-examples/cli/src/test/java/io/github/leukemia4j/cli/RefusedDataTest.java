package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.copyImages;
import static io.github.leukemia4j.cli.Commands.sharedData;
import static io.github.leukemia4j.cli.Commands.succeeded;
import static io.github.leukemia4j.cli.Commands.train;
import static io.github.leukemia4j.cli.Commands.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.leukemia4j.cli.Commands.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data that no training takes. */
class RefusedDataTest {
  @TempDir Path temporary;

  private Path out;

  private void refused(Path data, String... inMessage) throws IOException {
    out = temporary.resolve("out");
    Run run = train(data, out);

    assertThat(run.code()).as(run.out() + run.err()).isEqualTo(1);
    assertThat(run.err()).contains(inMessage).doesNotContain("\tat ");
    assertThat(out).doesNotExist();
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .noneMatch(name -> name.contains(".training") || name.contains(".part"));
    }
  }

  @Test
  void thatIsMissing() throws IOException {
    refused(temporary.resolve("nowhere"), "nowhere");
  }

  @Test
  void thatIsAnEmptyFolder() throws IOException {
    refused(Files.createDirectories(temporary.resolve("empty")), "empty", "folder");
  }

  @Test
  void thatHasOneClassOnly() throws IOException {
    copyImages("normal", temporary.resolve("tree/normal"), 8);

    refused(temporary.resolve("tree"), "normal", "tree");
  }

  @Test
  void thatHasAClassWithOneSample() throws IOException {
    refused(tree(temporary, 8, 1), "abnormal");
  }

  @Test
  void thatLacksAColumn() throws IOException {
    refused(manifest("file,class\na.png,normal\n"), "manifest.csv", "label");
  }

  @Test
  void thatHasAnUnknownLabel() throws IOException {
    Files.writeString(
        temporary.resolve("taxonomy.json"),
        "{\"name\":\"cell\",\"children\":[{\"name\":\"normal\"},{\"name\":\"abnormal\"}]}");

    refused(manifest("file,label\na.png,normal\nb.png,strange\n"), "manifest.csv", "strange", "3");
  }

  @Test
  void thatNamesFilesThatDoNotExist() throws IOException {
    StringBuilder rows = new StringBuilder("file,label\n");
    for (int i = 0; i < 10; i++) {
      rows.append("normal-").append(i).append(".png,normal\n");
      rows.append("abnormal-").append(i).append(".png,abnormal\n");
    }

    refused(manifest(rows.toString()), "normal-0.png", "no such file", "20");
  }

  @Test
  void thatHasAnEmptyFile() throws IOException {
    Path tree = tree(temporary, 8, 8);
    Files.createFile(tree.resolve("normal/zero.png"));

    refused(tree, "zero.png", "remove");
  }

  @Test
  void thatHasTextNamedAsAnImage() throws IOException {
    Path tree = tree(temporary, 8, 8);
    Files.writeString(tree.resolve("abnormal/text.png"), "I am no image");

    refused(tree, "text.png", "remove");
  }

  @Test
  void thatHasDamagedFiles() throws IOException {
    Path damaged = sharedData().resolve("damaged");
    assumeTrue(Files.isDirectory(damaged), "the shared data is not there");
    Path tree = tree(temporary, 8, 8);
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(damaged)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jpg")).sorted().toList()) {
        Files.copy(file, tree.resolve("abnormal").resolve(file.getFileName()));
        names.add(file.getFileName().toString());
      }
    }
    assertThat(names).isNotEmpty();

    refused(tree, names.toArray(String[]::new));
  }

  @Test
  void unlessToldToSkipUnreadableFiles() throws IOException {
    Path tree = tree(temporary, 8, 8);
    Files.createFile(tree.resolve("normal/zero.png"));

    Run run = succeeded(train(tree, temporary.resolve("out"), "--skip-unreadable"));

    assertThat(run.out()).contains("Left out", "zero.png");
  }

  private Path manifest(String content) throws IOException {
    return Files.writeString(temporary.resolve("manifest.csv"), content);
  }
}
