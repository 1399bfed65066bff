package io.github.leukemia4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.tf.Diagnosis;
import io.github.leukemia4j.training.OptimizerConfig.Precision;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "benchmark",
    description =
        "Measures the standard network (plain blocks of 16, 32, 64 and 128 channels, batches of 32) on this machine: training with and without the preparation of data, and inference.",
    mixinStandardHelpOptions = true)
final class BenchmarkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DeviceOption device;

  @Option(names = "--json", description = "Print JSON instead of tables.")
  private boolean json;

  @Option(
      names = "--size",
      split = ",",
      defaultValue = "64,96,128",
      paramLabel = "PIXELS",
      description = "Sides of the input; default ${DEFAULT-VALUE}.")
  private List<Integer> sizes;

  @Option(
      names = "--seconds",
      defaultValue = "6",
      paramLabel = "N",
      description = "To measure each figure for; default ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--precision",
      defaultValue = "float32",
      paramLabel = "float32|bfloat16",
      description = "Of the training step; default ${DEFAULT-VALUE}.")
  private Precision precision;

  /**
   * All that was measured.
   *
   * @param peakMegabytes resident, of the whole process; null where the system does not tell
   */
  record Report(
      String runtime,
      String processor,
      String precision,
      int batch,
      double startSeconds,
      List<Benchmark.Figures> sizes,
      Double peakMegabytes) {}

  @Override
  public Integer call() throws Exception {
    if (!(seconds > 0)
        || sizes.stream().anyMatch(s -> s < 16 || s > 1024)
        || device.threads() < 0) {
      throw new IllegalArgumentException(
          "The seconds must be above 0, sizes 16 to 1024 and threads 0 or more; found %s, %s and %s."
              .formatted(seconds, sizes, device.threads()));
    }
    PrintWriter out = spec.commandLine().getOut();
    long began = System.nanoTime();
    Diagnosis.devices(device.threads());
    double start = (System.nanoTime() - began) / 1e9;
    Benchmark benchmark = new Benchmark(device, precision, seconds);
    List<Benchmark.Figures> figures = benchmark.measure(sizes);
    Report report =
        new Report(
            benchmark.runtime(),
            "%s, %s processors"
                .formatted(
                    System.getProperty("os.arch"), Runtime.getRuntime().availableProcessors()),
            precision.name().toLowerCase(Locale.ROOT),
            Benchmark.BATCH,
            start,
            figures,
            peakMegabytes());
    if (json) {
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
    } else {
      print(report, out);
    }
    return 0;
  }

  private static Double peakMegabytes() {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return null;
    }
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      return null;
    }
  }

  private static void print(Report report, PrintWriter out) {
    out.println(
        """
        %s; %s; %s
        Training, images per second (and its share of the bare step):
        | px | bare step | loop, no augmentation | flips and turns | cells |
        |---|---|---|---|---|"""
            .formatted(report.runtime(), report.processor(), report.precision()));
    for (Benchmark.Figures f : report.sizes()) {
      out.printf(Locale.ROOT, "| %d | %.0f |", f.size(), f.bareStep());
      f.loop()
          .forEach(
              (name, rate) ->
                  out.printf(Locale.ROOT, " %.0f (%.2f) |", rate, f.loopToBareStep().get(name)));
      out.println();
    }
    out.println(
        """
        Inference:
        | px | one image, p50 ms | p99 ms | 32: images/s | 256: images/s |
        |---|---|---|---|---|""");
    for (Benchmark.Figures f : report.sizes()) {
      out.printf(
          Locale.ROOT,
          "| %d | %.2f | %.2f | %.0f | %.0f |%n",
          f.size(),
          f.one50thPercentileMs(),
          f.one99thPercentileMs(),
          f.inference32(),
          f.inference256());
    }
    out.printf(Locale.ROOT, "Start of TensorFlow: %.2f s%n", report.startSeconds());
    if (report.peakMegabytes() != null) {
      out.printf(Locale.ROOT, "Peak resident memory: %.0f MB%n", report.peakMegabytes());
    }
  }
}
