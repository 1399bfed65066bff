package io.github.leukemia4j.calibration.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.calibration.LabelShift;
import io.github.leukemia4j.inference.ProbabilityScale;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BiasTest {
  private static final LabelSet LABELS = LabelSet.of("normal", "abnormal");

  /** Logits that say nothing, half of one label and half of the other two. */
  private static CalibrationSamples uninformative(int patients) {
    int n = 4 * patients;
    return CalibrationSamples.of(
        "cells",
        LabelSet.of("a", "b", "c"),
        new double[n][3],
        IntStream.range(0, n)
            .mapToObj(i -> Label.of(List.of("a", "a", "b", "c").get(i % 4)))
            .toList(),
        IntStream.range(0, n).mapToObj(i -> Optional.of("P" + i / 4)).toList());
  }

  @Test
  void isWhereTheSlopeOfTheHeldBackLossIsNought() {
    int patients = 40;
    Calibration found = uninformative(patients).fit(1);
    assertThat(found.bias().accepted()).isTrue();
    double[] b = found.bias().values().stream().mapToDouble(v -> v).toArray();
    double[] p = ProbabilityScale.softmax(new double[3], 1, b);
    double[] shares = {0.5, 0.25, 0.25};
    double precision = 1 / (Math.log(3) * Math.log(3));
    for (int k = 0; k < 3; k++) {
      // patients * (p - share) + b / ln(3)^2: with no prior, p would be the shares.
      assertThat(patients * (p[k] - shares[k]) + precision * b[k]).isCloseTo(0, within(1e-7));
      assertThat(p[k]).isCloseTo(shares[k], within(0.02));
    }
    assertThat(Arrays.stream(b).sum()).isCloseTo(0, within(1e-9));
    assertThat(found.bias().logLossBefore()).isCloseTo(Math.log(3), within(1e-12));
    assertThat(found.bias().logLossAfter()).isBetween(1.0397, 1.06);
    assertThat(found.expectedCalibrationErrorAfter())
        .isLessThan(found.expectedCalibrationErrorBefore());
  }

  @Test
  void isRefusedOnFewPatientsAndOnFewOfALabel() {
    assertThat(uninformative(9).fit(1).bias())
        .satisfies(b -> assertThat(b.accepted()).isFalse())
        .satisfies(b -> assertThat(b.values()).containsExactly(0.0, 0.0, 0.0))
        .satisfies(b -> assertThat(b.reason()).isEqualTo("needs at least 10 patients; found 9"));
    CalibrationSamples one =
        CalibrationSamples.of(
            "cells",
            LABELS,
            new double[80][2],
            IntStream.range(0, 80).mapToObj(i -> LABELS.get(i < 4 ? 1 : 0)).toList(),
            IntStream.range(0, 80).mapToObj(i -> Optional.of("P" + i)).toList());
    assertThat(one.fit(1).bias().reason())
        .isEqualTo("needs cells of each label of at least 5 patients; found one of 4");
  }

  @Test
  void startsFromTheShiftInUse() {
    Calibration first = uninformative(40).fit(1);
    double[] shift = first.bias().values().stream().mapToDouble(v -> v).toArray();
    Calibration second = uninformative(40).fit(first.temperature().value(), shift);
    double[] b = second.bias().values().stream().mapToDouble(v -> v).toArray();
    double[] p = ProbabilityScale.softmax(new double[3], 1, b);
    double precision = 1 / (Math.log(3) * Math.log(3));
    for (int k = 0; k < 3; k++) {
      assertThat(40 * (p[k] - (k == 0 ? 0.5 : 0.25)) + precision * (b[k] - shift[k]))
          .isCloseTo(0, within(1e-7));
    }
  }

  @Test
  void startsFromTheSharesOfSamplesThatComeAsTheyCome() {
    List<Double> even = List.of(1 / 3.0, 1 / 3.0, 1 / 3.0);
    CalibrationSamples samples = uninformative(40);
    Calibration found = samples.fit(1, new double[3], new double[3], even);
    double[] b = found.bias().values().stream().mapToDouble(v -> v).toArray();
    double[] ratios = ProbabilityScale.ratios(samples.shares(), even);
    // Nothing but the shares differs, so that they are all of it.
    for (int k = 0; k < 3; k++) {
      assertThat(b[k]).isCloseTo(ratios[k], within(0.005));
    }
  }

  /** Two labels whose scores are normal, one deviation to either side of the threshold. */
  private record Laboratory(double share, double moved, double stretched, int cells) {
    static final int PATIENTS = 10;

    Cells draw(int patients, int ofPatient, double positive, Random random) {
      double[][] logits = new double[patients * ofPatient][2];
      int[] truth = new int[logits.length];
      int[] patient = new int[logits.length];
      for (int i = 0; i < logits.length; i++) {
        patient[i] = i / ofPatient;
      }
      double[] looks = random.doubles(patients).map(u -> 0.3 * random.nextGaussian()).toArray();
      for (int i = 0; i < logits.length; i++) {
        truth[i] = random.nextDouble() < positive ? 1 : 0;
        double score = (truth[i] == 1 ? 1 : -1) + random.nextGaussian() + moved + looks[patient[i]];
        logits[i][1] = stretched * 2 * score;
      }
      return new Cells(logits, truth, patient);
    }
  }

  private record Cells(double[][] logits, int[] truth, int[] patient) {
    CalibrationSamples samples() {
      return CalibrationSamples.of(
          "cells",
          LABELS,
          logits,
          Arrays.stream(truth).mapToObj(LABELS::get).toList(),
          Arrays.stream(patient).mapToObj(p -> Optional.of("P" + p)).toList());
    }

    double[][] probabilities(double temperature, double[] shift) {
      return Arrays.stream(logits)
          .map(row -> ProbabilityScale.softmax(row, temperature, shift))
          .toArray(double[][]::new);
    }

    double loss(double temperature, double[] shift) {
      return IntStream.range(0, truth.length)
          .mapToDouble(i -> TemperatureFit.logLoss(logits[i], truth[i], temperature, shift))
          .average()
          .orElseThrow();
    }
  }

  /** What a hundred calibrations to a laboratory do to its further cells. */
  private record Outcome(
      double untouched,
      double alone,
      double both,
      double acceptedAlone,
      double acceptedBoth,
      double helped,
      double hurt,
      double share,
      double shareUntouched) {
    /** The share of positive cells in another ward of the laboratory. */
    static final double ELSEWHERE = 0.2;

    static Outcome of(Laboratory laboratory, int repetitions) {
      Random random = new Random(1);
      double[] sums = new double[9];
      for (int r = 0; r < repetitions; r++) {
        Cells own =
            laboratory.draw(
                Laboratory.PATIENTS,
                laboratory.cells / Laboratory.PATIENTS,
                laboratory.share,
                random);
        Cells further = laboratory.draw(200, 10, laboratory.share, random);
        Cells ward = laboratory.draw(60, 5, ELSEWHERE, random);
        double[] none = new double[2];
        double[] each = TemperatureFit.crossFitted(own.logits, own.truth, own.patient, 1, none);
        Calibration.Temperature alone =
            TemperatureFit.fit(own.logits, own.truth, own.patient, 1, none, each);
        Calibration both = own.samples().fit(1, none, none, List.of(0.5, 0.5));
        double[] shift = both.bias().values().stream().mapToDouble(v -> v).toArray();
        double before = further.loss(1, none);
        double after = further.loss(both.temperature().value(), shift);
        List<Double> even = List.of(0.5, 0.5);
        // What probabilities were made with: the cells' own shares where a bias holds them.
        List<Double> made = both.bias().accepted() ? own.samples().shares() : even;
        double[] ones = IntStream.range(0, 300).mapToDouble(i -> 1).toArray();
        double[] one = {
          before,
          further.loss(alone.value(), none),
          after,
          alone.accepted() ? 1 : 0,
          both.bias().accepted() ? 1 : 0,
          after < before - 0.01 ? 1 : 0,
          after > before + 0.01 ? 1 : 0,
          LabelShift.estimate(ward.probabilities(both.temperature().value(), shift), ones, made)
              .after()
              .get(1),
          LabelShift.estimate(ward.probabilities(1, none), ones, even).after().get(1)
        };
        for (int k = 0; k < one.length; k++) {
          sums[k] += one[k] / repetitions;
        }
      }
      return new Outcome(
          sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7], sums[8]);
    }
  }

  /** Prints the table of docs/adapting.md with -Dsimulations=400. */
  @Test
  void helpsWhereALaboratoryDiffersAndSeldomHurtsWhereItDoesNot() {
    boolean all = System.getProperty("simulations") != null;
    int repetitions = Integer.getInteger("simulations", 20);
    StringBuilder table = new StringBuilder();
    for (int cells : all ? new int[] {50, 100} : new int[] {100}) {
      for (double[] laboratory :
          all
              ? new double[][] {
                {.5, 0, 1},
                {.2, 0, 1},
                {.8, 0, 1},
                {.05, 0, 1},
                {.5, .7, 1},
                {.2, .7, 1},
                {.8, .7, 1},
                {.5, 0, 2},
                {.5, .7, 2}
              }
              : new double[][] {{.5, 0, 1}, {.2, 0, 1}, {.2, .7, 1}}) {
        Outcome found =
            Outcome.of(
                new Laboratory(laboratory[0], laboratory[1], laboratory[2], cells), repetitions);
        table.append(
            "| %d | %.2f | %.1f | %.0f | %.3f | %.3f | %.3f | %.0f %% | %.0f %% | %.0f %% | %.0f %% | %.2f | %.2f |%n"
                .formatted(
                    cells,
                    laboratory[0],
                    laboratory[1],
                    laboratory[2],
                    found.untouched,
                    found.alone,
                    found.both,
                    100 * found.acceptedAlone,
                    100 * found.acceptedBoth,
                    100 * found.helped,
                    100 * found.hurt,
                    found.shareUntouched,
                    found.share));
        boolean same = laboratory[0] == .5 && laboratory[1] == 0 && laboratory[2] == 1;
        assertThat(found.hurt).as(table.toString()).isLessThanOrEqualTo(same ? 0.16 : 0.1);
        if (laboratory[0] == .2 && cells == 100) {
          assertThat(found.both).as(table.toString()).isLessThan(found.alone);
        }
        if (laboratory[0] == .2 && laboratory[1] > 0 && cells == 100) {
          assertThat(found.acceptedBoth).as(table.toString()).isGreaterThan(0.6);
          assertThat(found.both).as(table.toString()).isLessThan(found.alone - 0.1);
          assertThat(Math.abs(found.share - Outcome.ELSEWHERE))
              .as(table.toString())
              .isLessThan(Math.abs(found.shareUntouched - Outcome.ELSEWHERE) - 0.1);
        }
      }
    }
    if (all) {
      System.out.println(table);
    }
  }
}
