package io.github.leukemia4j.serving;

import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of one image of many: its result, or why there is none.
 *
 * @param source the image
 * @param result what the pipeline says; empty where it failed
 * @param failure why there is no result; empty where there is one
 */
public record ImageResult(
    ImageSource source, Optional<MultilevelResult> result, Optional<Exception> failure) {
  /**
   * @throws IllegalArgumentException where it is both or neither
   */
  public ImageResult {
    Objects.requireNonNull(source, "source");
    if (result.isPresent() == failure.isPresent()) {
      throw new IllegalArgumentException(
          "An image must have either a result or a failure; found %s, %s."
              .formatted(result, failure));
    }
  }

  static ImageResult of(ImageSource source, MultilevelResult result) {
    return new ImageResult(source, Optional.of(result), Optional.empty());
  }

  static ImageResult failed(ImageSource source, Exception reason) {
    return new ImageResult(source, Optional.empty(), Optional.of(reason));
  }
}
