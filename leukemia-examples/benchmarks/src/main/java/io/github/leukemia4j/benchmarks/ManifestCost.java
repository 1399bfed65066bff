package io.github.leukemia4j.benchmarks;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a long manifest takes: a CSV file is indexed, its rows are grouped by patient, and split.
 * The images it names are not opened and do not exist.
 *
 * <pre>
 * java -Xmx1g -XX:ActiveProcessorCount=2 -cp leukemia-examples/benchmarks/target/leukemia-benchmarks.jar \
 *     io.github.leukemia4j.benchmarks.ManifestCost [ROWS]
 * </pre>
 */
public final class ManifestCost {
  private static final List<String> LABELS = List.of("normal", "AML", "APL");

  private ManifestCost() {}

  /**
   * @param args how many rows; 1,000,000 by default
   */
  public static void main(String[] args) throws IOException {
    int rows = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    Path directory = Files.createTempDirectory("manifest");
    Path manifest = directory.resolve("manifest.csv");
    Path taxonomy = directory.resolve("taxonomy.json");
    try {
      Files.writeString(
          taxonomy,
          "{\"name\":\"cell\",\"children\":[{\"name\":\"normal\"},{\"name\":\"abnormal\","
              + "\"children\":[{\"name\":\"AML\"},{\"name\":\"APL\"}]}]}");
      try (BufferedWriter out = Files.newBufferedWriter(manifest)) {
        out.write("file,label,patient\n");
        for (int i = 0; i < rows; i++) {
          int patient = i / 100;
          String label = LABELS.get(patient % LABELS.size());
          out.write(label + "/cell_" + i + ".png," + label + ",patient_" + patient + "\n");
        }
      }
      Cost cost = new Cost();
      Dataset dataset = Datasets.open(manifest);
      cost.print("Indexed " + dataset.size() + " rows");
      Split split = Splitter.of(1).split(dataset);
      cost.print("And split, " + split.train().size() + " of them for training");
    } finally {
      Files.deleteIfExists(manifest);
      Files.deleteIfExists(taxonomy);
      Files.deleteIfExists(directory);
    }
  }
}
