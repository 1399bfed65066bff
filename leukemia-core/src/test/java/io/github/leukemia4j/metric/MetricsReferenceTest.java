package io.github.leukemia4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.LabelSet;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
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

  static StageScores stage(JsonNode one) {
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
    // Clusters of three samples: all weights 1 must give the same as no clusters at all.
    int[] cluster = IntStream.range(0, n).map(i -> i / 3).toArray();
    return StageScores.of(labels, truth, chosen, columns, new boolean[n], cluster, n);
  }

  private static void compare(List<StageMetric> metrics, JsonNode expected, StageScores scores) {
    for (StageMetric metric : metrics) {
      JsonNode wanted = expected.get(metric.id());
      assertThat(wanted).as("reference of %s", metric).isNotNull();
      OptionalDouble found = metric.of(scores);
      if (wanted.isNull()) {
        assertThat(found).as("%s, undefined", metric).isEmpty();
      } else {
        assertThat(found.orElseThrow()).as("%s", metric).isCloseTo(wanted.asDouble(), within(1e-9));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithScikitLearn(String name, JsonNode one) {
    StageScores scores = stage(one);
    List<StageMetric> ofStage = new ArrayList<>(Metrics.OF_STAGE);
    ofStage.remove(Metrics.END_TO_END_ACCURACY); // needs a pipeline; EvaluatorTest
    compare(ofStage, one.get("stage"), scores);
    for (int c = 0; c < scores.labels().size(); c++) {
      compare(Metrics.OF_LABEL, one.get("perClass").get(c), scores.against(c));
    }
  }

  @Test
  void coversOrdinaryTiedSingleClassAndEmptyCases() {
    assertThat(cases().map(a -> (String) a.get()[0]))
        .contains("ordinary binary", "tied binary", "empty binary", "ordinary four classes")
        .anyMatch(name -> name.startsWith("single class"));
  }
}
