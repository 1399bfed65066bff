package io.github.leukemia4j.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.calibration.ProbabilityScale;
import io.github.leukemia4j.image.StainNormalisation;
import io.github.leukemia4j.image.quality.GateThresholds;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a bundle says of itself, in {@code manifest.json}; {@code docs/model-bundle-format.md}
 * describes every field.
 *
 * @param schemaVersion of the format; {@value #SCHEMA_VERSION} here
 * @param format of the network's files, by which a backend knows whether it can open them
 * @param name of the stage: the inner node of the taxonomy
 * @param labels in the order of the outputs
 * @param positive the label whose recall is called sensitivity; null for none
 * @param input what the network takes
 * @param priors how often each label occurred, and was shown in training
 * @param temperature by which corrected logits are divided, above 0 and at most {@value
 *     #MAX_TEMPERATURE}
 * @param calibration what the temperature rests on; null where it was not fitted
 * @param decision how a pipeline decides at this stage; null for the most probable label
 * @param testTimeAugmentation what the network averages over for each image; {@code none} where it
 *     is not given
 * @param loss the formula of the loss that it was trained under
 * @param selection which epoch was kept and how it was chosen, in words; null where not known
 * @param metrics of the epoch that was kept, on the validation part
 * @param provenance where the model comes from; {@link Provenance#UNKNOWN} where it does not say
 * @param gate what an image must be like, learnt from the training part; null where it was not
 * @param files every other file of the bundle by its path with forward slashes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelManifest(
    int schemaVersion,
    String format,
    String name,
    List<String> labels,
    String positive,
    Input input,
    Priors priors,
    double temperature,
    Calibration calibration,
    Decision decision,
    String testTimeAugmentation,
    String loss,
    String selection,
    Map<String, Double> metrics,
    Provenance provenance,
    GateThresholds gate,
    Map<String, FileEntry> files) {
  /** The version of the format that this library writes, and the newest that it reads. */
  public static final int SCHEMA_VERSION = 1;

  /** The largest side of an input, in pixels. */
  public static final int MAX_SIDE = 4096;

  /** The highest temperature; the lowest is one over it. */
  public static final double MAX_TEMPERATURE = 1000;

  private static final Pattern FORMAT = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
  private static final double SUM_TOLERANCE = 1e-6;

  /**
   * @throws IllegalArgumentException where a value is missing or out of its range
   */
  public ModelManifest {
    require(
        format != null && FORMAT.matcher(format).matches(),
        "format must be 1 to 64 lower-case letters, digits and dashes; found " + shown(format));
    require(
        name != null && labels != null && labels.stream().allMatch(Objects::nonNull),
        "name and labels must be given");
    Label.of(name);
    LabelSet set = LabelSet.of(labels.stream().map(Label::of).toList());
    if (positive != null) {
      set.withPositive(Label.of(positive));
    }
    require(input != null, "input must be given");
    require(priors != null, "priors must be given");
    require(
        priors.natural().size() == labels.size() && priors.training().size() == labels.size(),
        "priors must have one value for each label");
    require(
        temperature >= 1 / MAX_TEMPERATURE && temperature <= MAX_TEMPERATURE,
        "temperature must be 1/"
            + MAX_TEMPERATURE
            + " to "
            + MAX_TEMPERATURE
            + "; found "
            + temperature);
    require(
        calibration == null || calibration.temperature().value() == temperature,
        "calibration.temperature.value must be the temperature " + temperature);
    provenance = provenance == null ? Provenance.UNKNOWN : provenance;
    if (decision != null) {
      require(
          decision.operatingPoint() == null || positive != null,
          "decision.operatingPoint needs a positive label");
      require(
          decision.conformalSets() == null
              || decision.conformalSets().labels().labels().equals(set.labels()),
          "decision.conformalSets must be of the labels " + labels);
    }
    testTimeAugmentation = testTimeAugmentation == null ? "none" : testTimeAugmentation;
    labels = List.copyOf(labels);
    metrics = ordered(metrics);
    files = ordered(files);
    require(
        files.values().stream().allMatch(f -> f != null && f.sha256() != null),
        "every file must have its length and SHA-256");
  }

  /** A builder of this version of the format, without test-time augmentation, temperature 1. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from this manifest. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.schemaVersion = schemaVersion;
    b.format = format;
    b.name = name;
    b.labels = labels;
    b.positive = positive;
    b.input = input;
    b.priors = priors;
    b.temperature = temperature;
    b.calibration = calibration;
    b.decision = decision;
    b.testTimeAugmentation = testTimeAugmentation;
    b.loss = loss;
    b.selection = selection;
    b.metrics = metrics;
    b.provenance = provenance;
    b.gate = gate;
    b.files = files;
    return b;
  }

  /** The labels in the order of the outputs, with the positive one marked. */
  @JsonIgnore
  public LabelSet labelSet() {
    LabelSet set = LabelSet.of(labels.stream().map(Label::of).toList());
    return positive == null ? set : set.withPositive(Label.of(positive));
  }

  /**
   * What makes probabilities of the network's logits.
   *
   * @param prevalence the share of each label among the images to come, in any unit; that of the
   *     training data holds where it does not name all labels
   */
  public ProbabilityScale scale(Map<Label, Double> prevalence) {
    LabelSet set = labelSet();
    List<Double> wanted =
        prevalence.keySet().containsAll(set.labels())
            ? set.labels().stream().map(prevalence::get).toList()
            : priors.natural();
    return ProbabilityScale.of(set, priors.training(), wanted, temperature);
  }

  /** The same for a network in another format, without the list of files. */
  public ModelManifest withFormat(String other) {
    return toBuilder().format(other).files(Map.of()).build();
  }

  private static String shown(String text) {
    return text == null || text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }

  /** The same with the list of files. */
  ModelManifest withFiles(Map<String, FileEntry> entries) {
    return toBuilder().files(entries).build();
  }

  /** The same with what an image must be like. */
  public ModelManifest withGate(GateThresholds thresholds) {
    return toBuilder().gate(thresholds).build();
  }

  static <V> Map<String, V> ordered(Map<String, V> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }

  /**
   * What the network takes: 8-bit RGB, [images, height, width, 3].
   *
   * @param height in pixels
   * @param width in pixels
   * @param centreCrop the share of an image's sides that the network sees, about the middle, above
   *     0 and at most 1; 1, the whole image, where it is null
   * @param resize how images of other sizes are brought to it
   * @param normalisation what the network itself does to the pixels first
   * @param stainNormalisation whose colours an image is given once it is resized, before the
   *     network, which does not do it itself; null for its own
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Input(
      int height,
      int width,
      Double centreCrop,
      String resize,
      String normalisation,
      StainNormalisation stainNormalisation) {
    /**
     * @throws IllegalArgumentException where a side is not 1 to {@value #MAX_SIDE}, or a text is
     *     missing
     */
    public Input {
      require(resize != null, "input.resize must be given");
      require(normalisation != null, "input.normalisation must be given");
      require(
          height >= 1 && height <= MAX_SIDE && width >= 1 && width <= MAX_SIDE,
          "input sides must be 1 to " + MAX_SIDE + "; found " + height + " x " + width);
      centreCrop = centreCrop == null ? Double.valueOf(1) : centreCrop;
      require(
          centreCrop > 0 && centreCrop <= 1,
          "input.centreCrop must be above 0 and at most 1; found " + centreCrop);
    }

    /** Of the whole image, without stain normalisation. */
    public Input(int height, int width, String resize, String normalisation) {
      this(height, width, null, resize, normalisation, null);
    }

    /**
     * The middle of an image at the network's size: what the image gate looks at. {@link #recolour}
     * makes of it what the network is fed; every backend takes both from here, so that all feed the
     * same bytes.
     *
     * @param image of any size
     */
    public CellImage resized(CellImage image) {
      return image.centre(centreCrop).resize(height, width);
    }

    /** What the network is fed: stain-normalised where that is asked for. */
    public CellImage recolour(CellImage resized) {
      return stainNormalisation == null ? resized : stainNormalisation.apply(resized);
    }
  }

  /**
   * How often each label occurred, in the order of the outputs. The network's logits are corrected
   * by the log of natural over training.
   *
   * @param sampling how batches were drawn
   * @param natural share of each label among the training samples, above 0
   * @param training share of each label among the samples as they were drawn, above 0
   */
  public record Priors(String sampling, List<Double> natural, List<Double> training) {
    /**
     * @throws IllegalArgumentException where a share is not in (0, 1]
     */
    public Priors {
      require(natural != null && training != null, "priors must be given");
      natural = List.copyOf(natural);
      training = List.copyOf(training);
      require(
          natural.stream().allMatch(p -> p > 0 && p <= 1)
              && training.stream().allMatch(p -> p > 0 && p <= 1),
          "priors must be above 0 and at most 1; found " + natural + " and " + training);
      require(
          sumsToOne(natural) && sumsToOne(training),
          "priors must sum to 1; found " + natural + " and " + training);
    }
  }

  private static boolean sumsToOne(List<Double> shares) {
    return Math.abs(shares.stream().mapToDouble(p -> p).sum() - 1) <= SUM_TOLERANCE;
  }

  /**
   * A file of the bundle.
   *
   * @param bytes its length
   * @param sha256 of its content, in lower-case hexadecimal
   */
  public record FileEntry(long bytes, String sha256) {}

  /** Collects the fields; not thread-safe. */
  public static final class Builder {
    private int schemaVersion = SCHEMA_VERSION;
    private String format;
    private String name;
    private List<String> labels;
    private String positive;
    private Input input;
    private Priors priors;
    private double temperature = 1;
    private Calibration calibration;
    private Decision decision;
    private String testTimeAugmentation = "none";
    private String loss;
    private String selection;
    private Map<String, Double> metrics = Map.of();
    private Provenance provenance;
    private GateThresholds gate;
    private Map<String, FileEntry> files = Map.of();

    private Builder() {}

    /** How the network is stored. */
    public Builder format(String value) {
      format = value;
      return this;
    }

    /** Of the stage. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** In the order of the outputs. */
    public Builder labels(List<String> value) {
      labels = value;
      return this;
    }

    /** May be null. */
    public Builder positive(String value) {
      positive = value;
      return this;
    }

    /** What the network takes. */
    public Builder input(Input value) {
      input = value;
      return this;
    }

    /** How often each label occurred. */
    public Builder priors(Priors value) {
      priors = value;
      return this;
    }

    /** 1 by default. */
    public Builder temperature(double value) {
      temperature = value;
      return this;
    }

    /** What the temperature rests on; null, the default, where it was not fitted. */
    public Builder calibration(Calibration value) {
      calibration = value;
      return this;
    }

    /** How a pipeline decides; null, the default, for the most probable label. */
    public Builder decision(Decision value) {
      decision = value;
      return this;
    }

    /** None by default. */
    public Builder testTimeAugmentation(String value) {
      testTimeAugmentation = value;
      return this;
    }

    /** The formula that it was trained under. */
    public Builder loss(String value) {
      loss = value;
      return this;
    }

    /** Which epoch was kept and how it was chosen, in words; null where that is not known. */
    public Builder selection(String value) {
      selection = value;
      return this;
    }

    /** Of the epoch that was kept; none by default. */
    public Builder metrics(Map<String, Double> value) {
      metrics = value;
      return this;
    }

    /** Where the model comes from. */
    public Builder provenance(Provenance value) {
      provenance = value;
      return this;
    }

    /** What an image must be like; null, the default, for anything. */
    public Builder gate(GateThresholds value) {
      gate = value;
      return this;
    }

    /** Made when the bundle is written. */
    public Builder files(Map<String, FileEntry> value) {
      files = value;
      return this;
    }

    /**
     * @throws IllegalArgumentException where a field is missing or out of its range
     */
    public ModelManifest build() {
      return new ModelManifest(
          schemaVersion,
          format,
          name,
          labels,
          positive,
          input,
          priors,
          temperature,
          calibration,
          decision,
          testTimeAugmentation,
          loss,
          selection,
          metrics,
          provenance,
          gate,
          files);
    }
  }
}
