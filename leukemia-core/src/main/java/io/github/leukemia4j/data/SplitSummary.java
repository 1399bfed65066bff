package io.github.leukemia4j.data;

import java.util.List;
import java.util.Locale;

/**
 * What the parts of a split hold, for reports; Jackson writes it as it is.
 *
 * @param dataset the data set's name
 * @param parts train, validation, calibration and test
 */
public record SplitSummary(String dataset, List<Part> parts) {
  /** Makes the list unmodifiable. */
  public SplitSummary {
    parts = List.copyOf(parts);
  }

  /**
   * What one part holds.
   *
   * @param part its name
   * @param labels samples and patients at or below each label, the root first
   */
  public record Part(String part, List<LabelCount> labels) {
    /** Makes the list unmodifiable. */
    public Part {
      labels = List.copyOf(labels);
    }
  }

  /** A table: a line for each label, a column for each part, samples with patients in brackets. */
  public String toText() {
    StringBuilder text =
        new StringBuilder(String.format(Locale.ROOT, "%-24s", "samples (patients)"));
    parts.forEach(part -> text.append(String.format(Locale.ROOT, "%18s", part.part())));
    for (int row = 0; row < parts.get(0).labels().size(); row++) {
      text.append(System.lineSeparator());
      text.append(String.format(Locale.ROOT, "%-24s", parts.get(0).labels().get(row).label()));
      for (Part part : parts) {
        LabelCount count = part.labels().get(row);
        text.append(
            String.format(Locale.ROOT, "%18s", count.samples() + " (" + count.patients() + ")"));
      }
    }
    return text.toString();
  }
}
