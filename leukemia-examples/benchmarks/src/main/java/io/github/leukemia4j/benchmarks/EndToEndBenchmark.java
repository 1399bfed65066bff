package io.github.leukemia4j.benchmarks;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
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

/** From the bytes of an image file to the result of both stages. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class EndToEndBenchmark {
  /** Of the file. */
  @Param({"jpg", "png"})
  public String format;

  /** Of the image, in pixels; the network takes 64. */
  @Param({"96", "360"})
  public int side;

  private BenchmarkModel model;
  private MultilevelPipeline pipeline;
  private byte[] content;

  /** Trains for a moment and encodes one cell. */
  @Setup(Level.Trial)
  public void open() throws IOException, InterruptedException {
    model = BenchmarkModel.train();
    pipeline = model.pipeline();
    content = encode(model.cells(1).get(0).resize(side, side));
  }

  private byte[] encode(CellImage cell) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        image.setRGB(
            x, y, cell.value(y, x, 0) << 16 | cell.value(y, x, 1) << 8 | cell.value(y, x, 2));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, format, out);
    return out.toByteArray();
  }

  /** Frees what {@link #open} opened. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    model.close();
  }

  /** Decoding alone. */
  @Benchmark
  public CellImage decode() {
    return CellImage.decode(content);
  }

  /** Decoding, resizing and both stages. */
  @Benchmark
  public MultilevelResult decodeAndClassify() {
    return pipeline.classify(CellImage.decode(content));
  }
}
