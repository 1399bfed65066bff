package io.github.leukemia4j.benchmarks;

import io.github.leukemia4j.CellImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.RawTensor;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.types.TUint8;

/** A bundle's graph as a program without this library would run it. */
final class BareSession implements AutoCloseable {
  private final Graph graph;
  private final Session session;
  private final TUint8 tensor;
  private final float[] logits;

  private BareSession(Graph graph, Session session, TUint8 tensor, int logits) {
    this.graph = graph;
    this.session = session;
    this.tensor = tensor;
    this.logits = new float[logits];
  }

  /**
   * @param savedModel a file of a bundle
   * @param cells of the network's size; fed in every run
   */
  static BareSession open(Path savedModel, List<CellImage> cells) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    Graph graph = new Graph();
    graph.importGraphDef(
        SavedModel.parseFrom(Files.readAllBytes(savedModel)).getMetaGraphs(0).getGraphDef());
    Session session =
        new Session(
            graph,
            ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(threads)
                .setInterOpParallelismThreads(threads)
                .build());
    int side = cells.get(0).height();
    TUint8 tensor = TUint8.tensorOf(Shape.of(cells.size(), side, side, 3));
    byte[] rgb = new byte[cells.size() * side * side * 3];
    for (int i = 0; i < cells.size(); i++) {
      cells.get(i).copyTo(rgb, i * side * side * 3);
    }
    tensor.asRawTensor().data().write(rgb);
    return new BareSession(graph, session, tensor, cells.size() * 2);
  }

  /** The first of the logits, all of which are read. */
  float run() {
    try (Result result = session.runner().feed("images", tensor).fetch("logits").run()) {
      RawTensor raw = result.get(0).asRawTensor();
      raw.data().asFloats().read(logits);
      return logits[0];
    }
  }

  @Override
  public void close() {
    tensor.close();
    session.close();
    graph.close();
  }
}
