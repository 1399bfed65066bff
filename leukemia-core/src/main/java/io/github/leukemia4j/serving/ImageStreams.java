package io.github.leukemia4j.serving;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.image.decode.ImageDecoder;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Classifies as many images as there are, in memory that does not grow with their number: some are
 * decoded ahead, in parallel, and classified together. An image that cannot be read or classified
 * is reported and the others go on.
 *
 * <p>A pipeline that is closed ends the stream with its {@link IllegalStateException}.
 */
public final class ImageStreams {
  private ImageStreams() {}

  /**
   * Classifies a stream of images; closing the result closes it.
   *
   * @return lazy and sequential; one result for each image, in the same order
   */
  public static Stream<ImageResult> classify(
      MultilevelPipeline pipeline, Stream<? extends ImageSource> images) {
    Spliterator<ImageResult> results =
        Spliterators.spliteratorUnknownSize(
            new ResultIterator(pipeline, images.sequential().iterator()),
            Spliterator.ORDERED | Spliterator.NONNULL);
    return StreamSupport.stream(results, false).onClose(images::close);
  }

  /**
   * Classifies what an {@link Iterable} gives, such as a list.
   *
   * @return lazy and sequential; one result for each image, in the same order
   */
  public static Stream<ImageResult> classify(
      MultilevelPipeline pipeline, Iterable<? extends ImageSource> images) {
    return classify(pipeline, StreamSupport.stream(images.spliterator(), false));
  }

  /**
   * Classifies every image file below a directory, in the order in which the file system lists
   * them. The extension says which files are images, see {@link ImageDecoder#isNamedAsImage}; one
   * of a format that is not read, such as a GIF, gets a result that says so. Links are followed.
   *
   * @return lazy and sequential; to be closed
   * @throws IOException where the directory cannot be read
   */
  public static Stream<ImageResult> classifyDirectory(MultilevelPipeline pipeline, Path directory)
      throws IOException {
    return classify(pipeline, directory(directory));
  }

  /**
   * Every image file below a directory, as {@link #classifyDirectory} takes them.
   *
   * @return lazy; to be closed
   * @throws IOException where the directory cannot be read
   */
  public static Stream<ImageSource> directory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
    return Files.walk(directory, FileVisitOption.FOLLOW_LINKS)
        .filter(ImageDecoder::isNamedAsImage)
        .filter(file -> !Files.isDirectory(file))
        // What a Mac leaves beside a file, on disks that know no attributes.
        .filter(file -> !file.getFileName().toString().startsWith("._"))
        .map(ImageSource::file);
  }

  /** An image that was decoded, or why it could not be. */
  record Decoded(ImageSource source, CellImage image, Exception failure) {
    static Decoded read(ImageSource source) {
      Objects.requireNonNull(source, "image source");
      try {
        return new Decoded(source, Objects.requireNonNull(source.read(), "image"), null);
      } catch (IOException | RuntimeException e) {
        return new Decoded(source, null, e);
      }
    }

    long pixels() {
      return image == null ? 0 : (long) image.height() * image.width();
    }

    ImageResult with(MultilevelResult result) {
      return ImageResult.of(source, result);
    }
  }

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
}
