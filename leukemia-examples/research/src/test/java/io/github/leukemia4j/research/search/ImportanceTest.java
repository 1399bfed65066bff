package io.github.leukemia4j.research.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ImportanceTest {
  private static final SearchSpace SPACE =
      new SearchSpace(
          List.of(
              new Setting("idle", new Values.Numbers(0, 1, false, false)),
              new Setting("steep", new Values.Numbers(0.001, 10, true, false)),
              new Setting("kind", new Values.Choices(List.of("a", "b")))));

  @Test
  void findsTheSettingsThatMatter() {
    SplittableRandom random = new SplittableRandom(1);
    List<Trial> trials = new ArrayList<>();
    double[] scores = new double[300];
    for (int i = 0; i < scores.length; i++) {
      double[] point = random.doubles(3).toArray();
      trials.add(new Trial(i, SPACE.values(point), 2, 1, "", 0.0, List.of(), 0, null));
      scores[i] = 2 * Math.floor(3 * point[1]) + (point[2] < 0.5 ? 0 : 1) + random.nextGaussian();
    }
    List<Importance> found = Importance.of(SPACE, trials, scores, 1);
    assertThat(found.stream().map(Importance::setting)).containsExactly("steep", "kind", "idle");
    // Variances 4 * 2/3, 1/4 and 1 of noise: shares 0.681 and 0.064.
    assertThat(found.get(0).share()).isCloseTo(0.681, within(0.06));
    assertThat(found.get(1).share()).isCloseTo(0.064, within(0.05));
    assertThat(found.get(2).share()).isLessThan(0.02);
    assertThat(found.get(0).pValue()).isEqualTo(0.001);
    assertThat(found.get(2).pValue()).isGreaterThan(0.05);
  }

  @Test
  void saysNothingOfFewTrials() {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      trials.add(
          new Trial(
              i, SPACE.values(new double[] {0, i / 5.0, 0}), 2, 1, "", 0.0, List.of(), 0, null));
    }
    assertThat(Importance.of(SPACE, trials, new double[5], 1)).isEmpty();
  }
}
