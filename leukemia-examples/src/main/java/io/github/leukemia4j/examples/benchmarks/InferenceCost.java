package io.github.leukemia4j.examples.benchmarks;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.backend.OpenOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * What a classifier costs above a session of its own graph: {@link InferenceBenchmark} with the
 * candidates in turn, block after block, so that whatever else the machine does meets all of them
 * alike. Prints the median of the blocks' times, and the median of their ratios to the bare
 * session's time in the same block.
 *
 * <pre>
 * java -cp leukemia-examples/target/leukemia-examples.jar \
 *     io.github.leukemia4j.examples.benchmarks.InferenceCost [BLOCKS]
 * </pre>
 */
public final class InferenceCost {
  private static final String BARE = "bare session";
  private static final long BLOCK_NANOS = 30_000_000;
  private static final int WARM_UP_BLOCKS = 60;

  private InferenceCost() {}

  /**
   * @param args how many blocks for each candidate and number of images; 100 by default
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    int blocks = args.length > 0 ? Integer.parseInt(args[0]) : 100;
    System.out.println("| images | | median, us | over bare session |\n|---|---|---|---|");
    try (BenchmarkModel model = BenchmarkModel.train();
        LeukemiaClassifier ungated =
            LeukemiaClassifier.open(
                model.classifier().bundle().orElseThrow().directory(),
                OpenOptions.DEFAULT.withGate(OpenOptions.Gate.OFF))) {
      for (int images : new int[] {1, 32, 256}) {
        List<CellImage> cells = model.cells(images);
        try (BareSession bare = BareSession.open(model.savedModel(), cells)) {
          Map<String, Runnable> candidates = new LinkedHashMap<>();
          candidates.put(BARE, bare::run);
          candidates.put("without gate", () -> ungated.classifyAll(cells));
          candidates.put("classifyAll", () -> model.classifier().classifyAll(cells));
          print(images, measure(candidates, blocks));
        }
      }
    }
  }

  /** Microseconds of a call in each block. */
  private static Map<String, List<Double>> measure(Map<String, Runnable> candidates, int blocks) {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    candidates.keySet().forEach(name -> times.put(name, new ArrayList<>()));
    List<Map.Entry<String, Runnable>> order = new ArrayList<>(candidates.entrySet());
    for (int block = -WARM_UP_BLOCKS; block < blocks; block++) {
      Collections.rotate(order, 1);
      for (Map.Entry<String, Runnable> candidate : order) {
        long start = System.nanoTime();
        long end = start;
        int calls = 0;
        while (end - start < BLOCK_NANOS) {
          candidate.getValue().run();
          calls++;
          end = System.nanoTime();
        }
        if (block >= 0) {
          times.get(candidate.getKey()).add((end - start) / 1e3 / calls);
        }
      }
    }
    return times;
  }

  private static void print(int images, Map<String, List<Double>> times) {
    List<Double> bare = times.get(BARE);
    times.forEach(
        (name, all) -> {
          List<Double> ratios = new ArrayList<>();
          for (int i = 0; i < all.size(); i++) {
            ratios.add(all.get(i) / bare.get(i));
          }
          System.out.printf(
              Locale.ROOT,
              "| %d | %s | %.0f | %.3f |%n",
              images,
              name,
              median(all),
              median(ratios));
        });
  }

  private static double median(List<Double> values) {
    return new Median().evaluate(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
