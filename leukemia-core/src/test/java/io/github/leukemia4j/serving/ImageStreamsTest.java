package io.github.leukemia4j.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.serving.ImageStreams.ImageResult;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStreamsTest {
  private static final Label ABNORMAL = Label.of("abnormal");

  private final HandMade classifier = HandMade.free();
  private final MultilevelPipeline pipeline = classifier.pipeline();

  private static ImageSource image(int red) {
    return ImageSource.of("red " + red, HandMade.image(red));
  }

  private static double abnormal(ImageResult result) {
    return result.result().orElseThrow().stages().get(Label.of("cell")).probabilityOf(ABNORMAL);
  }

  @Nested
  class Order {
    @Test
    void isThatOfTheImages() {
      List<ImageSource> images =
          IntStream.range(0, 1000).mapToObj(i -> image(20 + i % 200)).toList();
      List<ImageResult> results = ImageStreams.classify(pipeline, images).toList();
      assertThat(results).extracting(ImageResult::source).containsExactlyElementsOf(images);
      for (int i = 0; i < 1000; i++) {
        assertThat(abnormal(results.get(i))).isEqualTo(HandMade.expected(20 + i % 200));
      }
      assertThat(classifier.batches).allMatch(n -> n <= 64 + 64);
    }

    @Test
    void ofNothingIsNothing() {
      assertThat(ImageStreams.classify(pipeline, List.<ImageSource>of())).isEmpty();
    }
  }

  @Nested
  class Memory {
    @Test
    void readsAheadNoMoreThanAChunk() {
      AtomicLong made = new AtomicLong();
      Stream<ImageSource> endless =
          Stream.generate(() -> image(20 + (int) (made.getAndIncrement() % 200)));
      try (Stream<ImageResult> results = ImageStreams.classify(pipeline, endless)) {
        assertThat(results.limit(10_000).filter(r -> r.result().isPresent()).count())
            .isEqualTo(10_000);
      }
      assertThat(made.get()).isBetween(10_000L, 10_000L + 1000);
    }

    @Test
    void readsFewLargeImagesAhead() {
      CellImage large = CellImage.ofRgb(3000, 3000, new byte[3000 * 3000 * 3]);
      AtomicInteger made = new AtomicInteger();
      Stream<ImageSource> images =
          Stream.generate(
              () -> {
                made.incrementAndGet();
                return ImageSource.of("large", large);
              });
      try (Stream<ImageResult> results = ImageStreams.classify(pipeline, images)) {
        assertThat(results.findFirst()).isPresent();
      }
      // 4 of 9 million pixels pass the bound of 32 million; whole groups of decoders are read.
      assertThat(made.get()).isLessThanOrEqualTo(4 + Runtime.getRuntime().availableProcessors());
    }
  }

  @Nested
  class Failures {
    @Test
    void areReportedInTheirPlace(@TempDir Path directory) throws IOException {
      Path damaged = Files.write(directory.resolve("damaged.png"), new byte[] {1, 2, 3});
      List<ImageSource> images =
          List.of(
              image(51),
              ImageSource.file(damaged),
              ImageSource.file(directory.resolve("missing.png")),
              image(102));
      List<ImageResult> results = ImageStreams.classify(pipeline, images).toList();
      assertThat(abnormal(results.get(0))).isEqualTo(0.2);
      assertThat(results.get(1).failure().orElseThrow())
          .isInstanceOf(DataException.class)
          .hasMessageContaining("damaged.png");
      assertThat(results.get(2).failure().orElseThrow()).isInstanceOf(NoSuchFileException.class);
      assertThat(abnormal(results.get(3))).isEqualTo(0.4);
    }

    @Test
    void ofTheBackendHitOnlyTheirImage() {
      List<ImageResult> results =
          ImageStreams.classify(pipeline, List.of(image(51), image(HandMade.POISON), image(102)))
              .toList();
      assertThat(abnormal(results.get(0))).isEqualTo(0.2);
      assertThat(results.get(1).failure().orElseThrow()).isInstanceOf(BackendException.class);
      assertThat(abnormal(results.get(2))).isEqualTo(0.4);
    }

    @Test
    void aClosedPipelineEndsTheStream() {
      pipeline.close();
      assertThatThrownBy(() -> ImageStreams.classify(pipeline, List.of(image(51))).toList())
          .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aResultIsEitherOrNot() {
      assertThatThrownBy(
              () ->
                  new ImageResult(image(1), java.util.Optional.empty(), java.util.Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("either a result or a failure");
    }
  }

  @Nested
  class Directories {
    @Test
    void areReadToTheirLastImage(@TempDir Path directory) throws IOException {
      List<Path> files = new ArrayList<>();
      for (int i = 0; i < 70; i++) {
        Path folder = Files.createDirectories(directory.resolve("f" + i % 3));
        files.add(folder.resolve(i + ".PNG"));
        ImageIO.write(
            new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB), "png", files.get(i).toFile());
      }
      Files.writeString(directory.resolve("notes.txt"), "no image");
      try (Stream<ImageResult> results = ImageStreams.classifyDirectory(pipeline, directory)) {
        assertThat(results.map(r -> Path.of(r.source().name())))
            .containsExactlyInAnyOrderElementsOf(files);
      }
    }

    @Test
    void areReadThroughLinks(@TempDir Path place) throws IOException {
      Path cells = Files.createDirectories(place.resolve("disk/cells"));
      BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(image, "png", cells.resolve("a.png").toFile());
      Path linked = Files.createSymbolicLink(place.resolve("linked"), place.resolve("disk"));
      Files.createSymbolicLink(place.resolve("disk/more"), cells);
      try (Stream<ImageResult> results = ImageStreams.classifyDirectory(pipeline, linked)) {
        assertThat(results.map(r -> r.source().name()))
            .containsExactlyInAnyOrder(linked + "/cells/a.png", linked + "/more/a.png");
      }
    }

    @Test
    void giveAResultForEveryPictureThatCannotBeRead(@TempDir Path directory) throws IOException {
      Files.writeString(directory.resolve("scan.gif"), "GIF89a");
      Files.createSymbolicLink(directory.resolve("gone.png"), Path.of("nowhere.png"));
      Files.writeString(directory.resolve("._a.png"), "what a Mac leaves behind");
      try (Stream<ImageResult> results = ImageStreams.classifyDirectory(pipeline, directory)) {
        assertThat(results.map(r -> r.failure().orElseThrow().getMessage()).toList())
            .hasSize(2)
            .anyMatch(message -> message.contains("scan.gif") && message.contains("GIF89a"))
            .anyMatch(message -> message.contains("gone.png"));
      }
    }

    @Test
    void mustBeDirectories(@TempDir Path directory) {
      assertThatThrownBy(
              () -> ImageStreams.classifyDirectory(pipeline, directory.resolve("missing")))
          .isInstanceOf(NotDirectoryException.class);
    }

    @Test
    void areClosedWithTheResults() {
      AtomicBoolean closed = new AtomicBoolean();
      ImageStreams.classify(pipeline, Stream.of(image(1)).onClose(() -> closed.set(true))).close();
      assertThat(closed).isTrue();
    }
  }
}
