package io.github.leukemia4j.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.image.GateThresholds;
import io.github.leukemia4j.image.StainNormalisation;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a bundle says of itself, in {@code manifest.json}; {@code docs/model-bundle-format.md}
 * describes every field. A bundle is one network with one or more heads. Immutable.
 *
 * @param schemaVersion of the format; {@value #SCHEMA_VERSION} here
 * @param name of the network: that of its stage where it has one head
 * @param format of the network's files, by which a backend knows whether it can open them
 * @param input what the network takes
 * @param testTimeAugmentation what the network averages over for each image; {@code none} where it
 *     is not given
 * @param heads the questions that it answers, in the order of its outputs
 * @param selection which epoch was kept and how it was chosen, in words; null where not known
 * @param gate what an image must be like, learnt from the training part; null where no gate was
 *     learnt
 * @param provenance where the model comes from; {@link Provenance#UNKNOWN} where it does not say
 * @param files every other file of the bundle by its path with forward slashes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelManifest(
    int schemaVersion,
    String name,
    String format,
    Input input,
    String testTimeAugmentation,
    List<HeadManifest> heads,
    String selection,
    GateThresholds gate,
    Provenance provenance,
    Map<String, FileEntry> files) {
  /** The version of the format that this library writes and reads. */
  public static final int SCHEMA_VERSION = 2;

  /** The test-time augmentation that averages over the flips and quarter turns of an image. */
  public static final String EIGHT_VIEWS = "dihedral";

  /** The largest side of an input, in pixels. */
  public static final int MAX_SIDE = 4096;

  private static final Pattern FORMAT = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
  private static final double SUM_TOLERANCE = 1e-6;

  /**
   * @throws IllegalArgumentException where a value is missing or out of its range
   */
  public ModelManifest {
    require(
        format != null && FORMAT.matcher(format).matches(),
        "format must be 1 to 64 lower-case letters, digits and dashes; found " + shown(format));
    require(name != null, "name must be given");
    Label.of(name);
    require(input != null, "input must be given");
    require(
        heads != null && !heads.isEmpty() && heads.stream().allMatch(Objects::nonNull),
        "heads must be given, at least one");
    heads = List.copyOf(heads);
    require(
        heads.stream().map(HeadManifest::stage).distinct().count() == heads.size(),
        "heads must have different names; found %s"
            .formatted(heads.stream().map(HeadManifest::stage).toList()));
    for (HeadManifest head : heads) {
      places(heads, head);
    }
    testTimeAugmentation = testTimeAugmentation == null ? "none" : testTimeAugmentation;
    provenance = provenance == null ? Provenance.UNKNOWN : provenance;
    files = ordered(files);
    require(
        files.values().stream().allMatch(f -> f != null && f.sha256() != null),
        "every file must have its length and SHA-256");
  }

  /** A manifest of this version of the format, whose list of files is made with the bundle. */
  public ModelManifest(
      String name,
      String format,
      Input input,
      String testTimeAugmentation,
      List<HeadManifest> heads,
      String selection,
      GateThresholds gate,
      Provenance provenance) {
    this(
        SCHEMA_VERSION,
        name,
        format,
        input,
        testTimeAugmentation,
        heads,
        selection,
        gate,
        provenance,
        Map.of());
  }

  /** How many views of an image the network averages over. */
  public int views() {
    return testTimeAugmentation.equals(EIGHT_VIEWS) ? 8 : 1;
  }

  /** What is said of the head that answers a stage; empty where none does. */
  public Optional<HeadManifest> head(Label stage) {
    return heads.stream()
        .filter(head -> head.kind() == HeadManifest.Kind.STAGE)
        .filter(head -> head.stage().equals(stage.name()))
        .findFirst();
  }

  /** The place of the head whose logits a head's answer is read from: its own, or another's. */
  public int source(HeadManifest head) {
    return source(heads, head);
  }

  private static int source(List<HeadManifest> heads, HeadManifest head) {
    String name = head.reading() == null ? head.stage() : head.reading().head();
    List<String> names = heads.stream().map(HeadManifest::stage).toList();
    require(names.contains(name), "a head that is read must be there; found no " + name);
    return names.indexOf(name);
  }

  /**
   * Which logits of that head are summed up for each label, where it is read from another.
   *
   * @return {@code [labels][values]}; empty where it has logits of its own
   */
  public Optional<int[][]> places(HeadManifest head) {
    return places(heads, head);
  }

  private static Optional<int[][]> places(List<HeadManifest> heads, HeadManifest head) {
    HeadManifest read = heads.get(source(heads, head));
    require(
        head.reading() == null || read.kind() != HeadManifest.Kind.STAGE,
        "a stage is read from no other stage");
    return Optional.ofNullable(head.reading())
        .map(reading -> reading.places(head.labelSet(), read.labelSet()));
  }

  /** The same for a network in another format, without the list of files. */
  public ModelManifest withFormat(String other) {
    return new ModelManifest(
        name, other, input, testTimeAugmentation, heads, selection, gate, provenance);
  }

  /** The same with other heads, as after a calibration, without the list of files. */
  public ModelManifest withHeads(List<HeadManifest> others) {
    return new ModelManifest(
        name, format, input, testTimeAugmentation, others, selection, gate, provenance);
  }

  /** The same after an adaptation to a laboratory, without the list of files. */
  public ModelManifest adapted(GateThresholds otherGate, Provenance from) {
    return new ModelManifest(
        name, format, input, testTimeAugmentation, heads, selection, otherGate, from);
  }

  /** The same with another provenance, without the list of files. */
  public ModelManifest withProvenance(Provenance from) {
    return adapted(gate, from);
  }

  /** The same with the list of files. */
  ModelManifest withFiles(Map<String, FileEntry> entries) {
    return new ModelManifest(
        schemaVersion,
        name,
        format,
        input,
        testTimeAugmentation,
        heads,
        selection,
        gate,
        provenance,
        entries);
  }

  /** The same for people, in Markdown. */
  public String card() {
    return ModelCard.of(this);
  }

  private static String shown(String text) {
    return text == null || text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }

  static <V> Map<String, V> ordered(Map<String, V> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  static void require(boolean holds, String rule) {
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
   * @param micrometresPerPixel how much of the slide a pixel of the network's images shows, above
   *     0: of an image whose scale is known the network sees as many micrometres as this says,
   *     whatever the centre crop; null where the training images' scale was not known
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
      Double micrometresPerPixel,
      String resize,
      String normalisation,
      StainNormalisation stainNormalisation) {
    /** The way of {@link CellImage#resize}, the only one that the library has. */
    public static final String AREA = "area";

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
      require(
          micrometresPerPixel == null
              || micrometresPerPixel > 0 && Double.isFinite(micrometresPerPixel),
          "input.micrometresPerPixel must be above 0; found " + micrometresPerPixel);
    }

    /** Of the whole image, without stain normalisation. */
    public Input(int height, int width, String resize, String normalisation) {
      this(height, width, null, null, resize, normalisation, null);
    }

    /**
     * The middle of an image at the network's size: what the image gate looks at. {@link #recolour}
     * makes of it what the network is fed; every backend takes both from here, so that all feed the
     * same bytes.
     *
     * @param image of any size, or one that was cropped and resized like this before
     * @throws IllegalArgumentException where it was cropped and resized otherwise before
     */
    public CellImage resized(CellImage image) {
      CellImage.Whole whole = image.whole();
      if (whole.equals(new CellImage.Whole(image.height(), image.width(), 1))) {
        return seen(image).resize(height, width);
      }
      if (image.height() != height
          || image.width() != width
          || whole.centreCrop() != centreCrop
          || micrometresPerPixel != null) {
        throw new IllegalArgumentException(
            "An image must be whole, or its middle %s at %d x %d pixels; found the middle %s at %d x %d."
                .formatted(
                    centreCrop, height, width, whole.centreCrop(), image.height(), image.width()));
      }
      return image;
    }

    /** The part of a whole image that the network sees, before it is resized. */
    public CellImage seen(CellImage image) {
      return micrometresPerPixel == null || image.micrometresPerPixel().isEmpty()
          ? image.centre(centreCrop)
          : image.centre(height, width, micrometresPerPixel);
    }

    /** What the network is fed: stain-normalised where that is asked for. */
    public CellImage recolour(CellImage resized) {
      return stainNormalisation == null ? resized : stainNormalisation.apply(resized);
    }
  }

  /**
   * How often each label occurred, in the order of the outputs. The network's logits are corrected
   * by the log of natural over training, and their probabilities to the expected shares where there
   * are any.
   *
   * @param sampling how batches were drawn
   * @param natural share of each label among the training samples, above 0
   * @param training share of each label among the samples as they were drawn, above 0
   * @param expected share of each label among the images to come, above 0, as a laboratory's own
   *     images say; null where the natural ones hold
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Priors(
      String sampling, List<Double> natural, List<Double> training, List<Double> expected) {
    /**
     * @throws IllegalArgumentException where a share is not in (0, 1]
     */
    public Priors {
      require(natural != null && training != null, "priors must be given");
      natural = List.copyOf(natural);
      training = List.copyOf(training);
      expected = expected == null ? null : List.copyOf(expected);
      List<Double> last = expected == null ? natural : expected;
      require(
          Stream.of(natural, training, last)
              .flatMap(List::stream)
              .allMatch(share -> share > 0 && share <= 1),
          "priors must be above 0 and at most 1; found %s, %s and %s"
              .formatted(natural, training, last));
      require(
          sumsToOne(natural) && sumsToOne(training) && sumsToOne(last),
          "priors must sum to 1; found %s, %s and %s".formatted(natural, training, last));
      require(last.size() == natural.size(), "expected priors must be as many as natural ones");
    }

    /** Where the natural shares hold. */
    public Priors(String sampling, List<Double> natural, List<Double> training) {
      this(sampling, natural, training, null);
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
}
