package io.github.leukemia4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.image.StainNormalisation;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import io.github.leukemia4j.model.ModelManifest.FileEntry;
import io.github.leukemia4j.store.ChecksummedJson;
import io.github.leukemia4j.store.RechecksummedJson;
import io.github.leukemia4j.store.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelBundleTest {
  private static final ModelBundle.Content CONTENT =
      place -> {
        Files.writeString(place.resolve("MODEL_CARD.md"), "# Card");
        Files.write(
            Files.createDirectories(place.resolve("saved_model/assets")).resolve("weights.bin"),
            new byte[] {1, 2, 3, 4, 5});
        Files.write(place.resolve("saved_model/empty"), new byte[0]);
      };

  @TempDir Path folder;
  private Path directory;

  @BeforeEach
  void nameTheDirectory() {
    directory = folder.resolve("bundle");
  }

  static HeadManifest head() {
    return new HeadManifest(
        "cell",
        HeadManifest.Kind.STAGE,
        List.of("normal", "abnormal"),
        "abnormal",
        null,
        "1 - accuracy",
        new ModelManifest.Priors("natural", List.of(0.25, 0.75), List.of(0.25, 0.75)),
        1.5,
        null,
        null,
        null,
        Map.of("validation.accuracy", 0.5));
  }

  static ModelManifest manifest() {
    return manifest(new ModelManifest.Input(16, 16, "area", "none"), null);
  }

  private static ModelManifest manifest(ModelManifest.Input input, String selection) {
    return new ModelManifest(
        "cell",
        "test",
        input,
        "none",
        List.of(head()),
        selection,
        null,
        new Provenance(
            "0",
            "test",
            "17",
            "any",
            "CPU",
            2,
            Map.of("oneDNN", "default"),
            7,
            "data",
            "",
            Map.of("train", 4),
            Map.of("train", 2),
            "2026-01-01T00:00:00Z",
            List.of(),
            null));
  }

  private static ModelManifest stained() {
    return manifest(
        new ModelManifest.Input(
            16,
            16,
            0.75,
            0.4,
            "area",
            "none",
            new StainNormalisation(List.of(1.0, 0.1, -0.2), List.of(0.5, 0.25, 0.125))),
        null);
  }

  private ModelBundle create() throws IOException {
    return ModelBundle.create(directory, manifest(), CONTENT);
  }

  private void expectRefused(Path named, String reason) {
    assertThatThrownBy(() -> ModelBundle.open(directory))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(named.toString())
        .hasMessageContaining(reason);
  }

  /** A bundle whose manifest lists these files and is signed rightly. */
  private void listFiles(Map<String, FileEntry> files) throws IOException {
    ChecksummedJson.write(directory.resolve("manifest.json"), manifest().withFiles(files));
  }

  @Nested
  class Created {
    @Test
    void listsEveryOtherFileWithItsDigest() throws IOException {
      ModelBundle bundle = create();
      assertThat(bundle.manifest().files().keySet())
          .containsExactly("MODEL_CARD.md", "saved_model/assets/weights.bin", "saved_model/empty");
      // printf '\1\2\3\4\5' | sha256sum
      assertThat(bundle.manifest().files().get("saved_model/assets/weights.bin"))
          .isEqualTo(
              new FileEntry(5, "74f81fe167d99b4cb41d6d0ccda82278caee9f3e2f25d5e5a3936ff3dcec60d0"));
    }

    @Test
    void isOpenedAsItWasMade() throws IOException {
      ModelBundle made = create();
      ModelBundle opened = ModelBundle.open(directory);
      assertThat(opened.manifest()).isEqualTo(made.manifest());
      assertThat(opened.manifest().withFiles(Map.of())).isEqualTo(manifest());
      assertThat(opened.manifest().heads().get(0).labelSet())
          .isEqualTo(LabelSet.of("normal", "abnormal").withPositive(Label.of("abnormal")));
      assertThat(opened.directory()).isEqualTo(directory);
      assertThat(opened.file("MODEL_CARD.md")).hasContent("# Card");
      assertThatThrownBy(() -> opened.file("other"))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("the file other");
    }

    @Test
    void keepsTheStainNormalisation() throws IOException {
      ModelManifest stained = stained();
      ModelBundle.create(directory, stained, CONTENT);
      assertThat(ModelBundle.open(directory).manifest().input()).isEqualTo(stained.input());
    }

    @Test
    void saysNothingOfAStainNormalisationThatIsNot() throws IOException {
      create();
      assertThat(Files.readString(directory.resolve("manifest.json")))
          .doesNotContain("stainNormalisation");
    }

    @Test
    void leavesNothingWhereTheContentFails() {
      for (Exception failure :
          List.of(new IOException("full"), new IllegalStateException("broken"))) {
        assertThatThrownBy(
                () ->
                    ModelBundle.create(
                        directory,
                        manifest(),
                        place -> {
                          CONTENT.writeTo(place);
                          if (failure instanceof IOException e) {
                            throw e;
                          }
                          throw (RuntimeException) failure;
                        }))
            .isSameAs(failure);
        assertThat(folder).isEmptyDirectory();
      }
    }

    @Test
    void overwritesNothing() throws IOException {
      create();
      assertThatThrownBy(ModelBundleTest.this::create)
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(ModelBundle.open(directory).manifest().files()).hasSize(3);
    }
  }

  @Nested
  class Damaged {
    @ParameterizedTest
    @ValueSource(strings = {"manifest.json", "MODEL_CARD.md", "saved_model/assets/weights.bin"})
    void inAnyByteIsRefused(String name) throws IOException {
      create();
      Path file = directory.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < whole.length; i++) {
        byte[] flipped = whole.clone();
        flipped[i] ^= (byte) (1 << (i % 8));
        if (whole[i] == ' ' && flipped[i] == '0') {
          continue; // 0.750 is 0.75.
        }
        Files.write(file, flipped);
        assertThatThrownBy(() -> ModelBundle.open(directory))
            .as("byte %d", i)
            .isInstanceOf(ModelFormatException.class)
            .hasMessageStartingWith(file.toString());
      }
      Files.write(file, whole);
      assertThat(ModelBundle.open(directory).manifest().files()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "manifest.json",
          "MODEL_CARD.md",
          "saved_model/assets/weights.bin",
          "saved_model/empty"
        })
    void byAMissingFileIsRefused(String name) throws IOException {
      create();
      Files.delete(directory.resolve(name));
      expectRefused(directory.resolve(name), "copy it again from where it was made");
    }

    @Test
    void byAFileOfAnotherLengthIsRefused() throws IOException {
      create();
      Path file = directory.resolve("saved_model/empty");
      Files.writeString(file, "x");
      expectRefused(file, "expected 0 bytes, at most 4294967296; found 1");
    }

    @Test
    void byADirectoryInTheFilesPlaceIsRefused() throws IOException {
      create();
      Path file = directory.resolve("saved_model/empty");
      Files.delete(file);
      Files.createDirectory(file);
      expectRefused(file, "expected this file; found none");
    }

    @Test
    void thatIsMissingOrNoDirectoryIsAnIoException() throws IOException {
      Path file = Files.writeString(folder.resolve("file"), "x");
      for (Path wrong : List.of(directory, file)) {
        assertThatThrownBy(() -> ModelBundle.open(wrong))
            .isInstanceOf(NoSuchFileException.class)
            .hasMessageContaining("a model must be an existing directory");
      }
    }

    @Test
    void thatIsAnEmptyDirectoryIsRefused() throws IOException {
      Files.createDirectory(directory);
      expectRefused(directory.resolve("manifest.json"), "The directory is no model");
    }
  }

  @Nested
  class Extended {
    /** Desktop systems leave files such as .DS_Store; nothing that is not listed is ever read. */
    @Test
    void byAFileThatIsNotListedIsOpenedWithoutIt() throws IOException {
      create();
      Files.writeString(directory.resolve("saved_model/extra"), "x");
      ModelBundle bundle = ModelBundle.open(directory);
      assertThatThrownBy(() -> bundle.file("saved_model/extra"))
          .isInstanceOf(ModelFormatException.class);
      bundle.copyTo(folder.resolve("copy"));
      assertThat(folder.resolve("copy/saved_model/extra")).doesNotExist();
      assertThat(folder.resolve("copy/saved_model/empty")).isEmptyFile();
    }

    @Test
    void byANewerVersionIsRefused() throws IOException {
      Files.createDirectory(directory);
      Path file = directory.resolve("manifest.json");
      ChecksummedJson.write(file, Map.of("schemaVersion", 3, "novelty", true));
      expectRefused(file, "the schemaVersion 2; found 3. It was written by a newer leukemia4j");
    }

    @Test
    void byAnOlderVersionIsRefused() throws IOException {
      Files.createDirectory(directory);
      Path file = directory.resolve("manifest.json");
      ChecksummedJson.write(file, Map.of("schemaVersion", 1));
      expectRefused(file, "the schemaVersion 2; found 1. It was written by an older leukemia4j");
    }
  }

  @Nested
  class Hostile {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "../outside",
          "a/../../outside",
          "/etc/hostname",
          "C:\\outside",
          "a\\b",
          "./a",
          "a//b",
          "a/",
          ".hidden",
          "",
          "a b",
          "a/b/c/d/e/f/g",
          "a\nb",
          "a\n"
        })
    void pathsAreRefused(String name) throws IOException {
      Files.createDirectory(directory);
      Files.writeString(folder.resolve("outside"), "");
      listFiles(Map.of(name, new FileEntry(0, Sha256.of(new byte[0]))));
      expectRefused(
          directory.resolve("manifest.json"), "expected paths inside the bundle; found \"" + name);
    }

    @Test
    void linksThatLeaveAreRefused() throws IOException {
      Files.createDirectory(directory);
      Files.createDirectory(folder.resolve("elsewhere"));
      byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
      Path outside = Files.write(folder.resolve("elsewhere/secret"), secret);
      Files.createSymbolicLink(directory.resolve("link"), outside);
      Files.createSymbolicLink(directory.resolve("way"), folder.resolve("elsewhere"));
      for (String name : List.of("link", "way/secret")) {
        listFiles(Map.of(name, new FileEntry(6, Sha256.of(secret))));
        expectRefused(directory.resolve(name), "a link that leaves it");
      }
    }

    @Test
    void linksThatStayAreFine() throws IOException {
      create();
      Path file = directory.resolve("MODEL_CARD.md");
      Files.move(file, directory.resolve("card"));
      Files.createSymbolicLink(file, directory.resolve("card"));
      Path alias = Files.createSymbolicLink(folder.resolve("alias"), directory);
      assertThat(ModelBundle.open(alias).file("MODEL_CARD.md")).hasContent("# Card");
    }

    @Test
    void sizesAreRefusedBeforeReading() throws IOException {
      Files.createDirectory(directory);
      Path file = directory.resolve("huge");
      try (var sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
        sparse.setLength(1L << 40);
      } catch (IOException e) {
        org.junit.jupiter.api.Assumptions.abort("The file system has no sparse files of 1 TB.");
      }
      listFiles(Map.of("huge", new FileEntry(1L << 40, "0")));
      expectRefused(file, "at most 4294967296; found 1099511627776");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "\"labels\":[\"normal\",\"abnormal\"] | \"labels\":[\"normal\"] | at least two labels",
          "\"labels\":[\"normal\",\"abnormal\"] | \"labels\":[\"normal\",\"normal\"] | must differ",
          "\"labels\":[\"normal\",\"abnormal\"] | \"labels\":\"normal\" | labels",
          "\"labels\":[\"normal\",\"abnormal\"] | \"labels\":[\"normal\",null] | labels",
          "\"positive\":\"abnormal\" | \"positive\":\"AML\" | must be one of",
          "\"temperature\":1.5 | \"temperature\":0 | temperature must be 1/1000.0 to 1000.0; found"
              + " 0.0",
          "\"temperature\":1.5 | \"temperature\":\"1.5\" | temperature",
          "\"temperature\":1.5 | \"temperature\":null | temperature",
          "\"height\":16 | \"height\":0 | input sides must be 1 to 4096; found 0 x 16",
          "\"height\":16 | \"height\":5000 | found 5000 x 16",
          "\"height\":16 | \"height\":16.5 | height",
          ",\"normalisation\":\"none\" | | normalisation must be given",
          "\"normalisation\":\"none\" |"
              + " \"normalisation\":\"none\",\"stainNormalisation\":{\"mean\":[1,2],\"deviation\":[1,1,1]}"
              + " | three means",
          "\"normalisation\":\"none\" |"
              + " \"normalisation\":\"none\",\"stainNormalisation\":{\"mean\":[1,2,11],\"deviation\":[1,1,1]}"
              + " | found [1.0, 2.0, 11.0]",
          "\"normalisation\":\"none\" |"
              + " \"normalisation\":\"none\",\"stainNormalisation\":{\"mean\":[1,2,null],\"deviation\":[1,1,1]}"
              + " | three means",
          "\"normalisation\":\"none\" |"
              + " \"normalisation\":\"none\",\"stainNormalisation\":{\"mean\":[1,2,3],\"deviation\":[1,1,-1]}"
              + " | found [1.0, 2.0, 3.0] and [1.0, 1.0, -1.0]",
          "\"normalisation\":\"none\" |"
              + " \"normalisation\":\"none\",\"stainNormalisation\":{\"mean\":[1,2,3]} | found"
              + " [1.0, 2.0, 3.0] and null",
          "\"normalisation\":\"none\" |"
              + " \"normalisation\":\"none\",\"stainNormalisation\":{\"mean\":[1,2,\"3\"],\"deviation\":[1,1,1]}"
              + " | stainNormalisation",
          "\"normalisation\":\"none\" | \"normalisation\":\"none\",\"stainNormalisation\":true |"
              + " stainNormalisation",
          "\"resize\":\"area\", | | resize must be given",
          "\"format\":\"test\" | \"format\":\" \" | format must be 1 to 64",
          "\"name\":\"cell\" | \"name\":\"a/b\" | A label must be",
          "\"natural\":[0.25,0.75] | \"natural\":[1.0] | one value for each label",
          "\"natural\":[0.25,0.75] | \"natural\":[0,1] | priors must be above 0",
          "\"natural\":[0.25,0.75] | \"natural\":[0.25,null] | priors",
          "\"natural\":[0.25,0.75] | \"natural\":[1e999,0.5] | priors",
          "\"sha256\" | \"sha\" | every file must have its length and SHA-256",
          "\"bytes\" | \"size\" | bytes"
        })
    void manifestsAreRefusedThoughTheyAreSigned(String right, String wrong, String reason)
        throws IOException {
      ModelManifest manifest =
          manifest().withFiles(Map.of("a", new FileEntry(0, Sha256.of(new byte[0]))));
      String json = RechecksummedJson.compact(manifest);
      assertThat(json).contains(right);
      Files.createDirectory(directory);
      Files.createFile(directory.resolve("a"));
      Path file = directory.resolve("manifest.json");
      RechecksummedJson.write(file, json.replace(right, wrong == null ? "" : wrong));
      expectRefused(file, reason);
    }

    @Test
    void manifestsWithFieldsOfALaterMinorVersionAreRead() throws IOException {
      Files.createDirectory(directory);
      Path file = directory.resolve("manifest.json");
      String json = RechecksummedJson.compact(manifest());
      RechecksummedJson.write(
          file, json.substring(0, json.length() - 1) + ",\"novelty\":{\"a\":[1]}}");
      assertThat(ModelBundle.open(directory).manifest()).isEqualTo(manifest());
    }
  }

  @Nested
  class Input {
    private final ModelManifest.Input input =
        new ModelManifest.Input(2, 2, 0.5, null, "area", "none", null);
    private final CellImage image = CellImage.ofRgb(4, 8, new byte[96]);

    @Test
    void takesTheMiddleOfAnImage() {
      assertThat(input.resized(image)).isEqualTo(image.centre(0.5).resize(2, 2));
    }

    @Test
    void takesAnImageThatWasMadeForItBeforeAsItIs() {
      CellImage made =
          CellImage.ofRgb(
              2, 2, image.centre(0.5).resize(2, 2).rgb(), new CellImage.Whole(4, 8, 0.5));
      assertThat(input.resized(made)).isSameAs(made);
    }

    @Test
    void refusesAnImageThatWasMadeForAnother() {
      CellImage other = CellImage.ofRgb(2, 2, new byte[12], new CellImage.Whole(4, 8, 0.6));
      assertThatThrownBy(() -> input.resized(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("its middle 0.5 at 2 x 2 pixels", "found the middle 0.6");
    }
  }

  @Nested
  class Copied {
    @Test
    void isTheSameInEveryByte() throws IOException {
      ModelBundle bundle = create();
      Path target = folder.resolve("copies/first");
      ModelBundle copy = bundle.copyTo(target);
      assertThat(copy.directory()).isEqualTo(target);
      assertThat(copy.manifest()).isEqualTo(bundle.manifest());
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(target.resolve(directory.relativize(file))).hasSameBinaryContentAs(file);
        }
      }
    }

    @Test
    void leavesNothingWhereTheOriginalWasDamagedMeanwhile() throws IOException {
      ModelBundle bundle = create();
      Files.writeString(directory.resolve("MODEL_CARD.md"), "# Cart");
      Path target = folder.resolve("copy");
      assertThatThrownBy(() -> bundle.copyTo(target)).isInstanceOf(ModelFormatException.class);
      assertThat(folder).isDirectoryNotContaining(p -> !p.equals(directory));
    }

    @Test
    void overwritesNothing() throws IOException {
      ModelBundle bundle = create();
      assertThatThrownBy(() -> bundle.copyTo(directory))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(ModelBundle.open(directory).manifest()).isEqualTo(bundle.manifest());
    }
  }

  @Test
  void cardSaysWhatTheManifestSays() {
    assertThat(manifest().card())
        .startsWith("# Model card: cell\n")
        .contains(
            "Not a medical device",
            "- Stage cell: chooses among normal, abnormal. The positive label is abnormal.",
            "an image of a cell, brought to 16 x 16 pixels",
            "| train | 4 | 2 |",
            "[0.250, 0.750]",
            "| cell | validation.accuracy | 0.5000 |",
            "Seed 7");
  }

  @Test
  void cardSaysHowTheEpochWasChosenAndNoMoreThanIsKnown() {
    String last = "epoch 20 of 20: the last, not chosen by any figure";
    assertThat(manifest(manifest().input(), last).card())
        .contains("Kept was " + last + ". The figures are of the validation part")
        .doesNotContain("on which that epoch was chosen");
    assertThat(manifest().card()).doesNotContain("Kept was");
  }
}
