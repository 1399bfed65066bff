package io.github.leukemia4j.benchmarks;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.inference.Backends;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * What a loss costs in a training step: the standard network at 64 px and batch 32 under each loss,
 * in turn, block after block, so that whatever else the machine does meets all of them alike.
 * Prints the median of the blocks' times, over that of plain cross-entropy.
 *
 * <pre>
 * java -cp leukemia-examples/benchmarks/target/leukemia-benchmarks.jar \
 *     io.github.leukemia4j.benchmarks.LossCost [BLOCKS]
 * </pre>
 */
public final class LossCost {
  private static final List<String> LOSSES =
      List.of(
          "cross-entropy",
          "tversky(0.3,0.7)",
          "tversky(0.3,0.7,focal=0.75)",
          "cross-entropy(focal=2)",
          "default");
  private static final int SIDE = 64;
  private static final int BATCH = 32;
  private static final int STEPS_IN_BLOCK = 10;
  private static final double RATE = 1e-3;

  private LossCost() {}

  /**
   * @param args how many blocks for each loss; 40 by default
   */
  public static void main(String[] args) {
    int blocks = args.length > 0 ? Integer.parseInt(args[0]) : 40;
    LabelSet labels = LabelSet.of("normal", "abnormal").withPositive(Label.of("abnormal"));
    List<Head> heads = List.of(new Head(Label.of("cell"), labels));
    Batch batch = batch();
    Map<String, TrainableNetwork> networks = new LinkedHashMap<>();
    Map<String, List<Double>> milliseconds = new LinkedHashMap<>();
    for (String loss : LOSSES) {
      TrainingConfig config =
          TrainingConfig.builder()
              .network(NetworkConfig.standard())
              .inputSize(SIDE)
              .batchSize(BATCH)
              .loss(Loss.parse(loss))
              .build();
      networks.put(
          loss,
          Backends.training(Optional.empty())
              .create(config, HeadLoss.of(config, heads), RunOptions.DEFAULT));
      milliseconds.put(loss, new ArrayList<>());
    }
    long number = 0;
    for (int block = -3; block < blocks; block++) {
      for (String loss : LOSSES) {
        long start = System.nanoTime();
        for (int i = 0; i < STEPS_IN_BLOCK; i++) {
          networks.get(loss).step(batch, RATE, ++number);
        }
        if (block >= 0) {
          milliseconds.get(loss).add((System.nanoTime() - start) / 1e6 / STEPS_IN_BLOCK);
        }
      }
    }
    networks.values().forEach(TrainableNetwork::close);
    double plain = median(milliseconds.get(LOSSES.get(0)));
    System.out.println("| loss | median of a step, ms | over cross-entropy |\n|---|---|---|");
    milliseconds.forEach(
        (loss, times) ->
            System.out.printf(
                Locale.ROOT, "| %s | %.2f | %.3f |%n", loss, median(times), median(times) / plain));
  }

  private static double median(List<Double> values) {
    return new Median().evaluate(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static Batch batch() {
    SplittableRandom random = new SplittableRandom(1);
    byte[] images = new byte[BATCH * SIDE * SIDE * 3];
    random.nextBytes(images);
    int[] labels = new int[BATCH];
    float[] targets = new float[2 * BATCH];
    for (int i = 0; i < BATCH; i++) {
      labels[i] = i % 2;
      targets[2 * i + i % 2] = 1;
    }
    return Batch.ofOneHead(images, new int[BATCH], BATCH, labels, targets);
  }
}
