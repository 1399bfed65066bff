package io.github.leukemia4j.evaluation.inspection;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.StageReport.ClassReport;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.image.quality.ImageStatistics;
import io.github.leukemia4j.metric.Metrics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What may make results on a data set better than they are: leaks, and shortcuts by which a label
 * can be told without looking at the cell. Immutable.
 *
 * <p>The baselines are nearest-neighbour classifiers (k = 5) of a few numbers for each image,
 * evaluated as a model is, no image being told by one of the same patient. What they reach is
 * reached without any shape; the score of a model should be read beside it.
 *
 * @param inspection what was found on the images
 * @param colour of the baseline that knows only {@link ImageStatistics#colour()}
 * @param sizeAndFormat of the baseline that knows only height, width and file format
 */
public record InspectionReport(
    Inspection inspection, EvaluationReport colour, EvaluationReport sizeAndFormat) {
  /** Checks nothing but null. */
  public InspectionReport {
    Objects.requireNonNull(inspection, "inspection");
    Objects.requireNonNull(colour, "colour");
    Objects.requireNonNull(sizeAndFormat, "sizeAndFormat");
  }

  /** How far the laboratory tells the label, of each stage that several laboratories reach. */
  public List<LaboratoryCheck> laboratories() {
    return LaboratoryCheck.of(inspection.dataset());
  }

  /** How many nearest neighbours decide. */
  public static final int NEIGHBOURS = NearestNeighbours.NEIGHBOURS;

  /** How much a baseline tells of the labels of a stage. */
  public enum Shortcut {
    /** Nothing that could not be chance. */
    NONE,
    /** More than chance. */
    SOME,
    /** At least two fifths of the way from chance to certainty. */
    MUCH,
    /** At least four fifths of the way from chance to certainty. */
    ALMOST_ALL
  }

  /** Runs the baselines on the readable images. */
  public static InspectionReport of(Inspection inspection) {
    List<String> formats = inspection.formats().values().stream().distinct().sorted().toList();
    return new InspectionReport(
        inspection,
        baseline(
            inspection,
            s ->
                inspection.statistics().get(s.id()).colour().stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray()),
        baseline(
            inspection,
            s ->
                sizeAndFormat(
                    inspection.statistics().get(s.id()),
                    formats.indexOf(inspection.formats().get(s.id())),
                    formats.size())));
  }

  private static EvaluationReport baseline(
      Inspection inspection, Function<Sample, double[]> features) {
    return Evaluator.evaluate(
        inspection.dataset().taxonomy(),
        NearestNeighbours.score(inspection.verification(), features));
  }

  private static double[] sizeAndFormat(ImageStatistics image, int format, int formats) {
    double[] features = new double[2 + formats];
    features[0] = Math.log(image.height());
    features[1] = Math.log(image.width());
    features[2 + format] = 1;
    return features;
  }

  /**
   * How much a baseline tells of the labels of a stage.
   *
   * @param stage of {@link #colour} or {@link #sizeAndFormat}
   */
  public static Shortcut shortcut(StageReport stage) {
    Estimate found = stage.metrics().get(Metrics.BALANCED_ACCURACY).orElse(null);
    if (found == null) {
      return Shortcut.NONE;
    }
    double chance = chance(stage);
    double way = (found.value() - chance) / (1 - chance);
    if (way >= 0.8) {
      return Shortcut.ALMOST_ALL;
    }
    if (way >= 0.4) {
      return Shortcut.MUCH;
    }
    return found.interval().filter(i -> i.lower() > chance).isPresent()
        ? Shortcut.SOME
        : Shortcut.NONE;
  }

  /** The balanced accuracy of who cannot tell: one over the number of classes that occur. */
  public static double chance(StageReport stage) {
    return 1.0 / Math.max(2, stage.classes().stream().filter(c -> c.samples() > 0).count());
  }

  /** The accuracy of who always says the most frequent label; 0 where there are no samples. */
  public static double majority(StageReport stage) {
    long most = stage.classes().stream().mapToLong(ClassReport::samples).max().orElse(0);
    return stage.samples() == 0 ? 0 : (double) most / stage.samples();
  }

  /** The labels of a stage whose images are all of one patient: no other patient shows them. */
  public List<Label> ofOnePatient(StageReport stage) {
    return stage.classes().stream()
        .map(ClassReport::label)
        .filter(
            label -> {
              List<Sample> below =
                  inspection.dataset().samples().stream()
                      .filter(
                          s -> inspection.dataset().taxonomy().pathTo(s.label()).contains(label))
                      .toList();
              return !below.isEmpty()
                  && below.stream().allMatch(s -> s.patient().isPresent())
                  && below.stream().map(Sample::patient).distinct().count() == 1;
            })
        .toList();
  }

  /** How many images of each label a patient has, by patient. */
  public Map<String, Map<String, Integer>> byPatient() {
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    for (Sample sample : inspection.verification().dataset().samples()) {
      sample.patient().ifPresent(p -> count(counts, p, sample));
    }
    return counts;
  }

  /** How many images of each label there are of each height x width and format. */
  public Map<String, Map<String, Integer>> kinds() {
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    for (Sample sample : inspection.dataset().samples()) {
      ImageStatistics image = inspection.statistics().get(sample.id());
      if (image != null) {
        String format = inspection.formats().get(sample.id());
        count(counts, "%d x %d %s".formatted(image.height(), image.width(), format), sample);
      }
    }
    return counts;
  }

  private static void count(Map<String, Map<String, Integer>> counts, String of, Sample sample) {
    counts.computeIfAbsent(of, k -> new TreeMap<>()).merge(sample.label().name(), 1, Integer::sum);
  }
}
