package io.github.leukemia4j.training.input;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.store.ChecksummedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The colours of the images that a pipeline was trained on: nine statistics of each ({@link
 * io.github.leukemia4j.image.quality.ImageStatistics#colour}) beside its label. A pipeline keeps
 * them, so that an evaluation can hold it against colours alone without the training images. No
 * image and no patient can be told from them.
 *
 * @param labels of the images
 * @param colours of the images, in the same order; not to be changed
 */
public record TrainingColours(List<Label> labels, List<double[]> colours) {
  public static final String FILE = "training-colours.json";
  private static final int SCHEMA_VERSION = 1;
  private static final int STATISTICS = 9;

  /** More are thinned evenly: the file stays below 3 MB, and more would hardly change a score. */
  private static final int MOST = 10_000;

  /** Copies the lists. */
  public TrainingColours {
    labels = List.copyOf(labels);
    colours = List.copyOf(colours);
    if (labels.size() != colours.size()) {
      throw new IllegalArgumentException(
          "There must be colours for each label; found %d for %d."
              .formatted(colours.size(), labels.size()));
    }
  }

  private record Document(int schemaVersion, List<Label> labels, double[][] colours) {}

  /**
   * Those of a training part's samples that have a label.
   *
   * @param images that were read, the training part's among them
   */
  public static TrainingColours of(Dataset training, ImageCache images) {
    Label root = training.taxonomy().root();
    List<Sample> labelled =
        training.samples().stream().filter(s -> !s.label().equals(root)).toList();
    int size = labelled.size();
    int kept = Math.min(size, MOST);
    List<Sample> some =
        IntStream.range(0, kept)
            .mapToObj(i -> labelled.get((int) ((long) i * size / kept)))
            .toList();
    return new TrainingColours(
        some.stream().map(Sample::label).toList(),
        some.stream().map(s -> images.colour(images.indexOf(s.id()))).toList());
  }

  /** Writes them into a pipeline's directory. */
  public void write(Path directory) throws IOException {
    ChecksummedJson.write(
        directory.resolve(FILE),
        new Document(SCHEMA_VERSION, labels, colours.toArray(double[][]::new)));
  }

  /** Empty where a pipeline has none, because it was put together of models. */
  public static Optional<TrainingColours> read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Document found = ChecksummedJson.read(file, Document.class, SCHEMA_VERSION);
    if (found.labels == null
        || found.colours == null
        || found.labels.size() != found.colours.length
        || !Arrays.stream(found.colours).allMatch(TrainingColours::fit)) {
      throw new ModelFormatException(
          "%s: expected %d finite statistics for each label; found others. Copy the pipeline again from where it was made."
              .formatted(file, STATISTICS));
    }
    return Optional.of(new TrainingColours(found.labels, List.of(found.colours)));
  }

  private static boolean fit(double[] row) {
    return row != null && row.length == STATISTICS && Arrays.stream(row).allMatch(Double::isFinite);
  }
}
