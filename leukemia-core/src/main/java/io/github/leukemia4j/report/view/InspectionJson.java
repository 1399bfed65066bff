package io.github.leukemia4j.report.view;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Dataset.LabelCount;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.evaluation.inspection.Inspection.NearDuplicate;
import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.image.scale.ScaleEstimate;
import io.github.leukemia4j.metric.Metrics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the JSON of an inspection holds. */
record InspectionJson(
    int schemaVersion,
    String dataset,
    String layout,
    List<String> notices,
    String taxonomy,
    List<LabelCount> labels,
    Map<String, Map<String, Integer>> patients,
    Map<String, String> unreadable,
    List<List<Sample>> identical,
    List<List<Sample>> identicalAcrossPatients,
    List<List<Sample>> contradicting,
    List<NearDuplicate> nearDuplicates,
    List<Kind> sizesAndFormats,
    Optional<ScaleEstimate> scale,
    Baselines baselines) {
  record Kind(String kind, Map<String, Integer> images) {}

  record Baselines(List<Told> colour, List<Told> sizeAndFormat) {}

  record Told(
      Label stage,
      long samples,
      int patients,
      int neighbours,
      Optional<Estimate> balancedAccuracy,
      double chance,
      Optional<Estimate> accuracy,
      double majority,
      String shortcut,
      List<ToldLabel> perClass,
      List<Label> labelsOfOnePatient) {}

  record ToldLabel(Label label, long samples, Optional<Estimate> recall) {}

  static InspectionJson of(InspectionReport report) {
    Verification verification = report.inspection().verification();
    Dataset dataset = verification.dataset();
    return new InspectionJson(
        ReportJson.SCHEMA_VERSION,
        dataset.name(),
        dataset.layout(),
        dataset.notices(),
        dataset.taxonomy().toString(),
        dataset.counts(),
        report.byPatient(),
        verification.unreadable(),
        verification.identical(),
        verification.identicalAcrossPatients(),
        verification.contradicting(),
        report.inspection().nearDuplicates(),
        report.kinds().entrySet().stream()
            .map(kind -> new Kind(kind.getKey(), kind.getValue()))
            .toList(),
        report.inspection().scale(),
        new Baselines(told(report, report.colour()), told(report, report.sizeAndFormat())));
  }

  private static List<Told> told(InspectionReport report, EvaluationReport baseline) {
    return baseline.stages().stream().map(stage -> told(report, stage)).toList();
  }

  private static Told told(InspectionReport report, StageReport stage) {
    return new Told(
        stage.stage(),
        stage.samples(),
        stage.patients(),
        InspectionReport.NEIGHBOURS,
        stage.metrics().get(Metrics.BALANCED_ACCURACY),
        InspectionReport.chance(stage),
        stage.metrics().get(Metrics.ACCURACY),
        InspectionReport.majority(stage),
        InspectionReport.shortcut(stage).name().toLowerCase(Locale.ROOT),
        stage.classes().stream()
            .map(c -> new ToldLabel(c.label(), c.samples(), c.metrics().get(Metrics.RECALL)))
            .toList(),
        report.ofOnePatient(stage));
  }
}
