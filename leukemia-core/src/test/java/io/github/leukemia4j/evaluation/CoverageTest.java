package io.github.leukemia4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.evaluation.CoverageSimulation.Design;
import io.github.leukemia4j.evaluation.CoverageSimulation.Tally;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Intervals hold the truth as often as they promise. A few simulations by default; {@code
 * -Dsimulations=1000} runs all designs and prints the tables of docs/evaluation.md.
 */
class CoverageTest {
  private static final int SIMULATIONS = Integer.getInteger("simulations", 0);
  private static final int FEW = 60;
  private static final int RESAMPLES = 99;

  /** Of five patients of each label and more. */
  private static final List<Design> DESIGNS =
      List.of(
          new Design(2, 5, 4, 20, 1.0, 1.0),
          new Design(2, 5, 4, 40, 2.5, 1.5),
          new Design(2, 5, 20, 20, 2.5, 0.5),
          new Design(2, 5, 20, 20, 3.0, 0.0),
          new Design(2, 5, 4, 20, 1.5, 1.0).withOthers(40),
          new Design(2, 8, 20, 20, 1.5, 1.0),
          new Design(2, 20, 4, 20, 2.0, 1.5),
          new Design(5, 5, 4, 20, 2.5, 1.0),
          new Design(5, 5, 20, 20, 3.0, 0.0),
          new Design(8, 5, 9, 10, 3.0, 1.0),
          new Design(8, 5, 9, 10, 4.0, 1.5),
          new Design(2, 5, 10, 40, 1.5, 1.0).withSeveral(),
          new Design(2, 10, 10, 40, 2.0, 1.0).withSeveral(),
          new Design(5, 8, 20, 60, 2.5, 1.0).withSeveral());

  private static final List<Design> TOO_FEW =
      List.of(
          new Design(4, 3, 9, 10, 2.5, 0.7),
          new Design(5, 2, 20, 20, 2.0, 1.0),
          new Design(8, 2, 9, 10, 3.0, 1.0),
          new Design(8, 3, 20, 20, 3.0, 1.0));

  private static final List<Design> COMPARED =
      List.of(
          DESIGNS.get(0),
          DESIGNS.get(1),
          DESIGNS.get(4),
          DESIGNS.get(6),
          DESIGNS.get(7),
          DESIGNS.get(11));

  private static final List<String> VALUES =
      List.of(
          "accuracy",
          "balancedAccuracy",
          "label's recall",
          "label's precision",
          "label's f1",
          "macroF1",
          "mcc",
          "brier",
          "logLoss",
          "auroc",
          "patients' auroc");

  private static final List<String> DIFFERENCES =
      List.of(
          "difference accuracy",
          "difference balancedAccuracy",
          "difference sensitivity",
          "difference macroF1",
          "difference mcc",
          "difference brier",
          "difference logLoss",
          "difference auroc");

  private static void print(Design d, CoverageSimulation found, List<String> columns) {
    System.out.println(
        String.format(
                Locale.ROOT,
                "| %d | %s%d%s | %d to %d | %.1f | %.2f | ",
                d.labels(),
                d.others() > 0 ? d.others() + " and " : "",
                d.patients(),
                d.several() ? ", all labels" : "",
                d.leastCells(),
                d.mostCells(),
                d.patientSpread(),
                found.accuracy)
            + columns.stream()
                .map(found.tallies::get)
                .map(
                    t ->
                        t == null || t.intervals < SIMULATIONS / 2
                            ? "-"
                            : String.format(Locale.ROOT, "%.1f", 100 * t.coverage()))
                .collect(Collectors.joining(" | "))
            + " |");
  }

  private static void holds(
      List<Design> designs, List<String> names, boolean comparisons, double least) {
    if (SIMULATIONS > 0) {
      System.out.println("| " + String.join(" | ", names) + " |");
    }
    for (Design design : designs) {
      CoverageSimulation found =
          new CoverageSimulation(design, SIMULATIONS == 0 ? FEW : SIMULATIONS)
              .run(7, RESAMPLES, comparisons);
      if (SIMULATIONS > 0) {
        print(design, found, names);
      }
      assertThat(found.narrower).as("narrower than Clopper-Pearson in %s", design).isZero();
      for (String name : names) {
        Tally tally = found.tallies.get(name);
        if (tally != null && tally.intervals >= FEW * 5 / 6) {
          assertThat(tally.coverage()).as("%s in %s", name, design).isGreaterThan(least);
        }
      }
    }
  }

  /** Where 93 of 100 hold the truth, fewer than 50 of 60 do with a probability of 0.002. */
  private static double least() {
    return SIMULATIONS == 0 ? 50.0 / 60 : 0.93 - 2.5 * Math.sqrt(0.93 * 0.07 / SIMULATIONS);
  }

  @Test
  void ofValuesIsKeptFromFivePatientsOfALabelOn() {
    holds(SIMULATIONS == 0 ? DESIGNS.subList(0, 2) : DESIGNS, VALUES, false, least());
  }

  @Test
  void ofDifferencesIsKeptFromFivePatientsOfALabelOn() {
    holds(SIMULATIONS == 0 ? COMPARED.subList(2, 3) : COMPARED, DIFFERENCES, true, least());
  }

  @Test
  void ofFewerIsNotFarBelow() {
    holds(SIMULATIONS == 0 ? TOO_FEW.subList(1, 2) : TOO_FEW, VALUES, false, least() - 0.04);
  }
}
