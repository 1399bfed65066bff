package io.github.leukemia4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Datasets.ManifestColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestColumnsTest {
  @TempDir Path dir;

  private Path csv(String text) throws IOException {
    return Files.writeString(dir.resolve("manifest.csv"), text);
  }

  private static String facts(Sample sample) {
    return sample.id() + " " + sample.label() + sample.patient().map(p -> " " + p).orElse("");
  }

  @Nested
  class Scale {
    @Test
    void isThatOfTheColumnAndOfTheImageThatIsRead() throws IOException {
      Files.write(
          dir.resolve("1.png"),
          Base64.getDecoder()
              .decode(
                  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"));
      Dataset dataset =
          Datasets.manifest(
              csv("file,label,Micrometres_per_pixel,laboratory\n1.png,a,0.1,X\n2.png,b,NA,\n"));

      Sample first = dataset.samples().get(0);
      assertThat(first.micrometresPerPixel()).hasValue(0.1);
      assertThat(first.laboratory()).hasValue("X");
      assertThat(first.read().micrometresPerPixel()).hasValue(0.1);
      Sample second = dataset.samples().get(1);
      assertThat(second.micrometresPerPixel()).isEmpty();
      assertThat(second.laboratory()).isEmpty();
      assertThat(dataset.withMicrometresPerPixel(0.2).samples())
          .extracting(sample -> sample.micrometresPerPixel().getAsDouble())
          .containsExactly(0.1, 0.2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "Infinity", "small", "0,1"})
    void mustBeANumberAboveZero(String wrong) throws IOException {
      Path csv =
          csv("file,label,micrometres_per_pixel\n1.png,a,0.1\n2.png,b,\"%s\"\n".formatted(wrong));
      assertThatThrownBy(() -> Datasets.manifest(csv))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(
              "line 3: micrometres_per_pixel must be a number above 0; found " + wrong);
    }
  }

  @Nested
  class Patients {
    @ParameterizedTest
    @ValueSource(
        strings = {"patient_id", "Patient ID", "SUBJECT", "subject-id", "donor", "Case_ID", "pid"})
    void areTakenFromTheOnlyColumnThatIsCalledLikeThem(String column) throws IOException {
      Dataset dataset =
          Datasets.manifest(csv("file,label,%s\n1.png,a,P1\n2.png,b,P2\n".formatted(column)));
      assertThat(dataset.samples())
          .extracting(ManifestColumnsTest::facts)
          .containsExactly("1.png a P1", "2.png b P2");
      assertThat(dataset.notices())
          .containsExactly(
              "The column %s is taken for that of the patients. Rename it to patient if it is, and otherwise to something else."
                  .formatted(column));
    }

    @Test
    void areThoseOfTheColumnPatientWhereThereIsOne() throws IOException {
      Dataset dataset =
          Datasets.manifest(csv("file,label,subject,patient\n1.png,a,S1,P1\n2.png,b,S2,\n"));
      assertThat(dataset.samples())
          .extracting(ManifestColumnsTest::facts)
          .containsExactly("1.png a P1", "2.png b");
      assertThat(dataset.notices()).isEmpty();
    }

    @Test
    void mustBeNamedWhereTwoColumnsMayHoldThem() throws IOException {
      Path csv = csv("file,label,patient_id,donor\n1.png,a,P1,D1\n2.png,b,P2,D1\n");
      assertThatThrownBy(() -> Datasets.manifest(csv))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              csv.toString(), "found patient_id and donor", "Rename the right one to patient");
      assertThat(Datasets.manifest(csv, ManifestColumns.STANDARD.withPatient("Donor")).samples())
          .extracting(ManifestColumnsTest::facts)
          .containsExactly("1.png a D1", "2.png b D1");
    }

    @Test
    void thatStandForAMissingValueAreUnknownAndTold() throws IOException {
      Dataset dataset =
          Datasets.manifest(
              csv(
                  """
                  file,label,patient
                  1.png,a,NA
                  2.png,b,nan
                  3.png,b,Unknown
                  4.png,b,
                  5.png,b,NA
                  6.png,b,Nathan
                  """));
      assertThat(dataset.samples())
          .extracting(s -> s.patient().orElse("-"))
          .containsExactly("-", "-", "-", "-", "-", "Nathan");
      assertThat(dataset.notices())
          .containsExactly(
              "Patients of these names are taken for unknown ones, each image on its own: \"NA\""
                  + " (2 images), \"Unknown\" (1 images), \"nan\" (1 images). Give them other names"
                  + " if they are people.");
      assertThat(dataset.description()).contains("6 images of 1 patients and 5 of unknown ones");
    }

    @Test
    void thatDifferInCaseOrInTheEncodingOfAccentsAloneAreTold() throws IOException {
      assertThat(
              Datasets.manifest(
                      csv(
                          "file,label,patient\n"
                              + "1.png,a,p1\n"
                              + "2.png,b,P1\n"
                              + "3.png,b,é\n"
                              + "4.png,b,e\u0301\n"))
                  .notices())
          .containsExactly(
              "The patients P1 and p1 are two people; write them alike if they are one.",
              "The patients e\u0301 and é are two people; write them alike if they are one.");
    }

    @Test
    void thatAreAskedForMustBeThere() throws IOException {
      Path csv = csv("file,label\n1.png,a\n2.png,b\n");
      ManifestColumns columns = ManifestColumns.STANDARD.withPatient("who");
      assertThatThrownBy(() -> Datasets.manifest(csv, columns))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("missing: who", "found: file, label");
    }
  }

  @Nested
  class Labels {
    @Test
    void areTakenFromTheColumnThatIsNamed() throws IOException {
      csv("image,class,patient\n1.png,a,P1\n2.png,b,P2\n");
      ManifestColumns columns = ManifestColumns.STANDARD.withFile("Image").withLabel("Class");
      // The folder will do.
      assertThat(Datasets.manifest(dir, columns).samples())
          .extracting(ManifestColumnsTest::facts)
          .containsExactly("1.png a P1", "2.png b P2");
    }

    @Test
    void thatStandForAMissingValueAreNoClass() throws IOException {
      Path csv = csv("file,label\n1.png,a\n2.png,b\n3.png,nan\n4.png,N/A\n");
      assertThatThrownBy(() -> Datasets.manifest(csv))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "line 4: unknown label \"nan\"", "line 5: unknown label \"N/A\"");
    }

    @Test
    void areNotTakenFromARowWithAValueTooMany() throws IOException {
      // Without quotes the label would be b.png.
      Path csv = csv("file,label\n1.png,a\na, b.png,a\n2.png,b,,\n");
      assertThatThrownBy(() -> Datasets.manifest(csv))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("line 3: has more values than the header has columns")
          .hasMessageNotContaining("line 4");
    }

    @Test
    void thatDifferInCaseAloneAreTold() throws IOException {
      assertThat(
              Datasets.manifest(csv("file,label\n1.png,AML\n2.png,aml\n3.png,normal\n")).notices())
          .containsExactly(
              "The labels AML and aml are two classes; write them alike if they are one.");
    }
  }

  @Nested
  class Folders {
    @Test
    void withImagesThatTheirManifestDoesNotListAreTold() throws IOException {
      csv("file,label\na/1.png,one\na/2.png,two\n");
      TestData.file(dir, "a/1.png");
      TestData.file(dir, "a/2.png");
      TestData.file(dir, "a/3.png");
      Files.writeString(
          dir.resolve("taxonomy.json"),
          io.github.leukemia4j.Taxonomy.of("cell").with("cell", "one", "two").toJson());
      assertThat(Datasets.open(dir).notices())
          .containsExactly("1 images of the folder are not in manifest.csv: a/3.png.");
      Files.delete(dir.resolve("a/3.png"));
      assertThat(Datasets.open(dir).notices()).isEmpty();
    }
  }

  @Nested
  class FurtherColumns {
    @Test
    void areAttributesOfTheSamplesWithoutEmptyValues() throws IOException {
      Dataset dataset =
          Datasets.manifest(
              csv(
                  """
                  file,label,Subject,site,cell_class,site
                  1.png,a,P1,x,Blast,y
                  2.png,b,P2,x,,y
                  3.png,b,P2,x,NA
                  """));
      Map<String, String> first = dataset.samples().get(0).attributes();
      assertThat(first).containsExactly(Map.entry("cell_class", "Blast"));
      assertThat(first.get("Cell_Class")).isEqualTo("Blast");
      assertThat(dataset.samples().get(1).attributes()).isEmpty();
      assertThat(dataset.samples().get(2).attributes()).isEmpty();
      assertThatThrownBy(() -> first.put("x", "y"))
          .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void areSortedAndStayWithTheSampleUnderAnotherLabelAndInAMergedDataSet() throws IOException {
      Dataset dataset = Datasets.manifest(csv("file,label,size,age\n1.png,a,L,7\n2.png,b,M,8\n"));
      Sample sample = dataset.samples().get(0).withLabel(Label.of("b"));
      assertThat(sample.withSource(sample.source()).attributes())
          .containsExactly(Map.entry("age", "7"), Map.entry("size", "L"));
      assertThat(
              Datasets.merge("both", dataset.taxonomy(), List.of(dataset))
                  .samples()
                  .get(1)
                  .attributes())
          .containsExactly(Map.entry("age", "8"), Map.entry("size", "M"));
    }

    @Test
    void makeASampleOfTheRootOfARowWithoutALabelWhereTheyAreToBeLearnt() throws IOException {
      Path csv = csv("file,label,cell_class\n1.png,a,A\n2.png,b,B\n3.png,,C\n");
      ManifestColumns asked = ManifestColumns.STANDARD.withAuxiliary(List.of("cell_class"));
      Dataset dataset = Datasets.manifest(csv, asked);
      assertThat(dataset.taxonomy().leaves()).containsExactly(Label.of("a"), Label.of("b"));
      assertThat(dataset.samples())
          .extracting(ManifestColumnsTest::facts)
          .containsExactly("1.png a", "2.png b", "3.png cell");
      assertThatThrownBy(() -> Datasets.manifest(csv))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("line 4: unknown label \"\" (file 3.png)");
    }

    @Test
    void thatAreToBeLearntMustExistAndHaveAValueInARowWithoutALabel() throws IOException {
      Path csv = csv("file,label,cell_class\n1.png,a,A\n2.png,b,B\n3.png,,\n");
      assertThatThrownBy(
              () ->
                  Datasets.manifest(
                      csv, ManifestColumns.STANDARD.withAuxiliary(List.of("cell_class"))))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("line 4: unknown label \"\" (file 3.png)");
      assertThatThrownBy(
              () -> Datasets.manifest(csv, ManifestColumns.STANDARD.withAuxiliary(List.of("type"))))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("missing: type; found: file, label, cell_class");
    }
  }
}
