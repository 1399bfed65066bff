package io.github.leukemia4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset.LabelCount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  @TempDir Path dir;

  private static void assertRefuses(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call).isInstanceOf(DataException.class).hasMessageContainingAll(parts);
  }

  @Nested
  class WithoutLabels {
    @Test
    void takesEveryImageInAFolderAndBelow() throws IOException {
      TestData.file(dir, "a.jpg");
      TestData.file(dir, "slide 1/b.png");
      TestData.file(dir, "slide 1/notes.txt");

      Dataset dataset = Datasets.images(dir);

      assertThat(dataset.samples())
          .extracting(Sample::id)
          .containsExactly("a.jpg", "slide 1/b.png");
      assertThat(dataset.samples()).allMatch(s -> s.label().name().equals("cell"));
      assertThat(dataset.layout()).isEqualTo("images without labels");
      assertThat(dataset.skippedFiles()).isEqualTo(Map.of("txt", 1));
    }

    @Test
    void opensAManifest() throws IOException {
      TestData.file(dir, "a.jpg");
      Path csv = Files.writeString(dir.resolve("some.csv"), "file,label\na.jpg,AML\nb.jpg,ALL\n");
      assertThat(Datasets.images(csv).samples())
          .extracting(Sample::id)
          .containsExactly("a.jpg", "b.jpg");
    }

    @Test
    void refusesWhatHoldsNone() {
      assertRefuses(() -> Datasets.images(dir), "must hold at least one image");
      assertThatThrownBy(() -> Datasets.images(dir.resolve("none")))
          .isInstanceOf(NoSuchFileException.class);
    }
  }

  @Nested
  class Folders {
    @Test
    void takesTheTreeAsTheTaxonomyInTheOrderOfNames() throws IOException {
      TestData.file(dir, "normal/b.JPG");
      TestData.file(dir, "normal/a.jpeg");
      TestData.file(dir, "abnormal/x.png");
      TestData.file(dir, "abnormal/APL/p.bmp");
      TestData.file(dir, "abnormal/AML/m.TIF");
      TestData.file(dir, "abnormal/AML/n.tiff");

      Dataset dataset = Datasets.folder(dir);

      assertThat(dataset.taxonomy()).hasToString("cell(abnormal(AML, APL), normal)");
      assertThat(dataset.samples())
          .extracting(Sample::id)
          .containsExactly(
              "abnormal/x.png",
              "abnormal/AML/m.TIF",
              "abnormal/AML/n.tiff",
              "abnormal/APL/p.bmp",
              "normal/a.jpeg",
              "normal/b.JPG");
      assertThat(dataset.samples())
          .extracting(s -> s.label().name())
          .containsExactly("abnormal", "AML", "AML", "APL", "normal", "normal");
      assertThat(dataset.samples()).allMatch(s -> s.patient().isEmpty());
      assertThat(dataset.samples().get(0).source().name()).isEqualTo(dir + "/abnormal/x.png");
      assertThat(dataset.name()).isEqualTo(dir.getFileName().toString());
    }

    @Test
    void skipsAndCountsFilesThatAreNoImagesAndPassesOverHiddenOnes() throws IOException {
      TestData.file(dir, "normal/a.jpg");
      TestData.file(dir, "abnormal/a.jpg");
      TestData.file(dir, "abnormal/notes.TXT");
      TestData.file(dir, "abnormal/README");
      TestData.file(dir, "SOURCE.txt");
      TestData.file(dir, ".git/x.jpg");
      TestData.file(dir, "normal/.hidden.jpg");
      TestData.file(dir, "__MACOSX/normal/._a.jpg");

      Dataset dataset = Datasets.folder(dir);

      assertThat(dataset.size()).isEqualTo(2);
      assertThat(dataset.skippedFiles()).isEqualTo(Map.of("txt", 2, "", 1));
      assertThat(dataset.description())
          .isEqualTo(
              "folder tree: 2 images of unknown patients, labels cell(abnormal, normal); skipped"
                  + " files that are no images: 1 without extension, 2 txt");
    }

    @Test
    void readsNothingOfTheFiles() throws IOException {
      TestData.file(dir, "normal/empty.jpg");
      Files.createSymbolicLink(
          Files.createDirectories(dir.resolve("abnormal")).resolve("dangling.jpg"),
          Path.of("nowhere.jpg"));
      assertThat(Datasets.folder(dir).size()).isEqualTo(2);
    }

    @Test
    void refusesAFolderThatIsNotThere() {
      Path missing = dir.resolve("missing");
      assertThatThrownBy(() -> Datasets.folder(missing))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContainingAll(missing.toString(), "no such file or folder", "Check the path");
    }

    @Test
    void refusesAFileInPlaceOfAFolder() throws IOException {
      Path file = TestData.file(dir, "a.jpg");
      assertThatThrownBy(() -> Datasets.folder(file))
          .isInstanceOf(NotDirectoryException.class)
          .hasMessageContaining(file.toString());
    }

    @Test
    void refusesAnEmptyFolder() {
      assertRefuses(() -> Datasets.folder(dir), dir.toString(), "one folder of images for each");
    }

    @Test
    void pointsToTheCsvFileInAFolderWithoutClasses() throws IOException {
      TestData.file(dir, "list.csv");
      assertRefuses(() -> Datasets.folder(dir), "give the file itself");
    }

    @Test
    void refusesAnEmptyClass() throws IOException {
      TestData.file(dir, "normal/a.jpg");
      TestData.file(dir, "abnormal/notes.txt");
      assertRefuses(
          () -> Datasets.folder(dir), "found none in " + dir.resolve("abnormal"), "Add images");
    }

    @Test
    void refusesImagesDirectlyInTheRoot() throws IOException {
      TestData.file(dir, "normal/a.jpg");
      TestData.file(dir, "abnormal/a.jpg");
      TestData.file(dir, "stray.png");
      assertRefuses(
          () -> Datasets.folder(dir),
          "found 1 directly in " + dir,
          "Move them into class folders",
          "stray.png");
    }

    @Test
    void refusesASingleClass() throws IOException {
      TestData.file(dir, "normal/a.jpg");
      assertRefuses(
          () -> Datasets.folder(dir),
          "found only " + dir.resolve("normal"),
          "Add a second class beside it");
    }

    @Test
    void refusesAnInnerFolderWithASingleClass() throws IOException {
      TestData.file(dir, "normal/a.jpg");
      TestData.file(dir, "abnormal/AML/a.jpg");
      assertRefuses(
          () -> Datasets.folder(dir),
          "found only " + dir.resolve("abnormal/AML"),
          "move its images up into " + dir.resolve("abnormal"));
    }

    @Test
    void refusesTheSameLabelInTwoPlaces() throws IOException {
      for (String folder : List.of("normal/p1", "normal/p2", "abnormal/p2", "abnormal/p3")) {
        TestData.file(dir, folder + "/a.jpg");
      }
      assertRefuses(
          () -> Datasets.folder(dir),
          dir.resolve("abnormal/p2").toString(),
          dir.resolve("normal/p2").toString(),
          "file,label,patient");
    }

    @Test
    void refusesAClassWithTheNameOfTheRoot() throws IOException {
      TestData.file(dir, "cell/a.jpg");
      TestData.file(dir, "normal/a.jpg");
      assertRefuses(() -> Datasets.folder(dir), "which is called cell", "Rename");
    }

    @Test
    void refusesAFolderWhoseNameIsNoLabel() throws IOException {
      TestData.file(dir, "normal/a.jpg");
      TestData.file(dir, "abnormal /a.jpg");
      assertRefuses(() -> Datasets.folder(dir), dir.resolve("abnormal ").toString(), "white space");
    }

    @Test
    @Timeout(20)
    void refusesALinkThatLeadsBack() throws IOException {
      TestData.file(dir, "normal/a.jpg");
      TestData.file(dir, "abnormal/AML/a.jpg");
      Files.createSymbolicLink(dir.resolve("abnormal/loop"), dir);
      assertRefuses(
          () -> Datasets.folder(dir), dir.resolve("abnormal/loop").toString(), "Remove the link");
    }

    @Test
    void followsALinkThatDoesNotLeadBack(@TempDir Path elsewhere) throws IOException {
      TestData.file(dir, "normal/a.jpg");
      TestData.file(elsewhere, "b.jpg");
      Files.createSymbolicLink(dir.resolve("abnormal"), elsewhere);
      assertThat(Datasets.folder(dir).samples())
          .extracting(Sample::id)
          .containsExactly("abnormal/b.jpg", "normal/a.jpg");
    }
  }

  @Nested
  class Manifests {
    private Path csv(String text) throws IOException {
      return Files.writeString(dir.resolve("cells.csv"), text);
    }

    private void taxonomy() throws IOException {
      Files.writeString(dir.resolve("taxonomy.json"), TestData.CELLS.toJson());
    }

    @Test
    void readsColumnsInAnyOrderAmongOthers() throws IOException {
      taxonomy();
      Dataset dataset =
          Datasets.manifest(
              csv(
                  """
                  Patient,width,Label,file
                  P1,360,AML,a/1.jpg
                  ,360,normal,./b\\2.jpg
                  """));
      assertThat(dataset.taxonomy()).isEqualTo(TestData.CELLS);
      assertThat(dataset.name()).isEqualTo("cells");
      assertThat(dataset.layout()).isEqualTo("CSV manifest");
      assertThat(dataset.samples())
          .extracting(Sample::id, s -> s.label().name(), Sample::patient, s -> s.source().name())
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(
                  "a/1.jpg", "AML", Optional.of("P1"), dir + "/a/1.jpg"),
              org.assertj.core.groups.Tuple.tuple(
                  "b/2.jpg", "normal", Optional.empty(), dir + "/b/2.jpg"));
    }

    @Test
    void toleratesByteOrderMarkWindowsLineEndsQuotesAndBlankLines() throws IOException {
      Dataset dataset =
          Datasets.manifest(
              csv(
                  "\uFEFFfile,label,patient\r\n"
                      + "\r\n"
                      + "\"a, with comma.jpg\",normal,\"O\"\"Neil, J\"\r\n"
                      + "   \r\n"
                      + "é.jpg, AML ,\r\n"
                      + ",,\r\n"));
      assertThat(dataset.samples())
          .extracting(Sample::id)
          .containsExactly("a, with comma.jpg", "é.jpg");
      assertThat(dataset.samples().get(0).patient()).contains("O\"Neil, J");
      assertThat(dataset.samples().get(1).label()).isEqualTo(Label.of("AML"));
      assertThat(dataset.samples().get(1).patient()).isEmpty();
    }

    @Test
    void takesTheLabelsFoundWhereThereIsNoTaxonomy() throws IOException {
      assertThat(Datasets.manifest(csv("file,label\n1.png,pro\n2.png,early\n")).taxonomy())
          .isEqualTo(Taxonomy.of("cell").with("cell", "early", "pro"));
    }

    @Test
    void refusesASingleLabelWithoutTaxonomy() throws IOException {
      Path csv = csv("file,label\n1.png,pro\n2.png,pro\n");
      assertRefuses(
          () -> Datasets.manifest(csv), csv.toString(), "[pro]", "Add images of a second class");
    }

    @Test
    void listsUnknownLabelsWithTheirLines() throws IOException {
      taxonomy();
      Path csv = csv("file,label\n1.png,normal\n\n\"2\n.png\",AML\n3.png,Normal\n4.png,\n");
      assertRefuses(
          () -> Datasets.manifest(csv),
          csv.toString(),
          "the taxonomy cell(normal, abnormal(AML, APL))",
          "line 6: unknown label \"Normal\" (file 3.png)",
          "line 7: unknown label \"\" (file 4.png)",
          "add the label to taxonomy.json");
    }

    @Test
    void namesTheMissingColumn() throws IOException {
      assertRefuses(
          () -> Datasets.manifest(csv("file,class,patient\n1.png,normal,P\n")),
          dir.resolve("cells.csv").toString(),
          "missing: label",
          "found: file, class, patient",
          "If the labels stand in the column class, rename it to label, or name it");
      assertRefuses(
          () -> Datasets.manifest(csv("file,wbc,patient\n1.png,normal,P\n")),
          "missing: label",
          "found: file, wbc, patient",
          "Add or rename the column");
      assertRefuses(
          () -> Datasets.manifest(csv("file;label\n1.png;normal\n")), "Separate the columns by");
      assertRefuses(() -> Datasets.manifest(csv("file,label,file\n")), "one column file");
      assertRefuses(() -> Datasets.manifest(csv("")), "found an empty file");
      assertRefuses(() -> Datasets.manifest(csv("file,label\n")), "at least one row");
    }

    @Test
    void namesRowsThatAreTwiceOutsideOrIncomplete() throws IOException {
      taxonomy();
      assertRefuses(
          () ->
              Datasets.manifest(
                  csv(
                      """
                      file,label
                      1.png,normal
                      ./1.png,AML
                      /etc/1.png,normal
                      C:\\1.png,normal
                      ../1.png,normal
                      a/../../1.png,normal
                      ,normal
                      5.png
                      a//1.png,normal
                      """)),
          "line 3: file 1.png is also in line 2",
          "line 4: file /etc/1.png must be relative to the manifest's folder and stay below it",
          "line 5: file C:/1.png must be relative",
          "line 6: file ../1.png must be relative",
          "line 7: file a/../../1.png must be relative",
          "line 8: has no file",
          "line 9: has 1 columns",
          "line 10: file \"a//1.png\" is no path");
    }

    @Test
    void refusesTextThatIsNotUtf8() throws IOException {
      Path csv =
          Files.write(
              dir.resolve("latin.csv"),
              "file,label\né.png,normal\n".getBytes(StandardCharsets.ISO_8859_1));
      assertRefuses(() -> Datasets.manifest(csv), csv.toString(), "UTF-8");
    }

    @Test
    void refusesAQuoteThatIsNotClosed() throws IOException {
      Path csv = csv("file,label\n\"1.png,normal\n2.png,AML\n");
      assertRefuses(() -> Datasets.manifest(csv), csv.toString(), "must be CSV", "quotes");
    }

    @Test
    void namesADamagedTaxonomy() throws IOException {
      Files.writeString(dir.resolve("taxonomy.json"), "{\"name\": \"cell\", ");
      Path csv = csv("file,label\n1.png,normal\n");
      assertRefuses(
          () -> Datasets.manifest(csv), dir.resolve("taxonomy.json").toString(), "taxonomy must");
    }

    @Test
    void doesNotLookForTheFiles() throws IOException {
      taxonomy();
      assertThat(Datasets.manifest(csv("file,label\nnot/there.png,APL\n")).size()).isEqualTo(1);
    }

    @Test
    void readsTheDeepAplManifest() throws IOException {
      Dataset dataset = Datasets.open(TestData.shared("deepapl"));
      // Counted with awk over manifest.csv.
      assertThat(dataset.counts())
          .containsExactly(
              new LabelCount("cell", 2337, 82, 0),
              new LabelCount("normal", 1306, 82, 0),
              new LabelCount("abnormal", 1031, 76, 0),
              new LabelCount("AML", 506, 53, 0),
              new LabelCount("APL", 291, 21, 0));
      assertThat(dataset.name()).isEqualTo("deepapl");
    }
  }

  @Nested
  class Opening {
    @Test
    void takesAFolderWithManifestAndTaxonomyForTheManifest() throws IOException {
      TestData.file(dir, "Blast/1.jpg");
      Files.writeString(dir.resolve("manifest.csv"), "file,label\nBlast/1.jpg,abnormal\n");
      Files.writeString(dir.resolve("taxonomy.json"), TestData.CELLS.toJson());
      Dataset dataset = Datasets.open(dir);
      assertThat(dataset.layout()).isEqualTo("CSV manifest");
      assertThat(dataset.name()).isEqualTo(dir.getFileName().toString());
    }

    @Test
    void takesAFolderWithoutTaxonomyForATree() throws IOException {
      TestData.file(dir, "normal/1.jpg");
      TestData.file(dir, "abnormal/1.jpg");
      TestData.file(dir, "manifest.csv");
      assertThat(Datasets.open(dir).layout()).isEqualTo("folder tree");
    }

    @Test
    void takesACsvFileForAManifest() throws IOException {
      Path csv =
          Files.writeString(dir.resolve("x.CSV"), "file,label\n1.jpg,abnormal\n2.jpg,normal\n");
      assertThat(Datasets.open(csv).layout()).isEqualTo("CSV manifest");
    }

    @Test
    void refusesOtherFiles() throws IOException {
      Path zip = TestData.file(dir, "cells.zip");
      assertRefuses(() -> Datasets.open(zip), zip.toString(), "Give the folder");
    }

    @Test
    void refusesWhatIsNotThere() {
      assertThatThrownBy(() -> Datasets.open(dir.resolve("x.csv")))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining("no such file or folder");
    }
  }
}
