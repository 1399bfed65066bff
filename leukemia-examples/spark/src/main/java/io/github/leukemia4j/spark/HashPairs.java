package io.github.leukemia4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.hash;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Pairs of different hashes that are near each other. The distinct hashes are cut into blocks that
 * fit into every executor's memory; each block goes to all executors, as {@link BandedHashes}, and
 * each hash of the table is looked up in it.
 */
final class HashPairs {
  /** Each takes 40 bytes in an executor, and 24 in the driver. */
  static final int BLOCK = 1 << 23;

  /** So that no task is long and the last ones end together. */
  private static final int TASKS_PER_CORE = 8;

  private static final StructType PAIR =
      new StructType().add("hashA", DataTypes.LongType).add("hashB", DataTypes.LongType);

  private HashPairs() {}

  static Dataset<Row> near(Dataset<Row> hashes) {
    return near(hashes, BLOCK);
  }

  /**
   * All pairs, each once.
   *
   * @param hashes one column of longs
   * @param block how many hashes go to the executors at once
   * @return {@code hashA} below {@code hashB}, as signed numbers are
   */
  static Dataset<Row> near(Dataset<Row> hashes, int block) {
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(hashes.sparkSession().sparkContext());
    int tasks = TASKS_PER_CORE * Math.max(2, context.defaultParallelism());
    Dataset<Row> distinct = hashes.toDF("hash").distinct().repartition(tasks).persist();
    long count = distinct.count();
    int blocks = (int) Math.max(1, (count + block - 1) / block);
    Dataset<Row> pairs = null;
    for (int i = 0; i < blocks; i++) {
      Dataset<Row> own =
          blocks == 1
              ? distinct
              : distinct.filter(pmod(hash(col("hash")), lit(blocks)).equalTo(lit(i)));
      List<long[]> parts = own.toJavaRDD().mapPartitions(HashPairs::longs).collect();
      Broadcast<BandedHashes> bands =
          context.broadcast(
              new BandedHashes(parts.stream().flatMapToLong(LongStream::of).toArray()));
      MapPartitionsFunction<Row, Row> look = rows -> new Looked(bands.value(), rows);
      Dataset<Row> found = distinct.mapPartitions(look, Encoders.row(PAIR));
      pairs = pairs == null ? found : pairs.unionByName(found);
    }
    return pairs;
  }

  private static Iterator<long[]> longs(Iterator<Row> rows) {
    LongStream.Builder values = LongStream.builder();
    rows.forEachRemaining(row -> values.add(row.getLong(0)));
    return List.of(values.build().toArray()).iterator();
  }

  private static final class Looked implements Iterator<Row> {
    private final BandedHashes bands;
    private final Iterator<Row> rows;
    private final Deque<Row> found = new ArrayDeque<>();

    Looked(BandedHashes bands, Iterator<Row> rows) {
      this.bands = bands;
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      while (found.isEmpty() && rows.hasNext()) {
        long own = rows.next().getLong(0);
        bands.forEachLargerNear(own, other -> found.add(RowFactory.create(own, other)));
      }
      return !found.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException("There are no more pairs.");
      }
      return found.poll();
    }
  }
}
