package io.github.leukemia4j.data.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.TestData;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {
  /** A file whose pixels are a text in one row, filled with spaces, and can be decoded or not. */
  private record Text(String name, String text, RuntimeException fault) implements ImageSource {
    @Override
    public CellImage read() throws IOException {
      if (fault != null) {
        throw fault;
      }
      int width = (text.length() + 2) / 3;
      String filled = text + " ".repeat(3 * width - text.length());
      return CellImage.ofRgb(1, width, filled.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static Sample sample(String id, String label, String text) {
    return sample(id, label, text, null);
  }

  private static Sample sample(String id, String label, String text, RuntimeException fault) {
    return new Sample(id, new Text("dir/" + id, text, fault), Label.of(label), Optional.empty());
  }

  private static Sample missing(String id) {
    return new Sample(
        id,
        ImageSource.file(java.nio.file.Path.of("nowhere", id)),
        Label.of("normal"),
        Optional.empty());
  }

  private static Dataset dataset(Sample... samples) {
    return Dataset.of("cells", TestData.CELLS, List.of(samples));
  }

  @Nested
  class Unreadable {
    private final Dataset dataset =
        dataset(
            sample("1", "normal", "x"),
            missing("2"),
            sample("3", "normal", "y", new DataException("dir/3 is no image")),
            sample("4", "normal", "z", new DataException("cut short")));

    @Test
    void filesAreNamedWithTheReason() throws InterruptedException {
      Verification verification = Verification.of(dataset);
      assertThat(verification.unreadable())
          .containsOnly(
              java.util.Map.entry("2", "nowhere/2: no such file"),
              java.util.Map.entry("3", "dir/3 is no image"),
              java.util.Map.entry("4", "dir/4: cut short"));
      assertThatThrownBy(verification::requireReadable)
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "found 3 of 4", "nowhere/2: no such file", "dir/4: cut short", "leave them out");
    }

    @Test
    void filesAreLeftOut() throws InterruptedException {
      Dataset readable = Verification.of(dataset).readable();
      assertThat(readable.samples()).extracting(Sample::id).containsExactly("1");
      assertThat(Verification.of(readable).requireReadable().unreadable()).isEmpty();
    }

    @Test
    void filesAreListedUpToTwentyWithTheirNumber() throws InterruptedException {
      Sample[] many =
          IntStream.range(0, 50)
              .mapToObj(i -> missing(String.format("%02d", i)))
              .toArray(Sample[]::new);
      Verification verification = Verification.of(dataset(many));
      assertThatThrownBy(verification::requireReadable)
          .hasMessageContainingAll("nowhere/19", "50 in all")
          .hasMessageNotContaining("nowhere/20");
    }

    @Test
    void isNotWhatAFaultOfTheCodeIs() {
      Dataset faulty = dataset(sample("1", "normal", "x", new IllegalStateException("a bug")));
      assertThatThrownBy(() -> Verification.of(faulty))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a bug");
    }
  }

  @Nested
  class Identity {
    @Test
    void isOfContentAlone() throws InterruptedException {
      Verification verification =
          Verification.of(
              dataset(
                  sample("d", "AML", "same"),
                  sample("a", "normal", "other"),
                  sample("c", "abnormal", "same"),
                  sample("b", "APL", "twin"),
                  sample("e", "normal", "twin")));
      assertThat(verification.identical().stream().map(g -> g.stream().map(Sample::id).toList()))
          .containsExactly(List.of("b", "e"), List.of("c", "d"));
      // AML lies below abnormal: they agree. APL and normal do not.
      assertThat(verification.contradicting()).hasSize(1);
      assertThat(verification.contradicting().get(0))
          .extracting(Sample::id)
          .containsExactly("b", "e");
    }

    @Test
    void acrossPatientsIsToldApart() throws InterruptedException {
      Dataset dataset =
          dataset(
              TestData.sample("1", "normal", "A", TestData.image(1, 1, 1)),
              TestData.sample("2", "normal", "A", TestData.image(1, 1, 1)),
              TestData.sample("3", "normal", "B", TestData.image(1, 1, 2)),
              TestData.sample("4", "normal", "C", TestData.image(1, 1, 2)));
      assertThat(Verification.of(dataset).identicalAcrossPatients())
          .containsExactly(dataset.samples().subList(2, 4));
    }

    @Test
    void ofImagesInMemoryIncludesTheirShape() throws InterruptedException {
      Verification verification =
          Verification.of(
              dataset(
                  TestData.sample("1", "normal", "A", TestData.image(2, 3, 7)),
                  TestData.sample("2", "normal", "B", TestData.image(3, 2, 7))));
      assertThat(verification.identical()).isEmpty();
    }

    @Test
    void isOfThePixelsInWhateverFormatOrInMemory(@TempDir Path dir) throws Exception {
      BufferedImage image = new BufferedImage(5, 3, BufferedImage.TYPE_INT_RGB);
      image.setRGB(2, 1, 0x123456);
      List<Sample> samples = new ArrayList<>();
      for (String format : List.of("png", "bmp", "tif")) {
        Path file = dir.resolve("x." + format);
        assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
        samples.add(
            new Sample(
                format,
                ImageSource.file(file),
                Label.of("normal"),
                Optional.of("patient of " + format)));
      }
      samples.add(TestData.sample("memory", "normal", null, CellImage.of(image)));
      Dataset dataset = Dataset.of("cells", TestData.CELLS, samples);

      assertThat(Verification.of(dataset).identical())
          .hasSize(1)
          .allMatch(group -> group.size() == 4);
      Split split =
          Split.of(
              dataset.withSamples(samples.subList(0, 1)),
              dataset.withSamples(samples.subList(1, 2)),
              dataset.withSamples(List.of()),
              dataset.withSamples(samples.subList(2, 4)));
      assertThatThrownBy(() -> split.requireNoneIdentical(Verification.of(split.all())))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("bmp (validation), memory (test), png (train), tif (test)");
    }

    @Test
    void keepsImagesOfAnyFormatTogetherInASplit(@TempDir Path dir) throws Exception {
      for (int i = 0; i < 24; i++) {
        BufferedImage image = new BufferedImage(5, 3, BufferedImage.TYPE_INT_RGB);
        image.setRGB(2, 1, 1000 * i);
        Path folder = Files.createDirectories(dir.resolve(i % 2 == 0 ? "normal" : "abnormal"));
        ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
        ImageIO.write(image, "bmp", folder.resolve(i + ".bmp").toFile());
      }
      Dataset dataset = Datasets.folder(dir);
      Split split = Splitter.of(1).split(dataset, Verification.of(dataset));
      for (String part : Split.PARTS) {
        List<String> ids = split.part(part).samples().stream().map(Sample::id).toList();
        assertThat(ids)
            .allMatch(id -> ids.contains(id.replace(".bmp", ".png")))
            .allMatch(id -> ids.contains(id.replace(".png", ".bmp")));
      }
      split.requireNoneIdentical(Verification.of(split.all()));
    }

    @Test
    void isBySha256() throws InterruptedException {
      // printf '\0\0\0\1\0\0\0\1abc' | sha256sum
      assertThat(Verification.of(dataset(sample("1", "normal", "abc"))).digests())
          .containsEntry("1", "a835b73a2d10c8acaa27c64d5185ff86bbfe4b1bdd28107eea710b2ee0a1488d");
    }
  }

  @Nested
  class ContentDigest {
    private String digest(Sample... samples) throws InterruptedException {
      return Verification.of(dataset(samples)).contentDigest();
    }

    @Test
    void dependsOnIdLabelAndContentButNotOnTheOrder() throws InterruptedException {
      Sample one = sample("1", "normal", "x");
      Sample two = sample("2", "AML", "y");
      String digest = digest(one, two);
      assertThat(digest).matches("[0-9a-f]{64}").isEqualTo(digest(two, one));
      assertThat(
              List.of(
                  digest(one),
                  digest(one, sample("3", "AML", "y")),
                  digest(one, sample("2", "APL", "y")),
                  digest(one, sample("2", "AML", "z"))))
          .doesNotContain(digest);
    }
  }

  @Nested
  class Threads {
    @Test
    void makeNoDifference() throws InterruptedException {
      List<Sample> samples = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        samples.add(
            sample(
                "s" + i,
                i % 2 == 0 ? "normal" : "AML",
                "content " + i % 100,
                i % 7 == 0 ? new DataException("bad " + i) : null));
      }
      Dataset dataset = Dataset.of("cells", TestData.CELLS, samples);
      List<Integer> progress = Collections.synchronizedList(new ArrayList<>());
      Verification one = Verification.of(dataset, 1, done -> {});
      Verification many = Verification.of(dataset, 7, progress::add);
      assertThat(many.unreadable()).isEqualTo(one.unreadable());
      assertThat(many.digests()).isEqualTo(one.digests());
      assertThat(many.identical()).isEqualTo(one.identical());
      assertThat(many.contentDigest()).isEqualTo(one.contentDigest());
      assertThat(progress).isSorted().endsWith(300);
    }

    @Test
    void mustBeAtLeastOne() {
      assertThatThrownBy(() -> Verification.of(dataset(), 0, done -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least 1 thread; found 0");
    }
  }
}
