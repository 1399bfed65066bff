package io.github.leukemia4j.cli;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.split.Split;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Labelled images for a saved pipeline: a whole data set, or one part of its split. */
final class LabelledData {
  @Mixin private DataOption data;

  @Mixin private ScaleOption scale;

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
            "train, validation, calibration or test; usually one that the pipeline was not made"
                + " from.")
    private String name;
  }

  /** The data set, or its part that was asked for. */
  Dataset open(PrintWriter console) throws IOException {
    return open(List.of(), console);
  }

  /**
   * The data set, or its part that was asked for.
   *
   * @param further columns that a pipeline learnt beside the labels; another laboratory's data need
   *     not have them
   */
  Dataset open(Collection<String> further, PrintWriter console) throws IOException {
    Dataset all = scale.of(data.open(data.having(further)), console);
    return part == null ? all : Split.read(part.split, all).part(part.name);
  }

  /** Such as {@code these images}, to go on in a sentence. */
  String describe() {
    return part == null ? "these images" : "the " + part.name + " part of a split";
  }
}
