package io.github.leukemia4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.FakeBackend;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSamplesTest {
  // printf abc | sha256sum
  private static final String IMAGE =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir private Path directory;

  private ModelBundle bundle(ModelBundle.Content content) throws Exception {
    ModelManifest manifest =
        FakeBackend.bundle(directory.resolve("plain"), "cell", List.of("normal", "abnormal"))
            .manifest();
    return ModelBundle.create(directory.resolve("bundle"), manifest, content);
  }

  @Test
  void recognisesWhatItHolds() {
    TrainingSamples samples = TrainingSamples.of(List.of("Miller", "Smith"), List.of(IMAGE));
    assertThat(samples.hasPatient("Miller")).isTrue();
    assertThat(samples.hasPatient("miller")).isFalse();
    assertThat(samples.hasPatient(IMAGE)).isFalse();
    assertThat(samples.hasImage(IMAGE)).isTrue();
    assertThat(samples.hasImage("Smith")).isFalse();
  }

  @Test
  void isSaltedAnewEachTime() {
    assertThat(TrainingSamples.of(List.of("Miller"), List.of()).patients())
        .doesNotContainAnyElementsOf(TrainingSamples.of(List.of("Miller"), List.of()).patients());
  }

  @Test
  void digestsSaltKindAndValue() {
    // printf 'aa\0patient\0Miller' | sha256sum
    TrainingSamples samples =
        new TrainingSamples(
            "aa",
            new TreeSet<>(
                List.of("4a90936a367ddb978269e688b55f2695e0e65cc7bc8334cb280b55feecf82ca9")),
            Collections.emptySortedSet());
    assertThat(samples.hasPatient("Miller")).isTrue();
  }

  @Test
  void survivesABundleWithoutSayingAnyName() throws Exception {
    TrainingSamples samples = TrainingSamples.of(List.of("Miller", "Smith"), List.of(IMAGE));
    ModelBundle bundle = bundle(samples::write);
    assertThat(TrainingSamples.of(bundle)).contains(samples);
    assertThat(bundle.file(TrainingSamples.FILE))
        .content()
        .doesNotContain("Miller", "Smith", IMAGE);
  }

  @Test
  void isEmptyForABundleThatDoesNotSay() throws Exception {
    assertThat(
            TrainingSamples.of(
                bundle(place -> Files.writeString(place.resolve("other.txt"), "other"))))
        .isEmpty();
  }

  @Test
  void refusesAFileOfAnotherForm() throws Exception {
    ModelBundle bundle =
        bundle(
            place ->
                Files.writeString(
                    place.resolve(TrainingSamples.FILE),
                    "{\"salt\": \"aa\", \"patients\": [\"Miller\"], \"images\": []}"));
    assertThatThrownBy(() -> TrainingSamples.of(bundle))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("training-samples.json: expected salt, patients and images")
        .hasMessageContaining("patients must be SHA-256 in lower-case hexadecimal");
  }

  /** Of which the whole would have to be held in memory. */
  @Test
  void refusesAFileThatIsTooLarge() throws Exception {
    ModelBundle bundle =
        bundle(
            place -> {
              Path file = place.resolve(TrainingSamples.FILE);
              try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength((256 << 20) + 1);
              }
            });
    assertThatThrownBy(() -> TrainingSamples.of(bundle))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("expected at most 268435456 bytes; found 268435457");
  }
}
