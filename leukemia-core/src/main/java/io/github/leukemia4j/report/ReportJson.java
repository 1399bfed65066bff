package io.github.leukemia4j.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.ReliabilityBin;
import io.github.leukemia4j.calibration.Temperature;
import io.github.leukemia4j.evaluation.Baseline;
import io.github.leukemia4j.evaluation.CalibrationCheck;
import io.github.leukemia4j.evaluation.ClassReport;
import io.github.leukemia4j.evaluation.Estimate;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.MetricValues;
import io.github.leukemia4j.evaluation.PathReport;
import io.github.leukemia4j.evaluation.PatientReport;
import io.github.leukemia4j.evaluation.ReportOrigin;
import io.github.leukemia4j.evaluation.StageCalibration;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.UnfitImages;
import io.github.leukemia4j.evaluation.compare.ComparisonReport;
import io.github.leukemia4j.evaluation.compare.Difference;
import io.github.leukemia4j.evaluation.compare.PatientComparison;
import io.github.leukemia4j.evaluation.compare.StageComparison;
import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.model.Provenance;
import io.github.leukemia4j.statistics.Interval;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** The JSON form of reports. Its names are part of the contract. All methods are thread-safe. */
public final class ReportJson {
  static final int SCHEMA_VERSION = 1;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Written as objects with their interval; the others are numbers beside {@code intervals}. */
  private static final Set<Metric> WITH_INTERVAL =
      Set.of(
          Metrics.ACCURACY,
          Metrics.BALANCED_ACCURACY,
          Metrics.AUROC,
          Metrics.SENSITIVITY,
          Metrics.SPECIFICITY);

  private ReportJson() {}

  /** The inspection as indented JSON with stable names. */
  public static String of(InspectionReport report) {
    return InspectionJson.write(report);
  }

  /**
   * The report as indented JSON with stable names. A metric that has no value is null, and its
   * reason stands under {@code undefined}.
   */
  public static String of(EvaluationReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("schemaVersion", SCHEMA_VERSION);
    ArrayNode stages = root.putArray("stages");
    for (StageReport stage : report.stages()) {
      ObjectNode node = stages.addObject();
      write(stage, node);
      ArrayNode sentences = node.putArray("inWords");
      InWords.of(report, stage).forEach(sentences::add);
    }
    write(report.path(), root.putObject("path"));
    write(report.options(), root.putObject("options"));
    ArrayNode baselines = root.putArray("baselines");
    report.baselines().forEach(baseline -> write(baseline, baselines.addObject()));
    ArrayNode calibration = root.putArray("calibration");
    report.calibration().forEach(stage -> write(stage, calibration.addObject()));
    write(report.unfit(), root.putObject("unfit"));
    root.set("origin", report.origin().map(ReportJson::node).orElse(null));
    return text(root);
  }

  private static void write(UnfitImages unfit, ObjectNode out) {
    out.put("samples", unfit.samples());
    out.put("unfit", unfit.unfit());
    out.put("referred", unfit.referred());
    ObjectNode findings = out.putObject("findings");
    unfit.findings().forEach((finding, count) -> findings.put(finding.name(), count));
    if (unfit.without().isEmpty()) {
      out.putNull("without");
      return;
    }
    ObjectNode without = out.putObject("without");
    for (StageReport stage : unfit.without().get().stages()) {
      ObjectNode node = without.putObject(stage.stage().name());
      node.put("samples", stage.samples());
      node.put("patients", stage.patients());
      for (Metric metric : Metrics.HEADLINES) {
        node.set(metric.id(), stage.measures().get(metric).map(ReportJson::node).orElse(null));
      }
    }
  }

  private static ObjectNode node(ReportOrigin origin) {
    ObjectNode node = JSON.createObjectNode();
    node.put("library", origin.library());
    node.put("model", origin.model());
    node.put("modelDigest", origin.modelDigest());
    node.put("data", origin.data());
    node.put("dataDigest", origin.dataDigest());
    ArrayNode stages = node.putArray("madeBy");
    for (ReportOrigin.Stage stage : origin.stages()) {
      ObjectNode one = stages.addObject();
      one.put("stage", stage.name());
      one.put("made", stage.made());
      one.put("library", stage.library());
      one.put("backend", stage.backend());
      one.put("device", stage.device());
      one.put("threads", stage.threads());
      one.set("arithmetic", JSON.valueToTree(stage.options()));
      one.put("seed", stage.seed());
      one.put("trainedOn", stage.trainedOn());
      one.put("trainingDigest", stage.trainingDigest());
      one.put("selection", stage.selection());
      one.set("settings", JSON.valueToTree(stage.settings()));
    }
    return node;
  }

  private static void write(ComparisonReport.Compared compared, ObjectNode out) {
    out.put("name", compared.name());
    out.put("digest", compared.digest());
  }

  private static void write(Baseline baseline, ObjectNode out) {
    out.put("name", baseline.name());
    out.put("how", baseline.how());
    ObjectNode stages = out.putObject("balancedAccuracy");
    baseline.balancedAccuracy().forEach((stage, e) -> stages.set(stage.name(), node(e)));
  }

  private static void write(StageCalibration stage, ObjectNode out) {
    out.put("stage", stage.stage().name());
    ArrayNode temperatures = out.putArray("temperatures");
    for (Temperature temperature : stage.temperatures()) {
      temperatures
          .addObject()
          .put("value", temperature.value())
          .put("accepted", temperature.accepted())
          .put("samples", temperature.samples())
          .put("patients", temperature.patients())
          .put("reason", temperature.reason());
    }
    write(stage.differences(), out.putObject("differences"));
    write(stage.after().reliability(), out.putArray("reliability"));
  }

  /** The comparison as indented JSON with stable names. */
  public static String of(ComparisonReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("schemaVersion", SCHEMA_VERSION);
    root.put("library", Provenance.libraryVersion());
    write(report.first(), root.putObject("first"));
    write(report.second(), root.putObject("second"));
    ArrayNode stages = root.putArray("stages");
    for (StageComparison stage : report.stages()) {
      ObjectNode node = stages.addObject();
      node.put("name", stage.stage().name());
      node.put("samples", stage.samples());
      node.put("patients", stage.patients());
      node.put("verdict", InWords.of(report, stage).orElse(null));
      write(stage.differences(), node.putObject("differences"));
      node.set("byPatient", stage.byPatient().map(ReportJson::node).orElse(null));
    }
    write(report.path(), root.putObject("path").putObject("differences"));
    write(report.options(), root.putObject("options"));
    return text(root);
  }

  private static ObjectNode node(PatientComparison patients) {
    ObjectNode node = JSON.createObjectNode();
    node.put("patients", patients.patients());
    node.put("mixed", patients.mixed());
    node.put("pooling", patients.pooling());
    write(patients.decisions(), node.putObject("decisions"));
    write(patients.means(), node.putObject("means"));
    return node;
  }

  private static ObjectNode node(PatientReport patients) {
    ObjectNode node = JSON.createObjectNode();
    node.put("patients", patients.patients());
    node.put("mixed", patients.mixed());
    node.put("pooling", patients.pooling());
    ObjectNode decisions = patients.decisions().map(d -> JSON.createObjectNode()).orElse(null);
    patients.decisions().ifPresent(d -> write(d, decisions));
    node.set("decisions", decisions);
    ObjectNode means = node.putObject("means");
    write(patients.means(), patients.means().metrics(), Set.copyOf(Metrics.OF_PATIENTS), means);
    means.remove("intervals");
    ObjectNode behind = node.putObject("behind");
    patients.behind().forEach((metric, count) -> behind.put(metric.id(), count));
    return node;
  }

  private static void write(Map<Metric, Difference> differences, ObjectNode out) {
    differences.forEach(
        (metric, found) -> {
          ObjectNode node = node(found.value(), found.interval(), found.remark());
          node.put("first", found.first());
          node.put("second", found.second());
          node.put("pValue", found.test().pValue());
          node.put("test", found.test().method());
          out.set(metric.id(), node);
        });
  }

  private static String text(ObjectNode root) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A report can always be written as JSON.", e);
    }
  }

  private static void write(StageReport stage, ObjectNode out) {
    LabelSet labels = stage.labels();
    out.put("name", stage.stage().name());
    ArrayNode names = out.putArray("labels");
    labels.labels().forEach(label -> names.add(label.name()));
    out.put("positive", labels.positive().map(Label::name).orElse(null));
    out.put("samples", stage.samples());
    out.put("patients", stage.patients());
    write(stage.measures(), stage.measures().metrics(), WITH_INTERVAL, out);
    ArrayNode confusion = out.putArray("confusion");
    for (long[] row : stage.confusion().counts()) {
      ArrayNode cells = confusion.addArray();
      for (long count : row) {
        cells.add(count);
      }
    }
    ArrayNode classes = out.putArray("perClass");
    for (ClassReport one : stage.classes()) {
      ObjectNode node = classes.addObject();
      node.put("label", one.label().name());
      node.put("samples", one.samples());
      node.put("predicted", one.predicted());
      write(one.measures(), one.measures().metrics(), Set.of(), node);
    }
    write(stage.reliability(), out.putArray("reliability"));
    out.set("calibrationCheck", stage.calibrationCheck().map(ReportJson::node).orElse(null));
    ArrayNode coverages = out.putArray("riskCoverage");
    for (int tenths = 1; tenths <= 10; tenths++) {
      stage
          .riskCoverage()
          .at(tenths / 10.0)
          .ifPresent(
              point ->
                  coverages
                      .addObject()
                      .put("coverage", point.coverage())
                      .put("risk", point.risk())
                      .put("leastConfidence", point.leastConfidence()));
    }
    put(out, "riskCoverageArea", stage.riskCoverage().area());
    out.set("byPatient", stage.byPatient().map(ReportJson::node).orElse(null));
  }

  private static ObjectNode node(CalibrationCheck check) {
    return JSON.createObjectNode()
        .put("expectedCalibrationError", check.expectedError())
        .put("maximumCalibrationError", check.maximumError())
        .put("pValue", check.pValue())
        .put("method", check.method());
  }

  private static void write(List<ReliabilityBin> bins, ArrayNode out) {
    for (ReliabilityBin bin : bins) {
      ObjectNode node = out.addObject();
      node.put("from", bin.from());
      node.put("to", bin.to());
      node.put("samples", bin.samples());
      put(node, "confidence", bin.confidence());
      put(node, "accuracy", bin.accuracy());
    }
  }

  private static void write(PathReport path, ObjectNode out) {
    out.put("samples", path.samples());
    out.put("patients", path.patients());
    write(path.measures(), path.measures().metrics(), Set.of(), out);
    out.put("decided", path.decided());
    out.put("stoppedEarly", path.stoppedEarly());
    out.put("referred", path.referred());
    ArrayNode errors = out.putArray("errors");
    path.errors()
        .forEach(
            (stage, count) ->
                errors
                    .addObject()
                    .put("stage", stage.name())
                    .put("wrong", count.wrong())
                    .put("stopped", count.stopped())
                    .put("referred", count.referred()));
  }

  private static void write(EvaluationOptions options, ObjectNode out) {
    out.put("level", options.level());
    out.put("resamples", options.resamples());
    out.put("seed", options.seed());
  }

  private static void write(
      MetricValues measures, Iterable<Metric> metrics, Set<Metric> withInterval, ObjectNode out) {
    ObjectNode intervals = JSON.createObjectNode();
    ObjectNode further = JSON.createObjectNode();
    for (Metric metric : metrics) {
      Optional<Estimate> estimate = measures.get(metric);
      if (metric instanceof StageMetric ofStage && !Metrics.builtIn(ofStage)) {
        further.set(metric.id(), estimate.map(ReportJson::node).orElse(null));
      } else if (withInterval.contains(metric)) {
        out.set(metric.id(), estimate.map(ReportJson::node).orElse(null));
      } else {
        put(out, metric.id(), measures.value(metric));
        estimate
            .filter(e -> e.interval().isPresent() || e.remark().isPresent())
            .ifPresent(e -> intervals.set(metric.id(), node(e)));
      }
    }
    if (!further.isEmpty()) {
      out.set("furtherMetrics", further);
    }
    out.set("intervals", intervals);
    ObjectNode undefined = out.putObject("undefined");
    for (Map.Entry<Metric, String> reason : measures.undefined().entrySet()) {
      undefined.put(reason.getKey().id(), reason.getValue());
    }
  }

  private static ObjectNode node(Estimate estimate) {
    return node(estimate.value(), estimate.interval(), estimate.remark());
  }

  private static ObjectNode node(
      double value, Optional<Interval> interval, Optional<String> remark) {
    ObjectNode node = JSON.createObjectNode();
    node.put("estimate", value);
    node.put("lower", interval.map(Interval::lower).orElse(null));
    node.put("upper", interval.map(Interval::upper).orElse(null));
    node.put("level", interval.map(Interval::level).orElse(null));
    node.put("method", interval.map(Interval::method).orElse(null));
    node.put("remark", remark.orElse(null));
    return node;
  }

  private static void put(ObjectNode node, String name, OptionalDouble value) {
    if (value.isPresent()) {
      node.put(name, value.getAsDouble());
    } else {
      node.putNull(name);
    }
  }
}
