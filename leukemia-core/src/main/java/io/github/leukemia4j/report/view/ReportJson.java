package io.github.leukemia4j.report.view;

import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.calibration.Calibration.Temperature;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.PathReport;
import io.github.leukemia4j.evaluation.EvaluationReport.ReportOrigin;
import io.github.leukemia4j.evaluation.EvaluationReport.StageCalibration;
import io.github.leukemia4j.evaluation.EvaluationReport.UnfitImages;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.StageReport.CalibrationCheck;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.evaluation.StageReport.MetricValues;
import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.metric.ConfusionMatrix;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The JSON form of reports: the records themselves, written by Jackson under the names of {@code
 * docs/*.schema.json}, which are part of the contract. All methods are thread-safe.
 */
public final class ReportJson {
  private static final int SCHEMA_VERSION = 1;

  private static final JsonMapper JSON = mapper();

  private ReportJson() {}

  /** An evaluation. */
  public static String of(EvaluationReport report) {
    return text(
        object()
            .put("schemaVersion", SCHEMA_VERSION)
            .putPOJO(
                "stages",
                report.stages().stream().map(s -> stage(s, InWords.of(report, s))).toList())
            .putPOJO("path", report.path())
            .putPOJO("options", report.options())
            .putPOJO("baselines", report.baselines())
            .putPOJO("calibration", report.calibration())
            .putPOJO("unfit", report.unfit())
            .putPOJO("auxiliary", report.auxiliary().stream().map(s -> stage(s, null)).toList())
            .putPOJO("origin", report.origin()));
  }

  /** A comparison. */
  public static String of(ComparisonReport report) {
    return text(
        object()
            .put("schemaVersion", SCHEMA_VERSION)
            .put("library", Provenance.libraryVersion())
            .putPOJO("first", report.first())
            .putPOJO("second", report.second())
            .putPOJO(
                "stages",
                report.stages().stream()
                    .map(
                        s ->
                            object()
                                .putPOJO("name", s.stage())
                                .put("samples", s.samples())
                                .put("patients", s.patients())
                                .putPOJO("verdict", InWords.of(report, s))
                                .putPOJO("differences", s.differences())
                                .putPOJO("byPatient", s.byPatient()))
                    .toList())
            .putPOJO("path", Map.of("differences", report.path()))
            .putPOJO("options", report.options()));
  }

  /** An inspection. */
  public static String of(InspectionReport report) {
    Verification verification = report.inspection().verification();
    Dataset dataset = verification.dataset();
    return text(
        object()
            .put("schemaVersion", SCHEMA_VERSION)
            .put("dataset", dataset.name())
            .put("layout", dataset.layout())
            .putPOJO("notices", dataset.notices())
            .put("taxonomy", dataset.taxonomy().toString())
            .putPOJO("labels", dataset.counts())
            .putPOJO("patients", report.byPatient())
            .putPOJO("unreadable", verification.unreadable())
            .putPOJO("identical", verification.identical())
            .putPOJO("identicalAcrossPatients", verification.identicalAcrossPatients())
            .putPOJO("contradicting", verification.contradicting())
            .putPOJO("nearDuplicates", report.inspection().nearDuplicates())
            .putPOJO(
                "sizesAndFormats",
                report.kinds().entrySet().stream()
                    .map(
                        kind ->
                            object().put("kind", kind.getKey()).putPOJO("images", kind.getValue()))
                    .toList())
            .putPOJO("laboratories", report.laboratories())
            .putPOJO("scale", report.inspection().scale())
            .putPOJO(
                "baselines",
                object()
                    .putPOJO("colour", baseline(report, report.colour()))
                    .putPOJO("sizeAndFormat", baseline(report, report.sizeAndFormat()))));
  }

  private static List<ObjectNode> baseline(InspectionReport report, EvaluationReport baseline) {
    return baseline.stages().stream()
        .map(
            stage ->
                object()
                    .putPOJO("stage", stage.stage())
                    .put("samples", stage.samples())
                    .put("patients", stage.patients())
                    .put("neighbours", InspectionReport.NEIGHBOURS)
                    .putPOJO("balancedAccuracy", stage.metrics().get(Metrics.BALANCED_ACCURACY))
                    .put("chance", InspectionReport.chance(stage))
                    .putPOJO("accuracy", stage.metrics().get(Metrics.ACCURACY))
                    .put("majority", InspectionReport.majority(stage))
                    .put(
                        "shortcut",
                        InspectionReport.shortcut(stage).name().toLowerCase(Locale.ROOT))
                    .putPOJO(
                        "perClass",
                        stage.classes().stream()
                            .map(
                                c ->
                                    object()
                                        .putPOJO("label", c.label())
                                        .put("samples", c.samples())
                                        .putPOJO("recall", c.metrics().get(Metrics.RECALL)))
                            .toList())
                    .putPOJO("labelsOfOnePatient", report.ofOnePatient(stage)))
        .toList();
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * @param words its result in sentences; null for none
   */
  private static ObjectNode stage(StageReport stage, List<String> words) {
    return object()
        .putPOJO("name", stage.stage())
        .putPOJO("labels", stage.labels())
        .putPOJO("positive", stage.labels().positive())
        .put("samples", stage.samples())
        .put("patients", stage.patients())
        .putPOJO("metrics", stage.metrics())
        .putPOJO("confusion", stage.confusion())
        .putPOJO("perClass", stage.classes())
        .putPOJO("reliability", stage.reliability())
        .putPOJO("calibrationCheck", stage.calibrationCheck())
        .putPOJO(
            "riskCoverage",
            IntStream.rangeClosed(1, 10)
                .mapToObj(tenths -> stage.riskCoverage().at(tenths / 10.0))
                .flatMap(Optional::stream)
                .toList())
        .putPOJO("riskCoverageArea", stage.riskCoverage().area())
        .putPOJO("byPatient", stage.byPatient())
        .putPOJO("inWords", words);
  }

  private static ObjectNode unfit(UnfitImages unfit) {
    return object()
        .put("samples", unfit.samples())
        .put("unfit", unfit.unfit())
        .put("referred", unfit.referred())
        .putPOJO("findings", unfit.findings())
        .putPOJO("without", unfit.without().map(ReportJson::headlines));
  }

  private static Map<String, ObjectNode> headlines(EvaluationReport report) {
    Map<String, ObjectNode> stages = new LinkedHashMap<>();
    for (StageReport stage : report.stages()) {
      ObjectNode metrics = object();
      for (Metric metric : report.options().headlines()) {
        stage.metrics().get(metric).ifPresent(e -> metrics.putPOJO(metric.id(), e));
      }
      stages.put(
          stage.stage().name(),
          object()
              .put("samples", stage.samples())
              .put("patients", stage.patients())
              .putPOJO("metrics", metrics));
    }
    return stages;
  }

  /** A metric's value and how sure it is; without a value the remark says why. */
  private static ObjectNode value(
      Double value, Optional<Interval> interval, Optional<String> remark) {
    return object()
        .put("estimate", value)
        .put("lower", interval.map(Interval::lower).orElse(null))
        .put("upper", interval.map(Interval::upper).orElse(null))
        .put("level", interval.map(Interval::level).orElse(null))
        .put("method", interval.map(Interval::method).orElse(null))
        .put("remark", remark.orElse(null));
  }

  private static ObjectNode values(MetricValues values) {
    ObjectNode all = object();
    for (Metric metric : values.measured()) {
      all.set(
          metric.id(),
          values
              .get(metric)
              .map(e -> value(e.value(), e.interval(), e.remark()))
              .orElseGet(
                  () ->
                      value(
                          null,
                          Optional.empty(),
                          Optional.ofNullable(values.undefined().get(metric)))));
    }
    return all;
  }

  private static ObjectNode difference(Difference d) {
    return value(d.value(), d.interval(), d.remark())
        .put("first", d.first())
        .put("second", d.second())
        .put("pValue", d.pValue())
        .put("test", d.test());
  }

  private static ObjectNode made(ReportOrigin.Made made) {
    Provenance from = made.provenance();
    return object()
        .put("stage", made.stage())
        .put("made", made.day())
        .put("library", from.library())
        .put("backend", from.backend())
        .put("device", from.device())
        .put("threads", from.threads())
        .putPOJO("arithmetic", from.options())
        .put("seed", from.seed())
        .put("trainedOn", from.dataset())
        .put("trainingDigest", from.datasetDigest())
        .put("selection", made.selection())
        .putPOJO("settings", made.settings());
  }

  private static JsonMapper mapper() {
    SimpleModule forms = new SimpleModule();
    as(forms, Optional.class, o -> ((Optional<?>) o).orElse(null));
    as(forms, OptionalDouble.class, o -> o.isPresent() ? o.getAsDouble() : null);
    as(forms, OptionalInt.class, o -> o.isPresent() ? o.getAsInt() : null);
    as(forms, ConfusionMatrix.class, ConfusionMatrix::counts);
    as(forms, MetricValues.class, ReportJson::values);
    as(forms, Estimate.class, e -> value(e.value(), e.interval(), e.remark()));
    as(forms, Difference.class, ReportJson::difference);
    as(forms, StageReport.class, s -> stage(s, null));
    as(forms, UnfitImages.class, ReportJson::unfit);
    as(
        forms,
        StageCalibration.class,
        c ->
            object()
                .putPOJO("stage", c.stage())
                .putPOJO("temperatures", c.temperatures())
                .putPOJO("differences", c.differences())
                .putPOJO("reliability", c.after().reliability()));
    as(forms, ReportOrigin.Made.class, ReportJson::made);
    as(forms, Sample.class, Sample::id);
    forms.addKeySerializer(
        Metric.class,
        new JsonSerializer<Metric>() {
          @Override
          public void serialize(Metric metric, JsonGenerator out, SerializerProvider with)
              throws IOException {
            out.writeFieldName(metric.id());
          }
        });
    return JsonMapper.builder()
        .addModule(forms)
        .addMixIn(PathReport.class, PathNames.class)
        .addMixIn(CalibrationCheck.class, CheckNames.class)
        .addMixIn(ReportOrigin.class, OriginNames.class)
        .addMixIn(Temperature.class, TemperatureNames.class)
        .addMixIn(EvaluationOptions.class, OptionNames.class)
        .build();
  }

  /** Writes every object of a type in another form. */
  private static <T> void as(SimpleModule forms, Class<T> type, Function<T, ?> form) {
    forms.addSerializer(
        type,
        new JsonSerializer<T>() {
          @Override
          public void serialize(T value, JsonGenerator out, SerializerProvider with)
              throws IOException {
            with.defaultSerializeValue(form.apply(value), out);
          }
        });
  }

  private interface PathNames {
    @JsonProperty
    long decided();
  }

  private interface CheckNames {
    @JsonProperty("expectedCalibrationError")
    double expectedError();

    @JsonProperty("maximumCalibrationError")
    double maximumError();
  }

  private interface OriginNames {
    @JsonProperty("madeBy")
    List<ReportOrigin.Made> stages();
  }

  @JsonIncludeProperties({"value", "accepted", "samples", "patients", "reason"})
  private interface TemperatureNames {}

  @JsonIncludeProperties({"level", "resamples", "seed"})
  private interface OptionNames {}

  private static String text(ObjectNode report) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A report can always be written as JSON.", e);
    }
  }
}
