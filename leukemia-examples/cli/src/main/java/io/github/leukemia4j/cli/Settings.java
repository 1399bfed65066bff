package io.github.leukemia4j.cli;

import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingConfig.SelectionConfig.Criterion;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options that stand for settings of a {@link TrainingConfig}, each for the path of one. Their
 * types and defaults are those of the library; what is not given leaves a configuration as it is.
 */
enum Settings {
  /** What every command that trains is told. */
  TRAINING(
      option("--epochs", "selection.epochs", "N", "At most this many epochs"),
      option("--size", "input.size", "PIXELS", "Side of the network's input"),
      option("--batch-size", "batches.size", "N", "Images in a step"),
      option("--learning-rate", "optimizer.learningRate", "RATE", "The highest, after the warm-up"),
      option("--weight-decay", "optimizer.weightDecay", "RATE", "Decoupled from the gradient"),
      option(
          "--network",
          "network",
          "NAME[,KEY=VALUE...]",
          "residual, paper, standard, small, recurrent, transformer, or an architecture on the"
              + " class path, with parameters such as dropout=0.5"),
      option(
          "--optimizer",
          "optimizer",
          "NAME[,KEY=VALUE...]",
          "adamw, or one on the class path, with its parameters"),
      option(
          "--augmentation",
          "batches.augmentation",
          "SPEC",
          "Such as cells, fields, none or dihedral,stain(0.6)"),
      option(
          "--centre-crop",
          "input.centreCrop",
          "SHARE",
          "Of an image's sides that the network sees, about the middle, 1 for whole fields"),
      option(
          "--stain-normalisation",
          "input.stainNormalisation",
          "",
          "Give every image the colours of the training images (Reinhard)"),
      option(
          "--mixup",
          "batches.mixup",
          "ALPHA",
          "Mix training images with one another, such as 0.2, or 0 for not at all"),
      option(
          "--criterion",
          "selection.criterion",
          "NAME",
          "By which the epoch that is kept is chosen: " + choices((Object[]) Criterion.values())),
      option(
          "--patience",
          "selection.patience",
          "N",
          "Stop after so many epochs that were no better, 0 for never"),
      option(
          "--averaging",
          "optimizer.averaging",
          "DECAY",
          "Share of the old in the moving average of the weights, 0 for none"),
      option(
          "--views",
          "input.testTimeAugmentation",
          "none|dihedral",
          "What is averaged when an image is classified: nothing, or its eight flips and turns, for"
              + " eight times the work of classification"),
      option(
          "--precision",
          "optimizer.precision",
          "float32|bfloat16",
          "In what numbers convolutions are trained"),
      option(
          "--networks",
          "networks",
          "separate|shared|leaves",
          "A network for each stage, one for all with a head for each, or one with a head over all"
              + " leaves from which stages are read"),
      option(
          "--initial-weights",
          "start.weights",
          "FILE",
          "Start from the weights of a bundle, or of a safetensors or NPZ file"),
      option(
          "--freeze",
          "start.frozen",
          "PREFIX",
          "Leave the weights alone whose names begin so; may be given several times")),

  /** What a comparison of losses chooses itself. */
  LOSS(
      option(
          "--loss",
          "loss",
          "SPEC",
          "Such as cross-entropy, tversky(0.3,0.7), dice, f-beta(2), or one on the class path"),
      option(
          "--sampling",
          "batches.sampling",
          "natural|balanced|balanced_by_laboratory",
          "How batches are drawn"),
      option("--seed", "batches.seed", "N", "Of the split, the weights and everything else")),

  /** By what rule a pipeline decides. */
  DECISIONS(
      option(
          "--sensitivity",
          "decisions.sensitivity",
          "SHARE",
          "Choose the threshold of the positive label so that this sensitivity, such as 0.95, is"
              + " guaranteed"),
      option(
          "--specificity",
          "decisions.specificity",
          "SHARE",
          "The same for a specificity; with --sensitivity, what lies between the two thresholds is"
              + " referred to a person"),
      option(
          "--cost-ratio",
          "decisions.costRatio",
          "N",
          "Choose the threshold for the lowest cost, where a missed positive costs N times a false"
              + " alarm, without a guarantee"),
      option(
          "--confidence",
          "decisions.confidence",
          "SHARE",
          "Of the guarantees of --sensitivity and --specificity"),
      option(
          "--coverage",
          "decisions.coverage",
          "SHARE",
          "Conformal sets that hold the true label in this share of cells, such as 0.9, for stages"
              + " without a threshold; where a set does not hold exactly one label, the cell is"
              + " left open"));

  private static final Map<String, Object> DEFAULTS = TrainingConfig.defaults().describe();

  private final List<Setting> settings;

  Settings(Setting... settings) {
    this.settings = List.of(settings);
  }

  private record Setting(String name, String path, String label, String description) {
    OptionSpec spec() {
      // A network and an optimiser are known by their names.
      Object byDefault = DEFAULTS.getOrDefault(path, DEFAULTS.get(path + ".name"));
      OptionSpec.Builder spec =
          OptionSpec.builder(name)
              .paramLabel(label)
              .description(
                  byDefault == null || byDefault instanceof Boolean || path.endsWith("frozen")
                      ? description + "."
                      : "%s; default %s.".formatted(description, byDefault));
      if (path.endsWith("frozen")) {
        return spec.type(List.class).auxiliaryTypes(String.class).arity("1").build();
      }
      return byDefault instanceof Boolean
          ? spec.type(Boolean.class).arity("0").build()
          : spec.type(byDefault == null ? String.class : byDefault.getClass()).arity("1").build();
    }
  }

  private static Setting option(String name, String path, String label, String description) {
    return new Setting(name, path, label, description);
  }

  private static String choices(Object... values) {
    return Arrays.toString(values).toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
  }

  /** Adds the options to a command. */
  void addTo(CommandSpec command) {
    settings.forEach(setting -> command.addOption(setting.spec()));
  }

  /** Sets what a command was given. */
  static TrainingConfig.Builder apply(CommandSpec command, TrainingConfig.Builder config) {
    all()
        .forEach(
            setting -> {
              OptionSpec given = command.findOption(setting.name());
              if (given != null && given.getValue() != null) {
                config.set(setting.path(), given.getValue());
              }
            });
    return config;
  }

  /** A message of the library with options in the place of settings. */
  static String inOptions(String message) {
    String words = message;
    for (Setting setting : all().toList()) {
      words = words.replace(setting.path() + " must", setting.name() + " must");
    }
    return words;
  }

  private static Stream<Setting> all() {
    return Stream.of(values()).flatMap(group -> group.settings.stream());
  }
}
