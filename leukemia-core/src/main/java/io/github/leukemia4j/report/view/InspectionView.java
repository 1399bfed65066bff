package io.github.leukemia4j.report.view;

import java.util.List;

/**
 * What the page of an inspection shows.
 *
 * @param title its heading
 * @param description of the data set
 * @param words what came out, in sentences
 * @param warnings what to mind
 * @param tiles counts of faults
 * @param labels how many images and patients each label has
 * @param strips cells of each label
 * @param kinds sizes and formats
 * @param neighbours how many decide of a baseline
 * @param shortcuts what tells the labels without the cell
 * @param pairs near-duplicates; null where there are none
 * @param groups identical images, by kind
 * @param unreadable why files could not be read
 * @param patients images of each patient
 * @param origin what was inspected by which version
 */
public record InspectionView(
    String title,
    String description,
    List<String> words,
    List<String> warnings,
    List<Tile> tiles,
    Table labels,
    List<Strip> strips,
    Lines kinds,
    int neighbours,
    Table shortcuts,
    Cards pairs,
    List<Cards> groups,
    Lines unreadable,
    Lines patients,
    String origin) {
  /** A count of something that should not be. */
  public record Tile(String name, long count) {}

  /** Pictures of a label. */
  public record Strip(String label, List<Picture> pictures) {}

  /** Lines below a title, of which the first are shown. */
  public record Lines(String title, List<String> shown, int more) {
    private static final int MOST = 100;

    /** All of them, cut where they are too many to read. */
    public static Lines of(String title, List<String> all) {
      return new Lines(title, all.stream().limit(MOST).toList(), Math.max(0, all.size() - MOST));
    }
  }

  /** Images that are alike, below a title, of which the first are shown. */
  public record Cards(String title, List<Card> shown, int more) {}

  /** Images that are alike: their pictures, what is wrong, their names, and a remark. */
  public record Card(
      List<Picture> pictures, List<String> faults, List<Name> names, String remark) {}

  /** Of an image. */
  public record Name(String id, String label, String patient) {}

  /** The headings of the page. */
  public List<String> contents() {
    List<String> all =
        List.of(
            "In words",
            "Labels",
            "What tells the labels without the cell",
            "Near-duplicates",
            "Identical, unreadable, patients");
    return all.stream().filter(t -> pairs != null || !t.startsWith("Near")).toList();
  }
}
