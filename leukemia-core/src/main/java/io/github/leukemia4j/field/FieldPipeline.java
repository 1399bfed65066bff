package io.github.leukemia4j.field;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.image.quality.ImageStatistics;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.statistics.Proportions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Finds the white cells of smear fields and classifies each with a pipeline. Thread-safe. The
 * pipeline stays the caller's. Only the crops of one field are held at a time.
 *
 * <p>Research software, not a medical device.
 */
public final class FieldPipeline {
  /** The side of a crop, in micrometres, that holds a large blast with room around it. */
  public static final double CROP = 24;

  /** Focus below which a field with contrast is called out of focus. */
  private static final double LEAST_FOCUS = 0.004;

  private static final double LEVEL = 0.95;

  private final MultilevelPipeline pipeline;
  private final double crop;

  /**
   * @param pipeline whose training images show as much of the slide as the crops
   * @param crop the side of a crop in micrometres, above 0
   * @throws IllegalArgumentException where the crop is out of range
   */
  public FieldPipeline(MultilevelPipeline pipeline, double crop) {
    this.pipeline = Objects.requireNonNull(pipeline, "pipeline");
    if (!(crop > 0 && Double.isFinite(crop))) {
      throw new IllegalArgumentException(
          "The side of a crop must be above 0 micrometres and finite; found %s.".formatted(crop));
    }
    this.crop = crop;
  }

  /** What speaks against a field. */
  public enum Finding {
    /** No white cell was found. */
    NO_CELL,
    /** Edges are blurred all over the field. */
    OUT_OF_FOCUS,
    /** Some of what is stained like nuclei could not be parted and was left out. */
    CLUMPS
  }

  /**
   * A cell and what the pipeline says of it.
   *
   * @param number from 1
   * @param cell where it is
   * @param features of its nucleus and its cytoplasm
   * @param result of its crop
   */
  public record ClassifiedCell(
      int number, FoundCell cell, CellFeatures features, MultilevelResult result) {}

  /**
   * What was found in a field.
   *
   * @param cells the one with the largest nucleus first
   * @param clumps how many regions were left out, as {@link CellFinder.Found#clumps}
   * @param micrometresPerPixel known or estimated
   * @param findings what speaks against it; empty where nothing does
   */
  public record FieldResult(
      List<ClassifiedCell> cells, int clumps, double micrometresPerPixel, Set<Finding> findings) {
    /** Copies list and set. */
    public FieldResult {
      cells = List.copyOf(cells);
      findings = Set.copyOf(findings);
    }

    /** What the pipeline says of each cell, to be counted; small, where masks are not. */
    public List<MultilevelResult> results() {
      return cells.stream().map(ClassifiedCell::result).toList();
    }
  }

  /**
   * How many cells ended at a label.
   *
   * @param label a leaf of the taxonomy, or an inner node where cells were left open
   * @param cells how many
   * @param share of all cells
   * @param interval of the share, at 95 %, exact (Clopper and Pearson 1934), of what as many cells
   *     drawn by chance can show
   */
  public record Count(Label label, long cells, double share, Interval interval) {}

  /**
   * Finds and classifies the cells of one field.
   *
   * @throws IllegalStateException where the pipeline is closed
   * @throws io.github.leukemia4j.BackendException where the backend fails
   */
  public FieldResult classify(CellImage field) {
    CellFinder.Found found = CellFinder.find(field);
    List<CellImage> crops = found.cells().stream().map(cell -> cell.crop(field, crop)).toList();
    List<MultilevelResult> results = crops.isEmpty() ? List.of() : pipeline.classifyAll(crops);
    List<ClassifiedCell> cells = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      FoundCell cell = found.cells().get(i);
      cells.add(new ClassifiedCell(i + 1, cell, CellFeatures.of(field, cell), results.get(i)));
    }
    return new FieldResult(
        cells, found.clumps(), found.micrometresPerPixel(), findings(field, found));
  }

  private static Set<Finding> findings(CellImage field, CellFinder.Found found) {
    Set<Finding> findings = EnumSet.noneOf(Finding.class);
    if (found.cells().isEmpty()) {
      findings.add(Finding.NO_CELL);
    }
    if (found.clumps() > 0) {
      findings.add(Finding.CLUMPS);
    }
    ImageStatistics statistics = ImageStatistics.of(field);
    if (statistics.contrast() > 1 && statistics.focus() < LEAST_FOCUS) {
      findings.add(Finding.OUT_OF_FOCUS);
    }
    return findings;
  }

  /**
   * The differential count over all cells of a patient, of one field or of many. Every leaf of the
   * taxonomy has a row, and every inner node where cells were left open.
   *
   * @param cells what the pipeline says of each
   * @return in the order of the taxonomy; empty where there is no cell
   */
  public List<Count> count(List<MultilevelResult> cells) {
    Map<Label, Long> counts = new LinkedHashMap<>();
    pipeline.taxonomy().leaves().forEach(leaf -> counts.put(leaf, 0L));
    cells.forEach(cell -> counts.merge(cell.label(), 1L, Long::sum));
    int all = cells.size();
    List<Count> rows = new ArrayList<>();
    if (all > 0) {
      for (Map.Entry<Label, Long> entry : counts.entrySet()) {
        rows.add(
            new Count(
                entry.getKey(),
                entry.getValue(),
                (double) entry.getValue() / all,
                Proportions.clopperPearson(entry.getValue(), all, LEVEL)));
      }
    }
    return rows;
  }
}
