package io.github.leukemia4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.check.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees of a user's own that hold files or folders named as those of published data sets. */
class RecognitionTest {
  @TempDir Path dir;

  private void images(String... names) throws IOException {
    for (String name : names) {
      TestData.file(dir, name);
    }
  }

  /** How many images each label has. */
  private static Map<String, Integer> labels(Dataset dataset) {
    Map<String, Integer> counts = new TreeMap<>();
    dataset.samples().forEach(s -> counts.merge(s.label().name(), 1, Integer::sum));
    return counts;
  }

  private void assertBothNamed(String... readings) {
    assertThatThrownBy(() -> Datasets.open(dir))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "It must be plain which layout " + dir + " has", "Name the layout", "CSV manifest")
        .hasMessageContainingAll(readings);
  }

  @Nested
  class AllIdb {
    @Test
    void sortedIntoClassFoldersIsReadByTheFolders() throws IOException {
      images("normal/Im001_0.tif", "normal/Im002_0.tif", "abnormal/Im001_1.tif");
      assertThat(labels(Datasets.open(dir))).isEqualTo(Map.of("normal", 2, "abnormal", 1));
    }

    @Test
    void asOneClassOfThreeLeavesTheOthersIn() throws IOException {
      images("ALL/Im001_1.tif", "ALL/Im002_1.tif", "AML/aml0.png", "normal/n0.png");
      Dataset dataset = Datasets.open(dir);
      assertThat(dataset.layout()).isEqualTo("folder tree");
      assertThat(labels(dataset)).isEqualTo(Map.of("ALL", 2, "AML", 1, "normal", 1));
    }

    @Test
    void asTheNormalCellsOfAnotherSetLeavesTheBlastsIn() throws IOException {
      images("blast/b0.png", "blast/b1.png", "healthy/Im100_0.jpg");
      assertThat(labels(Datasets.open(dir))).isEqualTo(Map.of("blast", 2, "healthy", 1));
    }

    @Test
    void belowAnInnerClassLeavesTheOthersIn() throws IOException {
      images("abnormal/B-ALL/Im001_1.tif", "abnormal/T-ALL/t0.png", "normal/n0.png");
      Dataset dataset = Datasets.open(dir);
      assertThat(dataset.taxonomy()).hasToString("cell(abnormal(B-ALL, T-ALL), normal)");
      assertThat(labels(dataset)).isEqualTo(Map.of("B-ALL", 1, "T-ALL", 1, "normal", 1));
    }

    @Test
    void inFoldersThatMixBothClassesIsRefusedWithBothReadings() throws IOException {
      images("one/Im001_0.tif", "one/Im002_1.tif", "two/Im003_1.tif", "two/Im004_0.tif");
      assertBothNamed(
          "layout \"all-idb2\": labels cell(normal, abnormal), 4 of 4 images",
          "layout \"folders\": a tree of class folders, labels cell(one, two)");
      assertThat(labels(Datasets.open(dir, "all-idb2")))
          .isEqualTo(Map.of("normal", 2, "abnormal", 2));
      assertThat(labels(Datasets.open(dir, "folders"))).isEqualTo(Map.of("one", 2, "two", 2));
    }
  }

  @Nested
  class FourClasses {
    @Test
    void withFoldersOfPatientsAreRefusedWithBothReadings() throws IOException {
      for (String type : List.of("Benign", "Early", "Pre", "Pro")) {
        for (String patient : List.of("p1", "p2")) {
          images("%s/%s-%s/x0.png".formatted(type, patient, type));
        }
      }
      assertBothNamed(
          "layout \"four-class\": labels cell(normal, abnormal(Early, Pre, Pro)), 8 of 8",
          "layout \"folders\": a tree of class folders, labels cell(Benign(p1-Benign, p2-Benign)");
      assertThat(labels(Datasets.open(dir, "four-class")))
          .isEqualTo(Map.of("normal", 2, "Early", 2, "Pre", 2, "Pro", 2));
      assertThat(labels(Datasets.open(dir, "folders"))).hasSize(8).containsEntry("p1-Pro", 1);
    }

    @Test
    void ofTheUsersOwnAreRefusedWithBothReadings() throws IOException {
      images("benign/x0.png", "early/x0.png", "pre/x0.png", "pro/x0.png");
      assertBothNamed(
          "layout \"four-class\"",
          "layout \"folders\": a tree of class folders, labels cell(benign, early, pre, pro)");
      assertThat(labels(Datasets.open(dir, "folders"))).hasSize(4).containsEntry("benign", 1);
    }

    @Test
    void ofWhichOneIsEmptyAreRefusedForThat() throws IOException {
      images("benign/x0.png", "early/x0.png", "pre/x0.png", "pro/notes.txt");
      assertThatThrownBy(() -> Datasets.open(dir))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("found none in " + dir.resolve("pro"));
    }

    @Test
    void besideAFurtherClassAreTheUsersOwn() throws IOException {
      images("set/Benign/WBC-Benign-001.jpg", "set/Early/WBC-Malignant-Early-001.jpg");
      images("set/Pre/WBC-Malignant-Pre-001.jpg", "set/Pro/WBC-Malignant-Pro-001.jpg");
      images("mine/a.png");
      Dataset dataset = Datasets.open(dir);
      assertThat(dataset.layout()).isEqualTo("folder tree");
      assertThat(labels(dataset)).hasSize(5).containsEntry("mine", 1);
    }

    @Test
    void saysWhichCopiesAreLeftOut() throws IOException {
      for (String edition : List.of("Original", "Segmented")) {
        images(edition + "/Benign/WBC-Benign-001.jpg", edition + "/Pre/WBC-Malignant-Pre-1.jpg");
        images(
            edition + "/Early/WBC-Malignant-Early-1.jpg", edition + "/Pro/WBC-Malignant-Pro.jpg");
      }
      assertThat(Datasets.open(dir).notices())
          .containsExactly("4 images are left out: copies of the originals in Segmented.");
    }
  }

  @Nested
  class AmlCytomorphology {
    private static final List<String> TYPES = List.of("BAS", "EOS", "LYT", "MON", "MYB");

    @Test
    void withFilesOfOtherNamesIsRefusedWithBothReadings() throws IOException {
      for (String type : TYPES) {
        images(type + "/x0.png", type + "/x1.png");
      }
      assertBothNamed(
          "layout \"aml-lmu\": labels cell(normal(",
          "layout \"folders\": a tree of class folders, labels cell(BAS, EOS, LYT, MON, MYB)");
      assertThat(labels(Datasets.open(dir, "folders"))).hasSize(5).containsEntry("BAS", 2);
      Dataset published = Datasets.open(dir, "aml-lmu");
      assertThat(labels(published)).isEqualTo(labels(Datasets.open(dir, "folders")));
      assertThat(published.taxonomy().labels()).extracting(Object::toString).contains("abnormal");
    }

    @Test
    void withFoldersOfSlidesIsRefusedWithBothReadings() throws IOException {
      for (String type : TYPES) {
        images("%s/slide-%s-1/x0.png".formatted(type, type));
        images("%s/slide-%s-2/x0.png".formatted(type, type));
      }
      assertBothNamed("layout \"aml-lmu\"", "10 of 10 images", "slide-BAS-1");
      assertThat(labels(Datasets.open(dir, "aml-lmu"))).hasSize(5).containsEntry("MYB", 2);
      assertThat(labels(Datasets.open(dir, "folders"))).hasSize(10);
    }

    @Test
    void ofAFewTypesIsReadWhereItIsAskedFor() throws IOException {
      images("MYB/MYB_0001.tiff", "NGS/NGS_0001.tiff");
      assertThat(Datasets.open(dir).taxonomy()).hasToString("cell(MYB, NGS)");
      assertThat(Datasets.open(dir, "aml-lmu").layout()).isEqualTo("aml-lmu");
    }
  }

  @Nested
  class Cnmc {
    @Test
    void besideFoldersOfTheUsersOwnIsRefusedWithBothReadings() throws IOException {
      images("fold_0/all/UID_1_0_1_all.bmp", "fold_0/hem/UID_H1_0_1_hem.bmp");
      images("mine/all/cell0.png", "mine/hem/cell0.png");
      assertBothNamed(
          "layout \"c-nmc\": labels cell(normal, abnormal), 2 of 4 images (not"
              + " mine/all/cell0.png, mine/hem/cell0.png)",
          "layout \"folders\": a tree of class folders, Every class must have one folder");
      Dataset asked = Datasets.open(dir, "c-nmc");
      assertThat(labels(asked)).isEqualTo(Map.of("normal", 1, "abnormal", 1));
      assertThat(asked.notices())
          .containsExactly(
              "2 images are left out, because they are no part of c-nmc as it was published:"
                  + " mine/all/cell0.png, mine/hem/cell0.png.");
    }

    @Test
    void besideAThirdClassIsReadByTheFoldersWithThePatientsOfItsNames() throws IOException {
      images("all/UID_1_0_1_all.bmp", "hem/UID_H1_0_1_hem.bmp", "mono/m0.png");
      Dataset dataset = Datasets.open(dir);
      assertThat(labels(dataset)).isEqualTo(Map.of("all", 1, "hem", 1, "mono", 1));
      assertThat(dataset.samples())
          .extracting(s -> s.patient().orElse("unknown"))
          .containsExactly("1", "H1", "unknown");
      assertThat(dataset.notices())
          .containsExactly(
              "The names of 2 of 3 images are those of C-NMC 2019 and tell the patients; the"
                  + " patients of the others are unknown.");
    }

    @Test
    void sortedIntoClassFoldersKeepsItsPatients() throws IOException {
      images("abnormal/UID_1_0_1_all.bmp", "abnormal/UID_1_1_1_all.bmp");
      images("normal/UID_H1_0_1_hem.bmp");
      Dataset dataset = Datasets.open(dir);
      assertThat(dataset.layout()).isEqualTo("folder tree");
      assertThat(labels(dataset)).isEqualTo(Map.of("abnormal", 2, "normal", 1));
      assertThat(dataset.samples())
          .extracting(s -> s.patient().orElse("unknown"))
          .containsExactly("1", "1", "H1");
    }

    @Test
    void listedInAManifestWithoutPatientsKeepsThem() throws IOException {
      Path csv =
          Files.writeString(
              dir.resolve("cells.csv"),
              "file,label\nx/UID_1_0_1_all.bmp,ALL\nx/UID_H1_0_1_hem.bmp,normal\nx/a.png,ALL\n");
      Dataset dataset = Datasets.open(csv);
      assertThat(dataset.samples())
          .extracting(s -> s.patient().orElse("unknown"))
          .containsExactly("1", "H1", "unknown");
      assertThat(dataset.notices()).singleElement().asString().contains("names of 2 images");
    }

    @Test
    void saysThatTheFinalTestSetIsLeftOut() throws IOException {
      images("fold_0/all/UID_1_0_1_all.bmp", "fold_0/hem/UID_H1_0_1_hem.bmp");
      images("test/C-NMC_test_final_phase_data/1.bmp");
      assertThat(Datasets.open(dir).notices())
          .containsExactly("1 images are left out: the final test set, without labels.");
    }
  }

  @Nested
  class OtherTrees {
    @Test
    void ofTwoPartsOfASplitAreRefusedWithTheRemedy() throws IOException {
      for (String part : List.of("train", "test")) {
        images(part + "/normal/a.png", part + "/abnormal/b.png");
      }
      assertThatThrownBy(() -> Datasets.open(dir))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("Every class must have one folder", "file,label,part");
      assertThat(Datasets.open(dir.resolve("train")).size()).isEqualTo(2);
    }

    @Test
    void withOddNamesAndLinksAreReadWhole(@TempDir Path elsewhere) throws IOException {
      images("Normál/ä ö.JPG", "Normál/日本.TIF", "白血病/x.png");
      Path other = TestData.file(elsewhere, "ext.png");
      Files.createSymbolicLink(dir.resolve("白血病/link.png"), other);
      Files.createSymbolicLink(dir.resolve("Normál/sub.png"), Path.of("/nonexistent.png"));
      assertThat(labels(Datasets.open(dir))).isEqualTo(Map.of("Normál", 3, "白血病", 2));
    }

    @Test
    void withPicturesOfFormatsThatAreNotReadNameThemWhenTheyAreRead() throws Exception {
      byte[] gif = "GIF89a-and-so-on".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      Files.write(TestData.file(dir, "a/x.gif"), gif);
      Files.write(TestData.file(dir, "b/x.webp"), gif);
      images("a/y.png", "b/y.png");
      Dataset dataset = Datasets.open(dir);
      assertThat(labels(dataset)).isEqualTo(Map.of("a", 2, "b", 2));
      assertThat(Verification.of(dataset).unreadable().get("a/x.gif"))
          .contains("GIF89a", "Convert it");
    }

    @Test
    void sayWhichImagesAreHiddenOrLackAnExtension() throws IOException {
      images("a/y.png", "b/y.png", "b/.z.png", "b/._y.png");
      Files.write(TestData.file(dir, "a/0001"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13});
      Dataset dataset = Datasets.open(dir);
      assertThat(dataset.size()).isEqualTo(2);
      assertThat(dataset.notices())
          .containsExactly(
              "2 files hold images but are not taken for images, because they are hidden or lack"
                  + " the extension of one (a/0001, b/.z.png). Rename them to use them.");
    }

    @Test
    void ofALayoutThatIsAskedForAndNotFoundSayWhatItNeeds() throws IOException {
      images("a/y.png", "b/y.png");
      assertThatThrownBy(() -> Datasets.open(dir, "c-nmc"))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "The layout \"c-nmc\" needs images named UID_", "found none in " + dir);
      assertThatThrownBy(() -> Datasets.open(dir, "dicom"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The layout must be one of [folders, manifest, c-nmc, all-idb1, all-idb2, four-class,"
                  + " aml-lmu, bloodmnist]; found \"dicom\".");
    }

    @Test
    void withAManifestAreReadAsOneWhereItIsAskedFor() throws IOException {
      images("a/y.png", "b/y.png");
      Files.writeString(dir.resolve("manifest.csv"), "file,label\na/y.png,one\nb/y.png,two\n");
      assertThat(labels(Datasets.open(dir))).containsOnlyKeys("a", "b");
      assertThat(labels(Datasets.open(dir, "manifest"))).containsOnlyKeys("one", "two");
    }
  }
}
