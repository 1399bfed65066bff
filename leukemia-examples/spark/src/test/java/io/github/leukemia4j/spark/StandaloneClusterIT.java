package io.github.leukemia4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.serving.ImageStreams;
import io.github.leukemia4j.synthetic.SmallPipeline;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.NetworkConfig.InputConfig.TestTimeAugmentation;
import io.github.leukemia4j.training.TrainingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the jar for {@code spark-submit} on a cluster whose workers are processes. */
@DisabledOnOs(OS.WINDOWS)
class StandaloneClusterIT {
  private static final int DAMAGED_EVERY = 100;

  @TempDir Path temporary;

  /** Files of distinct cells, and hard links to them under other names; one in 100 is damaged. */
  private static Path images(Path folder, List<Path> cells, int count) throws Exception {
    byte[] cut = Files.readAllBytes(cells.get(0));
    Path damaged =
        Files.write(folder.resolveSibling("damaged.png"), Arrays.copyOf(cut, cut.length / 2));
    for (int i = 0; i < count; i++) {
      Path in = folder.resolve("%04d".formatted(i / 1000));
      if (i % 1000 == 0) {
        Files.createDirectories(in);
      }
      int cell = i % cells.size();
      boolean bad = i % DAMAGED_EVERY == 50;
      Files.createLink(
          in.resolve("%s-%d-%d.png".formatted(bad ? "bad" : "cell", cell, i)),
          bad ? damaged : cells.get(cell));
    }
    return folder;
  }

  private static List<Path> cells(Path folder, int distinct, int size) throws Exception {
    Files.createDirectories(folder);
    List<Path> files = new ArrayList<>();
    for (Sample sample :
        SyntheticSmear.builder()
            .imageSize(size)
            .cellsPerLabel(distinct / 5)
            .build()
            .dataset()
            .samples()) {
      files.add(Files.write(folder.resolve(files.size() + ".png"), SparkFixture.png(sample)));
    }
    return files;
  }

  private static int requireWholeAndBitEqual(
      Path out, MultilevelPipeline pipeline, List<Path> cells, int count) throws Exception {
    Set<String> seen = new HashSet<>();
    int damaged = 0;
    CellImage[] images = new CellImage[cells.size()];
    ScoredRowCheck check = new ScoredRowCheck(pipeline);
    Iterator<Row> rows = SparkFixture.spark().read().parquet(out.toString()).toLocalIterator();
    while (rows.hasNext()) {
      Row row = rows.next();
      String path = row.getAs("path");
      String name = path.substring(path.lastIndexOf('/') + 1);
      assertThat(seen.add(name)).as(name).isTrue();
      if (name.startsWith("bad")) {
        damaged++;
        assertThat(row.<String>getAs("error")).contains(name);
        assertThat(row.<String>getAs("label")).isNull();
      } else {
        int cell = Integer.parseInt(name.split("-")[1]);
        if (images[cell] == null) {
          images[cell] = CellImage.read(cells.get(cell));
        }
        check.requireSame(row, cell, images[cell]);
      }
    }
    assertThat(seen).hasSize(count);
    return damaged;
  }

  @Test
  void losesAndDoublesNothingWhereAWorkerIsKilled() throws Exception {
    int count = 600;
    Path model = SmallPipeline.train(SmallPipeline.dataset(), temporary.resolve("model"));
    List<Path> cells = cells(temporary.resolve("cells"), 50, 40);
    Path images = images(temporary.resolve("images"), cells, count);
    Path out = temporary.resolve("out");
    try (Cluster cluster = Cluster.start(Files.createDirectory(temporary.resolve("cluster")))) {
      Process job =
          cluster.submit(
              "score",
              "--images",
              images.toString(),
              "--model",
              model.toString(),
              "--out",
              out.toString(),
              "--partitions",
              "120");
      while (job.isAlive() && cluster.finishedTasks(1) < 4) {
        Thread.sleep(50);
      }
      cluster.kill(1);
      assertThat(out.resolve("_SUCCESS")).as("the worker is killed in the middle").doesNotExist();
      assertThat(cluster.require(job, 240)).contains("600 rows, 6 without a result");
    }
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model)) {
      assertThat(requireWholeAndBitEqual(out, pipeline, cells, count))
          .isEqualTo(count / DAMAGED_EVERY);
    }
  }

  /** Takes {@code -Dcluster.images=200000}; prints what docs/results.md has. */
  @Test
  @EnabledIfSystemProperty(named = "cluster.images", matches = "\\d+")
  void costsAboutWhatTheLibraryCosts() throws Exception {
    int most = Integer.getInteger("cluster.images");
    int fewest = most / 10;
    Path model =
        SmallPipeline.train(
            SmallPipeline.dataset(),
            TrainingConfig.builder()
                .network(NetworkConfig.standard())
                .inputSize(64)
                .set("input.testTimeAugmentation", TestTimeAugmentation.NONE)
                .epochs(1)
                .warmupEpochs(0)
                .build(),
            temporary.resolve("model"));
    List<Path> cells = cells(temporary.resolve("cells"), 2000, 96);
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model)) {
      List<Path> some = new ArrayList<>();
      for (int i = 0; i < fewest; i++) {
        some.add(cells.get(i % cells.size()));
      }
      library(pipeline, some.subList(0, Math.min(500, some.size())));
      for (int count : new int[] {fewest, most}) {
        System.out.printf(
            Locale.ROOT, "library: %d images, %.0f a second%n", fewest, library(pipeline, some));
        Path images =
            images(Files.createDirectory(temporary.resolve("images-" + count)), cells, count);
        Path out = temporary.resolve("out-" + count);
        try (Cluster cluster =
            Cluster.start(Files.createDirectory(temporary.resolve("cluster-" + count)))) {
          Process job =
              cluster.submit(
                  "score",
                  "--images",
                  images.toString(),
                  "--model",
                  model.toString(),
                  "--out",
                  out.toString());
          List<Long> resident = new ArrayList<>();
          boolean killed = count == fewest;
          while (job.isAlive()) {
            resident.add(cluster.residentKilobytes());
            if (!killed && Boolean.getBoolean("cluster.kill") && cluster.finishedTasks(1) > 20) {
              cluster.kill(1);
              killed = true;
            }
            Thread.sleep(500);
          }
          String said = cluster.require(job, 10);
          int n = resident.size();
          System.out.printf(
              Locale.ROOT,
              "cluster: %s; largest executor, resident: second quarter %d MB, last quarter %d MB%n",
              said.lines().filter(line -> line.contains("rows a second")).findFirst().orElse(said),
              mean(resident.subList(n / 4, n / 2)),
              mean(resident.subList(3 * n / 4, n)));
        }
        System.out.printf(
            "bit-equal: %d rows, %d of them damaged%n",
            count, requireWholeAndBitEqual(out, pipeline, cells, count));
      }
    }
  }

  private static long mean(List<Long> kilobytes) {
    return (long) (kilobytes.stream().mapToLong(k -> k).average().orElse(0) / 1024);
  }

  private static double library(MultilevelPipeline pipeline, List<Path> files) {
    long start = System.nanoTime();
    try (Stream<ImageStreams.ImageResult> results =
        ImageStreams.classify(pipeline, files.stream().map(ImageSource::file))) {
      assertThat(results.filter(result -> result.result().isPresent()).count())
          .isEqualTo(files.size());
    }
    return files.size() / ((System.nanoTime() - start) / 1e9);
  }
}
