package io.github.leukemia4j.training;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.calibration.DecisionWish;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.image.augment.Mixup;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.loss.Losses;
import io.github.leukemia4j.training.input.Sampling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How to train. The defaults are those that did best on real cells; {@code docs/results.md} has the
 * measurements. Immutable; made by {@link #builder()}.
 */
public final class TrainingConfig {
  /** How the learning rate goes after the warm-up. */
  public enum Schedule {
    /** Along half a cosine to 0 (Loshchilov and Hutter 2017). */
    COSINE,
    /** Divided by 10 after half and after three quarters of the epochs. */
    STEP,
    /** Stays. */
    CONSTANT
  }

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

  /** In what numbers a training step computes; weights and statistics are always 32-bit. */
  public enum Precision {
    /** 32 bits. */
    FLOAT32,
    /**
     * 16 bits with the range of 32. Faster on a GPU and on a processor with AVX512_BF16 or AMX:
     * there a step takes 0.7 to 0.8 of the time. On other processors it takes some ten times as
     * long; the trainer warns of it.
     */
    BFLOAT16
  }

  /** What is averaged when an image is classified. */
  public enum TestTimeAugmentation {
    /** The image as it is. */
    NONE,
    /** The logits of its eight flips and quarter turns: slightly better, eight times the work. */
    DIHEDRAL
  }

  private final NetworkConfig network;
  private final int inputSize;
  private final double centreCrop;
  private final Loss loss;
  private final Map<Label, Loss> stageLosses;
  private final int epochs;
  private final int batchSize;
  private final double learningRate;
  private final double weightDecay;
  private final int warmupEpochs;
  private final Schedule schedule;
  private final double gradientClip;
  private final Sampling sampling;
  private final boolean stainNormalisation;
  private final Augmentation augmentation;
  private final double mixup;
  private final Criterion criterion;
  private final int patience;
  private final double averaging;
  private final Precision precision;
  private final TestTimeAugmentation testTimeAugmentation;
  private final DecisionWish decisions;
  private final int checkpointMinutes;
  private final boolean resume;
  private final long seed;
  private final Device device;
  private final int threads;
  private final Optional<String> backend;

  private TrainingConfig(Builder b) {
    network = b.network;
    inputSize = b.inputSize;
    centreCrop = b.centreCrop;
    loss = b.loss;
    stageLosses = Map.copyOf(b.stageLosses);
    epochs = b.epochs;
    batchSize = b.batchSize;
    learningRate = b.learningRate;
    weightDecay = b.weightDecay;
    warmupEpochs = b.warmupEpochs;
    schedule = b.schedule;
    gradientClip = b.gradientClip;
    sampling = b.sampling;
    stainNormalisation = b.stainNormalisation;
    augmentation = b.augmentation;
    mixup = b.mixup;
    criterion = b.criterion;
    patience = b.patience;
    averaging = b.averaging;
    precision = b.precision;
    testTimeAugmentation = b.testTimeAugmentation;
    decisions = b.decisions;
    checkpointMinutes = b.checkpointMinutes;
    resume = b.resume;
    seed = b.seed;
    device = b.device;
    threads = b.threads;
    backend = b.backend;
  }

  /** The defaults. */
  public static TrainingConfig defaults() {
    return builder().build();
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.network = network;
    b.inputSize = inputSize;
    b.centreCrop = centreCrop;
    b.loss = loss;
    b.stageLosses.putAll(stageLosses);
    b.epochs = epochs;
    b.batchSize = batchSize;
    b.learningRate = learningRate;
    b.weightDecay = weightDecay;
    b.warmupEpochs = warmupEpochs;
    b.schedule = schedule;
    b.gradientClip = gradientClip;
    b.sampling = sampling;
    b.stainNormalisation = stainNormalisation;
    b.augmentation = augmentation;
    b.mixup = mixup;
    b.criterion = criterion;
    b.patience = patience;
    b.averaging = averaging;
    b.precision = precision;
    b.testTimeAugmentation = testTimeAugmentation;
    b.decisions = decisions;
    b.checkpointMinutes = checkpointMinutes;
    b.resume = resume;
    b.seed = seed;
    b.device = device;
    b.threads = threads;
    b.backend = backend;
    return b;
  }

  /** The shape of the network. */
  public NetworkConfig network() {
    return network;
  }

  /** The side of the square that images are resized to, in pixels. */
  public int inputSize() {
    return inputSize;
  }

  /** The share of an image's sides that the network sees, about the middle, in (0, 1]. */
  public double centreCrop() {
    return centreCrop;
  }

  /** The loss that a stage is trained under, before {@link Loss#forLabels}. */
  public Loss loss(Label stage) {
    return stageLosses.getOrDefault(stage, loss);
  }

  /** At most this many. */
  public int epochs() {
    return epochs;
  }

  /** Samples in a step. */
  public int batchSize() {
    return batchSize;
  }

  /** The highest one, reached after the warm-up. */
  public double learningRate() {
    return learningRate;
  }

  /** Decoupled weight decay of AdamW (Loshchilov and Hutter 2019), on kernels only. */
  public double weightDecay() {
    return weightDecay;
  }

  /** Epochs in which the learning rate rises linearly from 0. */
  public int warmupEpochs() {
    return warmupEpochs;
  }

  /** How the learning rate goes after the warm-up. */
  public Schedule schedule() {
    return schedule;
  }

  /** The largest global norm of the gradient; longer ones are scaled to it. 0 for no limit. */
  public double gradientClip() {
    return gradientClip;
  }

  /** Which samples make an epoch. */
  public Sampling sampling() {
    return sampling;
  }

  /**
   * Whether every image is given the colours of the training part ({@link
   * io.github.leukemia4j.image.StainNormalisation}) before anything else is done to it, in training
   * and in use; part of the model.
   */
  public boolean stainNormalisation() {
    return stainNormalisation;
  }

  /** What is done to training images, anew in every epoch. */
  public Augmentation augmentation() {
    return augmentation;
  }

  /**
   * How strongly training images are mixed with one another after augmentation, their targets alike
   * ({@link Mixup#alpha}); 0 for not at all. The training loss is then that of mixed images against
   * mixed targets.
   */
  public double mixup() {
    return mixup;
  }

  /** Which epoch is kept. */
  public Criterion criterion() {
    return criterion;
  }

  /** Epochs without a better one after which training stops; 0 for never. */
  public int patience() {
    return patience;
  }

  /**
   * The share of the old average in the moving average of the weights, which is then what is
   * validated and kept; 0 for no averaging.
   */
  public double averaging() {
    return averaging;
  }

  /** In what numbers a training step computes. */
  public Precision precision() {
    return precision;
  }

  /** What is averaged when an image is classified; part of the model. */
  public TestTimeAugmentation testTimeAugmentation() {
    return testTimeAugmentation;
  }

  /** By what rule stages shall decide, as far as the calibration part supports it. */
  public DecisionWish decisions() {
    return decisions;
  }

  /** A checkpoint is written after every epoch, and within one whenever this time has passed. */
  public int checkpointMinutes() {
    return checkpointMinutes;
  }

  /** Whether an unfinished training at the same place is gone on with. */
  public boolean resume() {
    return resume;
  }

  /** Of everything that is drawn by chance. */
  public long seed() {
    return seed;
  }

  /** Where training runs. */
  public Device device() {
    return device;
  }

  /** For the arithmetic; 0 leaves the choice to the backend. */
  public int threads() {
    return threads;
  }

  /** The backend's name; empty takes the only one that trains. */
  public Optional<String> backend() {
    return backend;
  }

  /**
   * The learning rate of a step.
   *
   * @param step from 0, counted over all epochs
   * @param stepsPerEpoch at least 1
   */
  public double learningRate(long step, int stepsPerEpoch) {
    double epoch = (double) step / stepsPerEpoch;
    if (epoch < warmupEpochs) {
      return learningRate * (step + 1) / ((double) warmupEpochs * stepsPerEpoch);
    }
    double done = Math.min(1, (epoch - warmupEpochs) / Math.max(1, epochs - warmupEpochs));
    return switch (schedule) {
      case COSINE -> learningRate * (1 + Math.cos(Math.PI * done)) / 2;
      case STEP -> learningRate * (done < 0.5 ? 1 : done < 0.75 ? 0.1 : 0.01);
      case CONSTANT -> learningRate;
    };
  }

  /**
   * Everything that decides the result, by name, for the bundle and for reports.
   *
   * @param stage whose loss is described
   */
  public Map<String, Object> describe(Label stage) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("network", network);
    all.put("inputSize", inputSize);
    all.put("centreCrop", centreCrop);
    all.put("loss", loss(stage).describe());
    all.put("epochs", epochs);
    all.put("batchSize", batchSize);
    all.put("optimizer", "AdamW");
    all.put("learningRate", learningRate);
    all.put("weightDecay", weightDecay);
    all.put("warmupEpochs", warmupEpochs);
    all.put("schedule", schedule);
    all.put("gradientClip", gradientClip);
    all.put("sampling", sampling);
    all.put("stainNormalisation", stainNormalisation);
    all.put("augmentation", augmentation.describe());
    all.put("mixup", mixup);
    all.put("averaging", averaging);
    all.put("precision", precision);
    all.put("testTimeAugmentation", testTimeAugmentation);
    all.put("decisions", decisions.describe());
    all.put("criterion", criterion);
    all.put("patience", patience);
    all.put("seed", seed);
    return all;
  }

  @Override
  public String toString() {
    Map<String, Object> all = describe(Label.of("any"));
    stageLosses.forEach((stage, own) -> all.put("loss of " + stage, own.describe()));
    return "TrainingConfig" + all;
  }

  /** Collects the settings; not thread-safe. */
  public static final class Builder {
    private NetworkConfig network = NetworkConfig.residual();
    private int inputSize = 64;
    private double centreCrop = 0.6;
    private Loss loss = Losses.defaultLoss();
    private final Map<Label, Loss> stageLosses = new LinkedHashMap<>();
    private int epochs = 20;
    private int batchSize = 32;
    private double learningRate = 3e-3;
    private double weightDecay = 0.02;
    private int warmupEpochs = 2;
    private Schedule schedule = Schedule.COSINE;
    private double gradientClip = 5;
    private Sampling sampling = Sampling.NATURAL;
    private boolean stainNormalisation;
    private Augmentation augmentation = Augmentation.cells();
    private double mixup;
    private Criterion criterion = Criterion.LAST;
    private int patience;
    private double averaging = 0.99;
    private Precision precision = Precision.FLOAT32;
    private TestTimeAugmentation testTimeAugmentation = TestTimeAugmentation.DIHEDRAL;
    private DecisionWish decisions = DecisionWish.NONE;
    private int checkpointMinutes = 5;
    private boolean resume;
    private long seed = 1;
    private Device device = Device.AUTO;
    private int threads;
    private Optional<String> backend = Optional.empty();

    private Builder() {}

    /** The shape of the network; {@link NetworkConfig#residual()} by default. */
    public Builder network(NetworkConfig value) {
      network = Objects.requireNonNull(value, "network");
      return this;
    }

    /** The side of the input in pixels; 64 by default. */
    public Builder inputSize(int pixels) {
      inputSize = pixels;
      return this;
    }

    /**
     * The share of an image's sides that the network sees, about the middle, above 0 and at most 1;
     * 0.6 by default. Stored in the bundle: whoever classifies gives whole images. Where one cell
     * lies in the middle and others come in at the border, a crop shows it larger and leaves the
     * others out; for whole fields take 1.
     */
    public Builder centreCrop(double share) {
      centreCrop = share;
      return this;
    }

    /**
     * The loss of every stage that has none of its own; {@link Losses#defaultLoss()} by default.
     */
    public Builder loss(Loss value) {
      loss = Objects.requireNonNull(value, "loss");
      return this;
    }

    /** The loss of one stage, given by its inner node. */
    public Builder loss(Label stage, Loss value) {
      stageLosses.put(
          Objects.requireNonNull(stage, "stage"), Objects.requireNonNull(value, "loss"));
      return this;
    }

    /** At most this many; 20 by default. */
    public Builder epochs(int value) {
      epochs = value;
      return this;
    }

    /** Samples in a step; 32 by default. */
    public Builder batchSize(int value) {
      batchSize = value;
      return this;
    }

    /** The highest learning rate; 0.003 by default. */
    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    /** Decoupled weight decay; 0.02 by default. */
    public Builder weightDecay(double value) {
      weightDecay = value;
      return this;
    }

    /** Epochs of linear warm-up; 2 by default. */
    public Builder warmupEpochs(int value) {
      warmupEpochs = value;
      return this;
    }

    /** How the learning rate goes after the warm-up; along a cosine by default. */
    public Builder schedule(Schedule value) {
      schedule = Objects.requireNonNull(value, "schedule");
      return this;
    }

    /** The largest global norm of the gradient; 5 by default, 0 for no limit. */
    public Builder gradientClip(double value) {
      gradientClip = value;
      return this;
    }

    /** Which samples make an epoch; natural by default. */
    public Builder sampling(Sampling value) {
      sampling = Objects.requireNonNull(value, "sampling");
      return this;
    }

    /**
     * Whether every image is given the colours of the training part, in training and in use; not by
     * default, and little of it is left where the network standardises each image by itself.
     */
    public Builder stainNormalisation(boolean value) {
      stainNormalisation = value;
      return this;
    }

    /** What is done to training images; {@link Augmentation#cells()} by default. */
    public Builder augmentation(Augmentation value) {
      augmentation = Objects.requireNonNull(value, "augmentation");
      return this;
    }

    /**
     * How strongly training images are mixed with one another, targets alike ({@link Mixup}): above
     * 0, such as 0.2 for mildly and 1 for any share alike; 0, the default, for not at all.
     */
    public Builder mixup(double alpha) {
      mixup = alpha;
      return this;
    }

    /** Which epoch is kept; the last by default. */
    public Builder criterion(Criterion value) {
      criterion = Objects.requireNonNull(value, "criterion");
      return this;
    }

    /**
     * Epochs without a better one after which training stops; 0, the default, for never. Needs a
     * criterion other than {@link Criterion#LAST}.
     */
    public Builder patience(int value) {
      patience = value;
      return this;
    }

    /**
     * The share of the old average in the moving average of the weights; 0.99 by default, 0 for
     * none.
     */
    public Builder averaging(double decay) {
      averaging = decay;
      return this;
    }

    /** In what numbers a training step computes; 32 bits by default. */
    public Builder precision(Precision value) {
      precision = Objects.requireNonNull(value, "precision");
      return this;
    }

    /**
     * What is averaged when an image is classified; by default its eight views, which multiplies
     * the work of classification, not that of training, by eight.
     */
    public Builder testTimeAugmentation(TestTimeAugmentation value) {
      testTimeAugmentation = Objects.requireNonNull(value, "testTimeAugmentation");
      return this;
    }

    /**
     * By what rule the stages of a pipeline shall decide, fitted to the calibration part of the
     * split; by the most probable label by default.
     */
    public Builder decisions(DecisionWish value) {
      decisions = Objects.requireNonNull(value, "decisions");
      return this;
    }

    /** The longest time between two checkpoints, in minutes; 5 by default. */
    public Builder checkpointMinutes(int value) {
      checkpointMinutes = value;
      return this;
    }

    /** Whether an unfinished training at the same place is gone on with; not by default. */
    public Builder resume(boolean value) {
      resume = value;
      return this;
    }

    /** Of everything that is drawn by chance; 1 by default. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Where training runs; a GPU if there is one by default. */
    public Builder device(Device value) {
      device = Objects.requireNonNull(value, "device");
      return this;
    }

    /** For the arithmetic; 0, the default, leaves the choice to the backend. */
    public Builder threads(int value) {
      threads = value;
      return this;
    }

    /** The backend's name, where several train. */
    public Builder backend(String name) {
      backend = Optional.of(name);
      return this;
    }

    /**
     * @throws IllegalArgumentException naming every setting out of its range
     */
    public TrainingConfig build() {
      List<String> faults = new ArrayList<>();
      int smallest = network.smallestInput();
      check(
          faults,
          inputSize >= smallest && inputSize <= 1024,
          "inputSize",
          "must be " + smallest + " to 1024 for this network",
          inputSize);
      check(
          faults,
          centreCrop > 0 && centreCrop <= 1,
          "centreCrop",
          "must be above 0 and at most 1",
          centreCrop);
      check(faults, epochs >= 1, "epochs", "must be 1 or more", epochs);
      check(faults, batchSize >= 2, "batchSize", "must be 2 or more", batchSize);
      check(
          faults,
          learningRate > 0 && learningRate <= 1,
          "learningRate",
          "must be above 0 and at most 1",
          learningRate);
      check(
          faults,
          weightDecay >= 0 && weightDecay < 1,
          "weightDecay",
          "must be in [0, 1)",
          weightDecay);
      check(faults, warmupEpochs >= 0, "warmupEpochs", "must be 0 or more", warmupEpochs);
      check(
          faults,
          gradientClip >= 0 && Double.isFinite(gradientClip),
          "gradientClip",
          "must be 0 or more",
          gradientClip);
      check(
          faults,
          mixup >= 0 && mixup <= Mixup.MOST_ALPHA,
          "mixup",
          "must be 0 to " + Mixup.MOST_ALPHA,
          mixup);
      check(faults, patience >= 0, "patience", "must be 0 or more", patience);
      check(
          faults,
          patience <= 0 || criterion != Criterion.LAST,
          "patience",
          "must be 0 where the last epoch is kept; choose another criterion",
          patience);
      check(faults, averaging >= 0 && averaging < 1, "averaging", "must be in [0, 1)", averaging);
      check(
          faults,
          checkpointMinutes >= 1,
          "checkpointMinutes",
          "must be 1 or more",
          checkpointMinutes);
      check(
          faults,
          sampling != Sampling.IN_ORDER,
          "sampling",
          "must be shuffled, natural or balanced",
          sampling);
      check(faults, threads >= 0, "threads", "must be 0 or more", threads);
      if (!faults.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", faults) + ".");
      }
      return new TrainingConfig(this);
    }

    private static void check(
        List<String> faults, boolean holds, String name, String rule, Object found) {
      if (!holds) {
        faults.add(name + " " + rule + "; found " + found);
      }
    }
  }
}
