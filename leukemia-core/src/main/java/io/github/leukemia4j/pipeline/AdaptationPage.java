package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.calibration.LabelShift;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** The file ADAPTATION.md of a pipeline: what an adaptation did, in Markdown. */
final class AdaptationPage {
  static final String FILE = "ADAPTATION.md";

  private AdaptationPage() {}

  static String of(Adaptation.Report report) {
    StringJoiner page = new StringJoiner("\n", "", "\n");
    page.add("# Adaptation to " + report.dataset());
    page.add("");
    page.add(
        "The normalisation statistics of the blocks %s were estimated again on %d images without labels (%d were left out) and have the weight %s; the old ones have the rest. No other weight changed."
            .formatted(
                String.join(", ", report.blocks()),
                report.images(),
                report.leftOut(),
                report.weight()));
    page.add("");
    page.add(
        "What was measured of the pipeline before, such as its test, its temperature and what its thresholds promise, is not known to hold for it now. The adaptation can also have made it worse: test it on labelled images of the laboratory.");
    page.add("");
    page.add("## Warnings");
    page.add("");
    if (report.warnings().isEmpty()) {
      page.add("None.");
    }
    report.warnings().forEach(warning -> page.add("- " + warning));
    report.stages().forEach(stage -> add(stage, page));
    return page.toString();
  }

  private static void add(Adaptation.Stage stage, StringJoiner page) {
    page.add("");
    page.add("## Stage " + stage.stage());
    page.add("");
    page.add(
        "How many of the images lie in each tenth of the probability. An image counts by the probability that it is the stage's: %s images before, %s after."
            .formatted(rounded(stage.before().images()), rounded(stage.after().images())));
    page.add("");
    page.add(
        "| label | | share | 0-0.1 | 0.1-0.2 | 0.2-0.3 | 0.3-0.4 | 0.4-0.5 | 0.5-0.6 | 0.6-0.7 | 0.7-0.8 | 0.8-0.9 | 0.9-1 |");
    page.add("|---|---|" + "---|".repeat(1 + Adaptation.Predicted.BINS));
    for (int k = 0; k < stage.labels().size(); k++) {
      page.add(row(stage.labels().get(k).name(), "before", stage.before(), k));
      page.add(row("", "after", stage.after(), k));
    }
    stage.shift().ifPresent(shift -> add(stage, shift, page));
  }

  private static void add(Adaptation.Stage stage, LabelShift shift, StringJoiner page) {
    page.add("");
    page.add(
        "Shares of %s estimated from the probabilities: %s, in place of %s (likelihood ratio, p %s). %s"
            .formatted(
                stage.labels(),
                shares(shift.after()),
                shares(shift.before()),
                String.format(Locale.ROOT, "%.3g", shift.pValue()),
                stage.shifted()
                    ? "The probabilities are corrected to them."
                    : "The probabilities are not corrected: that needs at least %d images that speak for other shares by more than chance does."
                        .formatted(Adaptation.FEW_IMAGES)));
  }

  private static String row(String label, String when, Adaptation.Predicted predicted, int k) {
    return "| %s | %s | %s | %s |"
        .formatted(
            label,
            when,
            shares(List.of(predicted.shares().get(k))),
            predicted.histograms().get(k).stream()
                .map(AdaptationPage::rounded)
                .collect(Collectors.joining(" | ")));
  }

  private static String rounded(double count) {
    return Long.toString(Math.round(count));
  }

  private static String shares(List<Double> shares) {
    return shares.stream()
        .map(share -> String.format(Locale.ROOT, "%.3f", share))
        .collect(Collectors.joining(", "));
  }
}
