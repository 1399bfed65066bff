package io.github.leukemia4j.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.model.ModelManifest.Priors;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a bundle says of one head of its network, in {@code manifest.json}: the question, the loss
 * that it was trained under, and how its logits become probabilities and decisions.
 *
 * @param stage the inner node of the taxonomy whose children it chooses among; for a head that
 *     answers no stage its own name, such as that of a column
 * @param kind what it answers
 * @param labels in the order of its logits
 * @param positive the label whose recall is called sensitivity; null for none
 * @param reading how the stage is read from another head's logits; null for its own
 * @param loss the formula of the loss that it was trained under; null where not known
 * @param priors how often each label occurred, and was shown in training
 * @param temperature by which corrected logits are divided, 1/{@value #MAX_TEMPERATURE} to {@value
 *     #MAX_TEMPERATURE}
 * @param bias what is added to each label's logit behind the temperature, in nats; null for none
 * @param calibration what temperature and bias rest on; null where they were not fitted
 * @param decision how a pipeline decides at this stage; null for the most probable label
 * @param metrics of the epoch that was kept, on the validation part
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HeadManifest(
    String stage,
    Kind kind,
    List<String> labels,
    String positive,
    Reading reading,
    String loss,
    Priors priors,
    double temperature,
    List<Double> bias,
    Calibration calibration,
    Decision decision,
    Map<String, Double> metrics) {
  /** What a head answers. */
  public enum Kind {
    /** A stage of the taxonomy. */
    @JsonProperty("stage")
    STAGE,
    /** Which value a column of the data has that was learnt beside the labels. */
    @JsonProperty("auxiliary")
    AUXILIARY,
    /** Which leaf of the taxonomy a label is; all stages are read from it. */
    @JsonProperty("leaves")
    LEAVES
  }

  /**
   * How a stage is read from another head of the network: the logarithm of the sum of the
   * exponentials of the logits of the values that lie below a label, which is the logit of the sum
   * of their probabilities, in the mean with the stage's own logit.
   *
   * @param head the name of the other head
   * @param values of that head by the stage's label above them; a value has one label at most
   * @param own the share of the stage's own logits in the mean, 0 to below 1; 0 for the sums alone
   */
  public record Reading(String head, Map<String, List<String>> values, double own) {
    /** Copies the map. */
    public Reading {
      ModelManifest.require(head != null && values != null, "reading must have head and values");
      ModelManifest.require(
          own >= 0 && own < 1, "reading.own must be 0 to below 1; found %s".formatted(own));
      values = ModelManifest.ordered(values);
    }

    /**
     * The places of the values below each label.
     *
     * @param stage whose labels are the keys
     * @param read the labels of the head that is read
     * @return {@code [labels of the stage][values]}
     * @throws IllegalArgumentException where a label has no value, or a value is unknown or there
     *     twice
     */
    public int[][] places(LabelSet stage, LabelSet read) {
      List<String> all = values.values().stream().flatMap(List::stream).toList();
      ModelManifest.require(
          values.keySet().equals(Set.copyOf(stage.labels().stream().map(Label::name).toList()))
              && values.values().stream().noneMatch(List::isEmpty)
              && Set.copyOf(all).size() == all.size(),
          "reading must give each of %s values of its own; found %s".formatted(stage, values));
      return stage.labels().stream()
          .map(label -> values.get(label.name()).stream())
          .map(own -> own.mapToInt(value -> read.indexOf(Label.of(value))).toArray())
          .toArray(int[][]::new);
    }
  }

  /** The highest temperature; the lowest is one over it. */
  public static final double MAX_TEMPERATURE = 1000;

  /** The largest number that a bias adds or takes away. */
  public static final double MAX_BIAS = 100;

  /**
   * @throws IllegalArgumentException where a value is missing or out of its range
   */
  public HeadManifest {
    ModelManifest.require(
        stage != null && labels != null && labels.stream().allMatch(Objects::nonNull),
        "stage and labels must be given");
    Label.of(stage);
    kind = kind == null ? Kind.STAGE : kind;
    ModelManifest.require(
        reading == null || kind == Kind.STAGE, "only stages are read from another head");
    labels = List.copyOf(labels);
    LabelSet set = labelSet(labels, positive);
    ModelManifest.require(priors != null, "priors must be given");
    ModelManifest.require(
        priors.natural().size() == labels.size() && priors.training().size() == labels.size(),
        "priors must have one value for each label");
    ModelManifest.require(
        temperature >= 1 / MAX_TEMPERATURE && temperature <= MAX_TEMPERATURE,
        "temperature must be 1/%s to %s; found %s"
            .formatted(MAX_TEMPERATURE, MAX_TEMPERATURE, temperature));
    ModelManifest.require(
        calibration == null || calibration.temperature().value() == temperature,
        "calibration.temperature.value must be the temperature " + temperature);
    bias = bias == null ? null : List.copyOf(bias);
    ModelManifest.require(
        bias == null
            || bias.size() == labels.size() && bias.stream().allMatch(b -> Math.abs(b) <= MAX_BIAS),
        "bias must be one number for each label, at most %s to either side; found %s"
            .formatted(MAX_BIAS, bias));
    ModelManifest.require(
        calibration == null
            || calibration.bias() == null
            || Objects.equals(calibration.bias().values(), bias),
        "calibration.bias.values must be the bias " + bias);
    if (decision != null) {
      ModelManifest.require(
          decision.bias() == null || decision.bias().size() == labels.size(),
          "decision.bias must have one value for each label");
      ModelManifest.require(
          decision.operatingPoint() == null || positive != null,
          "decision.operatingPoint needs a positive label");
      ModelManifest.require(
          decision.conformalSets() == null
              || decision.conformalSets().labels().labels().equals(set.labels()),
          "decision.conformalSets must be of the labels " + labels);
    }
    metrics = ModelManifest.ordered(metrics);
  }

  /** A head that is not calibrated: temperature 1, and the most probable label decides. */
  public static HeadManifest of(
      Label stage, LabelSet labels, String loss, Priors priors, Map<String, Double> metrics) {
    return new HeadManifest(
        stage.name(),
        Kind.STAGE,
        labels.labels().stream().map(Label::name).toList(),
        labels.positive().map(Label::name).orElse(null),
        null,
        loss,
        priors,
        1,
        null,
        null,
        null,
        metrics);
  }

  /** The same of another kind. */
  public HeadManifest withKind(Kind other) {
    return with(other, reading, priors, temperature, bias, calibration, decision, metrics);
  }

  /** The same read from another head; null for its own logits. */
  public HeadManifest withReading(Reading other) {
    return with(kind, other, priors, temperature, bias, calibration, decision, metrics);
  }

  /**
   * What the temperature and the decision rest on, in words.
   *
   * @return items of a list in Markdown, at least one
   */
  public List<String> evidence() {
    return ModelCard.calibration(this);
  }

  private static LabelSet labelSet(List<String> labels, String positive) {
    LabelSet set = LabelSet.of(labels.stream().map(Label::of).toList());
    return positive == null ? set : set.withPositive(Label.of(positive));
  }

  /** Which head it is, such as {@code Stage cell} or {@code Column cell_class}. */
  @JsonIgnore
  public String title() {
    return switch (kind) {
      case STAGE -> "Stage " + stage;
      case AUXILIARY -> "Column " + stage;
      case LEAVES -> "All " + stage;
    };
  }

  /** The labels in the order of the logits, with the positive one marked. */
  @JsonIgnore
  public LabelSet labelSet() {
    return labelSet(labels, positive);
  }

  /** The same at the temperature, and with the bias, that were fitted. */
  public HeadManifest withCalibration(Calibration fitted) {
    return with(
        kind,
        reading,
        priors,
        fitted.temperature().value(),
        fitted.bias() == null ? bias : fitted.bias().values(),
        fitted,
        decision,
        metrics);
  }

  /**
   * The same with other shares of the labels among the images to come.
   *
   * @param shares of each label, above 0, summing to 1
   */
  public HeadManifest withExpected(List<Double> shares) {
    return with(
        kind,
        reading,
        new Priors(priors.sampling(), priors.natural(), priors.training(), shares),
        temperature,
        bias,
        calibration,
        decision,
        metrics);
  }

  /**
   * The same with what was found of the head of an evaluated twin: figures, temperature, bias with
   * the shares that it was fitted at, and decision. How it is read stays its own: it may know more
   * values of a column.
   *
   * @param twin of the same stage and labels
   */
  public HeadManifest evaluatedAs(HeadManifest twin) {
    return with(
        kind,
        reading,
        new Priors(priors.sampling(), priors.natural(), priors.training(), twin.priors.expected()),
        twin.temperature,
        twin.bias,
        twin.calibration,
        twin.decision,
        twin.metrics);
  }

  /** The same with another decision; null for the most probable label. */
  public HeadManifest withDecision(Decision other) {
    return with(kind, reading, priors, temperature, bias, calibration, other, metrics);
  }

  private HeadManifest with(
      Kind otherKind,
      Reading otherReading,
      Priors otherPriors,
      double otherTemperature,
      List<Double> otherBias,
      Calibration otherCalibration,
      Decision otherDecision,
      Map<String, Double> otherMetrics) {
    return new HeadManifest(
        stage,
        otherKind,
        labels,
        positive,
        otherReading,
        loss,
        otherPriors,
        otherTemperature,
        otherBias,
        otherCalibration,
        otherDecision,
        otherMetrics);
  }
}
