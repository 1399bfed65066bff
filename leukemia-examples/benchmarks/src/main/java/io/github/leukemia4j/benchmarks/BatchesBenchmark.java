package io.github.leukemia4j.benchmarks;

import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.github.leukemia4j.training.BatchConfig;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import io.github.leukemia4j.training.input.Batches;
import io.github.leukemia4j.training.input.ImageCache;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many images a second are prepared for training: batches of 32 from a warm cache by one worker
 * thread, augmented as single cells, 64 x 64 pixels. To be held against the images a second that
 * the standard network trains, which {@code benchmark} measures.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class BatchesBenchmark {
  private static final int SIDE = 64;
  private static final int BATCH = 32;

  private ImageCache cache;
  private Batches batches;
  private Batches.Epoch epoch;
  private int number;
  private int left;

  /** Decodes and resizes once. */
  @Setup(Level.Trial)
  public void open() throws IOException, InterruptedException {
    Dataset all = SyntheticSmear.builder().imageSize(SIDE).cellsPerLabel(64).build().dataset();
    Dataset dataset = all.forStage(all.taxonomy().root());
    cache = ImageCache.load(dataset, SIDE, SIDE, ImageCache.Options.defaults());
    batches =
        new Batches(
            cache,
            dataset,
            List.of(),
            new BatchConfig(BATCH, Sampling.NATURAL, Augmentation.cells(), 0, 1),
            1);
  }

  /** Ends the worker. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    batches.close();
    cache.close();
  }

  /** The next batch, of the next epoch where one is over; the score counts images. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public Batch next() throws InterruptedException {
    if (left == 0) {
      epoch = batches.epoch(number++);
      left = batches.batchesPerEpoch();
    }
    left--;
    return epoch.next();
  }
}
