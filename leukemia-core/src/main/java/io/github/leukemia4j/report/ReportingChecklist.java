package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.model.Provenance;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The items of TRIPOD+AI (Collins et al. 2024) and CLAIM (Tejani et al. 2024) on which a run can
 * say something; {@code docs/reporting-checklist.md} has them all.
 */
final class ReportingChecklist {
  private ReportingChecklist() {}

  /**
   * @param tripod numbers in TRIPOD+AI
   * @param claim numbers in CLAIM 2024
   * @param topic in our words
   * @param answer of the run
   */
  record Item(String tripod, String claim, String topic, String answer) {}

  static List<Item> of(List<ModelManifest> stages, EvaluationReport report, String evaluatedOn) {
    Provenance from = stages.get(0).provenance();
    ModelManifest.Input input = stages.get(0).input();
    boolean intervals =
        report.stages().stream()
            .anyMatch(s -> s.measures().interval(Metrics.BALANCED_ACCURACY).isPresent());
    return List.of(
        new Item(
            "5a",
            "7",
            "source of the data",
            "data set `" + from.dataset() + "`, digest `" + from.datasetDigest() + "`"),
        new Item(
            "7, 9a",
            "9",
            "preparation of the images",
            input.height()
                + " x "
                + input.width()
                + " pixels, of the middle "
                + input.centreCrop()
                + " of each side, resize "
                + input.resize()
                + ", normalisation "
                + input.normalisation()
                + (input.stainNormalisation() == null ? "" : " after stain normalisation")),
        new Item(
            "12a",
            "19, 20",
            "parts of the data",
            "split by patient where patients are known, identical images kept together; seed "
                + from.seed()
                + "; samples "
                + counts(from)),
        new Item(
            "12c",
            "22, 25",
            "model and training",
            "training-config.json of each stage; loss in its" + " manifest"),
        new Item("12c", "26", "choice of the final model", selection(stages)),
        new Item("12e", "28", "measures of performance", "as tabled above"),
        new Item(
            "12e, 23a",
            "29, 38",
            "uncertainty",
            intervals
                ? "intervals at level " + report.options().level() + ", methods named with them"
                : "no intervals: the samples do not support them"),
        new Item(
            "12g, 15",
            "",
            "from output to decision",
            "probabilities of the stages multiplied along the path; see Operating point above"),
        new Item(
            "13",
            "",
            "imbalance of the classes",
            stages.stream()
                .map(
                    s ->
                        s.name()
                            + ": batches drawn "
                            + s.priors().sampling()
                            + (s.priors().natural().equals(s.priors().training())
                                ? ""
                                : ", logits corrected to natural shares"))
                .collect(Collectors.joining("; "))),
        new Item(
            "16, 20c",
            "32, 33",
            "training data against evaluation data",
            "evaluated on "
                + evaluatedOn
                + "; whether that is another centre is for the authors to say"),
        new Item("18f", "23, 43", "code and software", software(from)),
        new Item("20a, 21", "35", "samples and patients", held(report)),
        new Item("22", "43", "the model itself", "the bundles beside this card"),
        new Item("23a", "37", "performance", "the metrics above; report.json has them all"),
        new Item("", "39", "failures", "the most confident errors in report.html"));
  }

  private static String selection(List<ModelManifest> stages) {
    return stages.stream()
        .map(
            s ->
                s.name()
                    + ": "
                    + (s.selection() == null ? "not known" : s.selection())
                    + (s.testTimeAugmentation().equals("none")
                        ? ""
                        : ", test-time augmentation " + s.testTimeAugmentation()))
        .collect(Collectors.joining("; "));
  }

  private static String counts(Provenance from) {
    return from.samples().entrySet().stream()
        .map(part -> part.getKey() + " " + part.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String software(Provenance from) {
    return String.format(
        Locale.ROOT,
        "leukemia4j %s, %s, Java %s, %s, %d threads",
        from.library(),
        from.backend(),
        from.java(),
        from.device(),
        from.threads());
  }

  private static String held(EvaluationReport report) {
    return report.stages().stream().map(ReportingChecklist::held).collect(Collectors.joining("; "));
  }

  private static String held(StageReport stage) {
    return stage.stage()
        + ": "
        + stage.classes().stream()
            .map(c -> c.label() + " " + c.samples())
            .collect(Collectors.joining(", "))
        + (stage.patients() == 0 ? "" : " of " + stage.patients() + " patients");
  }
}
