package io.github.leukemia4j.benchmarks;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingConfig.Networks;
import io.github.leukemia4j.training.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What all stages of an image cost beside one: a pipeline whose two stages share a network, one
 * with a network for each, and one with a single stage, on the same images by turns. The networks
 * are the default ones, trained for an epoch on synthetic cells.
 *
 * <pre>
 * java -Xmx2g -XX:ActiveProcessorCount=2 -cp leukemia-examples/benchmarks/target/leukemia-benchmarks.jar \
 *     io.github.leukemia4j.benchmarks.StagesCost [ROUNDS]
 * </pre>
 */
public final class StagesCost {
  private StagesCost() {}

  /**
   * @param args how many rounds; 200 by default
   */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 200;
    Dataset cells = SyntheticSmear.builder().imageSize(80).cellsPerLabel(40).build().dataset();
    List<CellImage> images = new ArrayList<>();
    for (Sample sample : cells.samples().subList(0, 32)) {
      images.add(sample.source().read());
    }
    Path folder = Files.createTempDirectory("leukemia4j-stages");
    try (MultilevelPipeline one =
            train(cells.forStage(cells.taxonomy().root()), Networks.SEPARATE, folder, "one");
        MultilevelPipeline shared = train(cells, Networks.SHARED, folder, "shared");
        MultilevelPipeline separate = train(cells, Networks.SEPARATE, folder, "separate")) {
      List<MultilevelPipeline> all = List.of(one, shared, separate);
      for (int size : List.of(1, 32)) {
        double[][] seconds = new double[all.size()][rounds];
        for (int round = -rounds / 10; round < rounds; round++) {
          for (int p = 0; p < all.size(); p++) {
            long began = System.nanoTime();
            all.get(p).classifyAtAllStages(images.subList(0, size));
            seconds[p][Math.max(0, round)] = (System.nanoTime() - began) / 1e9;
          }
        }
        double[] medians =
            Arrays.stream(seconds)
                .mapToDouble(own -> Arrays.stream(own).sorted().toArray()[rounds / 2])
                .toArray();
        System.out.printf(
            Locale.ROOT,
            "%d images: one stage %.2f ms, two stages of one network %.2f ms (%.3f times), of two"
                + " networks %.2f ms (%.3f times)%n",
            size,
            1e3 * medians[0],
            1e3 * medians[1],
            medians[1] / medians[0],
            1e3 * medians[2],
            medians[2] / medians[0]);
      }
    }
  }

  private static MultilevelPipeline train(
      Dataset cells, Networks networks, Path folder, String name) throws Exception {
    TrainingConfig config =
        TrainingConfig.builder().networks(networks).epochs(1).warmupEpochs(0).build();
    return MultilevelPipeline.train(
        Splitter.of(1).split(cells, Verification.of(cells)),
        config,
        folder.resolve(name),
        TrainingListener.NONE);
  }
}
