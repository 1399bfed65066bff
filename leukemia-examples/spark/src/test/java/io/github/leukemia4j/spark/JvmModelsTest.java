package io.github.leukemia4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.image.decode.ImageDecoder;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmModelsTest {
  private static ModelParcel sent(ModelParcel parcel, int changed) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
      objects.writeObject(parcel);
    }
    byte[] bytes = out.toByteArray();
    if (changed > 0) {
      bytes[changed] ^= 1;
    }
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (ModelParcel) in.readObject();
    }
  }

  @Test
  void opensAModelOnceForAllThreads() throws Exception {
    ModelParcel parcel = ModelParcel.of(SparkFixture.model(), OpenOptions.DEFAULT);
    Set<MultilevelPipeline> opened =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(i -> JvmModels.open(parcel).pipeline())
            .collect(Collectors.toSet());
    assertThat(opened).hasSize(1);
    // Packed and sent again it is the same model; with other options it is another one.
    ModelParcel again = sent(ModelParcel.of(SparkFixture.model(), OpenOptions.DEFAULT), 0);
    assertThat(JvmModels.open(again).pipeline()).isSameAs(opened.iterator().next());
    ModelParcel flagging =
        ModelParcel.of(SparkFixture.model(), OpenOptions.DEFAULT.withGate(OpenOptions.Gate.FLAG));
    assertThat(JvmModels.open(flagging).pipeline()).isNotSameAs(opened.iterator().next());
    assertThat(JvmModels.open(flagging).digest()).isEqualTo(JvmModels.open(parcel).digest());
  }

  @Test
  void opensAZipFileAndLeavesNothingBehind(@TempDir Path folder) throws Exception {
    Path zip = folder.resolve("pipeline.zip");
    Files.write(zip, zipOf(SparkFixture.model()));
    Set<String> before = temporary();
    try (MultilevelPipeline pipeline = ModelParcel.of(zip, OpenOptions.DEFAULT).open()) {
      assertThat(pipeline.taxonomy()).isEqualTo(SparkFixture.cells().taxonomy());
    }
    assertThat(temporary()).isEqualTo(before);
  }

  private static byte[] zipOf(Path directory) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var zip = new java.util.zip.ZipOutputStream(out);
        Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(
            new java.util.zip.ZipEntry("model/" + directory.relativize(file).toString()));
        Files.copy(file, zip);
      }
    }
    return out.toByteArray();
  }

  private static Set<String> temporary() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("leukemia4j-model-"))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void refusesAModelThatChangedOnItsWay() throws Exception {
    ModelParcel parcel = ModelParcel.of(SparkFixture.model(), OpenOptions.DEFAULT);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
      objects.writeObject(parcel);
    }
    ModelParcel changed = sent(parcel, out.size() - 5000);
    assertThatThrownBy(changed::open)
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("must arrive with the SHA-256");
  }

  @Test
  void listsAllFaultsOfOptions() {
    ScoringOptions options = ScoringOptions.binaryFile();
    assertThatThrownBy(() -> options.withBatch(0).withMaxPixels(0))
        .hasMessageContaining("batch must be 1 to 4096; found 0");
    assertThatThrownBy(
            () ->
                new ScoringOptions(
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    5000,
                    ImageDecoder.MAX_PIXELS + 1L,
                    OpenOptions.DEFAULT))
        .hasMessageContaining("found neither")
        .hasMessageContaining("found 5000")
        .hasMessageContaining("maxPixels must be 1 to");
  }
}
