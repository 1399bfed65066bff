package io.github.leukemia4j.loss;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** The vectors of loss-vectors.json; loss_vectors.py beside it says how each was made. */
record LossVectors(@JsonProperty("made by") String madeBy, List<Vector> vectors) {
  /**
   * @param wrong what a mistake would give for the same input, by the mistake's name; or null
   */
  record Vector(
      String name,
      String how,
      String loss,
      double[][] targets,
      double[][] probabilities,
      double value,
      String exactValue,
      double[] index,
      double[][] gradient,
      Map<String, Double> wrong) {
    @Override
    public String toString() {
      return name + " (" + how + ")";
    }
  }

  static List<Vector> all() {
    try (InputStream in = LossVectors.class.getResourceAsStream("loss-vectors.json")) {
      return new ObjectMapper().readValue(in, LossVectors.class).vectors();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Vector named(String name) {
    return all().stream().filter(v -> v.name().equals(name)).findFirst().orElseThrow();
  }
}
