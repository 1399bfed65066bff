package io.github.leukemia4j.benchmarks;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a classifier costs above the network itself: the same graph on a bare session, fed with a
 * tensor that is ready, is the measure. The standard network, 64 x 64 pixels.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class InferenceBenchmark {
  /** How many images are classified in one call. */
  @Param({"1", "32", "256"})
  public int images;

  private BenchmarkModel model;
  private BareSession bare;
  private LeukemiaClassifier classifier;
  private List<CellImage> cells;

  /** Trains for a moment, since only the shape of the network matters. */
  @Setup(Level.Trial)
  public void open() throws IOException, InterruptedException {
    model = BenchmarkModel.train();
    classifier = model.classifier();
    cells = model.cells(images);
    bare = BareSession.open(model.savedModel(), cells);
  }

  /** Frees what {@link #open} opened. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    bare.close();
    model.close();
  }

  /** The session alone. */
  @Benchmark
  public float bareSession() {
    return bare.run();
  }

  /** The same images through the classifier. */
  @Benchmark
  public List<Prediction> classifyAll() {
    return classifier.classifyAll(cells);
  }
}
