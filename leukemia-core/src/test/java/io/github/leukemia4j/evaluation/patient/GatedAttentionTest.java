package io.github.leukemia4j.evaluation.patient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GatedAttentionTest {
  private static List<double[][]> patients(int number, Random random) {
    List<double[][]> patients = new ArrayList<>();
    for (int p = 0; p < number; p++) {
      double[][] cells = new double[1 + random.nextInt(6)][3];
      for (double[] cell : cells) {
        Arrays.setAll(cell, k -> random.nextGaussian());
      }
      patients.add(cells);
    }
    return patients;
  }

  @Test
  void descendsBySlopesThatAreFiniteDifferences() {
    Random random = new Random(3);
    List<double[][]> patients = patients(7, random);
    boolean[] positive = {true, false, false, true, true, false, true};
    int hidden = 2;
    double[] weights = random.doubles(2 * hidden * 3 + hidden + 3 + 1, -1, 1).toArray();
    double[] slope = new double[weights.length];
    GatedAttention.objective(patients, positive, hidden, 0.7, weights, slope);
    double[] unused = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      double[] more = weights.clone();
      double[] less = weights.clone();
      more[i] += 1e-5;
      less[i] -= 1e-5;
      double difference =
          (GatedAttention.objective(patients, positive, hidden, 0.7, more, unused)
                  - GatedAttention.objective(patients, positive, hidden, 0.7, less, unused))
              / 2e-5;
      assertThat(slope[i]).as("weight " + i).isCloseTo(difference, within(1e-8));
    }
  }

  /** One cell among many that do not differ tells of the patient; a mean would drown it. */
  @Test
  void findsTheCellsThatTell() {
    Random random = new Random(4);
    List<double[][]> patients = new ArrayList<>();
    boolean[] positive = new boolean[80];
    for (int p = 0; p < positive.length; p++) {
      positive[p] = p % 2 == 0;
      double[][] cells = new double[20][2];
      for (double[] cell : cells) {
        cell[0] = random.nextGaussian();
        cell[1] = 0.1 * random.nextGaussian();
      }
      // The second number marks the cell that tells, the first says what.
      cells[p % 20] = new double[] {(positive[p] ? 2 : -2) + 0.5 * random.nextGaussian(), 3};
      patients.add(cells);
    }
    GatedAttention fitted =
        GatedAttention.fit(patients.subList(0, 60), Arrays.copyOf(positive, 60), 4, 0.1, 1);
    int right = 0;
    double ofMarked = 0;
    for (int p = 60; p < 80; p++) {
      right += fitted.logOdds(patients.get(p)) > 0 == positive[p] ? 1 : 0;
      double[] attention = fitted.attention(patients.get(p));
      assertThat(Arrays.stream(attention).sum()).isCloseTo(1, within(1e-12));
      ofMarked += attention[p % 20] / 20;
    }
    assertThat(right).isGreaterThanOrEqualTo(14);
    // Evenly it would be a twentieth.
    assertThat(ofMarked).isGreaterThan(0.06);
  }

  @Test
  void isTheSameEveryTimeAndForCellsInAnyOrder() {
    Random random = new Random(5);
    List<double[][]> patients = patients(10, random);
    boolean[] positive = {true, false, false, true, true, false, true, false, true, false};
    GatedAttention one = GatedAttention.fit(patients, positive, 2, 1, 1);
    GatedAttention other = GatedAttention.fit(patients, positive, 2, 1, 1);
    double[][] cells = patients.get(1);
    double[][] turned = cells.clone();
    for (int i = 0; i < cells.length; i++) {
      turned[i] = cells[cells.length - 1 - i];
    }
    assertThat(other.logOdds(cells)).isEqualTo(one.logOdds(cells));
    assertThat(one.logOdds(turned)).isCloseTo(one.logOdds(cells), within(1e-12));
  }
}
