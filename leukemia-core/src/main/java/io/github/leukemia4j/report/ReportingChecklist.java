package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.model.Provenance;
import io.github.leukemia4j.report.view.Table;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The items of TRIPOD+AI (Collins et al. 2024) and CLAIM (Tejani et al. 2024) on which a run can
 * say something; {@code docs/reporting-checklist.md} has them all.
 */
final class ReportingChecklist {
  private ReportingChecklist() {}

  static Table of(List<ModelManifest> stages, EvaluationReport report, String evaluatedOn) {
    Provenance from = stages.get(0).provenance();
    ModelManifest.Input input = stages.get(0).input();
    boolean intervals =
        report.stages().stream()
            .anyMatch(s -> s.metrics().interval(Metrics.BALANCED_ACCURACY).isPresent());
    Table.Builder table = Table.of("TRIPOD+AI", "CLAIM", "topic", "answer");
    item(
        table,
        "5a",
        "7",
        "source of the data",
        "data set `%s`, digest `%s`".formatted(from.dataset(), from.datasetDigest()));
    item(
        table,
        "7, 9a",
        "9",
        "preparation of the images",
        "%d x %d pixels, of the middle %s of each side%s, resize %s, normalisation %s%s"
            .formatted(
                input.height(),
                input.width(),
                input.centreCrop(),
                input.micrometresPerPixel() == null
                    ? ""
                    : " or, where the scale is known, %s micrometres for each pixel"
                        .formatted(input.micrometresPerPixel()),
                input.resize(),
                input.normalisation(),
                input.stainNormalisation() == null ? "" : " after stain normalisation"));
    item(
        table,
        "12a",
        "19, 20",
        "parts of the data",
        "split by patient where patients are known, identical images kept together; seed %d; samples %s"
            .formatted(
                from.seed(),
                each(from.samples().entrySet(), e -> e.getKey() + " " + e.getValue(), ", ")));
    item(
        table,
        "12c",
        "22, 25",
        "model and training",
        "training-config.json of each stage; loss in its manifest");
    item(
        table,
        "12c",
        "26",
        "choice of the final model",
        each(
            stages,
            s ->
                "%s: %s%s"
                    .formatted(
                        s.name(),
                        s.selection() == null ? "not known" : s.selection(),
                        s.testTimeAugmentation().equals("none")
                            ? ""
                            : ", test-time augmentation " + s.testTimeAugmentation()),
            "; "));
    item(table, "12e", "28", "measures of performance", "as tabled above");
    item(
        table,
        "12e, 23a",
        "29, 38",
        "uncertainty",
        intervals
            ? "intervals at level %s, methods named with them".formatted(report.options().level())
            : "no intervals: the samples do not support them");
    item(
        table,
        "12g, 15",
        "",
        "from output to decision",
        "probabilities of the stages multiplied along the path; see Operating point above");
    item(
        table,
        "13",
        "",
        "imbalance of the classes",
        each(
            PipelineCard.heads(stages),
            s ->
                "%s: batches drawn %s%s"
                    .formatted(
                        s.stage(),
                        s.priors().sampling(),
                        s.priors().natural().equals(s.priors().training())
                            ? ""
                            : ", logits corrected to natural shares"),
            "; "));
    item(
        table,
        "16, 20c",
        "32, 33",
        "training data against evaluation data",
        "evaluated on %s; whether that is another centre is for the authors to say"
            .formatted(evaluatedOn));
    item(
        table,
        "18f",
        "23, 43",
        "code and software",
        "leukemia4j %s, %s, Java %s, %s, %d threads"
            .formatted(from.library(), from.backend(), from.java(), from.device(), from.threads()));
    item(
        table,
        "20a, 21",
        "35",
        "samples and patients",
        each(report.stages(), ReportingChecklist::held, "; "));
    item(table, "22", "43", "the model itself", "the bundles beside this card");
    item(table, "23a", "37", "performance", "the metrics above; report.json has them all");
    item(table, "", "39", "failures", "the most confident errors in report.html");
    return table.build();
  }

  /**
   * @param tripod numbers in TRIPOD+AI
   * @param claim numbers in CLAIM 2024
   * @param topic in our words
   * @param answer of the run
   */
  private static void item(
      Table.Builder table, String tripod, String claim, String topic, String answer) {
    table.row(tripod).text(claim).text(topic).text(answer);
  }

  private static <T> String each(Collection<T> all, Function<T, String> text, String between) {
    return all.stream().map(text).collect(Collectors.joining(between));
  }

  private static String held(StageReport stage) {
    return "%s: %s%s"
        .formatted(
            stage.stage(),
            each(stage.classes(), c -> c.label() + " " + c.samples(), ", "),
            stage.patients() == 0 ? "" : " of %d patients".formatted(stage.patients()));
  }
}
