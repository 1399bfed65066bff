package io.github.leukemia4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.StageData;
import io.github.leukemia4j.metric.StageInput;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds every metric of a stage against scikit-learn 1.2.1; the file beside this class's resources
 * says how the values were made.
 */
class MetricsReferenceTest {
  static JsonNode reference() {
    try (InputStream in =
        MetricsReferenceTest.class.getResourceAsStream("metrics-reference.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Arguments> cases() {
    return StreamSupport.stream(reference().get("cases").spliterator(), false)
        .map(c -> Arguments.of(c.get("name").asText(), c));
  }

  static StageData stage(JsonNode one) {
    int classes = one.get("classes").asInt();
    LabelSet labels =
        LabelSet.of(IntStream.range(0, classes).mapToObj(i -> "c" + i).toArray(String[]::new));
    if (!one.get("positive").isNull()) {
      labels = labels.withPositive(labels.get(one.get("positive").asInt()));
    }
    int n = one.get("truth").size();
    int[] truth = new int[n];
    int[] chosen = new int[n];
    double[][] columns = new double[classes][n];
    for (int i = 0; i < n; i++) {
      truth[i] = one.get("truth").get(i).asInt();
      for (int c = 0; c < classes; c++) {
        columns[c][i] = one.get("probabilities").get(i).get(c).asDouble();
        chosen[i] = columns[c][i] > columns[chosen[i]][i] ? c : chosen[i];
      }
    }
    // Units of three samples: all weights 1 must give the same as no units at all.
    int[] unit = IntStream.range(0, n).map(i -> i / 3).toArray();
    return StageData.of(
        new StageInput(labels, truth, chosen, columns, new boolean[n], unit),
        n,
        EvaluationOptions.defaults());
  }

  private static void compare(Set<Metric> metrics, JsonNode expected, double[] values, int from) {
    for (Metric metric : metrics) {
      JsonNode wanted = expected.get(metric.jsonName());
      assertThat(wanted).as("reference of %s", metric).isNotNull();
      double found = values[from + metric.ordinal()];
      if (wanted.isNull()) {
        assertThat(found).as("%s, undefined", metric).isNaN();
      } else {
        assertThat(found).as("%s", metric).isCloseTo(wanted.asDouble(), within(1e-9));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithScikitLearn(String name, JsonNode one) {
    StageData data = stage(one);
    int[] all = new int[one.get("truth").size()];
    Arrays.fill(all, 1);
    double[] values = data.measure(all);
    EnumSet<Metric> ofStage = EnumSet.copyOf(StageData.OF_STAGE);
    ofStage.remove(Metric.END_TO_END_ACCURACY); // needs a cascade; EvaluatorTest
    compare(ofStage, one.get("stage"), values, 0);
    for (int c = 0; c < data.labels().size(); c++) {
      compare(
          StageData.OF_CLASS,
          one.get("perClass").get(c),
          values,
          StageData.indexOf(c, Metric.values()[0]));
    }
  }

  @Test
  void coversOrdinaryTiedSingleClassAndEmptyCases() {
    assertThat(cases().map(a -> (String) a.get()[0]))
        .contains("ordinary binary", "tied binary", "empty binary", "ordinary four classes")
        .anyMatch(name -> name.startsWith("single class"));
  }
}
