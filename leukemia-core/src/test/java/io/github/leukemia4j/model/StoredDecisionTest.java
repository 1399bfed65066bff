package io.github.leukemia4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.calibration.Decision.ConformalSets;
import io.github.leukemia4j.calibration.Decision.OperatingPoint;
import io.github.leukemia4j.calibration.fit.CalibrationSamples;
import io.github.leukemia4j.store.ChecksummedJson;
import io.github.leukemia4j.store.RechecksummedJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How calibration and decision stand in a manifest. */
class StoredDecisionTest {
  private static final LabelSet CELL = LabelSet.of("normal", "abnormal");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("manifest.json");
  }

  private static OperatingPoint point(double threshold) {
    return new OperatingPoint(
        threshold,
        "sensitivity of at least 0.95",
        OptionalDouble.of(0.98),
        OptionalDouble.empty(),
        OptionalDouble.of(0.95),
        60,
        "made up");
  }

  private static Calibration calibration() {
    double[][] logits = new double[12][];
    List<Label> truth = new ArrayList<>();
    List<Optional<String>> patients = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      logits[i] = new double[] {i % 2 == 0 ? 2 : 0, i % 2 == 0 ? 0 : 2};
      truth.add(CELL.get(i < 2 ? 1 - i % 2 : i % 2));
      patients.add(Optional.of("p" + i));
    }
    return CalibrationSamples.of("cells", CELL, logits, truth, patients).fit(1.5);
  }

  private static ModelManifest byThresholds() {
    return of(
        ModelBundleTest.head()
            .withCalibration(calibration())
            .withDecision(
                new Decision(1, point(0.25), point(0.75), null, List.of("refused because"))));
  }

  private static ModelManifest bySets() {
    return of(
        ModelBundleTest.head()
            .withDecision(
                new Decision(
                    1,
                    null,
                    null,
                    new ConformalSets(CELL, List.of(0.25, 0.5), List.of(9, 10), 0.9),
                    List.of())));
  }

  private static ModelManifest of(HeadManifest head) {
    return ModelBundleTest.manifest().withHeads(List.of(head));
  }

  private ModelManifest reread(ModelManifest manifest) throws IOException {
    ChecksummedJson.write(file, manifest);
    return ChecksummedJson.read(file, ModelManifest.class, ModelManifest.SCHEMA_VERSION);
  }

  @Test
  void isReadAsItWasWritten() throws IOException {
    assertThat(reread(byThresholds())).isEqualTo(byThresholds());
    assertThat(reread(bySets())).isEqualTo(bySets());
  }

  @Test
  void isAbsentWhereNothingWasFitted() throws IOException {
    reread(ModelBundleTest.manifest());
    assertThat(JSON.readTree(file.toFile()).get("heads").get(0).fieldNames())
        .toIterable()
        .doesNotContain("calibration", "decision");
  }

  /** These names are part of the format. */
  @Test
  void hasStableNames() throws IOException {
    reread(byThresholds());
    JsonNode tree = JSON.readTree(file.toFile()).get("heads").get(0);
    assertThat(tree.get("calibration").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "dataset",
            "temperature",
            "bias",
            "samplesWithoutPatient",
            "expectedCalibrationErrorBefore",
            "expectedCalibrationErrorAfter",
            "reliabilityBefore",
            "reliabilityAfter");
    assertThat(tree.at("/calibration/temperature").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "value", "accepted", "logLossBefore", "logLossAfter", "samples", "patients", "reason");
    assertThat(tree.at("/calibration/reliabilityBefore/0").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("from", "to", "samples", "confidence", "accuracy");
    assertThat(tree.get("decision").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("temperature", "operatingPoint", "upperPoint", "refusals");
    assertThat(tree.at("/decision/operatingPoint").toString())
        .isEqualTo(
            "{\"threshold\":0.25,\"aim\":\"sensitivity of at least"
                + " 0.95\",\"sensitivity\":0.98,\"specificity\":null,\"confidence\":0.95,\"units\":60,\"evidence\":\"made"
                + " up\"}");
    reread(bySets());
    assertThat(
            JSON.readTree(file.toFile())
                .get("heads")
                .get(0)
                .at("/decision/conformalSets")
                .toString())
        .isEqualTo(
            "{\"labels\":[\"normal\",\"abnormal\"],\"leastProbabilities\":[0.25,0.5],"
                + "\"calibrationUnits\":[9,10],\"coverage\":0.9}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /decision/operatingPoint/threshold    | 1.5      | Threshold, sensitivity and specificity
          /decision/operatingPoint/threshold    | null     | threshold
          /decision/operatingPoint/threshold    | "0.5"    | threshold
          /decision/operatingPoint/threshold    | 1e999    | Threshold, sensitivity and specificity
          /decision/operatingPoint/sensitivity  | -0.1     | Threshold, sensitivity and specificity
          /decision/operatingPoint/sensitivity  | "0.9"    | sensitivity
          /decision/operatingPoint/sensitivity  | [0.9]    | sensitivity
          /decision/operatingPoint/confidence   | 1        | the confidence in (0, 1)
          /decision/operatingPoint/aim          | null     | aim
          /decision/operatingPoint/units        | -1       | units be 0 or more
          /decision/operatingPoint              | null     | with an upper one
          /decision/operatingPoint              | 0.5      | operatingPoint
          /decision/temperature                 | 0        | must be above 0; found 0
          /decision/refusals                    | [null]   | decision
          /decision/refusals                    | "no"     | refusals
          /calibration/temperature/value        | 2        | must be the temperature
          /calibration/temperature/value        | -1       | must be above 0
          /calibration/temperature/patients     | 13       | 12 samples of 13 patients
          /calibration/temperature/logLossAfter | 1e999    | finite
          /calibration/temperature              | null     | temperature
          /calibration/samplesWithoutPatient    | 13       | found 13 of 12
          /calibration/expectedCalibrationErrorAfter | 1.5 | errors in [0, 1]
          /calibration/reliabilityBefore        | []       | bins that hold all samples
          /calibration/reliabilityBefore/14/samples    | 9 | A bin must
          /calibration/reliabilityBefore/0/from | 0.5      | A bin must lie in [0, 1]
          /calibration/reliabilityBefore/0/confidence | 0.5 | A bin must lie in [0, 1]
          /positive                             | null     | needs a positive label
          """)
  void isRefusedWhereAValueIsWrong(String at, String value, String message) throws IOException {
    reread(byThresholds());
    change(at, value);
    assertThatThrownBy(
            () -> ChecksummedJson.read(file, ModelManifest.class, ModelManifest.SCHEMA_VERSION))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /decision/conformalSets/labels             | ["abnormal","normal"] | be of the labels
          /decision/conformalSets/labels             | ["normal"]            | at least two labels
          /decision/conformalSets/labels             | ["normal",null]       | labels
          /decision/conformalSets/labels             | "normal"              | labels
          /decision/conformalSets/leastProbabilities | [0.5]                 | for each of
          /decision/conformalSets/leastProbabilities | [0.5,2]               | in [0, 1]
          /decision/conformalSets/calibrationUnits   | [9,-1]                | one count for each
          /decision/conformalSets/coverage           | 1                     | coverage in (0, 1)
          /decision/upperPoint                       | {}                    | upperPoint
          """)
  void isRefusedWhereASetIsWrong(String at, String value, String message) throws IOException {
    reread(bySets());
    change(at, value);
    assertThatThrownBy(
            () -> ChecksummedJson.read(file, ModelManifest.class, ModelManifest.SCHEMA_VERSION))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(message);
  }

  private void change(String at, String value) throws IOException {
    ObjectNode tree = (ObjectNode) JSON.readTree(file.toFile());
    int slash = at.lastIndexOf('/');
    ((ObjectNode) tree.at("/heads/0" + at.substring(0, slash)))
        .set(at.substring(slash + 1), JSON.readTree(value));
    RechecksummedJson.write(file, tree.toString());
  }
}
