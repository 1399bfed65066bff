package io.github.leukemia4j.data.format;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.DatasetFormat;
import io.github.leukemia4j.data.FileBelow;
import io.github.leukemia4j.data.FolderReader;
import io.github.leukemia4j.data.ImageTree;
import io.github.leukemia4j.data.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The four-class ALL set (Aria et al., Kaggle 2021, doi 10.34740/KAGGLE/DSV/2175623): the folders
 * Benign, Early, Pre and Pro with images named WBC-Benign-001 and so on, in a folder {@code
 * Original} beside one of segmented copies, or the folders {@code [Malignant] early Pre-B} and so
 * on of its other edition. Benign cells (haematogones) are the normal ones. Patients are not
 * published.
 */
final class FourClassReader implements DatasetFormat {
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

  @Override
  public String name() {
    return "four-class";
  }

  @Override
  public String looks() {
    return "class folders named Benign, Early, Pre and Pro";
  }

  @Override
  public Optional<Reading> read(ImageTree tree, boolean asked) throws IOException {
    List<ImageTree> found =
        tree.wrapped().stream().filter(folder -> isClasses(folder, asked)).toList();
    // Segmented copies are the same images under the same names: one of the two must be taken.
    Optional<ImageTree> original =
        found.stream().filter(f -> found.size() == 1 || f.name().equals("Original")).findFirst();
    if (original.isEmpty()) {
      return Optional.empty();
    }
    List<Sample> samples = new ArrayList<>();
    boolean asPublished = true;
    for (ImageTree folder : original.get().folders()) {
      Label label = Label.of(LABELS.get(className(folder)));
      boolean otherEdition = folder.name().startsWith("[Malignant]");
      for (String id : folder.allIds().toList()) {
        asPublished &= otherEdition || id.matches(".*/(WBC-(Benign|Malignant)|Sn?ap)[-_].*");
        samples.add(new Sample(id, new FileBelow(tree.folder(), id), label, Optional.empty()));
      }
    }
    boolean full =
        original.get().folders().stream().allMatch(f -> f.allIds().findAny().isPresent());
    if (samples.isEmpty() || !(asPublished || full || asked)) {
      return Optional.empty();
    }
    Map<String, Set<String>> copies = new TreeMap<>();
    for (ImageTree other : found) {
      if (other != original.get()) {
        copies.put(
            "copies of the originals in " + other.id(), other.allIds().collect(Collectors.toSet()));
      }
    }
    Dataset dataset =
        Dataset.read(
            "four-class ALL",
            FolderReader.nameOf(tree.folder()),
            TAXONOMY,
            List.copyOf(samples),
            tree.skipped(""));
    return Optional.of(new Reading(dataset, copies, asPublished ? Claim.CERTAIN : Claim.POSSIBLE));
  }

  private static boolean isClasses(ImageTree folder, boolean asked) {
    Set<String> labels =
        folder.folders().stream()
            .map(f -> LABELS.getOrDefault(className(f), "?"))
            .collect(Collectors.toSet());
    Set<String> all = new TreeSet<>(LABELS.values());
    return asked
        ? !labels.isEmpty() && all.containsAll(labels)
        : labels.equals(all) && folder.folders().size() == all.size();
  }

  /** {@code [Malignant] early Pre-B} is {@code early pre}. */
  private static String className(ImageTree folder) {
    return folder
        .name()
        .toLowerCase(Locale.ROOT)
        .replaceFirst("^\\[?malignant]?\\s*", "")
        .replaceAll("[\\[\\]]", "")
        .replaceFirst("-b$", "")
        .strip();
  }
}
