package io.github.leukemia4j.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Dataset.LabelCount;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.TestData;
import io.github.leukemia4j.data.check.Verification;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitterTest {
  private static final Taxonomy TWO = Taxonomy.of("cell").with("cell", "normal", "abnormal");

  /** Patients with 1 to 30 normal cells each; two in three also have cells of AML or APL. */
  private static Dataset patients(int patients, long seed) {
    Random random = new Random(seed);
    List<Sample> samples = new ArrayList<>();
    for (int p = 0; p < patients; p++) {
      String type = p % 4 == 0 ? "APL" : "AML";
      int normal = 1 + random.nextInt(30);
      int abnormal = p % 3 == 0 ? 0 : 1 + random.nextInt(20);
      for (int i = 0; i < normal + abnormal; i++) {
        String label = i < normal ? "normal" : type;
        samples.add(TestData.sample(p + "/" + i + ".jpg", label, "P" + p));
      }
    }
    return Dataset.of("patients", TestData.CELLS, samples);
  }

  private static Dataset singles(int normal, int abnormal) {
    List<Sample> samples = new ArrayList<>();
    IntStream.range(0, normal).forEach(i -> samples.add(TestData.sample("n" + i, "normal", null)));
    IntStream.range(0, abnormal)
        .forEach(i -> samples.add(TestData.sample("a" + i, "abnormal", null)));
    return Dataset.of("singles", TWO, samples);
  }

  /** The images are all the same, which shall not matter. */
  private static Verification unread() throws InterruptedException {
    return Verification.of(Dataset.of("none", TWO, List.of()));
  }

  private static Set<String> patientsOf(Dataset part) {
    Set<String> patients = new HashSet<>();
    part.samples().forEach(s -> patients.add(s.patient().orElseThrow()));
    return patients;
  }

  private static int count(Dataset part, String label) {
    return part.counts().stream()
        .filter(c -> c.label().equals(label))
        .mapToInt(LabelCount::samples)
        .sum();
  }

  @Nested
  class LaboratoriesLeftOut {
    /** Patients of three laboratories; North has no abnormal cells. */
    private static Dataset laboratories() {
      List<Sample> samples = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        int patient = i / 5;
        String laboratory = List.of("South", "North", "West").get(patient % 3);
        boolean abnormal = patient % 2 == 0 && !laboratory.equals("North");
        samples.add(
            TestData.sample("c" + i, abnormal ? "abnormal" : "normal", "P" + patient)
                .withAttribute("laboratory", laboratory));
      }
      samples.add(TestData.sample("nowhere", "normal", null));
      return Dataset.of("laboratories", TWO, samples);
    }

    private static Set<String> of(Dataset part) {
      return part.samples().stream()
          .flatMap(sample -> sample.laboratory().stream())
          .collect(Collectors.toSet());
    }

    @Test
    void areTestedOnAndTheOthersDivided() throws Exception {
      Split split = Splitter.of(1).calibration(0.1).leaveOut("North", laboratories(), unread());

      assertThat(of(split.test())).containsExactly("North");
      assertThat(split.test().size()).isEqualTo(100);
      assertThat(split.all().size()).isEqualTo(301);
      for (String part : List.of("train", "validation", "calibration")) {
        assertThat(of(split.part(part))).containsExactlyInAnyOrder("South", "West");
        assertThat(count(split.part(part), "abnormal")).isPositive();
      }
      assertThat(split.train().size()).isBetween(140, 165);
    }

    @Test
    void areEachTestedOnOnce() throws Exception {
      List<Split> folds = Splitter.of(1).laboratoryFolds(laboratories(), unread());

      assertThat(folds)
          .extracting(fold -> of(fold.test()))
          .containsExactly(Set.of("North"), Set.of("South"), Set.of("West"));
    }

    @Test
    void takeAPatientOfTwoLaboratoriesWithThem() throws Exception {
      Dataset dataset = laboratories();
      List<Sample> samples = new ArrayList<>(dataset.samples());
      samples.set(0, samples.get(0).withAttribute("laboratory", "North"));
      Split split = Splitter.of(1).leaveOut("North", dataset.withSamples(samples), unread());

      assertThat(patientsOf(split.test())).contains("P0");
      assertThat(split.test().size()).isEqualTo(105);
    }

    @Test
    void mustBeThereBesideOthers() throws Exception {
      Verification unread = unread();
      assertThatThrownBy(() -> Splitter.of(1).leaveOut("East", laboratories(), unread))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("found [North, South, West], wanted East");
      assertThatThrownBy(() -> Splitter.of(1).leaveOut("East", singles(9, 9), unread))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("in a column laboratory; found []");
    }
  }

  @Nested
  class Grouping {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void keepsEveryPatientInOnePart(long seed) {
      Dataset dataset = patients(40, seed);
      Split split = Splitter.of(seed).parts(0.5, 0.2, 0.1, 0.2).split(dataset);
      Set<String> all = new HashSet<>();
      int patients = 0;
      int samples = 0;
      for (String name : Split.PARTS) {
        Set<String> here = patientsOf(split.part(name));
        all.addAll(here);
        patients += here.size();
        samples += split.part(name).size();
      }
      assertThat(patients).isEqualTo(40).isEqualTo(all.size());
      assertThat(samples).isEqualTo(dataset.size());
    }

    @Test
    void keepsIdenticalFilesOfDifferentPatientsTogether() throws InterruptedException {
      List<Sample> samples = new ArrayList<>();
      for (int p = 0; p < 30; p++) {
        // Patients 0, 10 and 20 share an image, and so do 0 and 5.
        int first = p % 10 == 0 ? 200 : p;
        int second = p == 0 || p == 5 ? 201 : 100 + p;
        String label = p % 2 == 0 ? "normal" : "abnormal";
        samples.add(TestData.sample(p + "a", label, "P" + p, TestData.image(1, 1, first)));
        samples.add(TestData.sample(p + "b", label, "P" + p, TestData.image(1, 1, second)));
      }
      Dataset dataset = Dataset.of("copies", TWO, samples);
      Verification verification = Verification.of(dataset);
      for (int seed = 0; seed < 20; seed++) {
        Split split = Splitter.of(seed).split(dataset, verification);
        split.requireNoneIdentical(verification);
        String partOfFirst =
            Split.PARTS.stream()
                .filter(name -> patientsOf(split.part(name)).contains("P0"))
                .findFirst()
                .orElseThrow();
        assertThat(patientsOf(split.part(partOfFirst))).contains("P0", "P5", "P10", "P20");
      }
    }

    @Test
    void treatsImagesOfUnknownPatientsOneByOne() {
      Split split = Splitter.of(7).split(singles(100, 50));
      // Without patients to keep together the shares are met to the sample: 70, 10, 20 of 100.
      assertThat(Split.PARTS.stream().map(p -> count(split.part(p), "normal")))
          .containsExactly(70, 10, 0, 20);
      assertThat(Split.PARTS.stream().map(p -> count(split.part(p), "abnormal")))
          .containsExactly(35, 5, 0, 10);
    }
  }

  @Nested
  class Stratifying {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void meetsTheSharesOfEveryLabelWithFewPatients(long seed) {
      Dataset dataset = patients(80, seed);
      Split split = Splitter.of(seed).split(dataset);
      for (String label : List.of("cell", "normal", "abnormal", "AML", "APL")) {
        double all = count(dataset, label);
        assertThat(count(split.train(), label) / all).isBetween(0.66, 0.74);
        assertThat(count(split.validation(), label) / all).isBetween(0.06, 0.14);
        assertThat(count(split.test(), label) / all).isBetween(0.16, 0.24);
      }
    }

    @Test
    void meetsTheSharesOnDeepApl() throws IOException {
      Dataset dataset = Datasets.open(TestData.shared("deepapl"));
      for (int seed = 0; seed < 5; seed++) {
        Split split = Splitter.of(seed).split(dataset);
        for (LabelCount all : dataset.counts()) {
          LabelCount test =
              split.test().counts().stream()
                  .filter(c -> c.label().equals(all.label()))
                  .findFirst()
                  .orElseThrow();
          assertThat((double) test.samples() / all.samples()).isBetween(0.18, 0.22);
          assertThat((double) test.patients() / all.patients()).isBetween(0.13, 0.27);
        }
      }
    }
  }

  @Nested
  class Determinism {
    @Test
    void staysTheSameWithSamplesWithoutALabelWhichGoWithTheirPatients() {
      Dataset dataset = patients(50, 1);
      List<Sample> more = new ArrayList<>(dataset.samples());
      for (int i = 0; i < dataset.size(); i += 3) {
        Sample s = dataset.samples().get(i);
        more.add(new Sample("0/" + s.id(), s.source(), Label.of("cell"), s.patient()));
      }
      Split split = Splitter.of(3).split(dataset);
      Split with = Splitter.of(3).split(dataset.withSamples(more));
      for (String name : Split.PARTS) {
        List<Sample> labelled =
            with.part(name).samples().stream()
                .filter(s -> !s.label().equals(Label.of("cell")))
                .toList();
        assertThat(labelled).isEqualTo(split.part(name).samples());
        assertThat(patientsOf(with.part(name))).isEqualTo(patientsOf(split.part(name)));
      }
    }

    private static Set<Optional<String>> patientsOf(Dataset part) {
      return part.samples().stream().map(Sample::patient).collect(Collectors.toSet());
    }

    @Test
    void dependsOnTheSeedAndNotOnTheOrder() {
      Dataset dataset = patients(50, 1);
      List<Sample> shuffled = new ArrayList<>(dataset.samples());
      Collections.shuffle(shuffled, new Random(5));
      Split split = Splitter.of(3).split(dataset);
      Split again = Splitter.of(3).split(dataset.withSamples(shuffled));
      Split other = Splitter.of(4).split(dataset);
      for (String name : Split.PARTS) {
        assertThat(again.part(name).samples()).isEqualTo(split.part(name).samples());
      }
      assertThat(other.test().samples()).isNotEqualTo(split.test().samples());
      assertThat(split.seed()).hasValue(3);
    }
  }

  @Nested
  class Folds {
    @Test
    void testEverySampleOnce() throws InterruptedException {
      Dataset dataset = patients(60, 2);
      List<Split> folds = Splitter.of(1).folds(5, dataset, unread());
      assertThat(folds).hasSize(5);
      List<Sample> tested = new ArrayList<>();
      for (Split fold : folds) {
        tested.addAll(fold.test().samples());
        assertThat(fold.all().size()).isEqualTo(dataset.size());
        assertThat(fold.validation().size()).isPositive();
        assertThat(patientsOf(fold.test())).doesNotContainAnyElementsOf(patientsOf(fold.train()));
        assertThat((double) count(fold.test(), "APL") / count(dataset, "APL")).isBetween(0.1, 0.3);
        // 0.10 of 0.80 are for validation, of what is left of the test.
        assertThat((double) fold.validation().size() / dataset.size()).isBetween(0.06, 0.14);
      }
      assertThat(tested).containsExactlyInAnyOrderElementsOf(dataset.samples());
    }

    @Test
    void refuseASingleFold() {
      assertThatThrownBy(() -> Splitter.of(1).folds(1, patients(9, 1), unread()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least 2 folds; found 1");
    }

    @Test
    void refuseMoreFoldsThanAClassHasPatients() {
      assertThatThrownBy(() -> Splitter.of(1).folds(5, singles(100, 4), unread()))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("class abnormal: 4 samples of 4 patients, none left for fold");
    }
  }

  @Nested
  class Refusals {
    @Test
    void namesAClassWithOneSample() {
      assertThatThrownBy(() -> Splitter.of(1).split(singles(30, 1)))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "in each of the parts train, validation, test",
              "class abnormal: 1 samples of 1 patients, none left for ",
              "Add images of further patients");
    }

    @Test
    void namesAClassOfTooFewPatients() {
      List<Sample> samples = new ArrayList<>(patients(30, 1).samples());
      samples.removeIf(s -> s.label().name().equals("APL"));
      IntStream.range(0, 50)
          .forEach(i -> samples.add(TestData.sample("x" + i, "APL", "X" + i % 2)));
      assertThatThrownBy(() -> Splitter.of(1).split(Dataset.of("d", TestData.CELLS, samples)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("class APL: 50 samples of 2 patients, none left for");
    }

    @Test
    void namesAClassWithoutSamples() {
      assertThatThrownBy(() -> Splitter.of(1).split(singles(30, 0)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("class abnormal: 0 samples of 0 patients");
    }

    @Test
    void refusesNothingLabelled() {
      assertThatThrownBy(() -> Splitter.of(1).split(singles(0, 0)))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("found no samples", "Label the images");
    }

    @Test
    void doesNotAskForClassesOfAStageThatHasNoSamples() {
      Dataset coarse = Dataset.of("coarse", TestData.CELLS, singles(30, 30).samples());
      assertThat(Splitter.of(1).split(coarse).test().size()).isEqualTo(12);
    }

    @Test
    void takesCalibrationFromTrainAndValidationInProportion() {
      Split split = Splitter.of(1).calibration(0.2).split(singles(400, 400));
      assertThat(Split.PARTS.stream().map(part -> split.part(part).size()))
          .containsExactly(420, 60, 160, 160);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 0.8, 1, Double.NaN})
    void rejectsACalibrationPartThatLeavesNothingToTrainOn(double share) {
      assertThatThrownBy(() -> Splitter.of(1).calibration(share))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("less than the 0.8", String.valueOf(share));
    }

    @Test
    void rejectsSharesThatDoNotAddUp() {
      assertThatThrownBy(() -> Splitter.of(1).parts(0.5, 0.5, 0.5, -0.5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("add up to 1", "-0.5");
      assertThatThrownBy(() -> Splitter.of(1).parts(0, 0.5, 0, 0.5))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Splitter.of(1).parts(Double.NaN, 0.5, 0, 0.5))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
