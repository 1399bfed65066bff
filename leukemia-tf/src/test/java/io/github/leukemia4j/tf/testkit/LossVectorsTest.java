package io.github.leukemia4j.tf.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.tf.RegisteredLosses;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The graphs on the exact vectors of the core, without the core's implementation in between. */
class LossVectorsTest {
  /** Single precision. */
  private static final double TOLERANCE = 1e-6;

  /**
   * @param gradient with respect to the logits, or null
   */
  record Vector(
      String name, Loss loss, LossCase batch, double value, double[][] gradient, JsonNode wrong) {
    @Override
    public String toString() {
      return name;
    }

    LossGraph.Answer answer() {
      int classes = batch.targets()[0].length;
      try (LossGraph graph = new LossGraph(loss, new RegisteredLosses(), classes)) {
        return graph.of(batch.targets(), batch.logits());
      }
    }
  }

  static Stream<Vector> vectors() {
    List<Vector> vectors = new ArrayList<>();
    try (InputStream in = Loss.class.getResourceAsStream("loss-vectors.json")) {
      for (JsonNode node : new ObjectMapper().readTree(in).get("vectors")) {
        vectors.add(vector(node));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return vectors.stream();
  }

  private static Vector vector(JsonNode node) {
    JsonNode targets = node.get("targets");
    JsonNode probabilities = node.get("probabilities");
    int samples = targets.size();
    int classes = targets.get(0).size();
    float[][] target = new float[samples][classes];
    float[][] logits = new float[samples][classes];
    double[][] gradient = node.has("gradient") ? new double[samples][classes] : null;
    for (int i = 0; i < samples; i++) {
      double mean = 0;
      for (int c = 0; c < classes; c++) {
        double p = probabilities.get(i).get(c).doubleValue();
        target[i][c] = targets.get(i).get(c).floatValue();
        logits[i][c] = (float) Math.max(Math.log(p), -1000);
        mean += gradient == null ? 0 : p * node.get("gradient").get(i).get(c).doubleValue();
      }
      for (int c = 0; c < classes && gradient != null; c++) {
        double p = probabilities.get(i).get(c).doubleValue();
        gradient[i][c] = p * (node.get("gradient").get(i).get(c).doubleValue() - mean);
      }
    }
    String name = node.get("name").textValue();
    return new Vector(
        name,
        Loss.parse(node.get("loss").textValue()),
        new LossCase(name, target, logits, true),
        node.get("value").doubleValue(),
        gradient,
        node.path("wrong"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void valueAndGradientAreTheExactOnes(Vector vector) {
    LossGraph.Answer answer = vector.answer();
    assertThat((double) answer.value()).isCloseTo(vector.value(), within(TOLERANCE));
    for (int i = 0; vector.gradient() != null && i < vector.gradient().length; i++) {
      for (int c = 0; c < vector.gradient()[i].length; c++) {
        assertThat((double) answer.gradient()[i][c])
            .as("gradient at sample %d, class %d", i, c)
            .isCloseTo(vector.gradient()[i][c], within(TOLERANCE));
      }
    }
  }

  /** For each well-known mistake, vectors on which a graph with it would have another value. */
  @Nested
  class Mistakes {
    @Test
    void catchesSwappedWeights() {
      assertCaught("swapped weights");
    }

    @Test
    void catchesPooledClasses() {
      assertCaught("pooled classes");
    }

    @Test
    void catchesTheExponentAfterTheMean() {
      assertCaught("exponent after the mean");
    }

    @Test
    void catchesSmoothingMissingFromTheNumerator() {
      assertCaught("numerator not smoothed");
    }

    @Test
    void catchesForgottenAbsentClasses() {
      assertCaught("absent class included");
      assertCaught("absent class left in the denominator");
    }

    private void assertCaught(String mistake) {
      List<Vector> catching = vectors().filter(v -> v.wrong().has(mistake)).toList();
      assertThat(catching).isNotEmpty();
      assertThat(catching)
          .allSatisfy(
              vector -> {
                double value = vector.answer().value();
                assertThat(value).isCloseTo(vector.value(), within(TOLERANCE));
                assertThat(Math.abs(value - vector.wrong().get(mistake).doubleValue()))
                    .isGreaterThan(10 * TOLERANCE);
              });
    }
  }
}
