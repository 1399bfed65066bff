package io.github.leukemia4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.ModelFormatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineZipTest {
  @TempDir private Path directory;
  private Path above;

  @BeforeEach
  void makeAbove() throws IOException {
    above = Files.createDirectories(directory.resolve("above/temporary"));
  }

  private Path zip(List<String> names, int bytes) throws IOException {
    Path zip = directory.resolve("model.zip");
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out)) {
      for (String name : names) {
        entries.putNextEntry(new ZipEntry(name));
        if (!name.endsWith("/")) {
          entries.write(new byte[bytes]);
        }
      }
    }
    return zip;
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.map(f -> directory.relativize(f).toString()))
          .containsExactlyInAnyOrder("", "above", "above/temporary", "model.zip");
    }
  }

  @Nested
  class Unpacking {
    @Test
    void writesEveryFile() throws IOException {
      Path unpacked =
          PipelineZip.unpack(
              zip(List.of("1-cell/", "1-cell/saved_model/a.pb", "pipeline.json"), 7), above, 14);
      assertThat(unpacked.getParent()).isEqualTo(above);
      assertThat(unpacked.resolve("1-cell/saved_model/a.pb")).hasSize(7);
      assertThat(PipelineZip.pipelineIn(unpacked)).isEqualTo(unpacked);
      PipelineZip.delete(unpacked);
      assertNothingIsLeft();
      PipelineZip.delete(unpacked);
    }

    @Test
    void findsAPipelineInItsOnlyFolder() throws IOException {
      Path unpacked = PipelineZip.unpack(zip(List.of("p/pipeline.json", "p/x"), 1), above, 99);
      assertThat(PipelineZip.pipelineIn(unpacked)).isEqualTo(unpacked.resolve("p"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void letsOnlyTheOwnerRead() throws IOException {
      Path unpacked = PipelineZip.unpack(zip(List.of("pipeline.json"), 1), above, 99);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(unpacked)))
          .isEqualTo("rwx------");
    }
  }

  @Nested
  class Refusing {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "../evil",
          "a/../../evil",
          "/evil",
          "//evil",
          "..",
          "a//b",
          "C:\\evil",
          "C:evil",
          "..\\evil",
          ".hidden",
          "a/.hidden",
          "a b",
          "a/b/c/d/e/f/g/h/i"
        })
    void pathsThatAreNotPlain(String name) throws IOException {
      Path zip = zip(List.of("pipeline.json", name), 1);
      assertThatThrownBy(() -> PipelineZip.unpack(zip, above, 99))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("expected paths inside the pipeline")
          .hasMessageContaining(name);
      assertNothingIsLeft();
    }

    @Test
    void moreBytesThanAllowed() throws IOException {
      Path zip = zip(List.of("a", "b"), 1 << 20);
      assertThat(Files.size(zip)).isLessThan(10_000);
      assertThatThrownBy(() -> PipelineZip.unpack(zip, above, (2 << 20) - 1))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("bytes unpacked; found more, at b");
      assertNothingIsLeft();
    }

    @Test
    void moreEntriesThanAllowed() throws IOException {
      Path zip = zip(IntStream.range(0, 1001).mapToObj(i -> "f" + i).toList(), 0);
      assertThatThrownBy(() -> PipelineZip.unpack(zip, above, 99))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("at most 1000 entries; found 1001");
      assertNothingIsLeft();
    }

    @Test
    void theSameFileTwice() throws IOException {
      // The stream refuses to write a name twice, so the second is renamed in the bytes.
      Path zip = zip(List.of("aa", "ab"), 1);
      String text = new String(Files.readAllBytes(zip), StandardCharsets.ISO_8859_1);
      Files.write(zip, text.replace("ab", "aa").getBytes(StandardCharsets.ISO_8859_1));
      assertThatThrownBy(() -> PipelineZip.unpack(zip, above, 99))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("expected each file once");
      assertNothingIsLeft();
    }

    @Test
    void whatIsNoZip() throws IOException {
      Path zip = Files.writeString(directory.resolve("model.zip"), "not a zip");
      assertThatThrownBy(() -> PipelineZip.unpack(zip, above, 99))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageStartingWith(zip + ": A pipeline must be a directory, or a whole zip file")
          .hasMessageContaining("found a file that is no zip or is cut short (")
          .hasCauseInstanceOf(ZipException.class);
      assertNothingIsLeft();
    }
  }

  /** What a process leaves that is killed while it has a pipeline open. */
  @Nested
  class Abandoned {
    @Test
    void isRemovedByWhoUnpacksNext() throws Exception {
      Path zip = zip(List.of("pipeline.json", "1-cell/a.pb"), 7);
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Unpacks.class.getName(),
                  zip.toString(),
                  above.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader lines = other.inputReader()) {
        Path theirs = Path.of(lines.readLine());
        assertThat(theirs.resolve("1-cell/a.pb")).exists();
        Path ours = PipelineZip.unpack(zip, above, 99);
        assertThat(theirs).as("while the other process lives").isDirectory();
        PipelineZip.delete(ours);

        other.destroyForcibly().waitFor();
        assertThat(theirs).as("after it was killed").isDirectory();
        Path mine = PipelineZip.unpack(zip, above, 99);
        assertThat(theirs).doesNotExist();
        assertThat(mine.resolve("pipeline.json")).exists();
        PipelineZip.delete(mine);
      } finally {
        other.destroyForcibly();
      }
      assertNothingIsLeft();
    }

    @Test
    void isNothingThatThisProcessHasInUse() throws IOException {
      Path zip = zip(List.of("pipeline.json"), 7);
      Path first = PipelineZip.unpack(zip, above, 99);
      Path second = PipelineZip.unpack(zip, above, 99);
      assertThat(first.resolve("pipeline.json")).exists();
      PipelineZip.delete(first);
      assertThat(second.resolve("pipeline.json")).exists();
      PipelineZip.delete(second);
      assertNothingIsLeft();
    }

    @Test
    void isNothingOfAnotherName() throws IOException {
      Path other = Files.createDirectory(above.resolve("leukemia4j-of-a-user"));
      PipelineZip.delete(PipelineZip.unpack(zip(List.of("pipeline.json"), 7), above, 99));
      assertThat(other).isDirectory();
    }
  }

  /** Unpacks a pipeline, says where, and goes on until it is killed. */
  static final class Unpacks {
    private Unpacks() {}

    public static void main(String[] args) throws IOException {
      System.out.println(PipelineZip.unpack(Path.of(args[0]), Path.of(args[1]), 99));
      System.in.read();
    }
  }
}
