package io.github.leukemia4j.cli;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.evaluation.inspection.Inspection;
import io.github.leukemia4j.image.scale.ScaleEstimate;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many micrometres of the slide a pixel of the images shows. */
final class ScaleOption {
  private static final String ESTIMATE = "estimate";
  private static final int MOST_MEASURED = 400;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--micrometres-per-pixel",
      paramLabel = "NUMBER|estimate",
      description =
          "How much of the slide a pixel of the images shows, where a manifest's column micrometres_per_pixel does not say it; estimate measures the red cells of each laboratory. Images are brought to one scale where they and the pipeline know theirs.")
  private String scale;

  /** The data set with a scale for the images that do not know theirs, if it is asked for. */
  Dataset of(Dataset dataset, PrintWriter console) {
    if (scale == null) {
      return dataset;
    }
    if (!scale.equals(ESTIMATE)) {
      return dataset.withMicrometresPerPixel(number());
    }
    Map<String, ScaleEstimate> found = Inspection.scales(dataset);
    found.forEach((laboratory, estimate) -> tell(laboratory, estimate, console));
    List<Sample> scaled =
        dataset.samples().stream()
            .map(
                sample -> {
                  String laboratory = sample.laboratory().orElse("");
                  return sample.micrometresPerPixel().isPresent()
                      ? sample
                      : sample.withAttribute(
                          Sample.MICROMETRES_PER_PIXEL,
                          String.valueOf(
                              Optional.ofNullable(found.get(laboratory))
                                  .orElseThrow(() -> tooFew(laboratory))
                                  .micrometresPerPixel()));
                })
            .toList();
    return dataset.withSamples(scaled);
  }

  /**
   * The options with the scale of the images to classify, if it is asked for.
   *
   * @param images all of them, closed afterwards
   */
  OpenOptions of(OpenOptions options, Supplier<Stream<ImageSource>> images, PrintWriter console) {
    if (scale == null) {
      return options;
    }
    if (!scale.equals(ESTIMATE)) {
      return options.withMicrometresPerPixel(number());
    }
    List<ImageSource> all;
    try (Stream<ImageSource> sources = images.get()) {
      all = sources.toList();
    }
    int step = (all.size() + MOST_MEASURED - 1) / MOST_MEASURED;
    List<List<Double>> redCells =
        Stream.iterate(0, i -> i < all.size(), i -> i + Math.max(1, step))
            .collect(Collectors.toList())
            .parallelStream()
            .map(i -> redCells(all.get(i)))
            .toList();
    ScaleEstimate found =
        ScaleEstimate.of(redCells, Collections.nCopies(redCells.size(), Optional.empty()))
            .orElseThrow(() -> tooFew(""));
    tell("", found, console);
    return options.withMicrometresPerPixel(found.micrometresPerPixel());
  }

  private static List<Double> redCells(ImageSource image) {
    try {
      return ScaleEstimate.redCells(image.read());
    } catch (IOException | DataException e) {
      return List.of(); // Classifying it says so.
    }
  }

  private double number() {
    try {
      double number = Double.parseDouble(scale);
      if (number > 0 && Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new ParameterException(
        spec.commandLine(),
        "--micrometres-per-pixel must be a number above 0, or estimate; found %s."
            .formatted(scale));
  }

  private static DataException tooFew(String laboratory) {
    return new DataException(
        "At least %d images%s must show a whole red cell for the scale to be estimated; found fewer. Give the micrometres per pixel as a number, or leave them out."
            .formatted(
                ScaleEstimate.FEWEST_IMAGES, laboratory.isEmpty() ? "" : " of " + laboratory));
  }

  private static void tell(String laboratory, ScaleEstimate estimate, PrintWriter console) {
    console.println(
        String.format(
            Locale.ROOT,
            "Scale%s: %.4f micrometres per pixel (%.4f to %.4f), estimated from %d red cells on %d images.",
            laboratory.isEmpty() ? "" : " of " + laboratory,
            estimate.micrometresPerPixel(),
            estimate.interval().lower(),
            estimate.interval().upper(),
            estimate.cells(),
            estimate.images()));
  }
}
