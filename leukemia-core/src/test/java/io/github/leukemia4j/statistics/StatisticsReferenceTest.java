package io.github.leukemia4j.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.metric.Interval;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds intervals and tests against R 4.2.2, pROC 1.18.0 and SciPy 1.10.1; the scripts that made
 * the values lie beside them.
 */
class StatisticsReferenceTest {
  private static JsonNode read(String file) {
    try (InputStream in = StatisticsReferenceTest.class.getResourceAsStream(file)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<JsonNode> r(String name) {
    return StreamSupport.stream(read("statistics-reference.json").get(name).spliterator(), false);
  }

  private static Stream<JsonNode> proportions() {
    return r("proportions");
  }

  private static Stream<JsonNode> mcnemar() {
    return r("mcnemar");
  }

  private static Stream<JsonNode> delong() {
    return r("delong");
  }

  private static Stream<JsonNode> signFlips() {
    return StreamSupport.stream(read("sign-flip-reference.json").get("cases").spliterator(), false);
  }

  private static double[] array(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  private static void same(Interval found, JsonNode ends) {
    assertThat(found.lower()).isCloseTo(ends.get(0).asDouble(), within(1e-9));
    assertThat(found.upper()).isCloseTo(ends.get(1).asDouble(), within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("proportions")
  void intervalsOfSharesAgreeWithR(JsonNode one) {
    long successes = one.get("successes").asLong();
    long trials = one.get("trials").asLong();
    double level = one.get("level").asDouble();
    same(Proportions.clopperPearson(successes, trials, level), one.get("clopperPearson"));
  }

  @ParameterizedTest
  @MethodSource("mcnemar")
  void mcnemarAgreesWithR(JsonNode one) {
    int first = one.get("onlyFirst").asInt();
    int second = one.get("onlySecond").asInt();
    assertThat(McNemar.exact(first, second, 500))
        .isCloseTo(one.get("pValue").asDouble(), within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("delong")
  void delongAgreesWithProc(JsonNode one) {
    double[] first = array(one.get("first"));
    double[] second = array(one.get("second"));
    double[] truth = array(one.get("positive"));
    boolean[] positive = new boolean[truth.length];
    IntStream.range(0, truth.length).forEach(i -> positive[i] = truth[i] == 1);
    DeLong.Area a = DeLong.area(first, positive, 0.95);
    DeLong.Area b = DeLong.area(second, positive, 0.95);
    assertThat(a.auroc()).isCloseTo(one.get("areas").get(0).asDouble(), within(1e-9));
    assertThat(b.auroc()).isCloseTo(one.get("areas").get(1).asDouble(), within(1e-9));
    assertThat(a.variance()).isCloseTo(one.get("variances").get(0).asDouble(), within(1e-9));
    assertThat(b.variance()).isCloseTo(one.get("variances").get(1).asDouble(), within(1e-9));
    // R's qnorm(0.975) = 1.959963984540054
    double area = a.auroc();
    double half = 1.959963984540054 * Math.sqrt(a.variance()) / (area * (1 - area));
    Interval onLogits = a.interval().orElseThrow();
    double logit = Math.log(area / (1 - area));
    assertThat(onLogits.lower()).isCloseTo(1 / (1 + Math.exp(half - logit)), within(1e-9));
    assertThat(onLogits.upper()).isCloseTo(1 / (1 + Math.exp(-half - logit)), within(1e-9));
    DeLong.Comparison both = DeLong.compare(first, second, positive, 0.95);
    same(both.interval().orElseThrow(), one.get("intervalOfDifference"));
    assertThat(both.pValue().orElseThrow()).isCloseTo(one.get("pValue").asDouble(), within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("signFlips")
  void exactSignFlipsAgreeWithScipy(JsonNode one) {
    double found = SignFlipTest.ofMean(array(one.get("differences")), 1 << 12, 1);
    assertThat(found).isCloseTo(one.get("pValue").asDouble(), within(1e-9));
  }
}
