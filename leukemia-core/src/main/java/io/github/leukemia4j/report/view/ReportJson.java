package io.github.leukemia4j.report.view;

import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.Temperature;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.ComparisonReport.PatientComparison;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.Baseline;
import io.github.leukemia4j.evaluation.EvaluationReport.PathReport;
import io.github.leukemia4j.evaluation.EvaluationReport.ReportOrigin;
import io.github.leukemia4j.evaluation.EvaluationReport.StageCalibration;
import io.github.leukemia4j.evaluation.EvaluationReport.UnfitImages;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.StageReport.CalibrationCheck;
import io.github.leukemia4j.evaluation.StageReport.ClassReport;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.evaluation.StageReport.MetricValues;
import io.github.leukemia4j.evaluation.StageReport.PatientReport;
import io.github.leukemia4j.evaluation.StageReport.RiskCoverage;
import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.metric.ConfusionMatrix;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.ReliabilityBin;
import io.github.leukemia4j.model.Provenance;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
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
  static final int SCHEMA_VERSION = 1;

  private static final JsonMapper JSON = mapper();

  private ReportJson() {}

  /**
   * The report as indented JSON with stable names. A metric that has no value is an object whose
   * estimate is null and whose remark is the reason.
   */
  public static String of(EvaluationReport report) {
    return text(
        new Evaluation(
            SCHEMA_VERSION,
            report.stages().stream()
                .map(s -> Stage.of(s, Optional.of(InWords.of(report, s))))
                .toList(),
            report.path(),
            report.options(),
            report.baselines(),
            report.calibration(),
            report.unfit(),
            report.origin()));
  }

  /** The comparison as indented JSON with stable names. */
  public static String of(ComparisonReport report) {
    return text(
        new Comparison(
            SCHEMA_VERSION,
            Provenance.libraryVersion(),
            report.first(),
            report.second(),
            report.stages().stream()
                .map(
                    s ->
                        new Compared(
                            s.stage(),
                            s.samples(),
                            s.patients(),
                            InWords.of(report, s),
                            s.differences(),
                            s.byPatient()))
                .toList(),
            Map.of("differences", report.path()),
            report.options()));
  }

  /** The inspection as indented JSON with stable names. */
  public static String of(InspectionReport report) {
    return text(InspectionJson.of(report));
  }

  private record Evaluation(
      int schemaVersion,
      List<Stage> stages,
      PathReport path,
      EvaluationOptions options,
      List<Baseline> baselines,
      List<StageCalibration> calibration,
      UnfitImages unfit,
      Optional<ReportOrigin> origin) {}

  private record Stage(
      Label name,
      LabelSet labels,
      Optional<Label> positive,
      long samples,
      int patients,
      MetricValues metrics,
      ConfusionMatrix confusion,
      List<ClassReport> perClass,
      List<ReliabilityBin> reliability,
      Optional<CalibrationCheck> calibrationCheck,
      List<RiskCoverage.Point> riskCoverage,
      OptionalDouble riskCoverageArea,
      Optional<PatientReport> byPatient,
      Optional<List<String>> inWords) {
    static Stage of(StageReport stage, Optional<List<String>> words) {
      return new Stage(
          stage.stage(),
          stage.labels(),
          stage.labels().positive(),
          stage.samples(),
          stage.patients(),
          stage.metrics(),
          stage.confusion(),
          stage.classes(),
          stage.reliability(),
          stage.calibrationCheck(),
          IntStream.rangeClosed(1, 10)
              .mapToObj(tenths -> stage.riskCoverage().at(tenths / 10.0))
              .flatMap(Optional::stream)
              .toList(),
          stage.riskCoverage().area(),
          stage.byPatient(),
          words);
    }
  }

  private record Comparison(
      int schemaVersion,
      String library,
      ComparisonReport.Compared first,
      ComparisonReport.Compared second,
      List<Compared> stages,
      Map<String, Map<Metric, Difference>> path,
      EvaluationOptions options) {}

  private record Compared(
      Label name,
      long samples,
      int patients,
      Optional<String> verdict,
      Map<Metric, Difference> differences,
      Optional<PatientComparison> byPatient) {}

  private record Calibrated(
      Label stage,
      List<Temperature> temperatures,
      Map<Metric, Difference> differences,
      List<ReliabilityBin> reliability) {}

  private record MadeBy(
      String stage,
      String made,
      String library,
      String backend,
      String device,
      int threads,
      Map<String, String> arithmetic,
      long seed,
      String trainedOn,
      String trainingDigest,
      String selection,
      Map<String, String> settings) {
    static MadeBy of(ReportOrigin.Made made) {
      Provenance from = made.provenance();
      return new MadeBy(
          made.stage(),
          made.day(),
          from.library(),
          from.backend(),
          from.device(),
          from.threads(),
          from.options(),
          from.seed(),
          from.dataset(),
          from.datasetDigest(),
          made.selection(),
          made.settings());
    }
  }

  private record Unfit(
      long samples,
      long unfit,
      long referred,
      Map<?, Long> findings,
      Optional<Map<Label, Fit>> without) {
    static Unfit of(UnfitImages unfit) {
      return new Unfit(
          unfit.samples(),
          unfit.unfit(),
          unfit.referred(),
          unfit.findings(),
          unfit.without().map(Fit::of));
    }
  }

  private record Fit(long samples, int patients, Map<Metric, Estimate> metrics) {
    static Map<Label, Fit> of(EvaluationReport report) {
      Map<Label, Fit> stages = new LinkedHashMap<>();
      for (StageReport stage : report.stages()) {
        Map<Metric, Estimate> headlines = new LinkedHashMap<>();
        for (Metric metric : report.options().headlines()) {
          stage.metrics().get(metric).ifPresent(e -> headlines.put(metric, e));
        }
        stages.put(stage.stage(), new Fit(stage.samples(), stage.patients(), headlines));
      }
      return stages;
    }
  }

  /** A metric's value and how sure it is; without a value the remark says why. */
  private record Value(
      Double estimate, Double lower, Double upper, Double level, String method, String remark) {
    static Value of(double estimate, Optional<Interval> interval, Optional<String> remark) {
      return new Value(
          estimate,
          interval.map(Interval::lower).orElse(null),
          interval.map(Interval::upper).orElse(null),
          interval.map(Interval::level).orElse(null),
          interval.map(Interval::method).orElse(null),
          remark.orElse(null));
    }

    static Map<String, Value> of(MetricValues values) {
      Map<String, Value> all = new LinkedHashMap<>();
      for (Metric metric : values.measured()) {
        all.put(
            metric.id(),
            values
                .get(metric)
                .map(e -> of(e.value(), e.interval(), e.remark()))
                .orElseGet(
                    () -> new Value(null, null, null, null, null, values.undefined().get(metric))));
      }
      return all;
    }
  }

  /** A difference and its test. */
  private record Tested(
      @JsonUnwrapped Value value, double first, double second, double pValue, String test) {}

  private static JsonMapper mapper() {
    SimpleModule forms = new SimpleModule();
    as(forms, Label.class, Label::name);
    as(forms, LabelSet.class, LabelSet::labels);
    as(forms, Optional.class, o -> ((Optional<?>) o).orElse(null));
    as(forms, OptionalDouble.class, o -> o.isPresent() ? o.getAsDouble() : null);
    as(forms, OptionalInt.class, o -> o.isPresent() ? o.getAsInt() : null);
    as(forms, ConfusionMatrix.class, ConfusionMatrix::counts);
    as(forms, MetricValues.class, Value::of);
    as(forms, Estimate.class, e -> Value.of(e.value(), e.interval(), e.remark()));
    as(
        forms,
        Difference.class,
        d ->
            new Tested(
                Value.of(d.value(), d.interval(), d.remark()),
                d.first(),
                d.second(),
                d.pValue(),
                d.test()));
    as(forms, StageReport.class, s -> Stage.of(s, Optional.empty()));
    as(forms, UnfitImages.class, Unfit::of);
    as(
        forms,
        StageCalibration.class,
        c -> new Calibrated(c.stage(), c.temperatures(), c.differences(), c.after().reliability()));
    as(forms, ReportOrigin.Made.class, MadeBy::of);
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

  private static String text(Object report) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A report can always be written as JSON.", e);
    }
  }
}
