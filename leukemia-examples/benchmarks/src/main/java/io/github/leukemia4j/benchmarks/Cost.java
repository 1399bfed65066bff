package io.github.leukemia4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a piece of work took of this process; begins with its construction. */
final class Cost {
  private final long start = System.nanoTime();
  private final long processor = processor();

  private static long processor() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Seconds on the clock and of all processors, and the most memory that the process ever had. */
  void print(String what) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%s: %.1f s, %.1f s of processor time, %d processors, heap of at most %d MiB, resident %s%n",
        what,
        (System.nanoTime() - start) / 1e9,
        (processor() - processor) / 1e9,
        Runtime.getRuntime().availableProcessors(),
        Runtime.getRuntime().maxMemory() >> 20,
        resident());
  }

  /** The high-water mark where the system tells it. */
  private static String resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return "unknown";
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> "at most " + line.substring(6).strip())
        .findFirst()
        .orElse("unknown");
  }
}
