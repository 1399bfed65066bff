package io.github.leukemia4j.cli;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.pipeline.Adaptation;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.store.AtomicDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "adapt",
    description =
        "Adapts a saved pipeline to a new laboratory by its images, whose labels are not looked at: estimates the network's normalisation statistics again, lets the gate learn the stain, and writes the pipeline to another directory.",
    mixinStandardHelpOptions = true)
final class AdaptCommand implements Callable<Integer> {
  private static final String ALL = "all";

  @Spec private CommandSpec spec;

  @Mixin private ModelOption model;

  @Mixin private DeviceOption device;

  @Mixin private ScaleOption scale;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "D",
      description = "A folder of images, in it and below, or a CSV manifest.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where to write; must be missing or empty.")
  private Path out;

  @Option(
      names = "--blocks",
      defaultValue = "" + Adaptation.DEFAULT_BLOCKS,
      converter = Blocks.class,
      paramLabel = "N|all",
      description =
          "How many blocks of the network, from the images up; default ${DEFAULT-VALUE}. Late blocks suffer where the shares of the labels differ.")
  private int blocks;

  @Option(
      names = "--weight",
      defaultValue = "1",
      paramLabel = "W",
      description =
          "Of the new statistics, 0 to 1; the old ones have the rest. Default ${DEFAULT-VALUE}.")
  private double weight;

  @Option(
      names = "--shares",
      description =
          "Estimate the shares of the labels among the images, and correct the probabilities to them. Only for a calibrated pipeline whose labels look there as in training.")
  private boolean shares;

  private static final class Blocks implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      try {
        return value.equals(ALL) ? Adaptation.ALL_BLOCKS : Integer.parseInt(value);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("must be a number or all; found " + value);
      }
    }
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    Adaptation wish = new Adaptation(weight, blocks, shares);
    AtomicDirectory.requireFree(out);
    Output.requireWritableAbove(out);
    Dataset images = scale.of(Datasets.images(data), console);
    Adaptation.Report report = adapt(images, wish);
    console.printf(
        "Adapted the blocks %s to %d images of %s (%d left out).%n",
        String.join(", ", report.blocks()), report.images(), report.dataset(), report.leftOut());
    report.stages().forEach(stage -> console.println(line(stage)));
    report.warnings().forEach(warning -> console.println("Warning: " + warning));
    console.println(
        "Wrote %s; ADAPTATION.md has histograms before and after. What was measured of the pipeline before is not known to hold for it. Research software: not a medical device."
            .formatted(out));
    console.flush();
    return 0;
  }

  @SuppressWarnings("try") // it shows by being open that something happens
  private Adaptation.Report adapt(Dataset images, Adaptation wish)
      throws IOException, InterruptedException {
    try (ProgressLine progress =
        ProgressLine.of(spec.commandLine().getErr(), "Adapting", ProgressLine.UNKNOWN)) {
      return MultilevelPipeline.adapt(model.path(), images, wish, device.run(), out);
    }
  }

  /** Such as {@code Stage cell: predicted normal 0.41 (before 0.20), abnormal 0.59 (0.80).} */
  private static String line(Adaptation.Stage stage) {
    String predicted =
        IntStream.range(0, stage.labels().size())
            .mapToObj(
                k ->
                    String.format(
                        Locale.ROOT,
                        "%s %.2f (before %.2f)%s",
                        stage.labels().get(k),
                        stage.after().shares().get(k),
                        stage.before().shares().get(k),
                        stage
                            .shift()
                            .map(
                                s ->
                                    String.format(
                                        Locale.ROOT, ", estimated %.2f", s.after().get(k)))
                            .orElse("")))
            .collect(Collectors.joining("; "));
    return "Stage %s: predicted %s%s."
        .formatted(
            stage.stage(),
            predicted,
            stage.shift().isEmpty()
                ? ""
                : stage.shifted() ? "; corrected to the estimate" : "; not corrected");
  }
}
