package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line in a real terminal of 80 columns; needs tmux. */
class TerminalTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path directory;

  private final String socket = "leukemia4j-" + UUID.randomUUID();

  private String tmux(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tmux", "-L", socket, "-f", "/dev/null"));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("CI");
    builder.environment().putIfAbsent("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  private String screen() throws IOException, InterruptedException {
    return tmux("capture-pane", "-p", "-S", "-200");
  }

  private String await(Predicate<String> wanted) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String screen = screen();
    while (!wanted.test(screen)) {
      assertThat(System.nanoTime()).as(screen).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(100);
      screen = screen();
    }
    return screen;
  }

  @BeforeEach
  void requireTmux() throws InterruptedException {
    boolean there;
    try {
      there = new ProcessBuilder("tmux", "-V").start().waitFor() == 0;
    } catch (IOException e) {
      there = false;
    }
    assumeTrue(there, "tmux is not there");
  }

  @AfterEach
  void endTmux() throws IOException, InterruptedException {
    new ProcessBuilder("tmux", "-L", socket, "kill-server").start().waitFor();
  }

  @Test
  void trainingStopsOnCtrlCWithACheckpointAndKeepsItsEpochs() throws Exception {
    Path cells =
        SyntheticSmear.builder()
            .imageSize(32)
            .cellsPerLabel(20)
            .build()
            .write(directory.resolve("cells"));
    Path model = directory.resolve("model");
    Path start = directory.resolve("start.sh");
    Files.writeString(
        start,
        """
        trap : INT
        "%s" -cp "%s" %s train --data "%s" --out "%s" --size 32 --network small --epochs 500
        echo "exit code $?"
        sleep 600
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                Main.class.getName(),
                cells,
                model));
    tmux("new-session", "-d", "-x", "80", "-y", "50", "sh " + start);

    String training = await(s -> s.contains("epoch  3/500") && s.contains("% ["));
    tmux("send-keys", "C-c");
    String stopped = await(s -> s.contains("exit code"));

    assertThat(training)
        .as("every epoch has its line, and the bar stands below them")
        .contains("epoch  1/500  loss ", "epoch  2/500  loss ")
        .containsPattern("cell +[0-9]+% \\[");
    assertThat(stopped)
        .contains("Training was interrupted in epoch ", "a checkpoint is in", "exit code 130");
    assertThat(model).doesNotExist();
    try (Stream<Path> left = Files.walk(directory.resolve("model.training"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .anyMatch(name -> name.endsWith(".safetensors"))
          .noneMatch(name -> name.endsWith(".part"));
    }
  }
}
