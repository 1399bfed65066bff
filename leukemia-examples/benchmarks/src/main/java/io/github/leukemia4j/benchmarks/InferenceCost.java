package io.github.leukemia4j.benchmarks;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.backend.OpenOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * What a classifier costs above a session of its own graph: {@link InferenceBenchmark} with the
 * candidates in turn, call by call, so that whatever else the machine does meets all of them alike.
 * Prints quantiles of the calls' times, each over that of the bare session; on a busy machine the
 * lower ones say more. The same network under ONNX Runtime, gate included, is the last candidate.
 *
 * <pre>
 * java -cp leukemia-examples/benchmarks/target/leukemia-benchmarks.jar \
 *     io.github.leukemia4j.benchmarks.InferenceCost [SECONDS]
 * </pre>
 */
public final class InferenceCost {
  private static final String BARE = "bare session";
  private static final double[] QUANTILES = {10, 25, 50};

  private InferenceCost() {}

  /**
   * @param args how many seconds for each number of images; 30 by default
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    long seconds = args.length > 0 ? Long.parseLong(args[0]) : 30;
    System.out.println(
        "| images | | 10 %, us | 25 % | 50 % | over bare session | | | rounds |\n"
            + "|---|---|---|---|---|---|---|---|---|");
    try (BenchmarkModel model = BenchmarkModel.train();
        LeukemiaClassifier ungated =
            model.open(OpenOptions.DEFAULT.withGate(OpenOptions.Gate.OFF));
        LeukemiaClassifier onnx = model.openOnnx()) {
      for (int images : new int[] {1, 32, 256}) {
        List<CellImage> cells = model.cells(images);
        try (BareSession bare = BareSession.open(model.savedModel(), cells)) {
          Map<String, Runnable> candidates = new LinkedHashMap<>();
          candidates.put(BARE, bare::run);
          candidates.put("without gate", () -> ungated.classifyAll(cells));
          candidates.put("classifyAll", () -> model.classifier().classifyAll(cells));
          candidates.put("ONNX Runtime", () -> onnx.classifyAll(cells));
          print(images, measure(candidates, seconds));
        }
      }
    }
  }

  /** Microseconds of each call, without the first third, in which the code gets compiled. */
  private static Map<String, List<Double>> measure(Map<String, Runnable> candidates, long seconds) {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    candidates.keySet().forEach(name -> times.put(name, new ArrayList<>()));
    long end = System.nanoTime() + seconds * 1_000_000_000;
    while (System.nanoTime() < end) {
      candidates.forEach(
          (name, call) -> {
            long start = System.nanoTime();
            call.run();
            times.get(name).add((System.nanoTime() - start) / 1e3);
          });
    }
    times.replaceAll((name, all) -> all.subList(all.size() / 3, all.size()));
    return times;
  }

  private static void print(int images, Map<String, List<Double>> times) {
    times.forEach(
        (name, all) -> {
          StringBuilder line = new StringBuilder("| " + images + " | " + name + " |");
          for (double quantile : QUANTILES) {
            line.append(String.format(Locale.ROOT, " %.0f |", quantile(all, quantile)));
          }
          for (double quantile : QUANTILES) {
            double ratio = quantile(all, quantile) / quantile(times.get(BARE), quantile);
            line.append(String.format(Locale.ROOT, " %.3f |", ratio));
          }
          System.out.println(line + " " + all.size() + " |");
        });
  }

  private static double quantile(List<Double> values, double percent) {
    return new Percentile(percent)
        .evaluate(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
