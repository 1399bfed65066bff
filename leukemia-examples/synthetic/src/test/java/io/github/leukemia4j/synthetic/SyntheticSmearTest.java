package io.github.leukemia4j.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SyntheticSmearTest {
  private static final Label NORMAL = Label.of("normal");

  @Nested
  class Cells {
    @ParameterizedTest
    @EnumSource
    void showADarkNucleusInTheMiddleOfALighterField(CellType type) {
      for (int i = 0; i < 10; i++) {
        CellImage cell = SyntheticSmear.cell(type, look(i), new Random(i));
        double edge = 0;
        for (int k = 0; k < 96; k++) {
          edge += (cell.value(0, k, 0) + cell.value(95, k, 0)) / 192.0;
        }
        double middle = 0;
        for (int k = 0; k < 32 * 32; k++) {
          middle += cell.value(32 + k / 32, 32 + k % 32, 0) / 1024.0;
        }
        assertThat(middle).as("%s %d", type, i).isLessThan(0.85 * edge);
      }
    }

    @ParameterizedTest
    @EnumSource
    void haveTheSizeAskedForAndShowTheSameFieldAtAnySize(CellType type) {
      CellImage small = SyntheticSmear.cell(type, look(1), new Random(1), 48);
      CellImage large = SyntheticSmear.cell(type, look(1), new Random(1), 192);
      assertThat(List.of(small.height(), small.width())).containsOnly(48);
      assertThat(List.of(large.height(), large.width())).containsOnly(192);
      assertThat(difference(small, quartered(large))).isLessThan(6);
      assertThat(difference(small, SyntheticSmear.cell(type, look(2), new Random(2), 48)))
          .isGreaterThan(10);
    }

    @Test
    void differWithTheRandomNumbersAndWithThePatient() {
      CellImage cell = SyntheticSmear.cell(CellType.MONOCYTE, look(1), new Random(1));
      assertThat(SyntheticSmear.cell(CellType.MONOCYTE, look(1), new Random(1))).isEqualTo(cell);
      assertThat(SyntheticSmear.cell(CellType.MONOCYTE, look(1), new Random(2))).isNotEqualTo(cell);
      assertThat(SyntheticSmear.cell(CellType.MONOCYTE, look(2), new Random(1))).isNotEqualTo(cell);
    }

    @Test
    void rejectASizeOutOfRange() {
      for (int size : new int[] {-1, 15, 1025}) {
        assertThatThrownBy(
                () -> SyntheticSmear.cell(CellType.BASOPHIL, look(1), new Random(1), size))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("The image size must be 16 to 1024 pixels; found " + size + ".");
      }
    }

    private PatientLook look(long seed) {
      return PatientLook.draw(new Random(seed));
    }
  }

  @Nested
  class DataSets {
    @Test
    void haveTheCellsAndPatientsAskedFor() {
      Dataset dataset =
          SyntheticSmear.builder()
              .imageSize(16)
              .cellsPerLabel(9)
              .cells(NORMAL, 50)
              .cells(Label.of("CLL"), 2)
              .patientsPerLabel(3)
              .normalShareFromLeukemia(0.4)
              .build()
              .dataset();
      assertThat(dataset.taxonomy())
          .hasToString("cell(normal, abnormal(AML, ALL, APL, CLL))")
          .isEqualTo(SyntheticSmear.taxonomy());
      Map<String, Long> counts = count(dataset.samples(), s -> s.label().name());
      assertThat(counts)
          .isEqualTo(Map.of("normal", 50L, "AML", 9L, "ALL", 9L, "APL", 9L, "CLL", 2L));
      Map<String, Long> normal =
          count(
              dataset.samples().stream().filter(s -> s.label().equals(NORMAL)).toList(),
              SyntheticSmearTest::diagnosis);
      assertThat(normal).containsEntry("healthy", 30L);
      assertThat(normal.values().stream().mapToLong(n -> n).sum() - 30).isEqualTo(20);
      assertThat(normal).containsOnlyKeys("healthy", "AML", "ALL", "APL", "CLL");
      assertThat(count(dataset.samples(), s -> s.patient().orElseThrow())).hasSize(3 * 5);
    }

    @Test
    void giveEveryAbnormalCellToAPatientWithThatLeukemia() {
      assertThat(SyntheticSmear.dataset(4, 12, 2).samples())
          .hasSize(60)
          .filteredOn(s -> !s.label().equals(NORMAL))
          .allSatisfy(
              s -> {
                assertThat(diagnosis(s)).isEqualTo(s.label().name());
                assertThat(s.id())
                    .startsWith("abnormal/" + s.label() + "/" + s.patient().orElseThrow() + "-");
              });
    }

    @Test
    void holdEveryNormalType() {
      Dataset dataset = SyntheticSmear.builder().imageSize(16).cells(NORMAL, 300).build().dataset();
      assertThat(dataset.samples())
          .extracting(s -> s.id().replaceAll(".*\\d-|\\.png", ""))
          .contains(
              "segmented-neutrophil",
              "band-neutrophil",
              "eosinophil",
              "basophil",
              "monocyte",
              "lymphocyte");
    }

    @Test
    void areTheSameForTheSameSeedOnEveryMachine() throws IOException {
      // From the first run; it changes only where the drawing is changed on purpose.
      assertThat(sha256(SyntheticSmear.dataset(7, 4, 2)))
          .isEqualTo("05a86bce8b0048258d7257b40defbc640295d83f3bdf97ed47e8c2f094fd69d0");
    }

    @Test
    void differWithTheSeedInEveryCell() throws IOException {
      List<Sample> one = SyntheticSmear.dataset(1, 4, 2).samples();
      List<Sample> other = SyntheticSmear.dataset(2, 4, 2).samples();
      List<CellImage> images = new ArrayList<>();
      for (Sample sample : one) {
        images.add(sample.source().read());
      }
      for (Sample sample : other) {
        images.add(sample.source().read());
      }
      assertThat(images).doesNotHaveDuplicates();
    }

    @Test
    void keepTheirFirstCellsWhenTheyGrow() throws IOException {
      Map<String, Sample> more =
          SyntheticSmear.dataset(3, 8, 2).samples().stream()
              .filter(s -> !s.label().equals(NORMAL))
              .collect(Collectors.toMap(Sample::id, s -> s));
      for (Sample sample : SyntheticSmear.dataset(3, 4, 2).samples()) {
        if (!sample.label().equals(NORMAL)) {
          assertThat(more.get(sample.id()).source().read()).isEqualTo(sample.source().read());
        }
      }
    }

    @Test
    void rejectSettingsOutOfRangeAllInOneMessage() {
      SyntheticSmear.Builder builder =
          SyntheticSmear.builder()
              .imageSize(8)
              .patientsPerLabel(0)
              .normalShareFromLeukemia(Double.NaN)
              .cells(Label.of("AML"), 0)
              .cells(Label.of("CML"), 5);
      assertThatThrownBy(builder::build)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The image size must be 16 to 1024 pixels; found 8."
                  + " patientsPerLabel must be at least 1; found 0."
                  + " normalShareFromLeukemia must be in [0, 1]; found NaN."
                  + " There must be at least 1 cell of AML; found 0."
                  + " A label must be one of [normal, AML, ALL, APL, CLL]; found CML.");
    }
  }

  @Nested
  class WrittenFiles {
    @Test
    void holdTheSamePixelsAsTheDataSetInMemory(@TempDir Path folder) throws IOException {
      SyntheticSmear smear =
          SyntheticSmear.builder().imageSize(32).cellsPerLabel(3).patientsPerLabel(2).build();
      Path manifest = smear.write(folder.resolve("cells"));
      assertThat(manifest).isEqualTo(folder.resolve("cells/manifest.csv"));
      List<String> lines = Files.readAllLines(manifest);
      Dataset dataset = smear.dataset();
      assertThat(lines).hasSize(1 + dataset.size()).startsWith("file,label,patient");
      for (int i = 0; i < dataset.size(); i++) {
        Sample sample = dataset.samples().get(i);
        assertThat(lines.get(i + 1))
            .isEqualTo(sample.id() + "," + sample.label() + "," + sample.patient().orElseThrow());
        assertThat(pixels(manifest.resolveSibling(sample.id()))).isEqualTo(sample.source().read());
      }
      assertThat(Taxonomy.read(manifest.resolveSibling("taxonomy.json")))
          .isEqualTo(SyntheticSmear.taxonomy());
    }

    @Test
    void areNotMixedWithOthers(@TempDir Path folder) throws IOException {
      Path mine = Files.writeString(folder.resolve("mine.txt"), "keep");
      assertThatThrownBy(() -> SyntheticSmear.builder().build().write(folder))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("must be new or empty");
      assertThat(folder).isDirectoryContaining(mine::equals);
      try (var there = Files.list(folder)) {
        assertThat(there).hasSize(1);
      }
    }
  }

  /** Patients 1 to 10 are known, 11 to 16 are new. */
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS) // draws its cells once
  class Difficulty {
    private final List<Sample> samples =
        SyntheticSmear.builder()
            .seed(11)
            .cellsPerLabel(96)
            .cells(NORMAL, 384)
            .patientsPerLabel(16)
            .build()
            .dataset()
            .samples();

    @Test
    void meanColoursDoNotTellNormalFromAbnormalInNewPatients() {
      assertThat(onNewPatients(samples, this::isNormal, SyntheticSmearTest::meanColours))
          .isBetween(0.45, 0.70);
    }

    @Test
    void meanColoursDoNotTellTheSubtypesInNewPatients() {
      assertThat(onNewPatients(abnormal(), s -> s.label().name(), SyntheticSmearTest::meanColours))
          .isBetween(0.15, 0.50);
    }

    @Test
    void aColourHistogramDoesNotSolveEitherStage() {
      Function<CellImage, double[]> histogram = SyntheticSmearTest::colourHistogram;
      assertThat(onNewPatients(samples, this::isNormal, histogram)).isLessThan(0.82);
      assertThat(onNewPatients(abnormal(), s -> s.label().name(), histogram)).isLessThan(0.68);
    }

    @Test
    void shapeAndTextureOfTheNucleusTellMuchMore() {
      Function<CellImage, double[]> nucleus = SyntheticSmearTest::nucleus;
      assertThat(onNewPatients(samples, this::isNormal, nucleus)).isGreaterThan(0.75);
      assertThat(onNewPatients(abnormal(), s -> s.label().name(), nucleus)).isGreaterThan(0.58);
    }

    @Test
    void theStainOfAPatientSaysNothingAboutTheDiagnosis() {
      // Mean background red of 300 healthy and 300 ill people: drawn alike, so they agree within
      // four standard errors of the difference.
      double[] healthy = backgrounds(0);
      double[] ill = backgrounds(300);
      double deviation = (252 - 228) / Math.sqrt(12);
      assertThat(mean(healthy)).isCloseTo(mean(ill), within(4 * deviation * Math.sqrt(2.0 / 300)));
    }

    private double[] backgrounds(int from) {
      return IntStream.range(from, from + 300)
          .mapToDouble(i -> PatientLook.draw(new Random(i * 7919L)).background[0])
          .toArray();
    }

    private List<Sample> abnormal() {
      return samples.stream().filter(s -> !s.label().equals(NORMAL)).toList();
    }

    private String isNormal(Sample sample) {
      return sample.label().equals(NORMAL) ? "normal" : "abnormal";
    }
  }

  /** Balanced accuracy of the nearest neighbour. */
  private static double onNewPatients(
      List<Sample> samples, Function<Sample, String> label, Function<CellImage, double[]> measure) {
    List<double[]> known = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    Map<String, int[]> rightOf = new TreeMap<>();
    for (boolean unseen : new boolean[] {false, true}) {
      for (Sample sample : samples) {
        if (unseen == number(sample) > 10) {
          double[] measured = measure.apply(read(sample));
          if (unseen) {
            int nearest =
                IntStream.range(0, known.size())
                    .boxed()
                    .min(
                        (a, b) ->
                            Double.compare(
                                apart(known.get(a), measured), apart(known.get(b), measured)))
                    .orElseThrow();
            int[] right = rightOf.computeIfAbsent(label.apply(sample), l -> new int[2]);
            right[0] += labels.get(nearest).equals(label.apply(sample)) ? 1 : 0;
            right[1]++;
          } else {
            known.add(measured);
            labels.add(label.apply(sample));
          }
        }
      }
    }
    return rightOf.values().stream()
        .mapToDouble(right -> (double) right[0] / right[1])
        .average()
        .orElseThrow();
  }

  private static double[] meanColours(CellImage cell) {
    double[] mean = new double[3];
    byte[] rgb = cell.rgb();
    for (int i = 0; i < rgb.length; i++) {
      mean[i % 3] += (rgb[i] & 0xFF) * 3.0 / rgb.length;
    }
    return mean;
  }

  /** Square roots of the shares of 4 x 4 x 4 colours: Euclid's distance is then Hellinger's. */
  private static double[] colourHistogram(CellImage cell) {
    double[] share = new double[64];
    byte[] rgb = cell.rgb();
    for (int i = 0; i < rgb.length; i += 3) {
      int bin = (rgb[i] & 0xC0) >> 2 | (rgb[i + 1] & 0xC0) >> 4 | (rgb[i + 2] & 0xC0) >> 6;
      share[bin] += 3.0 / rgb.length;
    }
    return DoubleStream.of(share).map(Math::sqrt).toArray();
  }

  /**
   * The nucleus is what is darkest in red: Otsu's threshold twice. Its size, its edge in relation
   * to that, its texture and its evenness, scaled to be of like spread.
   */
  private static double[] nucleus(CellImage cell) {
    int threshold = otsu(cell, otsu(cell, 256));
    double area = 1;
    double edge = 0;
    double texture = 0;
    double sum = 0;
    double squares = 0;
    for (int y = 1; y < cell.height() - 1; y++) {
      for (int x = 1; x < cell.width() - 1; x++) {
        int here = cell.value(y, x, 0);
        int[] around = {
          cell.value(y - 1, x, 0),
          cell.value(y + 1, x, 0),
          cell.value(y, x - 1, 0),
          cell.value(y, x + 1, 0)
        };
        if (here < threshold) {
          area++;
          sum += here;
          squares += here * here;
          texture += Math.abs(4 * here - IntStream.of(around).sum());
          edge += IntStream.of(around).filter(value -> value >= threshold).count();
        }
      }
    }
    double variance = squares / area - sum / area * sum / area;
    return new double[] {
      Math.sqrt(area) / 10, edge / Math.sqrt(area), texture / area / 10, Math.sqrt(variance) / 5
    };
  }

  /** Otsu 1979, of the red values below a limit. */
  private static int otsu(CellImage cell, int limit) {
    int[] histogram = new int[limit];
    for (int i = 0; i < cell.height() * cell.width(); i++) {
      int value = cell.value(i / cell.width(), i % cell.width(), 0);
      if (value < limit) {
        histogram[value]++;
      }
    }
    double all = IntStream.of(histogram).sum();
    double total = IntStream.range(0, limit).mapToDouble(i -> i * (double) histogram[i]).sum();
    double below = 0;
    double sum = 0;
    double best = -1;
    int threshold = 1;
    for (int i = 0; i < limit - 1; i++) {
      below += histogram[i];
      sum += i * (double) histogram[i];
      if (below > 0 && below < all) {
        double gap = sum / below - (total - sum) / (all - below);
        double between = below * (all - below) * gap * gap;
        if (between > best) {
          best = between;
          threshold = i + 1;
        }
      }
    }
    return threshold;
  }

  private static double apart(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (one[i] - other[i]) * (one[i] - other[i]);
    }
    return sum;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Each pixel the mean of 4 x 4. */
  private static CellImage quartered(CellImage cell) {
    int size = cell.height() / 4;
    byte[] rgb = new byte[size * size * 3];
    for (int i = 0; i < rgb.length; i++) {
      int sum = 8;
      for (int k = 0; k < 16; k++) {
        sum += cell.value(4 * (i / 3 / size) + k / 4, 4 * (i / 3 % size) + k % 4, i % 3);
      }
      rgb[i] = (byte) (sum / 16);
    }
    return CellImage.ofRgb(size, size, rgb);
  }

  private static double difference(CellImage one, CellImage other) {
    byte[] a = one.rgb();
    byte[] b = other.rgb();
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((a[i] & 0xFF) - (b[i] & 0xFF));
    }
    return sum / a.length;
  }

  private static String diagnosis(Sample sample) {
    return sample.patient().orElseThrow().replaceAll("-\\d+", "");
  }

  private static int number(Sample sample) {
    return Integer.parseInt(sample.patient().orElseThrow().replaceAll("\\D", ""));
  }

  private static Map<String, Long> count(List<Sample> samples, Function<Sample, String> by) {
    return samples.stream().collect(Collectors.groupingBy(by, Collectors.counting()));
  }

  private static CellImage read(Sample sample) {
    try {
      return sample.source().read();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Through ImageIO, so that what was written is judged by another reader than the library's. */
  private static CellImage pixels(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
    for (int i = 0; i < rgb.length; i++) {
      int pixel = i / 3;
      int value = image.getRGB(pixel % image.getWidth(), pixel / image.getWidth());
      rgb[i] = (byte) (value >> (16 - 8 * (i % 3)));
    }
    return CellImage.ofRgb(image.getHeight(), image.getWidth(), rgb);
  }

  private static String sha256(Dataset dataset) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Sample sample : dataset.samples()) {
        digest.update(sample.source().read().rgb());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256.", e);
    }
  }
}
