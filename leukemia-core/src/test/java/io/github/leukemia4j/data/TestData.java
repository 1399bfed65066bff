package io.github.leukemia4j.data;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Small data sets in memory. */
public final class TestData {
  public static final Taxonomy CELLS =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "APL");

  private TestData() {}

  public static CellImage image(int height, int width, int value) {
    byte[] rgb = new byte[3 * height * width];
    java.util.Arrays.fill(rgb, (byte) value);
    return CellImage.ofRgb(height, width, rgb);
  }

  /** A sample of a 1 x 1 image; a patient of null is an unknown one. */
  public static Sample sample(String id, String label, String patient) {
    return sample(id, label, patient, image(1, 1, 0));
  }

  public static Sample sample(String id, String label, String patient, CellImage image) {
    return new Sample(id, ImageSource.of(id, image), Label.of(label), Optional.ofNullable(patient));
  }

  /** Touches a file and the folders above it. */
  public static Path file(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "");
  }

  /** A folder of the measured data sets; the test is skipped where they are not there. */
  public static Path shared(String name) {
    Path shared = Path.of(System.getProperty("leukemia4j.shared", "../../shared"));
    Path folder = shared.resolve("data").resolve(name);
    Assumptions.assumeTrue(Files.exists(folder), folder + " is not there");
    return folder;
  }
}
