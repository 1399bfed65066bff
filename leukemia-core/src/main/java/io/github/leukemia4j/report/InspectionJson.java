package io.github.leukemia4j.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.NearDuplicate;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.evaluation.ClassReport;
import io.github.leukemia4j.evaluation.Estimate;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.statistics.Interval;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The JSON form of an inspection. Its names are part of the contract. */
final class InspectionJson {
  static final int SCHEMA_VERSION = 1;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private InspectionJson() {}

  static String write(InspectionReport report) {
    Verification verification = report.inspection().verification();
    Dataset dataset = verification.dataset();
    ObjectNode root = JSON.createObjectNode();
    root.put("schemaVersion", SCHEMA_VERSION);
    root.put("dataset", dataset.name());
    root.put("layout", dataset.layout());
    root.set("notices", JSON.valueToTree(dataset.notices()));
    root.put("taxonomy", dataset.taxonomy().toString());
    root.set("labels", JSON.valueToTree(dataset.counts()));
    root.set("patients", JSON.valueToTree(report.byPatient()));
    root.set("unreadable", JSON.valueToTree(verification.unreadable()));
    groups(verification.identical(), root.putArray("identical"));
    groups(verification.identicalAcrossPatients(), root.putArray("identicalAcrossPatients"));
    groups(verification.contradicting(), root.putArray("contradicting"));
    ArrayNode pairs = root.putArray("nearDuplicates");
    for (NearDuplicate pair : report.inspection().nearDuplicates()) {
      ObjectNode node = pairs.addObject();
      node.put("first", pair.first().id());
      node.put("second", pair.second().id());
      node.put("distance", pair.distance());
      node.put("correlation", pair.correlation());
      node.put("contradicting", pair.contradicting());
      node.put("acrossPatients", pair.acrossPatients());
    }
    ArrayNode kinds = root.putArray("sizesAndFormats");
    report
        .kinds()
        .forEach(
            (kind, counts) -> {
              ObjectNode node = kinds.addObject();
              node.put("kind", kind);
              node.set("images", JSON.valueToTree(counts));
            });
    ObjectNode baselines = root.putObject("baselines");
    baseline(report, report.colour(), baselines.putArray("colour"));
    baseline(report, report.sizeAndFormat(), baselines.putArray("sizeAndFormat"));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A report can always be written as JSON.", e);
    }
  }

  private static void groups(List<List<Sample>> groups, ArrayNode out) {
    for (List<Sample> group : groups) {
      ArrayNode ids = out.addArray();
      group.forEach(sample -> ids.add(sample.id()));
    }
  }

  private static void baseline(InspectionReport report, EvaluationReport of, ArrayNode out) {
    for (StageReport stage : of.stages()) {
      ObjectNode node = out.addObject();
      node.put("stage", stage.stage().name());
      node.put("samples", stage.samples());
      node.put("patients", stage.patients());
      node.put("neighbours", InspectionReport.NEIGHBOURS);
      node.set("balancedAccuracy", estimate(stage.measures().get(Metrics.BALANCED_ACCURACY)));
      node.put("chance", InspectionReport.chance(stage));
      node.set("accuracy", estimate(stage.measures().get(Metrics.ACCURACY)));
      node.put("majority", InspectionReport.majority(stage));
      node.put("shortcut", InspectionReport.shortcut(stage).name().toLowerCase(Locale.ROOT));
      ArrayNode classes = node.putArray("perClass");
      for (ClassReport one : stage.classes()) {
        ObjectNode label = classes.addObject();
        label.put("label", one.label().name());
        label.put("samples", one.samples());
        label.set("recall", estimate(one.measures().get(Metrics.RECALL)));
      }
      ArrayNode single = node.putArray("labelsOfOnePatient");
      report.ofOnePatient(stage).forEach(label -> single.add(label.name()));
    }
  }

  private static ObjectNode estimate(Optional<Estimate> found) {
    if (found.isEmpty()) {
      return null;
    }
    Optional<Interval> interval = found.get().interval();
    ObjectNode node = JSON.createObjectNode();
    node.put("estimate", found.get().value());
    node.put("lower", interval.map(Interval::lower).orElse(null));
    node.put("upper", interval.map(Interval::upper).orElse(null));
    node.put("level", interval.map(Interval::level).orElse(null));
    node.put("method", interval.map(Interval::method).orElse(null));
    return node;
  }
}
