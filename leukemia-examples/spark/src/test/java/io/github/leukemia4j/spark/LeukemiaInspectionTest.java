package io.github.leukemia4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.evaluation.inspection.Inspection;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class LeukemiaInspectionTest {
  private static final SampleColumns COLUMNS = SampleColumns.of("id", "truth", "patient");

  /** Cells, some of them again: as they are, smaller, of another patient, under another label. */
  private static Dataset withCopies(int cellsPerLabel) throws Exception {
    Dataset cells =
        SyntheticSmear.builder().imageSize(48).cellsPerLabel(cellsPerLabel).build().dataset();
    List<Sample> samples = new ArrayList<>(cells.samples());
    int copies = cells.size() / 10;
    for (int i = 0; i < copies; i++) {
      Sample sample = cells.samples().get(7 * i % cells.size());
      CellImage image = sample.read();
      CellImage copy = i % 3 == 0 ? image : image.resize(40, 40).resize(48 - i % 2, 48);
      samples.add(
          new Sample(
              "copy/%05d.png".formatted(i),
              ImageSource.of("copy " + i, copy),
              i % 4 == 0 ? Label.of("CLL") : sample.label(),
              i % 5 == 0 ? Optional.of("another") : sample.patient()));
    }
    byte[] white = new byte[3 * 48 * 48];
    for (int i = 0; i < 3; i++) {
      white[i] = (byte) i; // blank images are like every other one, and so like none
      samples.add(
          new Sample(
              "white/" + i,
              ImageSource.of("white " + i, CellImage.ofRgb(48, 48, white)),
              Label.of("normal"),
              Optional.empty()));
    }
    samples.sort(Comparator.comparing(Sample::id));
    return Dataset.of("cells and copies", cells.taxonomy(), samples);
  }

  private static org.apache.spark.sql.Dataset<Row> table(Dataset cells) {
    List<Row> rows = new ArrayList<>();
    cells
        .samples()
        .forEach(
            s ->
                rows.add(
                    RowFactory.create(
                        s.id(), s.label().name(), s.patient().orElse(null), SparkFixture.png(s))));
    return SparkFixture.table(rows).repartition(5);
  }

  /** Takes {@code -Dinspection.cells=20000} for the long form. */
  @Test
  void findsWhatOneMachineFinds() throws Exception {
    Dataset cells = withCopies(Integer.getInteger("inspection.cells", 300) / 5);
    Inspection expected = Inspection.of(cells);
    org.apache.spark.sql.Dataset<Row> prints =
        LeukemiaInspection.fingerprints(table(cells), ScoringOptions.ofContents("content")).cache();
    Set<String> near = new TreeSet<>();
    for (Inspection.NearDuplicate pair : expected.nearDuplicates()) {
      near.add(
          "%s %s %d %s %s %s"
              .formatted(
                  pair.first().id(),
                  pair.second().id(),
                  pair.distance(),
                  pair.correlation(),
                  pair.acrossPatients(),
                  pair.contradicting()));
    }
    List<Row> found =
        LeukemiaInspection.nearDuplicates(prints, COLUMNS, cells.taxonomy()).collectAsList();
    assertThat(near).hasSizeGreaterThan(15);
    assertThat(found.stream().map(row -> row.mkString(" ")))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(near);

    List<Row> identical =
        LeukemiaInspection.identical(prints, COLUMNS, cells.taxonomy())
            .select("id", "images", "acrossPatients", "contradicting")
            .collectAsList();
    Set<String> groups = new TreeSet<>();
    for (List<Sample> group : expected.verification().identical()) {
      boolean across = expected.verification().identicalAcrossPatients().contains(group);
      boolean contradicting = expected.verification().contradicting().contains(group);
      group.forEach(
          s -> groups.add("%s %d %s %s".formatted(s.id(), group.size(), across, contradicting)));
    }
    assertThat(groups).hasSizeGreaterThan(10);
    assertThat(identical.stream().map(row -> row.mkString(" ")))
        .containsExactlyInAnyOrderElementsOf(groups);
  }

  @Test
  void findsPatientsInSeveralParts() {
    org.apache.spark.sql.Dataset<Row> parts =
        SparkFixture.table()
            .withColumn("part", when(col("id").endsWith("7.png"), "test").otherwise("train"));
    List<Row> found =
        LeukemiaInspection.patientsAcross(
                parts.withColumn(
                    "part", when(col("patient").equalTo("AML-01"), "test").otherwise("train")),
                COLUMNS,
                "part")
            .collectAsList();
    assertThat(found).isEmpty();
    String patient = SparkFixture.cells().samples().get(0).patient().get();
    String id = SparkFixture.cells().samples().get(0).id();
    List<Row> leaked =
        LeukemiaInspection.patientsAcross(
                parts.withColumn("part", when(col("id").equalTo(id), "test").otherwise("train")),
                COLUMNS,
                "part")
            .collectAsList();
    assertThat(leaked).hasSize(1);
    assertThat(leaked.get(0).getString(0)).isEqualTo(patient);
    assertThat(leaked.get(0).<String>getList(1)).containsExactly("test", "train");
  }

  @Test
  void findsEveryPairOfHashesOnceWhateverTheBlocks() {
    SplittableRandom random = new SplittableRandom(5);
    List<Long> hashes = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      long hash = i == 0 ? 0 : i == 1 ? -1 : random.nextLong();
      hashes.add(hash);
      for (int copy = 0; copy < 4; copy++) {
        long other = hash;
        for (int bits = random.nextInt(14); bits > 0; bits--) {
          other ^= 1L << random.nextInt(64);
        }
        hashes.add(other);
      }
    }
    List<Long> distinct = hashes.stream().distinct().toList();
    Set<List<Long>> expected = new HashSet<>();
    for (long a : distinct) {
      for (long b : distinct) {
        if (a < b && Long.bitCount(a ^ b) <= BandedHashes.MOST_BITS) {
          expected.add(List.of(a, b));
        }
      }
    }
    assertThat(expected).hasSizeGreaterThan(1000);
    org.apache.spark.sql.Dataset<Row> table =
        SparkFixture.spark()
            .createDataset(hashes, org.apache.spark.sql.Encoders.LONG())
            .toDF("hash");
    for (int block : new int[] {HashPairs.BLOCK, 300}) {
      List<List<Long>> found =
          HashPairs.near(table, block).collectAsList().stream()
              .map(row -> List.of(row.getLong(0), row.getLong(1)))
              .toList();
      assertThat(found).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
    }
  }
}
