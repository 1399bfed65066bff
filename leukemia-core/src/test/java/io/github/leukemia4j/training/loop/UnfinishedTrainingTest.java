package io.github.leukemia4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UnfinishedTrainingTest {
  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void place() {
    model = folder.resolve("models/model");
  }

  private void expectFree() {
    assertThatCode(
            () -> {
              try (UnfinishedTraining training = UnfinishedTraining.at(model)) {
                training.begin(true);
              }
            })
        .doesNotThrowAnyException();
  }

  private void expectTaken(String by) {
    UnfinishedTraining second = UnfinishedTraining.at(model);
    assertThatThrownBy(() -> second.begin(true))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("model.training")
        .hasMessageContaining("is running in " + by)
        .hasMessageContaining("wait until it ends, or train to another place");
    second.close();
  }

  @Test
  void isOneTrainingsAloneInAProcess() throws IOException {
    try (UnfinishedTraining first = UnfinishedTraining.at(model)) {
      first.begin(false);
      expectTaken("this program");
      // Neither the refusal nor closing what was refused gives the lock back.
      expectTaken("this program");
    }
    expectFree();
  }

  @Test
  void isOneProcessesAloneUntilThatIsKilled() throws Exception {
    Process other = otherProcess();
    try (BufferedReader lines = other.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("begun");
      expectTaken("another program");
      expectTaken("another program");
    } finally {
      other.destroyForcibly();
    }
    assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
    expectFree();
  }

  @Test
  void isRefusedToAnotherProcess() throws Exception {
    try (UnfinishedTraining first = UnfinishedTraining.at(model)) {
      first.begin(false);
      expectTaken("this program");
      Process other = otherProcess();
      try (BufferedReader lines = other.inputReader()) {
        assertThat(lines.readLine()).contains("is running in another program");
      }
      assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Process otherProcess() throws IOException {
    return process(Begins.class);
  }

  private Process process(Class<?> program) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            model.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Begins a training and goes on with it until it is killed. */
  static final class Begins {
    private Begins() {}

    public static void main(String[] args) throws Exception {
      try (UnfinishedTraining training = UnfinishedTraining.at(Path.of(args[0]))) {
        training.begin(true);
        System.out.println("begun");
        System.in.read();
      } catch (FileSystemException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** The lock file is removed by whoever has it while others wait to lock it. */
  @Test
  void isOneProcessesAloneHoweverManyRaceForIt() throws Exception {
    List<Process> racers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      racers.add(process(Races.class));
    }
    for (Process racer : racers) {
      try (BufferedReader lines = racer.inputReader()) {
        assertThat(lines.readLine()).isEqualTo("alone, whenever it had begun");
      } finally {
        racer.destroyForcibly();
      }
    }
  }

  /** Begins and ends many trainings, and looks whether another process is in the middle of one. */
  static final class Races {
    private Races() {}

    public static void main(String[] args) throws Exception {
      Path model = Path.of(args[0]);
      Path inside = model.resolveSibling("inside");
      Files.createDirectories(model.getParent());
      String told = "alone, whenever it had begun";
      for (int i = 0; i < 2000; i++) {
        try (UnfinishedTraining training = UnfinishedTraining.at(model)) {
          training.begin(true);
          Files.createFile(inside);
          Files.delete(inside);
        } catch (FileAlreadyExistsException e) {
          told = "two at once: " + e.getMessage();
        } catch (FileSystemException e) {
          // The other has it.
        }
      }
      System.out.println(told);
    }
  }

  @Test
  void leavesNoLockBehind() throws IOException {
    try (UnfinishedTraining training = UnfinishedTraining.at(model)) {
      training.begin(false);
      training.removeIfEmpty();
    }
    assertThat(model.getParent()).isEmptyDirectory();
  }

  @Test
  void isGivenBackWhereItMayNotBeResumed() throws IOException {
    Path checkpoint = model.resolveSibling("model.training/a.safetensors");
    Files.createDirectories(checkpoint.getParent());
    Files.writeString(checkpoint, "content");
    UnfinishedTraining training = UnfinishedTraining.at(model);
    assertThatThrownBy(() -> training.begin(false))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("was not finished");
    expectFree();
    assertThat(checkpoint).exists();
  }

  @Test
  void beginsOnAThreadThatIsInterruptedAndLeavesItSo() throws IOException {
    Thread.currentThread().interrupt();
    try (UnfinishedTraining training = UnfinishedTraining.at(model)) {
      training.begin(false);
      assertThat(Thread.interrupted()).isTrue();
      expectTaken("this program");
    }
  }
}
