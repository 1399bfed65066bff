package io.github.leukemia4j.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Dataset.LabelCount;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.TestData;
import io.github.leukemia4j.data.check.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitTest {
  @TempDir Path dir;

  private static Dataset part(Sample... samples) {
    return Dataset.of("cells", TestData.CELLS, List.of(samples));
  }

  private static Dataset all() {
    return part(
        TestData.sample("1", "normal", "A", TestData.image(1, 1, 1)),
        TestData.sample("2", "AML", "A", TestData.image(1, 1, 2)),
        TestData.sample("3", "normal", "B", TestData.image(1, 1, 3)),
        TestData.sample("4", "AML", null, TestData.image(1, 1, 4)),
        TestData.sample("5", "abnormal", null, TestData.image(1, 1, 5)));
  }

  private static Dataset some(int... numbers) {
    return all()
        .withSamples(
            java.util.Arrays.stream(numbers).mapToObj(n -> all().samples().get(n - 1)).toList());
  }

  private static Verification verified(Split split) throws InterruptedException {
    Verification verification = Verification.of(split.all()).requireReadable();
    split.requireNoneIdentical(verification);
    return verification;
  }

  private static Split split() {
    return Split.of(some(1, 2), some(3), some(4), some(5));
  }

  @Test
  void tellsTheSizesOfItsParts() {
    assertThat(Split.of(some(1, 2), some(3), some(), some(4, 5)))
        .hasToString("Split[train 2, validation 1, calibration 0, test 2 of cells]");
  }

  @Nested
  class Disjointness {
    @Test
    void refusesASharedPatient() {
      assertThatThrownBy(() -> Split.of(some(1), some(3), some(4), some(2)))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("patient A is in train and test", "let Splitter");
    }

    @Test
    void refusesASharedSample() {
      assertThatThrownBy(() -> Split.of(some(1, 4), some(3), some(4), some(5)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("sample 4 is in train and calibration");
    }

    @Test
    void allowsUnknownPatientsInEveryPart() {
      assertThat(Split.of(some(4), some(5), some(), some()).seed()).isEmpty();
    }

    @Test
    void refusesAnEmptyTrainAndDifferingTaxonomies() {
      assertThatThrownBy(() -> Split.of(some(), some(3), some(), some()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("train must not be empty");
      Dataset other = Dataset.of("o", Taxonomy.of("cell").with("cell", "normal", "AML"), List.of());
      assertThatThrownBy(() -> Split.of(some(1), some(), some(), other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("same taxonomy");
    }

    @Test
    void refusesIdenticalImagesInTwoPartsBeforeTraining() {
      Dataset train = part(TestData.sample("1", "normal", "A", TestData.image(2, 2, 9)));
      Dataset test = part(TestData.sample("2", "normal", "B", TestData.image(2, 2, 9)));
      Split split = Split.of(train, some(), some(), test);
      assertThatThrownBy(() -> verified(split))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("1 (train), 2 (test)", "remove the copies");
    }

    @Test
    void allowsIdenticalImagesWithinAPart() throws InterruptedException {
      Dataset train =
          part(
              TestData.sample("1", "normal", "A", TestData.image(2, 2, 9)),
              TestData.sample("2", "normal", "A", TestData.image(2, 2, 9)));
      Verification verification = verified(Split.of(train, some(), some(), some()));
      assertThat(verification.identical()).hasSize(1);
    }

    @Test
    void refusesUnreadableImagesBeforeTraining() {
      Sample missing =
          new Sample(
              "1",
              ImageSource.file(dir.resolve("gone.jpg")),
              io.github.leukemia4j.Label.of("normal"),
              java.util.Optional.empty());
      Split split = Split.of(part(missing), some(), some(), some());
      assertThatThrownBy(() -> verified(split))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("gone.jpg: no such file");
    }
  }

  @Nested
  class Written {
    private Path file;

    @BeforeEach
    void name() {
      file = dir.resolve("split.json");
    }

    @Test
    void comeBackAsTheyWere() throws IOException {
      split().write(file);
      Split back = Split.read(file, all());
      for (String name : Split.PARTS) {
        assertThat(back.part(name).samples()).isEqualTo(split().part(name).samples());
      }
      assertThat(back.seed()).isEmpty();
    }

    @Test
    void leaveNothingBehindWhereTheyCannotBeWritten() throws IOException {
      Path taken = Files.createDirectories(file.resolve("taken"));
      assertThatThrownBy(() -> split().write(file)).isInstanceOf(IOException.class);
      try (Stream<Path> content = Files.list(dir)) {
        assertThat(content).containsExactly(file);
      }
      assertThat(taken).isEmptyDirectory();
    }

    @Test
    void keepTheSeed() throws IOException {
      Split made =
          Splitter.of(-9)
              .parts(0.5, 0, 0, 0.5)
              .split(Dataset.of("d", TestData.CELLS, fourOfEach()));
      made.write(file);
      assertThat(Split.read(file, made.all()).seed()).hasValue(-9);
    }

    private List<Sample> fourOfEach() {
      return Stream.of("normal", "AML", "APL")
          .flatMap(
              label -> Stream.of(1, 2, 3, 4).map(i -> TestData.sample(label + i, label, label + i)))
          .toList();
    }

    @Test
    void holdIdsAndCountsAsPlainJson() throws IOException {
      split().write(file);
      JsonNode json = new JsonMapper().readTree(file.toFile());
      assertThat(json.at("/dataset").asText()).isEqualTo("cells");
      assertThat(json.at("/seed").isNull()).isTrue();
      assertThat(json.at("/parts/train/1").asText()).isEqualTo("2");
      assertThat(json.at("/summary/parts/0/labels/0"))
          .isEqualTo(
              new JsonMapper()
                  .readTree(
                      "{\"label\":\"cell\",\"samples\":2,\"patients\":1,\"withoutPatient\":0}"));
    }

    @Test
    void areReplacedAtOnceAndLeaveNothingBeside() throws IOException {
      Files.writeString(file, "old");
      split().write(file);
      assertThat(Split.read(file, all()).train().size()).isEqualTo(2);
      try (Stream<Path> left = Files.list(dir)) {
        assertThat(left).containsExactly(file);
      }
    }

    @Test
    void leaveNothingWhereTheyCannotBeWritten() throws IOException {
      Path taken = Files.createDirectories(dir.resolve("taken/inside")).getParent();
      assertThatThrownBy(() -> split().write(taken)).isInstanceOf(IOException.class);
      try (Stream<Path> left = Files.list(dir)) {
        assertThat(left).containsExactly(taken);
      }
    }

    @Test
    void areRefusedForOtherSamples() throws IOException {
      split().write(file);
      assertThatThrownBy(() -> Split.read(file, some(1, 2, 3, 4)))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(file.toString(), "test names 5", "make a new split");
      Split.of(some(1, 2), some(3), some(), some(5)).write(file);
      assertThatThrownBy(() -> Split.read(file, all()))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("no part names 4", "(cells)");
    }

    @Test
    void areRefusedWhereTheyAreNoSplit() throws IOException {
      Files.writeString(file, "{\"schemaVersion\": 2, \"parts\": {}}");
      assertRefused("schema version 1; found 2");
      Files.writeString(file, "{}");
      assertRefused("found other JSON");
      Files.writeString(file, "null");
      assertRefused("found other JSON");
      Files.writeString(file, "{\"schemaVersion\": 1, \"parts\": {\"train\": [\"1\"");
      assertRefused("must be a split");
      Files.writeString(
          file, "{\"schemaVersion\": 1, \"parts\": {\"test\": [\"1\",\"2\",\"3\",\"4\",\"5\"]}}");
      assertRefused("in the part train; found none");
    }

    private void assertRefused(String message) {
      assertThatThrownBy(() -> Split.read(file, all()))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(file.toString(), message);
    }

    @Test
    void areRefusedWhereASampleIsInTwoPartsOrThePartIsUnknown() throws IOException {
      Files.writeString(
          file,
          """
          {"schemaVersion": 1, "parts": {"train": ["1", "2", "3"], "test": ["3", "4", "5", "6"]}}
          """);
      assertRefused("test names 3, which train names already");
      assertRefused("test names 6, which the data set does not have");
      Files.writeString(file, "{\"schemaVersion\": 1, \"parts\": {\"Training\": [\"1\"]}}");
      assertRefused("no parts but [train, validation, calibration, test]; found \"Training\"");
    }

    @Test
    void areReportedMissing() {
      assertThatThrownBy(() -> Split.read(file, all())).isInstanceOf(NoSuchFileException.class);
    }
  }

  @Nested
  class ListedInCsv {
    private Path csv(String text) throws IOException {
      return Files.writeString(dir.resolve("split.csv"), text);
    }

    @Test
    void isReadByFileAndPart() throws IOException {
      Path csv = csv("part,file\ntrain,1\nTraining,./2\nval,3\ntest,4\nHoldout,5\n");
      Split split = Split.read(csv, all());
      assertThat(split.train().samples()).extracting(Sample::id).containsExactly("1", "2");
      assertThat(split.validation().samples()).extracting(Sample::id).containsExactly("3");
      assertThat(split.calibration().samples()).isEmpty();
      assertThat(split.test().samples()).extracting(Sample::id).containsExactly("4", "5");
      assertThat(split.seed()).isEmpty();
    }

    @Test
    void isReadFromColumnsOfOtherNames() throws IOException {
      Path csv = csv("image,fold,split\n1,train,x\n2,train,x\n3,cal,x\n4,test,x\n5,test,x\n");
      Split split = Split.read(csv, "image", "Fold", all());
      assertThat(split.calibration().samples()).extracting(Sample::id).containsExactly("3");
    }

    @Test
    void namesTheRowsThatSayNoPart() throws IOException {
      Path csv = csv("file,split\n1,train\n2,\n3,fold1\n4,test\n5,test\n");
      assertThatThrownBy(() -> Split.read(csv, all()))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "in the column split of every row",
              "line 3: \"\" (file 2)",
              "line 4: \"fold1\" (file 3)");
    }

    @Test
    void namesSamplesThatAreTwiceOrMissing() throws IOException {
      Path csv = csv("file,part\n1,train\n2,train\n3,val\n3,test\n4,test\n");
      assertThatThrownBy(() -> Split.read(csv, all()))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "test names 3, which validation names already", "no part names 5");
    }

    @Test
    void namesTheColumnThatIsMissing() throws IOException {
      Path csv = csv("file,label\n1,train\n");
      assertThatThrownBy(() -> Split.read(csv, all()))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("missing: part", "found: file, label");
    }

    @Test
    void keepsPatientsInOnePart() throws IOException {
      Dataset shared =
          all()
              .withSamples(
                  Stream.of("1", "2").map(id -> TestData.sample(id, "normal", "P1")).toList());
      Path csv = csv("file,part\n1,train\n2,test\n");
      assertThatThrownBy(() -> Split.read(csv, shared))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("patient P1 is in train and test");
    }
  }

  @Nested
  class Looking {
    @Test
    void findsPartsByName() {
      assertThat(split().part("validation").samples()).extracting(Sample::id).containsExactly("3");
      assertThatThrownBy(() -> split().part("Test"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("[train, validation, calibration, test]", "\"Test\"");
    }

    @Test
    void summarisesSamplesAndPatientsOfEveryLabelAndPart() {
      Split.Summary summary = split().summary();
      assertThat(summary.parts()).extracting(Split.Summary.Part::part).isEqualTo(Split.PARTS);
      assertThat(summary.parts().get(3).labels())
          .containsExactly(
              new LabelCount("cell", 1, 0, 1),
              new LabelCount("normal", 0, 0, 0),
              new LabelCount("abnormal", 1, 0, 1),
              new LabelCount("AML", 0, 0, 0),
              new LabelCount("APL", 0, 0, 0));
      assertThat(summary.toText().lines().toList())
          .hasSize(6)
          .element(1)
          .asString()
          .matches("cell +2 \\(1\\) +1 \\(1\\) +1 \\(0\\) +1 \\(0\\)");
    }

    @Test
    void tellsTensOfThousandsOfSamplesInEightyColumns() {
      LabelCount many = new LabelCount("abnormal", 10_000, 1_000, 0);
      Split.Summary summary =
          new Split.Summary(
              "many",
              Split.PARTS.stream().map(n -> new Split.Summary.Part(n, List.of(many))).toList());
      assertThat(summary.toText().lines()).allMatch(line -> line.length() <= 80);
    }
  }
}
