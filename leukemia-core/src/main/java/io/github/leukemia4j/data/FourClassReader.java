package io.github.leukemia4j.data;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The four-class ALL set (Aria et al., Kaggle 2021, doi 10.34740/KAGGLE/DSV/2175623): the folders
 * Benign, Early, Pre and Pro, in a folder {@code Original} beside one of segmented copies, or the
 * folders {@code [Malignant] early Pre-B} and so on of its other edition. Benign cells
 * (haematogones) are the normal ones. Patients are not published.
 */
final class FourClassReader {
  static final String LAYOUT = "four-class ALL";

  private static final Map<String, String> LABELS =
      Map.of(
          "benign", "normal",
          "early", "Early",
          "early pre", "Early",
          "pre", "Pre",
          "pro", "Pro");
  private static final Taxonomy TAXONOMY =
      Taxonomy.of("cell")
          .with("cell", "normal", "abnormal")
          .with("abnormal", "Early", "Pre", "Pro");

  private FourClassReader() {}

  static Optional<Dataset> recognise(Path root) throws IOException {
    List<Path> found = ImageFolders.find(root, (folder, below) -> isClasses(below));
    // Segmented copies are the same images under the same names: one of the two must be taken.
    Optional<Path> original =
        found.stream()
            .filter(f -> found.size() == 1 || f.getFileName().toString().equals("Original"))
            .findFirst();
    if (original.isEmpty()) {
      return Optional.empty();
    }
    TreeMap<String, Integer> skipped = new TreeMap<>();
    List<Sample> samples = new ArrayList<>();
    for (Path folder : ImageFolders.folders(original.get())) {
      Label label = Label.of(LABELS.get(className(folder)));
      for (Path image : ImageFolders.images(folder, skipped)) {
        String id = ImageFolders.id(root, image);
        samples.add(new Sample(id, new FileBelow(root, id), label, Optional.empty()));
      }
    }
    return Optional.of(
        Dataset.read(
            LAYOUT,
            FolderReader.nameOf(root),
            TAXONOMY,
            List.copyOf(samples),
            Map.copyOf(skipped)));
  }

  private static boolean isClasses(List<Path> folders) {
    Map<String, Path> byLabel = new HashMap<>();
    folders.forEach(f -> byLabel.put(LABELS.getOrDefault(className(f), "?"), f));
    return folders.size() == 4
        && byLabel.keySet().equals(new TreeSet<>(List.of("normal", "Early", "Pre", "Pro")));
  }

  /** {@code [Malignant] early Pre-B} is {@code early pre}. */
  private static String className(Path folder) {
    return folder
        .getFileName()
        .toString()
        .toLowerCase(Locale.ROOT)
        .replaceFirst("^\\[?malignant]?\\s*", "")
        .replaceAll("[\\[\\]]", "")
        .replaceFirst("-b$", "")
        .strip();
  }
}
