package io.github.leukemia4j.data.split;

import io.github.leukemia4j.data.LabelCount;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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

  /**
   * A table: a line for each label, a column for each part, samples with patients in brackets. It
   * fits 80 columns where labels are short.
   */
  public String toText() {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("samples (patients)"));
    parts.forEach(part -> head.add(part.part()));
    rows.add(head);
    for (int i = 0; i < parts.get(0).labels().size(); i++) {
      List<String> row = new ArrayList<>(List.of(parts.get(0).labels().get(i).label()));
      for (Part part : parts) {
        LabelCount count = part.labels().get(i);
        row.add("%d (%d)".formatted(count.samples(), count.patients()));
      }
      rows.add(row);
    }
    int[] widths =
        IntStream.range(0, head.size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    return rows.stream()
        .map(row -> line(row, widths))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder(row.get(0));
    line.append(" ".repeat(widths[0] - row.get(0).length()));
    for (int column = 1; column < widths.length; column++) {
      String cell = row.get(column);
      line.append(" ".repeat(3 + widths[column] - cell.length())).append(cell);
    }
    return line.toString();
  }
}
