package io.github.leukemia4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SoakTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new Soak())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void findsTheSameBitsOnManyThreads() {
    run("--images", "400", "--threads", "8");
    // So few images say nothing of memory, and so nothing of the exit code.
    assertThat(out.toString()).contains("Bit-identical to one thread's: 400 of 400.");
  }

  @Test
  void refusesToCheckNothing() {
    assertThat(run("--images", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--images must be at least 100", "found 0");
  }
}
