package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanStopTest {
  /** Where the tests run detached from a terminal, their children may be deaf to it. */
  private static boolean hearsInterrupts(Process process) throws Exception {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .noneMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  @Test
  void leavesACheckpointOnCtrlC(@TempDir Path directory) throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")) && Files.exists(Path.of("/bin/sh")));
    Path cells =
        SyntheticSmear.builder()
            .imageSize(32)
            .cellsPerLabel(20)
            .build()
            .write(directory.resolve("cells"));
    Path model = directory.resolve("model");
    Process training =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "train",
                "--data",
                cells.toString(),
                "--out",
                model.toString(),
                "--size",
                "32",
                "--epochs",
                "500")
            .redirectError(directory.resolve("errors").toFile())
            .start();
    try (BufferedReader out = training.inputReader(StandardCharsets.UTF_8)) {
      assumeTrue(hearsInterrupts(training));
      String line;
      do {
        line = out.readLine();
      } while (line != null && !line.strip().startsWith("epoch"));
      assertThat(line).as(Files.readString(directory.resolve("errors"))).isNotNull();
      Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -INT " + training.pid()).start();
      assertThat(kill.waitFor()).isZero();
      out.lines().forEach(rest -> {});
      assertThat(training.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      training.destroyForcibly();
    }
    assertThat(training.exitValue()).isEqualTo(130);
    assertThat(Files.readString(directory.resolve("errors")))
        .contains("Training was interrupted in epoch ", "a checkpoint is in", "--resume");
    assertThat(model).doesNotExist();
    try (Stream<Path> left = Files.walk(directory.resolve("model.training"))) {
      List<String> names = left.map(path -> path.getFileName().toString()).toList();
      assertThat(names).anyMatch(name -> name.endsWith(".safetensors"));
      assertThat(names).noneMatch(name -> name.endsWith(".part"));
    }
  }
}
