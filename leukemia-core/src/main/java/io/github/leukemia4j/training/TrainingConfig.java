package io.github.leukemia4j.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.calibration.DecisionRule;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import io.github.leukemia4j.training.NetworkConfig.AuxiliaryConfig;
import io.github.leukemia4j.training.NetworkConfig.InputConfig;
import io.github.leukemia4j.training.TrainingConfig.SelectionConfig.Criterion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything that decides what a training gives; {@link RunOptions} says how it runs. The defaults
 * did best on real cells ({@code docs/results.md}). Made by {@link #builder()}, or read from a file
 * of JSON, such as the {@code training-config.json} of a bundle. Immutable.
 *
 * @param network to train
 * @param input what it is given of an image
 * @param loss of every stage that has none of its own, before {@link Loss#forLabels}
 * @param stageLosses the losses of single stages
 * @param optimizer how weights follow the gradient
 * @param batches which images make a step
 * @param selection how long training goes on, and which epoch is kept
 * @param decisions by what rule stages decide, as far as the calibration part supports it
 * @param networks whether stages share a network
 * @param auxiliary columns of the data that are learnt beside the labels, by name
 * @param stageWeights of the losses of single stages in the sum over a network's heads
 * @param start the weights that training starts from
 */
public record TrainingConfig(
    NetworkConfig network,
    InputConfig input,
    Loss loss,
    Map<Label, Loss> stageLosses,
    OptimizerConfig optimizer,
    BatchConfig batches,
    SelectionConfig selection,
    DecisionRule decisions,
    Networks networks,
    Map<String, AuxiliaryConfig> auxiliary,
    Map<Label, Double> stageWeights,
    NetworkConfig.Start start) {
  /** What its file in a bundle is called. */
  public static final String FILE = "training-config.json";

  private static final TrainingConfig DEFAULT =
      new TrainingConfig(
          NetworkConfig.residual(),
          InputConfig.DEFAULT,
          Loss.defaultLoss(),
          Map.of(),
          OptimizerConfig.DEFAULT,
          BatchConfig.DEFAULT,
          SelectionConfig.DEFAULT,
          DecisionRule.NONE,
          Networks.SHARED,
          Map.of(),
          Map.of(),
          new NetworkConfig.Start(Optional.empty(), List.of()));

  /** Whether stages share a network. */
  public enum Networks {
    /** Every stage trains a network of its own. */
    SEPARATE,
    /** All stages train one network, which has a head for each: the default. */
    SHARED,
    /**
     * One network has a head over all leaves of the taxonomy, from which every stage is read: a
     * child's probability is the sum over the leaves below it. Other labels do not train it.
     */
    LEAVES;

    /** The stages that each network answers, from the root down. */
    public List<List<Label>> of(Taxonomy taxonomy) {
      List<Label> stages = taxonomy.innerNodes();
      return this == SEPARATE ? stages.stream().map(List::of).toList() : List.of(stages);
    }
  }

  /**
   * @throws IllegalArgumentException naming every setting out of its range
   */
  public TrainingConfig {
    stageLosses = Map.copyOf(stageLosses);
    auxiliary = Collections.unmodifiableMap(new TreeMap<>(auxiliary));
    stageWeights = Map.copyOf(stageWeights);
    Faults faults = new Faults();
    input.check(network.smallestInput(), faults);
    optimizer.check(faults);
    batches.check(faults);
    selection.check(faults);
    AuxiliaryConfig.check(auxiliary, faults);
    stageWeights.forEach(
        (stage, weight) ->
            faults.check(
                weight >= 0 && Double.isFinite(weight),
                "stageWeights.%s must be 0 or more".formatted(stage),
                weight));
    faults.throwIfAny();
  }

  /** The defaults. */
  public static TrainingConfig defaults() {
    return DEFAULT;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    return new Builder(ConfigJson.tree(this));
  }

  /**
   * Reads a file of JSON. What it does not say stays at its default.
   *
   * @throws IllegalArgumentException where it has settings that do not exist or are out of their
   *     range, or a loss or an augmentation that nobody on the class path knows by name
   * @throws IOException where it cannot be read
   */
  public static TrainingConfig read(Path file) throws IOException {
    return builder().read(file).build();
  }

  /** Writes a file that {@link #read} reads. */
  public void write(Path file) throws IOException {
    ConfigJson.write(file, this);
  }

  /** The loss that a stage is trained under, before {@link Loss#forLabels}. */
  public Loss loss(Label stage) {
    return stageLosses.getOrDefault(stage, loss);
  }

  /**
   * The weight of a stage's loss in the sum over the heads of its network: 1 unless it is set, 0
   * where stages are read from the leaves.
   */
  public double weight(Label stage) {
    return stageWeights.getOrDefault(stage, networks == Networks.LEAVES ? 0.0 : 1.0);
  }

  /**
   * The settings for the network that answers some stages. Auxiliary columns go with that of the
   * root's stage alone.
   */
  public TrainingConfig forStages(Taxonomy taxonomy, List<Label> stages) {
    return auxiliary.isEmpty() || stages.contains(taxonomy.root())
        ? this
        : new Builder(ConfigJson.without(this, "auxiliary")).build();
  }

  /**
   * The learning rate of a step.
   *
   * @param step from 0, counted over all epochs
   * @param stepsPerEpoch at least 1
   */
  public double learningRate(long step, int stepsPerEpoch) {
    return optimizer.rate(step, stepsPerEpoch, selection.epochs());
  }

  /**
   * Every setting by its path, such as {@code batches.size}: losses, augmentations and choices as
   * text, numbers and truth values as they are, lists as their text.
   */
  public Map<String, Object> describe() {
    return ConfigJson.flat(this);
  }

  /**
   * Every setting by its path that decides what a network learns.
   *
   * @param stages that it answers; the loss of a single one stands for all
   */
  public Map<String, Object> describe(List<Label> stages) {
    return stages.size() == 1 ? ConfigJson.flat(this, loss(stages.get(0))) : describe();
  }

  /**
   * Every setting of a file by its path, as it stands there: also of one whose loss or augmentation
   * nobody on the class path knows.
   *
   * @throws IOException where it cannot be read
   */
  public static Map<String, Object> describe(Path file) throws IOException {
    return ConfigJson.flat(ConfigJson.read(file));
  }

  @Override
  public String toString() {
    return "TrainingConfig" + describe();
  }

  /** Collects settings, of which later ones replace earlier ones. Not thread-safe. */
  public static final class Builder {
    private final ObjectNode settings;

    private Builder(ObjectNode settings) {
      this.settings = settings;
    }

    /**
     * Takes over the settings of a file, as {@link TrainingConfig#read} says.
     *
     * @throws IllegalArgumentException where it is no JSON
     * @throws IOException where it cannot be read
     */
    public Builder read(Path file) throws IOException {
      ConfigJson.merge(settings, ConfigJson.read(file));
      return this;
    }

    /**
     * Sets anything by its path in the file.
     *
     * @param path such as {@code batches.size}
     * @param value of the setting's type, or its text
     * @throws IllegalArgumentException where there is no such setting
     */
    public Builder set(String path, Object value) {
      if (path.equals("optimizer") && value instanceof String text) {
        return optimizer(text);
      }
      ConfigJson.set(settings, path, Objects.requireNonNull(value, path));
      return this;
    }

    /** See {@link TrainingConfig#network}. */
    public Builder network(NetworkConfig value) {
      return set("network", value);
    }

    /** See {@link InputConfig#size}. */
    public Builder inputSize(int pixels) {
      return set("input.size", pixels);
    }

    /** See {@link InputConfig#centreCrop}. */
    public Builder centreCrop(double share) {
      return set("input.centreCrop", share);
    }

    /** See {@link TrainingConfig#loss()}. */
    public Builder loss(Loss value) {
      return set("loss", value);
    }

    /** The loss of one stage. */
    public Builder loss(Label stage, Loss value) {
      Objects.requireNonNull(value, "loss");
      settings.withObject("/stageLosses").set(stage.name(), ConfigJson.node(value));
      return this;
    }

    /**
     * The rule by which weights follow the gradient, and its parameters.
     *
     * @param text such as {@code adamw} or {@code sgd,momentum=0.9}
     */
    public Builder optimizer(String text) {
      int comma = text.indexOf(',');
      return set("optimizer.name", comma < 0 ? text : text.substring(0, comma))
          .set(
              "optimizer.parameters", Parameters.parse(comma < 0 ? "" : text.substring(comma + 1)));
    }

    /** See {@link OptimizerConfig#learningRate}. */
    public Builder learningRate(double value) {
      return set("optimizer.learningRate", value);
    }

    /** See {@link OptimizerConfig#warmupEpochs}. */
    public Builder warmupEpochs(int value) {
      return set("optimizer.warmupEpochs", value);
    }

    /** See {@link BatchConfig#size}. */
    public Builder batchSize(int value) {
      return set("batches.size", value);
    }

    /** See {@link BatchConfig#sampling}. */
    public Builder sampling(Sampling value) {
      return set("batches.sampling", value);
    }

    /** See {@link BatchConfig#augmentation}. */
    public Builder augmentation(Augmentation value) {
      return set("batches.augmentation", value);
    }

    /** See {@link BatchConfig#seed}. */
    public Builder seed(long value) {
      return set("batches.seed", value);
    }

    /** See {@link SelectionConfig#epochs}. */
    public Builder epochs(int value) {
      return set("selection.epochs", value);
    }

    /** See {@link SelectionConfig#criterion}. */
    public Builder criterion(Criterion value) {
      return set("selection.criterion", value);
    }

    /** See {@link SelectionConfig#patience}. */
    public Builder patience(int value) {
      return set("selection.patience", value);
    }

    /** See {@link TrainingConfig#decisions}. */
    public Builder decisions(DecisionRule value) {
      return set("decisions", value);
    }

    /** See {@link TrainingConfig#networks}. */
    public Builder networks(Networks value) {
      return set("networks", value);
    }

    /**
     * Learns a column beside the labels.
     *
     * @param column such as {@code cell_class}, or with a weight {@code cell_class=0.3}
     */
    public Builder auxiliary(String column) {
      ConfigJson.addAuxiliary(settings, column);
      return this;
    }

    /** See {@link TrainingConfig#auxiliary}. */
    public Builder auxiliary(String column, AuxiliaryConfig value) {
      settings.withObject("/auxiliary").set(column, ConfigJson.node(value));
      return this;
    }

    /**
     * @throws IllegalArgumentException naming every setting out of its range
     */
    public TrainingConfig build() {
      return ConfigJson.config(settings);
    }
  }

  /**
   * How long training goes on, and which epoch is kept. {@link TrainingConfig} checks it.
   *
   * @param epochs the largest number of them
   * @param criterion which epoch is kept
   * @param patience epochs without a better one after which training stops; 0 for never. Needs a
   *     criterion other than {@link Criterion#LAST}
   */
  public record SelectionConfig(int epochs, Criterion criterion, int patience) {
    static final SelectionConfig DEFAULT = new SelectionConfig(20, Criterion.LAST, 0);

    /** Which epoch is kept; all but the last are judged on the validation part. */
    public enum Criterion {
      /**
       * The last one: once the learning rate has come down it is as good as the best, and no figure
       * of the validation part was chosen for being high.
       */
      LAST,
      /** The lowest validation loss. */
      LOSS,
      /** The highest balanced accuracy; of equal ones, that with the lower loss. */
      BALANCED_ACCURACY,
      /** The highest area under the ROC curve; of equal ones, that with the lower loss. */
      AUROC
    }

    void check(Faults faults) {
      faults.checkLeast("selection.epochs", epochs, 1);
      faults.checkLeast("selection.patience", patience, 0);
      faults.check(
          patience <= 0 || criterion != Criterion.LAST,
          "selection.patience must be 0 where the last epoch is kept; choose another criterion",
          patience);
    }
  }
}
