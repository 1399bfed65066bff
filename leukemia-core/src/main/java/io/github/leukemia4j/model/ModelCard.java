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
            + " for an image of a cell, "
            + manifest.input().height()
            + " x "
            + manifest.input().width()
            + " pixels, RGB."
            + (manifest.positive() == null
                ? ""
                : " The positive label is " + manifest.positive() + "."));
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
    card.add("## Limits");
    card.add("");
    card.add(
        "Trained on one data set; stains, microscopes and patients of other places differ. Threshold"
            + " 0.5 seldom transfers. Not tested prospectively.");
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
