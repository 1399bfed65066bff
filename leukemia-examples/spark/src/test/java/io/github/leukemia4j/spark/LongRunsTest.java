package io.github.leukemia4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.metric.EvaluationOptions;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What docs/results.md says of large tables; each by a property. */
class LongRunsTest {
  /** Takes {@code -Dinspection.hashes=1000000}. */
  @Test
  @EnabledIfSystemProperty(named = "inspection.hashes", matches = "\\d+")
  void findsNearHashes() {
    int count = Integer.getInteger("inspection.hashes");
    SplittableRandom random = new SplittableRandom(9);
    long[] hashes = new long[count];
    for (int i = 0; i < count; i++) {
      // Half are drawn, half are near another: at most 12 of its bits turned.
      hashes[i] = random.nextLong();
      if (i % 2 == 1) {
        hashes[i] = hashes[random.nextInt(i)];
        for (int bits = random.nextInt(13); bits > 0; bits--) {
          hashes[i] ^= 1L << random.nextInt(64);
        }
      }
    }
    Dataset<Row> table =
        SparkFixture.spark()
            .createDataset(LongStream.of(hashes).boxed().toList(), Encoders.LONG())
            .toDF("hash");
    long start = System.nanoTime();
    long pairs = HashPairs.near(table).count();
    System.out.printf(
        Locale.ROOT,
        "%d hashes, %d pairs in %.1f s%n",
        count,
        pairs,
        (System.nanoTime() - start) / 1e9);
    assertThat(pairs).isGreaterThan(count / 4);
  }

  /** Takes {@code -Devaluation.rows=1000000}. */
  @Test
  @EnabledIfSystemProperty(named = "evaluation.rows", matches = "\\d+")
  void evaluatesLargeTables() throws Exception {
    int times = Integer.getInteger("evaluation.rows") / 150;
    Dataset<Row> scored =
        SparkFixture.spark()
            .createDataFrame(
                LeukemiaScoring.classify(
                        SparkFixture.table(),
                        SparkFixture.model(),
                        ScoringOptions.ofContents("content"))
                    .collectAsList(),
                LeukemiaScoring.classify(
                        SparkFixture.table(),
                        SparkFixture.model(),
                        ScoringOptions.ofContents("content"))
                    .schema())
            .crossJoin(SparkFixture.spark().range(times).toDF("time"))
            .withColumn("id", concat(col("id"), lit("-"), col("time")))
            .withColumn(
                "patient", concat(col("patient"), lit("-"), col("time").mod(10).cast("string")));
    System.gc();
    long start = System.nanoTime();
    LeukemiaEvaluation.Evaluated evaluated =
        LeukemiaEvaluation.evaluate(
            scored,
            SampleColumns.of("id", "truth", "patient"),
            SparkFixture.cells().taxonomy(),
            EvaluationOptions.defaults());
    assertThat(evaluated.report().path().samples()).isEqualTo(150L * times);
    System.out.printf(
        Locale.ROOT,
        "%d rows evaluated in %.1f s; heap at most %d MB%n",
        150L * times,
        (System.nanoTime() - start) / 1e9,
        java.lang.management.ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == java.lang.management.MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum()
            >> 20);
    assertThat(evaluated.withoutResult()).isZero();
  }
}
