package io.github.leukemia4j.model;

import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.calibration.Calibration.Bias;
import io.github.leukemia4j.calibration.Calibration.Temperature;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.calibration.Decision.ConformalSets;
import io.github.leukemia4j.calibration.Decision.OperatingPoint;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a manifest says for programs, in words for people. */
final class ModelCard {
  private ModelCard() {}

  /** In Markdown. */
  static String of(ModelManifest manifest) {
    Provenance from = manifest.provenance();
    ModelManifest.Input input = manifest.input();
    return text(
        """
        # Model card: %s

        **Research use only. Not a medical device: it must not diagnose or treat.**

        ## What it does

        %s
        It takes an image of a cell, brought to %s x %s pixels, RGB%s%s%s

        ## Intended use

        Research on images of cells that were cropped and stained like those that it was trained \
        on, by people who can judge a smear themselves. Not for screening, diagnosis or treatment.

        ## Data

        | part | samples | patients known |
        |---|---|---|
        %s
        Data set `%s`, digest `%s`.
        %s
        ## Training

        %sSeed %s.

        ## Metrics of the epoch that was kept

        %sThe figures are of the validation part, by which settings are chosen: quote those of a \
        test instead.
        %s
        | stage | metric | value |
        |---|---|---|
        %s
        What a test on other patients found stands in the MODEL_CARD.md of the pipeline, since a \
        bundle never changes once it is made.

        ## Calibration and operating point

        Logits are corrected from the shares shown in training to the natural ones and divided by \
        a temperature; a bias, where there is one, is added. Test-time augmentation: %s.
        %s
        %s## Limits

        Trained on one data set; stains, microscopes and patients of other places differ. \
        Threshold 0.5 seldom transfers. Not tested prospectively.

        ## Provenance

        leukemia4j %s, %s, Java %s, %s, %s, %s threads, %s.
        """,
        manifest.name(),
        each(
            manifest,
            head ->
                text(
                    "- %s: chooses among %s.%s%s\n",
                    head.title(),
                    String.join(", ", head.labels()),
                    head.positive() == null
                        ? ""
                        : text(" The positive label is %s.", head.positive()),
                    head.reading() == null
                        ? ""
                        : text(
                            head.reading().own() == 0
                                ? " It is read from %s: a label's probability is the sum over the"
                                    + " values below it."
                                : " It is read from %s besides: the mean of its own logits and"
                                    + " those of the sums over the values below each label.",
                            head.reading().head()))),
        input.height(),
        input.width(),
        input.centreCrop() == 1
            ? ""
            : text(
                ", of which the network sees the middle %s %% of each side",
                Math.round(100 * input.centreCrop())),
        input.micrometresPerPixel() == null
            ? ""
            : text(
                ", or the middle %.1f micrometres where the image's scale is known",
                input.micrometresPerPixel() * input.height()),
        input.stainNormalisation() == null
            ? "."
            : ", given the colours of the training images (stain normalisation).",
        from.samples().entrySet().stream()
            .map(
                p ->
                    text(
                        "| %s | %s | %s |\n",
                        p.getKey(), p.getValue(), from.patients().get(p.getKey())))
            .collect(Collectors.joining()),
        from.dataset(),
        from.datasetDigest(),
        each(
            manifest,
            head ->
                text(
                    "\n%s: share of each label in training: %s, batches drawn %s.\n",
                    head.title(),
                    head.priors().natural().stream().map(p -> text("%.3f", p)).toList(),
                    head.priors().sampling())),
        each(manifest, head -> text("%s, loss: `%s`.\n\n", head.title(), head.loss())),
        from.seed(),
        manifest.selection() == null ? "" : text("Kept was %s. ", manifest.selection()),
        from.twin() == null
            ? ""
            : text(
                "\n"
                    + "These figures, the temperature and the decisions are those of its evaluated"
                    + " twin, the pipeline `%s`. The twin was trained with the same settings for as"
                    + " many steps, on the training part alone; then this network was trained on"
                    + " all parts. It should be no worse, and nothing is left to show that: report"
                    + " the twin's test.\n",
                from.twin()),
        each(
            manifest,
            head ->
                head.metrics().entrySet().stream()
                    .map(m -> text("| %s | %s | %.4f |\n", head.stage(), m.getKey(), m.getValue()))
                    .collect(Collectors.joining())),
        manifest.testTimeAugmentation(),
        each(
            manifest,
            head ->
                head.kind() == HeadManifest.Kind.STAGE
                    ? text(
                        "\nStage %s, temperature %.3f%s:\n\n%s\n",
                        head.stage(),
                        head.temperature(),
                        head.temperature() == 1 ? ", which changes nothing" : "",
                        String.join("\n", calibration(head)))
                    : ""),
        adaptations(from).stream().map(line -> line + "\n").collect(Collectors.joining()),
        from.library(),
        from.backend(),
        from.java(),
        from.os(),
        from.device(),
        from.threads(),
        from.created());
  }

  private static String text(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }

  private static String each(ModelManifest manifest, Function<HeadManifest, String> text) {
    return manifest.heads().stream().map(text).collect(Collectors.joining());
  }

  /** What was adapted to which laboratory, and what no longer holds; empty where nothing was. */
  private static List<String> adaptations(Provenance from) {
    List<String> lines = new ArrayList<>();
    for (Provenance.Adaptation done : from.adaptations()) {
      lines.add(
          "- %s: the normalisation statistics of %s were estimated again on %d images without labels of %s (digest `%s`), with the weight %s, from the pipeline `%s`."
              .formatted(
                  done.created(),
                  String.join(", ", done.blocks()),
                  done.images(),
                  done.dataset(),
                  done.imagesDigest(),
                  done.weight(),
                  done.pipeline()));
    }
    if (!lines.isEmpty()) {
      lines.addAll(0, List.of("## Adaptation to a laboratory", ""));
      lines.add("");
      lines.add(
          "The figures of the epoch that was kept are of the network before that, and so is every"
              + " test that was made before. Whether a temperature or a threshold that was fitted"
              + " before still holds is not known.");
      lines.add("");
    }
    return lines;
  }

  /**
   * What the temperature and the decisions of a stage rest on, as items of a list.
   *
   * @return lines of Markdown, at least one
   */
  static List<String> calibration(HeadManifest head) {
    List<String> lines = new ArrayList<>();
    lines.add(
        Optional.ofNullable(head.calibration())
            .map(ModelCard::temperature)
            .orElse("- No calibration samples: the temperature rests on nothing."));
    if (head.bias() != null || head.calibration() != null && head.calibration().bias() != null) {
      lines.add(bias(head));
    }
    Decision decision = head.decision();
    if (decision == null || decision.isByMostProbable()) {
      lines.add("- The most probable label decides; no threshold is stored.");
    }
    if (decision != null) {
      if (decision.operatingPoint() != null) {
        lines.add(
            "- `%s` is called at or above %s"
                .formatted(head.positive(), point(decision.operatingPoint())));
      }
      if (decision.upperPoint() != null) {
        lines.add(
            "- What lies between that and a second threshold is left to a person: %s"
                .formatted(point(decision.upperPoint())));
      }
      if (decision.conformalSets() != null) {
        lines.add(sets(decision.conformalSets()));
      }
      decision.refusals().forEach(reason -> lines.add("- Refused: " + reason));
    }
    return List.copyOf(lines);
  }

  private static String temperature(Calibration calibration) {
    Temperature found = calibration.temperature();
    return text(
        "- Temperature %s on %d samples of %d patients of %s%s: %s. Log loss %.4f before, %.4f"
            + " after, on patients that it was not fitted on; expected calibration error %.4f and"
            + " %.4f.",
        found.accepted() ? "fitted" : "not changed",
        found.samples(),
        found.patients(),
        calibration.dataset(),
        calibration.samplesWithoutPatient() == 0
            ? ""
            : " ("
                + calibration.samplesWithoutPatient()
                + " samples of unknown ones, each its own)",
        found.reason(),
        found.logLossBefore(),
        found.logLossAfter(),
        calibration.expectedCalibrationErrorBefore(),
        calibration.expectedCalibrationErrorAfter());
  }

  private static String bias(HeadManifest head) {
    String values =
        head.bias() == null
            ? "none"
            : IntStream.range(0, head.bias().size())
                .mapToObj(k -> text("%s %+.3f", head.labels().get(k), head.bias().get(k)))
                .collect(Collectors.joining(", "));
    Bias found = head.calibration() == null ? null : head.calibration().bias();
    return found == null
        ? text("- Bias behind the temperature: %s.", values)
        : text(
            "- Bias behind the temperature %s (%s): %s. Log loss %.4f without the fitted one, %.4f"
                + " with it, on patients that it was not fitted on.%s",
            found.accepted() ? "fitted" : "not changed",
            values,
            found.reason(),
            found.logLossBefore(),
            found.logLossAfter(),
            found.accepted() && head.priors().expected() != null
                ? text(
                    " Expected are the shares %s: where others hold, state them.",
                    head.priors().expected().stream().map(p -> text("%.3f", p)).toList())
                : "");
  }

  private static String point(OperatingPoint point) {
    return text("%.4g, for the %s", point.threshold(), point.aim())
        + (point.confidence().isPresent()
            ? " with confidence " + point.confidence().getAsDouble()
            : ", without a guarantee")
        + ". On the calibration samples, averaged over patients: sensitivity "
        + share(point.sensitivity())
        + ", specificity "
        + share(point.specificity())
        + ". Evidence: "
        + point.evidence()
        + ".";
  }

  private static String share(OptionalDouble value) {
    return value.isPresent() ? text("%.3f", value.getAsDouble()) : "undefined";
  }

  private static String sets(ConformalSets sets) {
    StringJoiner least = new StringJoiner(", ");
    for (int k = 0; k < sets.labels().size(); k++) {
      least.add(
          text(
              "%s from %.4g on (%d patients or cells)",
              sets.labels().get(k),
              sets.leastProbabilities().get(k),
              sets.calibrationUnits().get(k)));
    }
    return "- Decides by conformal sets of coverage %s for each label, and leaves open what is not exactly one: %s."
        .formatted(sets.coverage(), least);
  }
}
