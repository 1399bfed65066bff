package io.github.leukemia4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicDirectoryTest {
  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void nameTheTarget() {
    target = folder.resolve("model");
  }

  @Nested
  class Committed {
    @Test
    void appearsWhole() throws IOException {
      try (AtomicDirectory place = AtomicDirectory.create(target)) {
        Files.writeString(Files.createDirectories(place.path().resolve("a/b")).resolve("c"), "x");
        assertThat(target).doesNotExist();
        place.commit();
      }
      assertThat(target.resolve("a/b/c")).hasContent("x");
      assertThat(folder).isDirectoryNotContaining(p -> !p.equals(target));
    }

    @Test
    void makesTheDirectoriesAbove() throws IOException {
      Path deep = folder.resolve("x/y/model");
      try (AtomicDirectory place = AtomicDirectory.create(deep)) {
        place.commit();
      }
      assertThat(deep).isEmptyDirectory();
    }

    @Test
    void takesThePlaceOfAnEmptyDirectory() throws IOException {
      Files.createDirectory(target);
      try (AtomicDirectory place = AtomicDirectory.create(target)) {
        Files.writeString(place.path().resolve("c"), "x");
        place.commit();
      }
      assertThat(target.resolve("c")).hasContent("x");
    }

    /** A temporary directory of the JDK's can be read by its owner alone; a model is for all. */
    @Test
    void hasThePermissionsOfAnyNewDirectory() throws IOException {
      Assumptions.assumeTrue(
          Files.getFileStore(folder).supportsFileAttributeView("posix"), "has no permissions");
      try (AtomicDirectory place = AtomicDirectory.create(target)) {
        place.commit();
      }
      Path ordinary = Files.createDirectory(folder.resolve("ordinary"));
      assertThat(Files.getPosixFilePermissions(target))
          .isEqualTo(Files.getPosixFilePermissions(ordinary));
    }
  }

  @Nested
  class NotCommitted {
    @Test
    void leavesNothingBehind() throws IOException {
      try (AtomicDirectory place = AtomicDirectory.create(target)) {
        Files.writeString(Files.createDirectories(place.path().resolve("a/b")).resolve("c"), "x");
      }
      assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leavesAnEmptyTargetAsItWas() throws IOException {
      Files.createDirectory(target);
      AtomicDirectory.create(target).close();
      assertThat(target).isEmptyDirectory();
      assertThat(folder).isDirectoryNotContaining(p -> !p.equals(target));
    }
  }

  @Nested
  class Occupied {
    @Test
    void isRefusedAndNotTouched() throws IOException {
      Path file = Files.writeString(Files.createDirectory(target).resolve("mine"), "x");
      assertThatThrownBy(() -> AtomicDirectory.create(target))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("model")
          .hasMessageContaining("choose another directory");
      assertThat(file).hasContent("x");
      assertThat(folder).isDirectoryNotContaining(p -> !p.equals(target));
    }

    @Test
    void byAFileOrADanglingLinkIsRefused() throws IOException {
      Path file = Files.writeString(folder.resolve("file"), "x");
      Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
      for (Path taken : new Path[] {file, link}) {
        assertThatThrownBy(() -> AtomicDirectory.requireFree(taken))
            .isInstanceOf(FileAlreadyExistsException.class);
      }
    }

    @Test
    void meanwhileIsRefusedAndNothingIsLeft() throws IOException {
      try (AtomicDirectory place = AtomicDirectory.create(target)) {
        Files.writeString(place.path().resolve("c"), "x");
        Files.writeString(Files.createDirectory(target).resolve("theirs"), "y");
        assertThatThrownBy(place::commit).isInstanceOf(FileAlreadyExistsException.class);
      }
      assertThat(target.resolve("theirs")).hasContent("y");
      assertThat(folder).isDirectoryNotContaining(p -> !p.equals(target));
    }

    @Test
    void byNothingOrAnEmptyDirectoryIsFree() throws IOException {
      assertThatCode(() -> AtomicDirectory.requireFree(target)).doesNotThrowAnyException();
      Files.createDirectory(target);
      assertThatCode(() -> AtomicDirectory.requireFree(target)).doesNotThrowAnyException();
    }

    @Test
    void byTheFileSystemIsRefused() {
      Path root = folder.getRoot();
      assertThatThrownBy(() -> AtomicDirectory.create(root))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
  }
}
