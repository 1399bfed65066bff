package io.github.leukemia4j.research.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BestOfManyTest {
  private static final Taxonomy TAXONOMY = SyntheticSmear.taxonomy();
  private static final Label ROOT = TAXONOMY.root();
  private static final Judge JUDGE = new Judge(TAXONOMY, ROOT, Metrics.BALANCED_ACCURACY);

  /** Answers of 40 patients with 10 cells each, right with a chance that differs by patient. */
  private static List<ScoredSample> answers(long seed, double skill) {
    SplittableRandom random = new SplittableRandom(seed);
    LabelSet labels = TAXONOMY.labelSet(ROOT);
    List<ScoredSample> samples = new ArrayList<>();
    for (int patient = 0; patient < 40; patient++) {
      double own = skill + 0.15 * (random.nextDouble() - 0.5);
      int truth = patient % labels.size();
      for (int cell = 0; cell < 10; cell++) {
        boolean right = random.nextDouble() < own;
        double[] p = new double[labels.size()];
        int said = right ? truth : (truth + 1) % labels.size();
        p[said] = 1;
        samples.add(
            new ScoredSample(
                "p%02d-%d".formatted(patient, cell),
                labels.get(truth),
                Optional.of("p" + patient),
                Map.of(ROOT, Prediction.of(labels, p)),
                labels.get(said),
                MultilevelResult.Outcome.DECIDED));
      }
    }
    return samples;
  }

  private static List<List<ScoredSample>> trials(int count, long seed, double skill) {
    List<List<ScoredSample>> trials = new ArrayList<>();
    for (int t = 0; t < count; t++) {
      trials.add(answers(1000 * seed + t + 1, skill));
    }
    return trials;
  }

  @Test
  void theBestOfManyEqualOnesIsRarelyMoreThanLuck() {
    int found = 0;
    double lead = 0;
    double luck = 0;
    int repeats = 20;
    for (int i = 0; i < repeats; i++) {
      BestOfMany best = BestOfMany.of(JUDGE, answers(i + 7_000_000, 0.8), trials(20, i, 0.8), 1);
      found += best.pValue() <= 0.05 ? 1 : 0;
      lead += best.lead() / repeats;
      luck += best.luck() / repeats;
    }
    // The best of 20 equal ones leads clearly, and nearly never by more than luck gives.
    assertThat(lead).isGreaterThan(0.02);
    assertThat(luck / lead).isBetween(0.6, 1.6);
    assertThat(found).isLessThanOrEqualTo(4);
  }

  @Test
  void aTrueLeadIsFound() {
    List<List<ScoredSample>> trials = trials(20, 3, 0.8);
    trials.set(5, answers(99, 0.95));
    BestOfMany best = BestOfMany.of(JUDGE, answers(4242, 0.8), trials, 1);
    assertThat(best.pValue()).isLessThan(0.01);
    assertThat(best.lead()).isGreaterThan(best.luck());
    assertThat(best.trials()).isEqualTo(20);
    assertThat(best.patients()).isEqualTo(40);
  }
}
