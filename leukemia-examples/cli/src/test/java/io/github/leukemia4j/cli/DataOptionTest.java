package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class DataOptionTest {
  @TempDir Path folder;

  @Command
  static final class Reads {
    @Mixin private DataOption data;
  }

  private static List<String> having(Path data) throws IOException {
    Reads reads = new Reads();
    new CommandLine(reads).parseArgs("--data", data.toString());
    return reads.data.having(List.of("cell_class", "age"));
  }

  /** A pipeline that learnt a column is evaluated on data without it, too. */
  @Test
  void findsTheColumnsThatAManifestHas() throws IOException {
    Path csv = folder.resolve("manifest.csv");
    Files.writeString(csv, "file,label,Cell_Class\na.png,normal,Blast\n");
    assertThat(having(csv)).containsExactly("cell_class");
    assertThat(having(folder)).containsExactly("cell_class");
    Files.writeString(csv, "file,label\na.png,normal\n");
    assertThat(having(csv)).isEmpty();
  }

  @Test
  void findsNoneInATreeOfFolders() throws IOException {
    Files.createDirectories(folder.resolve("normal"));
    assertThat(having(folder)).isEmpty();
  }
}
