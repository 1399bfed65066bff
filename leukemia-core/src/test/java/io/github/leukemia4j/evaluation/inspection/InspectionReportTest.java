package io.github.leukemia4j.evaluation.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.report.inspection.InspectionReports;
import io.github.leukemia4j.report.view.InWords;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionReportTest {
  private static final Taxonomy CELLS = Taxonomy.of("cell").with("cell", "normal", "abnormal");

  /** Noise around a colour. */
  private static CellImage image(long seed, int side, int red, int green) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] rgb = new byte[side * side * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) (red + random.nextInt(40));
      rgb[i + 1] = (byte) (green + random.nextInt(40));
      rgb[i + 2] = (byte) (150 + random.nextInt(40));
    }
    return CellImage.ofRgb(side, side, rgb);
  }

  /** Twelve patients of five images each; even ones are normal. */
  private static InspectionReport report(IntFunction<CellImage> image) throws Exception {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int patient = i / 5;
      samples.add(
          new Sample(
              String.format("%02d <b>", i),
              ImageSource.of("image " + i, image.apply(i)),
              Label.of(patient % 2 == 0 ? "normal" : "abnormal"),
              Optional.of("P" + patient)));
    }
    return InspectionReport.of(Inspection.of(Dataset.of("cells & co", CELLS, samples)));
  }

  private static double balancedAccuracy(EvaluationReport report, String stage) {
    return report.stage(Label.of(stage)).metrics().value(Metrics.BALANCED_ACCURACY).orElseThrow();
  }

  @Nested
  class TheLaboratory {
    /** Cells of laboratory A, 30 normal and 10 abnormal, and of B, 5 and 15. */
    private static LaboratoryCheck check(IntFunction<String> patient) {
      List<Sample> samples = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        boolean normal = i < 30 || i >= 55;
        samples.add(
            new Sample(
                    "image " + i,
                    ImageSource.of("image", image(1, 4, 100, 100)),
                    Label.of(normal ? "normal" : "abnormal"),
                    Optional.ofNullable(patient.apply(i)))
                .withAttribute("laboratory", i < 40 ? "A" : "B"));
      }
      return LaboratoryCheck.of(Dataset.of("cells", CELLS, samples)).get(0);
    }

    @Test
    void tellsTheLabelsByCramersV() {
      LaboratoryCheck found = check(i -> null);

      // scipy.stats.contingency.association([[30, 10], [5, 15]], method="cramer"), SciPy 1.17.1.
      assertThat(found.cramersV()).isCloseTo(0.47809144373375745, within(1e-12));
      assertThat(found.pValue()).isEqualTo(0.001);
      assertThat(found.tells()).isTrue();
      assertThat(found.samples()).isEqualTo(60);
      assertThat(found.laboratories()).isEqualTo(2);
    }

    @Test
    void tellsNothingWhereItHasFewPatients() {
      LaboratoryCheck found = check(i -> "P" + i / 20);

      assertThat(found.cramersV()).isEqualTo(check(i -> null).cramersV());
      // Three patients, one of them of B: in a third of the permutations it is the same one.
      assertThat(found.pValue()).isBetween(0.25, 1.0);
      assertThat(found.tells()).isFalse();
    }

    @Test
    void isNotThereWhereNoneIsKnown() throws Exception {
      InspectionReport report = report(i -> image(i, 20, 100, 100));
      assertThat(report.laboratories()).isEmpty();
      assertThat(InWords.of(report)).noneMatch(sentence -> sentence.contains("laborator"));
    }
  }

  @Nested
  class ColourAlone {
    @Test
    void givesTheLabelsAwayWhereItDiffers() throws Exception {
      InspectionReport report = report(i -> image(i, 20, i / 5 % 2 == 0 ? 80 : 160, 100));
      assertThat(balancedAccuracy(report.colour(), "cell")).isEqualTo(1);
      assertThat(InspectionReport.shortcut(report.colour().stage(Label.of("cell"))))
          .isEqualTo(InspectionReport.Shortcut.ALMOST_ALL);
      assertThat(InWords.of(report))
          .anyMatch(s -> s.startsWith("cell: colour alone almost gives the labels away"));
    }

    @Test
    void saysNothingWhereEachPatientHasAColourOfHisOwn() throws Exception {
      // The nearest images of other patients are of the neighbours in this row, who are of the
      // other class: only images of the same patient would tell.
      InspectionReport report = report(i -> image(i, 20, 40 + i / 5 * 14, 100));
      assertThat(balancedAccuracy(report.colour(), "cell")).isLessThan(0.3);
      assertThat(InspectionReport.shortcut(report.colour().stage(Label.of("cell"))))
          .isEqualTo(InspectionReport.Shortcut.NONE);
    }
  }

  @Nested
  class SizeAlone {
    @Test
    void isAtChanceWhereAllAreAlike() throws Exception {
      InspectionReport report = report(i -> image(i, 20, 100, 100));
      assertThat(balancedAccuracy(report.sizeAndFormat(), "cell")).isEqualTo(0.5);
    }

    @Test
    void givesTheLabelsAwayWhereItDiffers() throws Exception {
      InspectionReport report = report(i -> image(i, i / 5 % 2 == 0 ? 20 : 24, 100, 100));
      assertThat(balancedAccuracy(report.sizeAndFormat(), "cell")).isEqualTo(1);
    }
  }

  @Test
  void namesLabelsOfASinglePatient() throws Exception {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      samples.add(
          new Sample(
              "s" + i,
              ImageSource.of("s" + i, image(i, 10, 90, 90)),
              Label.of(i < 8 ? "normal" : "abnormal"),
              Optional.of(i < 8 ? "P" + i : "Q")));
    }
    InspectionReport report =
        InspectionReport.of(Inspection.of(Dataset.of("cells", CELLS, samples)));
    assertThat(InWords.of(report))
        .anyMatch(s -> s.endsWith("with no other patient to tell [abnormal] by."));
  }

  @Test
  void tellsWhatWasGuessedOfTheDataSet(@TempDir Path folder) throws Exception {
    StringBuilder manifest = new StringBuilder("file,label,patient\n");
    for (int i = 0; i < 12; i++) {
      ImageIO.write(picture(20 * i), "png", folder.resolve(i + ".png").toFile());
      String label = i % 2 == 0 ? "normal" : "abnormal";
      String patient = i < 10 ? "P" + i : "NA";
      manifest.append("%d.png,%s,%s\n".formatted(i, label, patient));
    }
    Files.writeString(folder.resolve("manifest.csv"), manifest);
    Dataset dataset = Datasets.open(folder.resolve("manifest.csv"));
    InspectionReport report = InspectionReport.of(Inspection.of(dataset));

    // NA is no patient's name.
    assertThat(dataset.notices()).hasSize(1).first().asString().contains("NA");
    assertThat(InspectionReports.html(report))
        .contains("class=\"warn\">Patients of these names are taken for unknown ones");
    assertThat(
            JsonMapper.builder()
                .build()
                .readTree(InspectionReports.json(report))
                .at("/notices/0")
                .asText())
        .isEqualTo(dataset.notices().get(0));
  }

  private static BufferedImage picture(int grey) {
    BufferedImage picture = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(3, 4, grey << 16 | grey << 8 | grey);
    return picture;
  }

  @Test
  void writesJsonWithStableNames() throws Exception {
    JsonNode json =
        JsonMapper.builder()
            .build()
            .readTree(InspectionReports.json(report(i -> image(i % 30, 20, 100, 100))));
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactly(
            "schemaVersion",
            "dataset",
            "layout",
            "notices",
            "taxonomy",
            "labels",
            "patients",
            "unreadable",
            "identical",
            "identicalAcrossPatients",
            "contradicting",
            "nearDuplicates",
            "sizesAndFormats",
            "laboratories",
            "scale",
            "baselines");
    assertThat(json.get("identical")).hasSize(30);
    assertThat(json.at("/patients/P1/abnormal").asInt()).isEqualTo(5);
    assertThat(json.at("/sizesAndFormats/0/kind").asText()).isEqualTo("20 x 20 pixels");
    JsonNode stage = json.at("/baselines/colour/0");
    assertThat(stage.get("stage").asText()).isEqualTo("cell");
    assertThat(stage.at("/balancedAccuracy/estimate").isNumber()).isTrue();
    assertThat(stage.get("chance").asDouble()).isEqualTo(0.5);
    assertThat(stage.at("/perClass/1/label").asText()).isEqualTo("abnormal");
  }

  @Test
  void writesAPageThatNeedsNothingElse() throws Exception {
    String page = InspectionReports.html(report(i -> image(i % 30, 20, 100, 100)));
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains("width=device-width", "<h1>cells &amp; co:", "00 &lt;b&gt;")
        .contains("src=\"data:image/jpeg;base64,")
        .doesNotContain("http:", "https:", "<script", "00 <b>");
    // Pictures of each label, and a bar for each class.
    assertThat(page).contains("<h3>normal</h3>", "<h3>abnormal</h3>", "class=\"bar\"");
    // The longest bar is as wide as the screen allows: shorter on a phone.
    assertThat(page).contains("width: calc(1.00 * var(--whole))");
    assertThat(page.split("<img ", -1).length).isGreaterThan(2 * 8);
    assertThat(page).doesNotContain("alt=\"\"");
  }

  /** What the two measured data sets are known for; skipped where they are not there. */
  @Nested
  class MeasuredDataSets {
    private static Dataset shared(String name) throws Exception {
      Path folder = Path.of(System.getProperty("leukemia4j.shared", "../../shared"), "data", name);
      Assumptions.assumeTrue(Files.exists(folder), folder + " is not there");
      return Datasets.open(folder);
    }

    @Test
    void colourAlmostGivesTheClassesOfAll4Away() throws Exception {
      InspectionReport report = InspectionReport.of(Inspection.of(shared("all4")));
      assertThat(balancedAccuracy(report.colour(), "cell")).isGreaterThan(0.9);
      assertThat(balancedAccuracy(report.colour(), "abnormal")).isGreaterThan(0.9);
    }

    @Test
    void noPatientOfDeepAplIsOnBothSides() throws Exception {
      Inspection inspection = Inspection.of(shared("deepapl"));
      assertThat(inspection.verification().identicalAcrossPatients()).isEmpty();
      assertThat(inspection.nearDuplicates()).noneMatch(pair -> pair.acrossPatients());
      Split split = Splitter.of(1).split(inspection.dataset(), inspection.verification());
      Set<String> test = patients(split.test());
      assertThat(test).isNotEmpty().doesNotContainAnyElementsOf(patients(split.train()));
      assertThat(test).doesNotContainAnyElementsOf(patients(split.validation()));
    }

    private static Set<String> patients(Dataset part) {
      return part.samples().stream().flatMap(s -> s.patient().stream()).collect(Collectors.toSet());
    }
  }
}
