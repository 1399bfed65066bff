package io.github.leukemia4j.cli;

import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.split.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Labelled images for a saved pipeline: a whole data set, or one part of its split. */
final class LabelledData {
  @Mixin private DataOption data;

  @ArgGroup(exclusive = false)
  private Part part;

  private static final class Part {
    @Option(
        names = "--split",
        required = true,
        paramLabel = "FILE",
        description = "The split that train wrote.")
    private Path split;

    @Option(
        names = "--part",
        required = true,
        paramLabel = "NAME",
        description =
            "train, validation, calibration or test; usually one that the pipeline was not made from.")
    private String name;
  }

  /**
   * What was asked for.
   *
   * @param images the data set, or its part
   * @param training the training part of the same split, where that is another one
   */
  record Opened(Dataset images, Optional<Dataset> training) {
    /** The same with the levels of another tree that has all labels. */
    Opened under(Taxonomy taxonomy) {
      return new Opened(relabelled(images, taxonomy), training.map(d -> relabelled(d, taxonomy)));
    }

    private static Dataset relabelled(Dataset dataset, Taxonomy taxonomy) {
      return Dataset.of(dataset.name(), taxonomy, dataset.samples());
    }
  }

  Opened open() throws IOException {
    Dataset all = data.open();
    if (part == null) {
      return new Opened(all, Optional.empty());
    }
    Split split = Split.read(part.split, all);
    return new Opened(
        split.part(part.name),
        part.name.equals("train") ? Optional.empty() : Optional.of(split.train()));
  }

  /** Such as {@code these images}, to go on in a sentence. */
  String describe() {
    return part == null ? "these images" : "the " + part.name + " part of a split";
  }
}
