package io.github.leukemia4j.model;

import java.util.Locale;
import java.util.StringJoiner;

/** The bundle's MODEL_CARD.md: for people, what the manifest says for programs. */
public final class ModelCard {
  private ModelCard() {}

  /** In Markdown. */
  public static String of(ModelManifest manifest) {
    Provenance from = manifest.provenance();
    StringJoiner card = new StringJoiner("\n", "", "\n");
    card.add("# Model card: " + manifest.name());
    card.add("");
    card.add("**Research use only. Not a medical device: it must not diagnose or treat.**");
    card.add("");
    card.add("## What it does");
    card.add("");
    card.add(
        "Chooses among "
            + String.join(", ", manifest.labels())
            + " for an image of a cell, brought to "
            + manifest.input().height()
            + " x "
            + manifest.input().width()
            + " pixels, RGB"
            + (manifest.input().centreCrop() == 1
                ? ""
                : ", of which the network sees the middle "
                    + Math.round(100 * manifest.input().centreCrop())
                    + " % of each side")
            + (manifest.input().stainNormalisation() == null
                ? "."
                : ", given the colours of the training images (stain normalisation).")
            + (manifest.positive() == null
                ? ""
                : " The positive label is " + manifest.positive() + "."));
    card.add("");
    card.add("## Intended use");
    card.add("");
    card.add(
        "Research on images of cells that were cropped and stained like those that it was trained"
            + " on, by people who can judge a smear themselves. Not for screening, diagnosis or"
            + " treatment.");
    card.add("");
    card.add("## Data");
    card.add("");
    card.add("| part | samples | patients known |");
    card.add("|---|---|---|");
    from.samples()
        .forEach(
            (part, samples) ->
                card.add("| " + part + " | " + samples + " | " + from.patients().get(part) + " |"));
    card.add("");
    card.add(
        "Data set `"
            + from.dataset()
            + "`, digest `"
            + from.datasetDigest()
            + "`. Share of each label in training: "
            + manifest.priors().natural().stream()
                .map(p -> String.format(Locale.ROOT, "%.3f", p))
                .toList()
            + ", batches drawn "
            + manifest.priors().sampling()
            + ".");
    card.add("");
    card.add("## Training");
    card.add("");
    card.add("Loss: `" + manifest.loss() + "`. Seed " + from.seed() + ".");
    card.add("");
    card.add("## Metrics of the epoch that was kept");
    card.add("");
    card.add("On the validation part, on which that epoch was chosen: too good to be quoted.");
    card.add("");
    card.add("| metric | value |");
    card.add("|---|---|");
    manifest
        .metrics()
        .forEach(
            (name, value) ->
                card.add("| " + name + " | " + String.format(Locale.ROOT, "%.4f", value) + " |"));
    card.add("");
    card.add(
        "What a test on other patients found stands in the MODEL_CARD.md of the pipeline, since a"
            + " bundle never changes once it is made.");
    card.add("");
    card.add("## Calibration and operating point");
    card.add("");
    card.add(
        "Logits are corrected from the shares shown in training to the natural ones and divided by"
            + " a temperature of "
            + String.format(Locale.ROOT, "%.3f", manifest.temperature())
            + (manifest.temperature() == 1 ? ", which changes nothing" : "")
            + ". Test-time augmentation: "
            + manifest.testTimeAugmentation()
            + ". Where no threshold is set, the most probable label is chosen.");
    card.add("");
    card.add("## Limits");
    card.add("");
    card.add(
        "Trained on one data set; stains, microscopes and patients of other places differ."
            + " Threshold 0.5 seldom transfers. Not tested prospectively.");
    card.add("");
    card.add("## Provenance");
    card.add("");
    card.add(
        "leukemia4j "
            + from.library()
            + ", "
            + from.backend()
            + ", Java "
            + from.java()
            + ", "
            + from.os()
            + ", "
            + from.device()
            + ", "
            + from.threads()
            + " threads, "
            + from.created()
            + ".");
    return card.toString();
  }
}
