package io.github.leukemia4j.training;

import io.github.leukemia4j.loss.Loss;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The network to train: the name of an architecture and its parameters. Every backend knows two:
 *
 * <ul>
 *   <li>{@code plain}: blocks of a 3 x 3 convolution and 2 x 2 max-pooling, as in the paper
 *   <li>{@code residual}: blocks of two 3 x 3 convolutions and a shortcut around them (He et al.
 *       2016), with stride 2 in every block but the first
 * </ul>
 *
 * Both have the parameters {@code stem}, the channels of a 3 x 3 convolution with stride 2 before
 * the blocks, 0 for none; {@code channels} of each block; {@code dense}, the units of each dense
 * layer after the pooling; and {@code dropout}, the share of values dropped before the output while
 * training. Every convolution has batch normalisation and ReLU; global average pooling follows the
 * blocks, and an output for each label ends the network. Another name is an architecture of the
 * backend, such as TensorFlow's {@code recurrent} and {@code transformer}, or of your own, and what
 * its parameters mean is its own affair. Immutable.
 *
 * @param name of the architecture
 * @param parameters all of them where the architecture is plain or residual
 */
public record NetworkConfig(String name, Parameters parameters) {
  private static final String PLAIN = "plain";
  private static final String RESIDUAL = "residual";

  /**
   * The weights that training starts from.
   *
   * @param weights a bundle, or a file of weights by name; empty for random ones
   * @param frozen prefixes of the names of weights that stay as they are
   */
  public record Start(Optional<Path> weights, List<String> frozen) {
    /** Copies the list. */
    public Start {
      Objects.requireNonNull(weights, "weights");
      frozen = List.copyOf(frozen);
    }
  }

  /**
   * @throws IllegalArgumentException naming every value out of its range
   */
  public NetworkConfig {
    if (name.isBlank()) {
      throw new IllegalArgumentException("A network must have the name of its architecture.");
    }
    if (isBuiltIn(name)) {
      requireInRange(name, parameters);
    }
  }

  private static boolean isBuiltIn(String name) {
    return name.equals(PLAIN) || name.equals(RESIDUAL);
  }

  private static void requireInRange(String name, Parameters parameters) {
    parameters.requireOnly("The network " + name, "stem", "channels", "dense", "dropout");
    int stem = parameters.integer("stem", 0);
    List<Integer> channels = parameters.integers("channels", List.of());
    List<Integer> dense = parameters.integers("dense", List.of());
    double dropout = parameters.number("dropout", 0);
    Faults faults = new Faults();
    faults.check(stem >= 0 && stem <= 4096, "stem must be 0 to 4096", stem);
    int blocks = channels.size();
    faults.check(blocks >= 1 && blocks <= 8, "there must be 1 to 8 blocks", blocks);
    faults.check(
        channels.stream().allMatch(c -> c >= 1 && c <= 4096),
        "channels must be 1 to 4096",
        channels);
    faults.check(
        dense.stream().allMatch(u -> u >= 1 && u <= 65536),
        "dense units must be 1 to 65536",
        dense);
    faults.checkShare("dropout", dropout);
    faults.throwIfAny();
  }

  /** A network of plain blocks. */
  public static NetworkConfig plain(
      int stem, List<Integer> channels, List<Integer> dense, double dropout) {
    return blocks(PLAIN, stem, channels, dense, dropout);
  }

  /** A network of residual blocks. */
  public static NetworkConfig residual(
      int stem, List<Integer> channels, List<Integer> dense, double dropout) {
    return blocks(RESIDUAL, stem, channels, dense, dropout);
  }

  private static NetworkConfig blocks(
      String name, int stem, List<Integer> channels, List<Integer> dense, double dropout) {
    return new NetworkConfig(
        name,
        Parameters.NONE
            .with("stem", stem)
            .with("channels", channels)
            .with("dense", dense)
            .with("dropout", dropout));
  }

  /** The default: a small residual network of 308,000 weights. */
  public static NetworkConfig residual() {
    return residual(16, List.of(16, 32, 64, 128), List.of(), 0.3);
  }

  /**
   * The network of the paper: convolutions with batch normalisation, ReLU and pooling, then dense
   * layers with dropout. The paper does not give its sizes; these are ours.
   */
  public static NetworkConfig paper() {
    return plain(0, List.of(32, 64, 128, 256), List.of(128), 0.5);
  }

  /** Four plain blocks of 16, 32, 64 and 128 channels: the one that speed is compared on. */
  public static NetworkConfig standard() {
    return plain(0, List.of(16, 32, 64, 128), List.of(), 0.3);
  }

  /** Three plain blocks of 8, 16 and 32 channels, for tests and small machines. */
  public static NetworkConfig small() {
    return plain(0, List.of(8, 16, 32), List.of(), 0.1);
  }

  /**
   * A network by name, with parameters that replace those it has: {@code residual}, {@code paper},
   * {@code standard} and {@code small} as the methods of these names say, {@code plain} as {@code
   * standard}, or an architecture of your own.
   *
   * @throws IllegalArgumentException naming every value out of its range
   */
  public static NetworkConfig of(String name, Parameters parameters) {
    Map<String, NetworkConfig> known =
        Map.of(
            RESIDUAL,
            residual(),
            "paper",
            paper(),
            "standard",
            standard(),
            PLAIN,
            standard(),
            "small",
            small());
    NetworkConfig base = known.get(name.toLowerCase(Locale.ROOT));
    return base == null
        ? new NetworkConfig(name, parameters)
        : new NetworkConfig(base.name, base.parameters.with(parameters));
  }

  /**
   * Reads {@code name} or {@code name,parameter=value,...}, such as {@code residual,dropout=0.5}.
   *
   * @throws IllegalArgumentException where the text is not of that form, or a value out of its
   *     range
   */
  public static NetworkConfig parse(String text) {
    int comma = text.indexOf(',');
    return comma < 0
        ? of(text.strip(), Parameters.NONE)
        : of(text.substring(0, comma).strip(), Parameters.parse(text.substring(comma + 1)));
  }

  /**
   * The smallest input side, in pixels, that the architecture does not pool away; 1 for one of your
   * own, which checks its input itself.
   */
  public int smallestInput() {
    if (!isBuiltIn(name)) {
      return 1;
    }
    int blocks = parameters.integers("channels", List.of()).size();
    int stem = parameters.integer("stem", 0) > 0 ? 1 : 0;
    return 1 << (stem + (name.equals(PLAIN) ? blocks : blocks - 1));
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return parameters.values().isEmpty() ? name : name + "," + parameters;
  }

  /**
   * What the network is given of an image; part of the model. {@link TrainingConfig} checks it.
   *
   * @param size the side of the square that images are resized to, in pixels
   * @param centreCrop the share of an image's sides that the network sees, about the middle, in (0,
   *     1]. Where one cell lies in the middle and others come in at the border, a crop shows it
   *     larger and leaves the others out; 1 for whole fields
   * @param stainNormalisation whether every image is given the colours of the training part ({@link
   *     io.github.leukemia4j.image.StainNormalisation}) before anything else is done to it, in
   *     training and in use; little of it is left where the network standardises each image by
   *     itself
   * @param testTimeAugmentation what is averaged when an image is classified
   */
  public record InputConfig(
      int size,
      double centreCrop,
      boolean stainNormalisation,
      TestTimeAugmentation testTimeAugmentation) {
    static final InputConfig DEFAULT =
        new InputConfig(64, 0.6, false, TestTimeAugmentation.DIHEDRAL);

    /** What is averaged when an image is classified. */
    public enum TestTimeAugmentation {
      /** The image as it is. */
      NONE,
      /** The logits of its eight flips and quarter turns: slightly better, eight times the work. */
      DIHEDRAL
    }

    void check(int smallest, Faults faults) {
      faults.check(
          size >= smallest && size <= 1024,
          "input.size must be %d to 1024 for this network".formatted(smallest),
          size);
      faults.check(
          centreCrop > 0 && centreCrop <= 1,
          "input.centreCrop must be above 0 and at most 1",
          centreCrop);
    }
  }

  /**
   * How a column of the data, such as the type of a cell, is learnt beside the labels: by a head of
   * its own on the network of the root's stage. Its values are the head's labels. Samples without a
   * value do not train it. Immutable.
   *
   * @param weight of the head's loss in the sum over heads, above 0; a stage's is 1
   * @param loss of the head, before {@link Loss#forLabels}
   * @param reads the stages whose answer is read from this head instead of their own: a label's
   *     probability is the sum over the values that lie below it in the training data
   */
  public record AuxiliaryConfig(double weight, Loss loss, List<String> reads) {
    /** Half the weight of a stage, cross-entropy, read by no stage. */
    public static final AuxiliaryConfig DEFAULT =
        new AuxiliaryConfig(0.5, Loss.parse("cross-entropy"), List.of());

    /** The defaults hold for what is null. */
    public AuxiliaryConfig {
      loss = loss == null ? Loss.parse("cross-entropy") : loss;
      reads = reads == null ? List.of() : List.copyOf(reads);
    }

    /** The same with stages that are read from the column's head. */
    public AuxiliaryConfig withReads(String... stages) {
      return new AuxiliaryConfig(weight, loss, List.of(stages));
    }

    static void check(Map<String, AuxiliaryConfig> columns, Faults faults) {
      Map<String, String> columnOf = new HashMap<>();
      columns.forEach(
          (column, own) -> {
            faults.check(
                own.weight > 0 && Double.isFinite(own.weight),
                "auxiliary.%s.weight must be above 0".formatted(column),
                own.weight);
            own.reads.forEach(
                stage -> {
                  String other = columnOf.put(stage, column);
                  faults.check(
                      other == null,
                      "the stage %s must be read from one column".formatted(stage),
                      "%s and %s".formatted(other, column));
                });
          });
    }
  }
}
