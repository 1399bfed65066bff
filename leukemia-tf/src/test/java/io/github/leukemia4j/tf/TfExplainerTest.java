package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.explanation.Explanations;
import io.github.leukemia4j.explanation.Explanations.Heatmap;
import io.github.leukemia4j.explanation.Explanations.Method;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.training.NetworkConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("arithmetic")
class TfExplainerTest {
  private static final Label AML = Label.of("AML");

  @TempDir Path directory;
  private long scopesBefore;

  @BeforeEach
  void countScopes() {
    scopesBefore = TfScope.live();
  }

  @AfterEach
  void leavesNoScopeOpen() {
    assertThat(TfScope.live()).isEqualTo(scopesBefore);
  }

  static Stream<NetworkConfig> networks() {
    return Stream.of(
        NetworkConfig.small(),
        NetworkConfig.paper(),
        NetworkConfig.residual(),
        NetworkConfig.parse("activations"));
  }

  /** The theorem of completeness: Sundararajan et al. 2017, proposition 1. */
  @ParameterizedTest
  @MethodSource("networks")
  void sumsIntegratedGradientsToWhatTheImageAdds(NetworkConfig network) throws Exception {
    // Not the network's own hash: that of an enum is another one in every JVM.
    ModelBundle bundle =
        RandomModel.write(
            directory.resolve("bundle"), network, 32, 40, 2, network.toString().hashCode());
    CellImage image = RandomModel.images(2, 32, 40, 3).get(0);
    byte[] grey = new byte[32 * 40 * 3];
    try (LeukemiaClassifier classifier = TfModels.open(bundle, OpenOptions.DEFAULT)) {
      for (Label label : classifier.labels().labels()) {
        double expected =
            logOdds(classifier.classify(image), label)
                - logOdds(classifier.classify(CellImage.ofRgb(32, 40, grey)), label);
        Heatmap map = Explanations.explain(classifier, image, label, Method.INTEGRATED_GRADIENTS);
        double sum = Arrays.stream(map.values()).flatMapToDouble(Arrays::stream).sum();
        assertThat(sum).isCloseTo(expected, within(0.02 + 0.05 * Math.abs(expected)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void findsTheLastBlockOfEachNetwork(NetworkConfig network) throws Exception {
    ModelBundle bundle = RandomModel.write(directory.resolve("bundle"), network, 40, 32, 1, 4);
    CellImage image = RandomModel.images(2, 80, 64, 3).get(0);
    try (LeukemiaClassifier classifier = TfModels.open(bundle, OpenOptions.DEFAULT)) {
      double most = 0;
      for (Label label : classifier.labels().labels()) {
        Heatmap map = Explanations.explain(classifier, image, label, Method.GRAD_CAM);
        assertThat(map.height()).isEqualTo(80);
        assertThat(map.width()).isEqualTo(64);
        double[] values = Arrays.stream(map.values()).flatMapToDouble(Arrays::stream).toArray();
        assertThat(Arrays.stream(values).min().orElseThrow()).isNotNegative();
        most = Math.max(most, Arrays.stream(values).max().orElseThrow());
      }
      assertThat(most).isPositive();
    }
  }

  /** With one channel, Grad-CAM is the channel times its gradient, or 0 where that is negative. */
  @Test
  void isColdForTheLabelsThatTheOnlyChannelSpeaksAgainst() throws Exception {
    NetworkConfig network = NetworkConfig.plain(0, List.of(1), List.of(), 0);
    ModelBundle bundle = RandomModel.write(directory.resolve("bundle"), network, 8, 8, 1, 2);
    CellImage image = RandomModel.images(2, 8, 8, 3).get(0);
    try (LeukemiaClassifier classifier = TfModels.open(bundle, OpenOptions.DEFAULT)) {
      long warm =
          classifier.labels().labels().stream()
              .filter(
                  label ->
                      Arrays.stream(
                              Explanations.explain(classifier, image, label, Method.GRAD_CAM)
                                  .values())
                          .flatMapToDouble(Arrays::stream)
                          .anyMatch(v -> v > 0))
              .count();
      // The log odds of three labels cannot all rise, nor all fall, with one channel.
      assertThat(warm).isBetween(1L, 2L);
    }
  }

  @Test
  void explainsTheUprightViewWhereSeveralAreAveraged() throws Exception {
    NetworkConfig network = NetworkConfig.small();
    ModelBundle averaging = RandomModel.writeEightViews(directory.resolve("eight"), network, 24, 9);
    ModelBundle plain = RandomModel.write(directory.resolve("one"), network, 24, 24, 1, 9);
    CellImage image = RandomModel.images(2, 24, 24, 3).get(0);
    try (LeukemiaClassifier eight = TfModels.open(averaging, OpenOptions.DEFAULT);
        LeukemiaClassifier one = TfModels.open(plain, OpenOptions.DEFAULT)) {
      for (Method method : List.of(Method.GRAD_CAM, Method.INTEGRATED_GRADIENTS)) {
        double[][] expected = Explanations.explain(one, image, AML, method).values();
        double[][] found = Explanations.explain(eight, image, AML, method).values();
        for (int row = 0; row < expected.length; row++) {
          assertThat(found[row]).containsExactly(expected[row], within(1e-4));
        }
      }
    }
  }

  @Test
  void leavesThePredictionsAsTheyWere() throws Exception {
    ModelBundle bundle =
        RandomModel.write(directory.resolve("bundle"), NetworkConfig.small(), 16, 16, 1, 4);
    List<CellImage> images = RandomModel.images(4, 16, 16, 3);
    try (LeukemiaClassifier classifier = TfModels.open(bundle, OpenOptions.DEFAULT)) {
      List<Prediction> before = classifier.classifyAll(images);
      Heatmap first = Explanations.explain(classifier, images.get(0), AML, Method.GRAD_CAM);
      assertThat(classifier.classifyAll(images)).isEqualTo(before);
      assertThat(Explanations.explain(classifier, images.get(0), AML, Method.GRAD_CAM))
          .isEqualTo(first);
    }
  }

  @Test
  void refusesWhatItCannotExplain() throws Exception {
    ModelBundle bundle =
        RandomModel.write(directory.resolve("bundle"), NetworkConfig.small(), 16, 16, 1, 4);
    CellImage image = RandomModel.images(2, 16, 16, 3).get(0);
    LeukemiaClassifier classifier = TfModels.open(bundle, OpenOptions.DEFAULT);
    try (classifier) {
      assertThatThrownBy(
              () -> Explanations.explain(classifier, image, Label.of("CLL"), Method.OCCLUSION))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("CLL");
    }
    assertThatThrownBy(() -> Explanations.explain(classifier, image, AML, Method.GRAD_CAM))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("it was closed");
  }

  private static double logOdds(Prediction prediction, Label label) {
    double p = prediction.probabilityOf(label);
    return Math.log(p / (1 - p));
  }
}
