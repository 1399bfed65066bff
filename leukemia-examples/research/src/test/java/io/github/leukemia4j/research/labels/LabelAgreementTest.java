package io.github.leukemia4j.research.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelAgreementTest {
  private static final Taxonomy TAXONOMY = SyntheticSmear.taxonomy();
  private static final Label ROOT = TAXONOMY.root();
  private static final LabelSet LABELS = TAXONOMY.labelSet(ROOT);

  /**
   * @param given place of the label at the root
   * @param second probability of the second label
   */
  private static ScoredSample sample(String id, String patient, int given, double second) {
    return new ScoredSample(
        id,
        LABELS.get(given),
        Optional.of(patient),
        Map.of(ROOT, Prediction.of(LABELS, 1 - second, second)),
        LABELS.get(second > 0.5 ? 1 : 0),
        MultilevelResult.Outcome.DECIDED);
  }

  @Test
  void countsAsThePaperDoes() {
    // Thresholds: first (0.9 + 0.8 + 0.4 + 0.1) / 4 = 0.55, second (0.9 + 0.6 + 0.3) / 3 = 0.6.
    // Sure of the first: 0.9, 0.8 and, though given as the second, 0.7. Sure of the second: 0.9,
    // 0.6 and, though given as the first, 0.6 and 0.9. Errors: (4 * 2/4 + 3 * 1/3) / 7.
    LabelAgreement found =
        LabelAgreement.of(
                TAXONOMY,
                List.of(
                    sample("a", "p", 0, 0.1),
                    sample("b", "p", 0, 0.2),
                    sample("c", "q", 0, 0.6),
                    sample("d", "q", 0, 0.9),
                    sample("e", "q", 1, 0.9),
                    sample("f", "r", 1, 0.6),
                    sample("g", "r", 1, 0.3)))
            .get(0);
    assertThat(found.thresholds().get(0)).isCloseTo(0.55, within(1e-12));
    assertThat(found.thresholds().get(1)).isCloseTo(0.6, within(1e-12));
    assertThat(found.confident()).containsExactly(List.of(2, 2), List.of(1, 2));
    assertThat(found.errors()).isCloseTo(3.0 / 7, within(1e-12));
    assertThat(found.suspects().stream().map(LabelAgreement.Suspect::id))
        .containsExactly("d", "g", "c");
    assertThat(found.patients())
        .containsExactly(
            new LabelAgreement.PatientShare("q", 2, 3), new LabelAgreement.PatientShare("r", 1, 2));
  }

  @Test
  void findsLabelsThatWereTurnedRound() {
    SplittableRandom random = new SplittableRandom(5);
    Set<String> turned = new TreeSet<>();
    List<ScoredSample> samples = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      int truth = random.nextInt(2);
      boolean wrong = random.nextDouble() < 0.08;
      String id = "cell-%04d".formatted(i);
      if (wrong) {
        turned.add(id);
      }
      double second =
          1 / (1 + Math.exp(-((truth == 1 ? 2.5 : -2.5) + 1.2 * random.nextGaussian())));
      samples.add(sample(id, "p" + i % 50, wrong ? 1 - truth : truth, second));
    }
    LabelAgreement found = LabelAgreement.of(TAXONOMY, samples).get(0);
    Set<String> suspects =
        found.suspects().stream().map(LabelAgreement.Suspect::id).collect(Collectors.toSet());
    long right = suspects.stream().filter(turned::contains).count();
    assertThat((double) right / turned.size()).isGreaterThan(0.75);
    assertThat((double) right / suspects.size()).isGreaterThan(0.9);
    assertThat(found.errors()).isCloseTo(0.08, within(0.02));
  }

  @Test
  void writesAContactSheetAndChangesNoLabel(@TempDir Path folder) throws Exception {
    Dataset dataset = SyntheticSmear.dataset(1, 4, 2);
    List<ScoredSample> samples =
        dataset.samples().stream()
            .map(
                s -> {
                  int given = LABELS.indexOf(TAXONOMY.childTowards(ROOT, s.label()).orElseThrow());
                  return new ScoredSample(
                      s.id(),
                      s.label(),
                      s.patient(),
                      Map.of(
                          ROOT,
                          Prediction.of(LABELS, given == 0 ? 0.9 : 0.6, given == 0 ? 0.1 : 0.4)),
                      LABELS.get(0),
                      MultilevelResult.Outcome.DECIDED);
                })
            .toList();
    List<LabelAgreement> found = LabelAgreement.of(TAXONOMY, samples);
    LabelPage.write(dataset, found, 5, folder);
    assertThat(Files.readAllLines(folder.resolve(LabelPage.CSV)))
        .hasSize(found.get(0).suspects().size() + 1)
        .first()
        .isEqualTo("stage,file,patient,given,predicted,pGiven,pPredicted");
    assertThat(Files.readString(folder.resolve(LabelPage.HTML))).contains("No label was changed.");
    Dataset other = dataset.withSamples(dataset.samples().subList(0, 1));
    List<LabelAgreement> suspicious =
        LabelAgreement.of(
            TAXONOMY, List.of(sample("nowhere", "p", 0, 0.9), sample("nowhere else", "p", 1, 0.9)));
    assertThatThrownBy(() -> LabelPage.write(other, suspicious, 5, folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found 1 that it does not have");
  }
}
