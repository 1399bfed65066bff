package io.github.leukemia4j.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;

/** Classifies the rows of a partition, a batch at a time. */
final class PartitionScorer implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  /** Of the contents of a batch together; the last one may go beyond. */
  private static final long BATCH_BYTES = 64L << 20;

  private final Broadcast<ModelParcel> model;
  private final RowImages images;
  private final int batch;

  PartitionScorer(Broadcast<ModelParcel> model, RowImages images, int batch) {
    this.model = model;
    this.images = images;
    this.batch = batch;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return rows.hasNext() ? new Scored(rows) : rows;
  }

  private final class Scored implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final BatchScorer scorer;
    private final Deque<Row> ready = new ArrayDeque<>();

    Scored(Iterator<Row> rows) {
      this.rows = rows;
      TaskContext task = TaskContext.get();
      this.scorer =
          new BatchScorer(
              JvmModels.open(model.value()), images.maxPixels(), task != null && task.cpus() > 1);
    }

    @Override
    public boolean hasNext() {
      if (ready.isEmpty() && rows.hasNext()) {
        score();
      }
      return !ready.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException("There are no more rows.");
      }
      return ready.poll();
    }

    private void score() {
      List<Row> some = new ArrayList<>();
      long bytes = 0;
      while (rows.hasNext() && some.size() < batch && bytes < BATCH_BYTES) {
        Row row = rows.next();
        some.add(row);
        bytes += images.bytes(row);
      }
      List<Object[]> results = scorer.score(some.stream().map(images::image).toList());
      for (int i = 0; i < some.size(); i++) {
        ready.add(images.joined(some.get(i), results.get(i)));
      }
    }
  }
}
