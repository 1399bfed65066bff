package io.github.leukemia4j.benchmarks;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Classifies many images on many threads: {@code java -cp
 * leukemia-examples/benchmarks/target/leukemia-benchmarks.jar
 * io.github.leukemia4j.benchmarks.Soak}.
 */
@Command(
    name = "soak",
    description =
        "Classifies many images on many threads and checks that every result has the bits that one"
            + " thread gets, and that resident memory (Linux) stays flat: in the last quarter"
            + " within 2 %% of the second.",
    mixinStandardHelpOptions = true)
public final class Soak implements Callable<Integer> {
  private static final int DISTINCT = 250;
  private static final double TOLERANCE = 0.02;
  private static final int SAMPLES = 100;

  Soak() {}

  /**
   * @param args the options; {@code --help} lists them
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Soak()).execute(args));
  }

  @Spec private CommandSpec spec;

  @Option(
      names = {"--model", "--pipeline"},
      paramLabel = "DIR|ZIP",
      description = "What train wrote; default a standard network trained for a moment.")
  private Path model;

  @Option(
      names = "--images",
      defaultValue = "10000",
      paramLabel = "N",
      description = "How many to classify; default ${DEFAULT-VALUE}.")
  private int images;

  @Option(
      names = "--threads",
      defaultValue = "32",
      paramLabel = "N",
      description = "How many at once; default ${DEFAULT-VALUE}.")
  private int threads;

  @Override
  public Integer call() throws Exception {
    if (images < SAMPLES || threads < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--images must be at least %d, for memory is looked at that often, and --threads at least 1; found %d and %d."
              .formatted(SAMPLES, images, threads));
    }
    try (BenchmarkModel standard = BenchmarkModel.train()) {
      List<CellImage> cells = standard.cells(DISTINCT);
      if (model == null) {
        return soak(standard.pipeline(), cells);
      }
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(model)) {
        return soak(pipeline, cells);
      }
    }
  }

  private int soak(MultilevelPipeline pipeline, List<CellImage> cells)
      throws InterruptedException, ExecutionException {
    List<MultilevelResult> expected = cells.stream().map(pipeline::classify).toList();
    AtomicInteger next = new AtomicInteger();
    AtomicInteger right = new AtomicInteger();
    long[] resident = new long[SAMPLES];
    long start = System.nanoTime();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        running.add(
            executor.submit(
                () -> {
                  for (int i = next.getAndIncrement(); i < images; i = next.getAndIncrement()) {
                    int cell = i % DISTINCT;
                    if (pipeline.classify(cells.get(cell)).equals(expected.get(cell))) {
                      right.incrementAndGet();
                    }
                    int sample = (int) ((long) i * SAMPLES / images);
                    if (sample != (int) ((long) (i - 1) * SAMPLES / images) || i == 0) {
                      resident[sample] = residentKilobytes().orElse(0L);
                    }
                  }
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      executor.shutdownNow();
    }
    return report(resident, right.get(), (System.nanoTime() - start) / 1e9);
  }

  private int report(long[] resident, int right, double seconds) {
    PrintWriter console = spec.commandLine().getOut();
    double second = mean(resident, SAMPLES / 4, SAMPLES / 2);
    double last = mean(resident, SAMPLES * 3 / 4, SAMPLES);
    boolean flat = Math.abs(last - second) <= TOLERANCE * second;
    console.printf(
        Locale.ROOT,
        "%d images on %d threads in %.1f s, %.0f a second.%n"
            + "Bit-identical to one thread's: %d of %d.%n",
        images,
        threads,
        seconds,
        images / seconds,
        right,
        images);
    console.printf(
        Locale.ROOT,
        "Resident memory: second quarter %.1f MB, last quarter %.1f MB, %+.2f %%: %s.%n",
        second / 1024,
        last / 1024,
        second == 0 ? 0 : 100 * (last - second) / second,
        second == 0 ? "not known on this system" : flat ? "flat" : "not flat");
    console.flush();
    return right == images && flat ? 0 : 1;
  }

  private static double mean(long[] values, int from, int to) {
    double sum = 0;
    int known = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
      known += values[i] > 0 ? 1 : 0;
    }
    return known == 0 ? 0 : sum / known;
  }

  /** As Linux counts it; empty elsewhere. */
  private static Optional<Long> residentKilobytes() {
    Path status = Path.of("/proc/self/status");
    try {
      for (String line : Files.exists(status) ? Files.readAllLines(status) : List.<String>of()) {
        if (line.startsWith("VmRSS:")) {
          return Optional.of(Long.parseLong(line.replaceAll("\\D+", "")));
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }
}
