package io.github.leukemia4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset.LabelCount;
import io.github.leukemia4j.data.Datasets.ManifestColumns;
import io.github.leukemia4j.data.check.Verification;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small folders that are laid out and named as the data sets are published. */
class PublishedSetsTest {
  @TempDir Path dir;
  private int images;

  /** Writes a small image, different from all others, in the format of its extension. */
  private void image(String name) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    image.setRGB(1, 1, 1000 * ++images);
    String extension = name.substring(name.lastIndexOf('.') + 1);
    String format = extension.startsWith("tif") ? "tif" : extension;
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
  }

  private static String facts(Sample sample) {
    return sample.id() + " " + sample.label() + sample.patient().map(p -> " " + p).orElse("");
  }

  private static void assertReadable(Dataset dataset) throws InterruptedException {
    assertThat(Verification.of(dataset, 1, done -> {}).requireReadable().digests())
        .hasSize(dataset.size());
  }

  @Nested
  class Cnmc {
    private void folds(String root) throws IOException {
      image(root + "fold_0/all/UID_1_1_1_all.bmp");
      image(root + "fold_0/all/UID_1_2_1_all.bmp");
      image(root + "fold_0/hem/UID_H10_1_1_hem.bmp");
      image(root + "fold_1/all/UID_12_7_3_all.bmp");
      image(root + "fold_1/hem/UID_H2_1_4_hem.bmp");
      image(root + "fold_2/all/UID_40_1_1_all.bmp");
      image(root + "fold_2/hem/UID_H2_1_5_hem.bmp");
    }

    private Path labels(String folder, String rows) throws IOException {
      Path csv = dir.resolve(folder + "C-NMC_test_prelim_phase_data_labels.csv");
      Files.createDirectories(csv.getParent());
      return Files.writeString(csv, "Patient_ID,new_names,labels\n" + rows);
    }

    private static final String ROWS =
        "UID_57_29_1_all.bmp,1.bmp,1\nUID_H49_35_1_hem.bmp,2.bmp,0\n";

    @Test
    void isReadWithItsSubjectsAsPatients() throws Exception {
      folds("C-NMC_training_data/");
      Dataset dataset = Datasets.open(dir);
      assertThat(dataset.layout()).isEqualTo("c-nmc");
      assertThat(dataset.taxonomy()).hasToString("cell(normal, abnormal)");
      assertThat(dataset.samples())
          .extracting(PublishedSetsTest::facts)
          .containsExactly(
              "C-NMC_training_data/fold_0/all/UID_1_1_1_all.bmp abnormal 1",
              "C-NMC_training_data/fold_0/all/UID_1_2_1_all.bmp abnormal 1",
              "C-NMC_training_data/fold_0/hem/UID_H10_1_1_hem.bmp normal H10",
              "C-NMC_training_data/fold_1/all/UID_12_7_3_all.bmp abnormal 12",
              "C-NMC_training_data/fold_1/hem/UID_H2_1_4_hem.bmp normal H2",
              "C-NMC_training_data/fold_2/all/UID_40_1_1_all.bmp abnormal 40",
              "C-NMC_training_data/fold_2/hem/UID_H2_1_5_hem.bmp normal H2");
      assertReadable(dataset);
      assertThat(Datasets.open(dir.resolve("C-NMC_training_data")).size()).isEqualTo(7);
      assertThat(Datasets.open(dir.resolve("C-NMC_training_data/fold_0")).size()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
      "validation_data/, validation_data/C-NMC_test_prelim_phase_data/",
      "C-NMC_test_prelim_phase_data/,"
          + " C-NMC_test_prelim_phase_data/C-NMC_test_prelim_phase_data/"
    })
    void isReadWithThePreliminaryTestSetAndWithoutTheFinalOne(String list, String images)
        throws Exception {
      folds("training_data/");
      Path csv = labels(list, ROWS);
      image(images + "1.bmp");
      image(images + "2.bmp");
      image("testing_data/C-NMC_test_final_phase_data/1.bmp");
      Dataset dataset = Datasets.open(dir);
      assertThat(dataset.size()).isEqualTo(9);
      assertThat(dataset.samples())
          .extracting(PublishedSetsTest::facts)
          .contains(images + "1.bmp abnormal 57", images + "2.bmp normal H49");
      assertReadable(dataset);

      Dataset alone = Datasets.open(csv);
      assertThat(alone.layout()).isEqualTo("c-nmc");
      assertThat(alone.samples())
          .extracting(Sample::id)
          .containsExactly(
              "C-NMC_test_prelim_phase_data/1.bmp", "C-NMC_test_prelim_phase_data/2.bmp");
      assertReadable(alone);
    }

    @Test
    void isRefusedWhereANameDoesNotTellTheSubject() throws IOException {
      folds("");
      image("fold_1/all/copy.bmp");
      image("fold_1/all/UID_H3_1_1_hem.bmp");
      labels("", "UID_57_29_1_all.bmp,1.bmp,0\n");
      assertThatThrownBy(() -> Datasets.open(dir))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "the names tell the patients",
              "copy.bmp: the name must be UID_",
              "UID_H3_1_1_hem.bmp: the name must have the class of its folder",
              "labels.csv line 2");
    }
  }

  @Nested
  class AllIdb {
    @Test
    void ofFieldsIsRead() throws Exception {
      image("ALL_IDB1/im/Im001_1.jpg");
      image("ALL_IDB1/im/Im034_0.jpg");
      TestData.file(dir, "ALL_IDB1/xyc/Im001_1.xyc");
      Dataset dataset = Datasets.open(dir.resolve("ALL_IDB1"));
      assertThat(dataset.layout()).isEqualTo("all-idb1");
      assertThat(dataset.samples())
          .extracting(PublishedSetsTest::facts)
          .containsExactly("im/Im001_1.jpg abnormal", "im/Im034_0.jpg normal");
      assertReadable(dataset);
    }

    @Test
    void ofCellsIsRead() throws Exception {
      image("ALL_IDB2/img/Im001_1.tif");
      image("ALL_IDB2/img/Im131_0.tif");
      Dataset dataset = Datasets.open(dir);
      assertThat(dataset.layout()).isEqualTo("all-idb2");
      assertThat(dataset.samples())
          .extracting(PublishedSetsTest::facts)
          .containsExactly("ALL_IDB2/img/Im001_1.tif abnormal", "ALL_IDB2/img/Im131_0.tif normal");
      assertReadable(dataset);
      assertThat(Datasets.open(dir.resolve("ALL_IDB2/img")).size()).isEqualTo(2);
    }

    @Test
    void isRefusedAsBothAtOnce() throws IOException {
      for (String folder : List.of("ALL_IDB1/im", "ALL_IDB1", "")) {
        Path root = dir.resolve("of" + folder.length());
        image(root.getFileName() + "/" + folder + "/Im001_1.jpg");
        image(root.getFileName() + "/" + folder + "/Im034_0.jpg");
        image(root.getFileName() + "/ALL_IDB2/Im001_1.tif");
        image(root.getFileName() + "/ALL_IDB2/Im131_0.tif");
        assertThatThrownBy(() -> Datasets.open(root))
            .isInstanceOf(DataException.class)
            .hasMessageContainingAll(
                "layout \"all-idb1\": labels cell(normal, abnormal), 2 of 4 images",
                "layout \"all-idb2\": labels cell(normal, abnormal), 2 of 4 images",
                "layout \"folders\"",
                "open a folder below");
      }
    }
  }

  @Nested
  class FourClasses {
    @Test
    void areReadFromTheOriginalsOnly() throws Exception {
      for (String edition : List.of("Original", "Segmented")) {
        image(edition + "/Benign/WBC-Benign-001.jpg");
        image(edition + "/Early/WBC-Malignant-Early-001.jpg");
        image(edition + "/Pre/WBC-Malignant-Pre-001.jpg");
        image(edition + "/Pro/WBC-Malignant-Pro-001.jpg");
      }
      Dataset dataset = Datasets.open(dir);
      assertThat(dataset.layout()).isEqualTo("four-class");
      assertThat(dataset.taxonomy()).hasToString("cell(normal, abnormal(Early, Pre, Pro))");
      assertThat(dataset.samples())
          .extracting(PublishedSetsTest::facts)
          .containsExactly(
              "Original/Benign/WBC-Benign-001.jpg normal",
              "Original/Early/WBC-Malignant-Early-001.jpg Early",
              "Original/Pre/WBC-Malignant-Pre-001.jpg Pre",
              "Original/Pro/WBC-Malignant-Pro-001.jpg Pro");
      assertReadable(dataset);
      assertThat(Datasets.open(dir.resolve("Segmented")).size()).isEqualTo(4);
    }

    @Test
    void areReadFromTheOtherEdition() throws Exception {
      image("Blood cell Cancer [ALL]/Benign/Sap_013 (1).jpg");
      image("Blood cell Cancer [ALL]/[Malignant] early Pre-B/Sap_026 (1).jpg");
      image("Blood cell Cancer [ALL]/[Malignant] Pre-B/Sap_047 (1).jpg");
      image("Blood cell Cancer [ALL]/[Malignant] Pro-B/Sap_068 (1).jpg");
      assertThat(Datasets.open(dir).samples())
          .extracting(s -> s.label().name())
          .containsExactly("normal", "Pre", "Pro", "Early");
    }
  }

  @Nested
  class AmlCytomorphology {
    private static final List<String> TYPES =
        List.of(
            "BAS", "EBO", "EOS", "KSC", "LYA", "LYT", "MMZ", "MOB", "MON", "MYB", "MYO", "NGB",
            "NGS", "PMB", "PMO");

    private void types(String root) throws IOException {
      for (String type : TYPES) {
        image(root + type + "/" + type + "_0001.tiff");
      }
    }

    @Test
    void isReadWithAllTypes() throws Exception {
      types("");
      Dataset dataset = Datasets.open(dir);
      assertThat(dataset.layout()).isEqualTo("aml-lmu");
      assertThat(dataset.samples())
          .extracting(PublishedSetsTest::facts)
          .containsExactlyElementsOf(
              TYPES.stream().map(t -> t + "/" + t + "_0001.tiff " + t).toList());
      assertThat(dataset.counts())
          .extracting(LabelCount::label, LabelCount::samples)
          .contains(
              org.assertj.core.groups.Tuple.tuple("normal", 6),
              org.assertj.core.groups.Tuple.tuple("abnormal", 9));
      assertReadable(dataset);
    }

    @Test
    void takesTheLabelsOfTheAnnotations() throws IOException {
      types("PKG/AML-Cytomorphology/");
      TestData.file(dir, "PKG/abbreviations.txt");
      Files.writeString(
          dir.resolve("PKG/annotations.dat"),
          "BAS/BAS_0001.tiff BAS nan nan\nEOS/EOS_0001.tiff MMZ EOS MMZ\n");
      Dataset dataset = Datasets.open(dir.resolve("PKG"));
      assertThat(dataset.layout()).isEqualTo("aml-lmu");
      assertThat(dataset.samples())
          .extracting(PublishedSetsTest::facts)
          .contains(
              "AML-Cytomorphology/BAS/BAS_0001.tiff BAS",
              "AML-Cytomorphology/EOS/EOS_0001.tiff MMZ",
              "AML-Cytomorphology/NGS/NGS_0001.tiff NGS");
    }

    @Test
    void namesLinesOfTheAnnotationsThatAreDamaged() throws IOException {
      types("");
      Files.writeString(
          dir.resolve("annotations.dat"), "BAS/BAS_0001.tiff BAS nan nan\n\nEOS/EOS_0001.tiff\n");
      assertThatThrownBy(() -> Datasets.open(dir))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("annotations.dat", "line 3: EOS/EOS_0001.tiff");
    }
  }

  @Nested
  class BloodMnist {
    private Path file() {
      return dir.resolve("bloodmnist_64.npz");
    }

    private static byte[] npy(String descr, String shape, byte[] data) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      String header =
          "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
      String padded = header + " ".repeat(117 - header.length()) + "\n";
      out.write(0x93);
      out.write("NUMPY".getBytes(StandardCharsets.US_ASCII));
      out.write(new byte[] {1, 0, 118, 0});
      out.write(padded.getBytes(StandardCharsets.US_ASCII));
      out.write(data);
      return out.toByteArray();
    }

    /** Images of 2 x 3 pixels; byte k of image i of a part is 20 i + k + its own offset. */
    private static byte[] pixels(int count, int offset) {
      byte[] data = new byte[count * 18];
      for (int b = 0; b < data.length; b++) {
        data[b] = (byte) (20 * (b / 18) + b % 18 + offset);
      }
      return data;
    }

    private Map<String, byte[]> arrays() throws IOException {
      Map<String, byte[]> arrays = new LinkedHashMap<>();
      int offset = 0;
      for (String part : List.of("train", "val", "test")) {
        int count = part.equals("train") ? 9 : 2;
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
          labels[i] = (byte) (i % 8);
        }
        arrays.put(
            part + "_images", npy("|u1", "(" + count + ", 2, 3, 3)", pixels(count, offset++)));
        arrays.put(part + "_labels", npy("|u1", "(" + count + ", 1)", labels));
      }
      return arrays;
    }

    private void write(Map<String, byte[]> arrays, int method) throws IOException {
      try (OutputStream out = Files.newOutputStream(file());
          ZipOutputStream zip = new ZipOutputStream(out)) {
        for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
          ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
          entry.setMethod(method);
          if (method == ZipEntry.STORED) {
            java.util.zip.CRC32 crc = new java.util.zip.CRC32();
            crc.update(array.getValue());
            entry.setSize(array.getValue().length);
            entry.setCrc(crc.getValue());
          }
          zip.putNextEntry(entry);
          zip.write(array.getValue());
        }
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {ZipEntry.DEFLATED, ZipEntry.STORED})
    void isReadInPlaceInAnyOrder(int method) throws Exception {
      write(arrays(), method);
      Dataset dataset = Datasets.open(file(), "bloodmnist");
      assertThat(dataset.layout()).isEqualTo("bloodmnist");
      assertThat(dataset.name()).isEqualTo("bloodmnist_64");
      assertThat(dataset.samples())
          .extracting(PublishedSetsTest::facts)
          .hasSize(13)
          .startsWith("train/000000 basophil", "train/000001 eosinophil")
          .contains("train/000003 immature granulocyte", "train/000008 basophil")
          .endsWith("test/000000 basophil", "test/000001 eosinophil");
      for (int i : new int[] {8, 0, 5, 4, 5, 8, 1}) {
        CellImage image = dataset.samples().get(i).source().read();
        assertThat(image.height()).isEqualTo(2);
        assertThat(image.width()).isEqualTo(3);
        // Row 1, column 2, green is byte 16 of the image.
        assertThat(image.value(1, 2, 1)).isEqualTo(20 * i + 16);
      }
      assertThat(dataset.samples().get(12).source().read().value(0, 0, 0)).isEqualTo(20 + 2);
      assertThat(dataset.samples().get(12).source().name()).endsWith(".npz:test_images[1]");
    }

    @Test
    void isReadAlikeByManyThreads() throws Exception {
      write(arrays(), ZipEntry.DEFLATED);
      Verification one =
          Verification.of(Datasets.open(file(), "bloodmnist"), 1, done -> {}).requireReadable();
      Verification many =
          Verification.of(Datasets.open(file(), "bloodmnist"), 8, done -> {}).requireReadable();
      assertThat(many.digests()).isEqualTo(one.digests()).hasSize(13);
      assertThat(one.identical()).isEmpty();
    }

    @Test
    void isRefusedWhereItIsNoBloodMnist() throws IOException {
      Map<String, byte[]> arrays = arrays();
      arrays.remove("val_images");
      write(arrays, ZipEntry.DEFLATED);
      assertRefused("must have the array val_images", "train_images.npy");

      arrays = arrays();
      arrays.put("val_images", npy("|u1", "(2, 2, 3)", new byte[12]));
      write(arrays, ZipEntry.DEFLATED);
      assertRefused("val_labels as RGB val_images", "[2, 2, 3]");

      arrays = arrays();
      arrays.put("val_images", npy("<f4", "(2, 2, 3, 3)", new byte[36 * 4]));
      write(arrays, ZipEntry.DEFLATED);
      assertRefused("unsigned bytes", "<f4");

      arrays = arrays();
      arrays.put("val_labels", npy("|u1", "(2, 1)", new byte[] {8, 0}));
      write(arrays, ZipEntry.DEFLATED);
      assertRefused("labels from 0 to 7; found 8");
    }

    @Test
    void isRefusedWhereItIsDamaged() throws IOException {
      Map<String, byte[]> arrays = arrays();
      arrays.put("val_images", npy("|u1", "(2000000, 999, 999, 3)", new byte[36]));
      write(arrays, ZipEntry.DEFLATED);
      assertRefused("bytes in val_images; found 164");

      write(arrays(), ZipEntry.DEFLATED);
      byte[] whole = Files.readAllBytes(file());
      Files.write(file(), java.util.Arrays.copyOf(whole, whole.length / 2));
      assertRefused("must be a whole .npz file");

      Files.write(file(), new byte[0]);
      assertRefused("must be a whole .npz file");
    }

    @Test
    void isNotTakenForGrantedWhereAnotherSetOfMedMnistMayBeMeant() throws IOException {
      // DermaMNIST has 7,007 images to train with, of the same form and with labels from 0 to 6.
      write(arrays(), ZipEntry.DEFLATED);
      assertThatThrownBy(() -> Datasets.open(file()))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              file().toString(),
              "the 11959 train_images of BloodMNIST",
              "found 9",
              "\"bloodmnist\"");
    }

    private void assertRefused(String... parts) {
      assertThatThrownBy(() -> Datasets.open(file(), "bloodmnist"))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(file().toString())
          .hasMessageContainingAll(parts)
          .hasMessageContaining("ownload");
    }
  }

  @Nested
  class OtherFolders {
    @Test
    void areStillTrees() throws IOException {
      image("normal/Im001_1x.jpg");
      image("abnormal/Pre/x.jpg");
      image("abnormal/Pro/x.jpg");
      assertThat(Datasets.open(dir).layout()).isEqualTo("folder tree");
    }

    @Test
    void ofTheSharedDataAreTrees() throws IOException {
      assertThat(Datasets.open(TestData.shared("all4")).layout()).isEqualTo("folder tree");
    }
  }

  @Nested
  class Together {
    private final Dataset coarse =
        Dataset.of(
            "coarse",
            Taxonomy.of("cell").with("cell", "normal", "abnormal"),
            List.of(TestData.sample("1", "normal", "P1"), TestData.sample("2", "abnormal", null)));

    private final Dataset fine =
        Dataset.of(
            "fine",
            Taxonomy.of("cell").with("cell", "healthy", "M3", "other"),
            List.of(
                TestData.sample("1", "healthy", "P1"),
                TestData.sample("2", "M3", "P2"),
                TestData.sample("3", "other", "P2")));

    private Optional<Label> mapped(Sample sample) {
      return switch (sample.label().name()) {
        case "healthy" -> Optional.of(Label.of("normal"));
        case "M3" -> Optional.of(Label.of("APL"));
        default -> Optional.empty();
      };
    }

    @Test
    void setsThatKnowDifferentLevelsAreMerged() {
      Dataset merged =
          Datasets.merge(
              "both",
              TestData.CELLS,
              List.of(coarse, fine.mapLabels(TestData.CELLS, this::mapped)));
      assertThat(merged.samples())
          .extracting(PublishedSetsTest::facts)
          .containsExactly(
              "coarse/1 normal coarse::P1",
              "coarse/2 abnormal",
              "fine/1 normal fine::P1",
              "fine/2 APL fine::P2");
      assertThat(merged.layout()).isEqualTo("merged data sets");
      assertThat(merged.name()).isEqualTo("both");
    }

    @Test
    void labelsThatTheTaxonomyLacksAreNamed() {
      assertThatThrownBy(() -> Datasets.merge("both", TestData.CELLS, List.of(coarse, fine)))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("fine/1: unknown label \"healthy\"", "cell(normal, abnormal");
      assertThatThrownBy(() -> fine.mapLabels(TestData.CELLS, s -> Optional.of(s.label())))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("2: unknown label \"M3\"");
    }

    @Test
    void namesMustDiffer() {
      assertThatThrownBy(() -> Datasets.merge("both", TestData.CELLS, List.of(coarse, coarse)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Dataset.named");
      assertThat(
              Datasets.merge("both", TestData.CELLS, List.of(coarse, coarse.named("again"))).size())
          .isEqualTo(4);
    }
  }

  @Nested
  class Mapped {
    private Path csv() throws IOException {
      return Files.writeString(
          dir.resolve("manifest.csv"),
          """
          image,class,diagnosis,patient_id,,
          a.jpg,Blast,AML,P1,,
          b.jpg,Blast,APL,P2,,
          c.jpg,Monocyte,APL,P2,,
          d.jpg,Erythroblast,AML,,,
          """);
    }

    private static Optional<Label> label(Sample sample) {
      return switch (sample.label().name()) {
        case "Blast" -> Optional.of(Label.of(sample.attributes().get("Diagnosis")));
        case "Erythroblast" -> Optional.empty();
        default -> Optional.of(Label.of("normal"));
      };
    }

    @Test
    void rowsGetTheLabelMadeOfAllTheirColumns() throws IOException {
      ManifestColumns columns = ManifestColumns.STANDARD.withFile("image").withLabel("class");
      Dataset dataset = Datasets.manifest(csv(), columns).mapLabels(TestData.CELLS, Mapped::label);
      assertThat(dataset.taxonomy()).isEqualTo(TestData.CELLS);
      assertThat(dataset.samples())
          .extracting(PublishedSetsTest::facts)
          .containsExactly("a.jpg AML P1", "b.jpg APL P2", "c.jpg normal P2");
    }
  }
}
