package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.calibration.LabelShift;
import io.github.leukemia4j.data.parallel.DecodedChunks;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.model.ModelManifest.Priors;
import io.github.leukemia4j.training.input.TrainingColours;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/** What a pipeline says of images before and after its adaptation, and what to warn of. */
final class AdaptationComparison {
  /** The place of the skewness of green among the statistics of colour. */
  private static final int SKEWNESS = 7;

  /** How many deviations of a normal distribution lie between its quartiles. */
  private static final double BETWEEN_QUARTILES = 1.349;

  private final TrainedPipeline before;
  private final TrainedPipeline after;
  private final AdaptationImages images;
  private final Said old = new Said();
  private final Said now = new Said();

  private AdaptationComparison(
      TrainedPipeline before, TrainedPipeline after, AdaptationImages images) {
    this.before = before;
    this.after = after;
    this.images = images;
  }

  /**
   * Compares them.
   *
   * @param blocks that were adapted
   * @param wish as it was asked for
   */
  static Adaptation.Report of(
      TrainedPipeline before,
      TrainedPipeline after,
      AdaptationImages images,
      List<String> blocks,
      Adaptation wish)
      throws IOException, InterruptedException {
    AdaptationComparison comparison = new AdaptationComparison(before, after, images);
    comparison.classify();
    List<Adaptation.Stage> stages = new ArrayList<>();
    for (Label node : before.taxonomy().innerNodes()) {
      stages.add(comparison.stage(node, wish.shares()));
    }
    return new Adaptation.Report(
        images.name(),
        images.size(),
        images.leftOut(),
        wish.weight(),
        blocks,
        stages,
        comparison.warnings(stages));
  }

  /** What each stage of a pipeline says of each image, and how far the image is the stage's. */
  private static final class Said {
    private final Map<Label, List<double[]>> probabilities = new LinkedHashMap<>();
    private final Map<Label, double[]> counts = new LinkedHashMap<>();

    void add(TrainedPipeline pipeline, List<CellImage> some) {
      pipeline
          .classifyAtAllStages(some)
          .forEach(
              (node, all) ->
                  probabilities
                      .computeIfAbsent(node, key -> new ArrayList<>())
                      .addAll(all.stream().map(Prediction::probabilities).toList()));
    }

    double[][] at(Label node) {
      return probabilities.get(node).toArray(double[][]::new);
    }

    /** The probability that each image belongs to the stage; parents are asked before children. */
    double[] counts(Label node) {
      return counts.computeIfAbsent(
          node,
          root -> {
            double[] ones = new double[probabilities.get(root).size()];
            Arrays.fill(ones, 1);
            return ones;
          });
    }

    void countChildren(Label node, List<Label> labels, double[][] at) {
      double[] own = counts(node);
      for (int k = 0; k < labels.size(); k++) {
        double[] child = new double[own.length];
        for (int i = 0; i < own.length; i++) {
          child[i] = own[i] * at[i][k];
        }
        counts.put(labels.get(k), child);
      }
    }

    Adaptation.Predicted predicted(Label node, int labels) {
      return Adaptation.Predicted.of(at(node), counts(node), labels);
    }
  }

  private void classify() throws IOException, InterruptedException {
    try (DecodedChunks chunks = new DecodedChunks(images.samples(inputs()))) {
      for (int done = 0; done < images.size(); ) {
        if (Thread.interrupted()) {
          throw new InterruptedException(PipelineAdaptation.INTERRUPTED);
        }
        DecodedChunks.Chunk chunk = chunks.next();
        old.add(before, chunk.images());
        now.add(after, chunk.images());
        done += chunk.samples().size();
      }
    }
  }

  private List<ModelManifest.Input> inputs() {
    return PipelineDirectory.bundles(after).keySet().stream()
        .map(bundle -> bundle.manifest().input())
        .toList();
  }

  private Adaptation.Stage stage(Label node, boolean shares) {
    List<Label> labels = after.classifiers().get(node).labels().labels();
    double[][] probabilities = now.at(node);
    Optional<LabelShift> shift =
        shares && Arrays.stream(now.counts(node)).sum() > 0
            ? Optional.of(LabelShift.estimate(probabilities, now.counts(node), presentShares(node)))
            : Optional.empty();
    boolean shifted =
        shift.filter(s -> s.isPlain() && s.images() >= Adaptation.FEW_IMAGES).isPresent();
    old.countChildren(node, labels, old.at(node));
    now.countChildren(node, labels, shifted ? shift.get().corrected(probabilities) : probabilities);
    return new Adaptation.Stage(
        node,
        labels,
        old.predicted(node, labels.size()),
        now.predicted(node, labels.size()),
        shift,
        shifted);
  }

  /** The shares that a stage's probabilities are made with. */
  private List<Double> presentShares(Label node) {
    Priors priors = after.classifiers().get(node).head().orElseThrow().priors();
    return Optional.ofNullable(priors.expected()).orElse(priors.natural());
  }

  private List<String> warnings(List<Adaptation.Stage> stages) throws IOException {
    List<String> warnings = new ArrayList<>();
    if (images.size() < Adaptation.FEW_IMAGES) {
      warnings.add(
          "At least %d images should tell of a laboratory; there were %d. Add images, or give the new statistics a smaller weight."
              .formatted(Adaptation.FEW_IMAGES, images.size()));
    }
    if (images.leftOut() > images.size()) {
      warnings.add(
          "Most images should be fit to be classified; %d of %d were blank, blurred, clipped, too small or copies of others. Look at them before you trust this pipeline."
              .formatted(images.leftOut(), images.leftOut() + images.size()));
    }
    for (Adaptation.Stage stage : stages) {
      for (int k = 0; k < stage.labels().size(); k++) {
        double from = stage.before().shares().get(k);
        double to = stage.after().shares().get(k);
        if (Math.abs(to - from) > Adaptation.LARGE_CHANGE) {
          warnings.add(
              String.format(
                  Locale.ROOT,
                  "The predicted share of %s should not change by more than %.2f; it went from"
                      + " %.2f to %.2f. Look at some of its images: one of the two is wrong.",
                  stage.labels().get(k),
                  Adaptation.LARGE_CHANGE,
                  from,
                  to));
        }
      }
    }
    if (images.ofUnknownScale() > 0) {
      warnings.add(
          "Images should know their scale, as the pipeline does; %d of %d do not and were cropped by a share of their sides. Say how many micrometres a pixel is."
              .formatted(images.ofUnknownScale(), images.size()));
    }
    if (!images.atOneScale()) {
      otherScale().ifPresent(warnings::add);
    }
    after
        .classifiers()
        .forEach(
            (node, classifier) -> {
              HeadManifest head = classifier.head().orElseThrow();
              if (head.decision() != null && !head.decision().isByMostProbable()) {
                warnings.add(
                    "Stage %s decides by thresholds that were fitted before the adaptation: what they promise is not known here. Calibrate the pipeline to labelled images of the laboratory."
                        .formatted(node));
              }
            });
    return warnings;
  }

  /**
   * Compares the skewness of optical density with that of the training images. A stain that is
   * stronger or weaker leaves it as it is; a cell that fills more or less of its image changes it.
   */
  private Optional<String> otherScale() throws IOException {
    Optional<TrainingColours> training = before.trainingColours();
    if (training.isEmpty() || training.get().colours().isEmpty()) {
      return Optional.empty();
    }
    double[] trained = skewness(training.get().colours());
    Percentile quantile = new Percentile();
    double middle = quantile.evaluate(trained, 50);
    double deviation =
        (quantile.evaluate(trained, 75) - quantile.evaluate(trained, 25)) / BETWEEN_QUARTILES;
    double here = quantile.evaluate(skewness(images.colours()), 50);
    return Math.abs(here - middle) > deviation
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "Cells should fill their images as in training; the skewness of optical density is"
                    + " %.2f here and was %.2f there (deviation %.2f), as with another scale, crop"
                    + " or background. Bring the images to the scale of the training images first.",
                here,
                middle,
                deviation))
        : Optional.empty();
  }

  private static double[] skewness(List<double[]> colours) {
    return colours.stream().mapToDouble(row -> row[SKEWNESS]).toArray();
  }
}
