package io.github.leukemia4j.data;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
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
  public Optional<Reading> read(Folder root, boolean asked) {
    List<Folder> found =
        root.wrapped().stream().filter(folder -> isClasses(folder, asked)).toList();
    // Segmented copies are the same images under the same names: one of the two must be taken.
    Optional<Folder> original =
        found.stream().filter(f -> found.size() == 1 || f.name().equals("Original")).findFirst();
    if (original.isEmpty()) {
      return Optional.empty();
    }
    List<Sample> samples = new ArrayList<>();
    boolean asPublished = true;
    boolean full = true;
    for (Folder folder : original.get().folders()) {
      Label label = Label.of(LABELS.get(className(folder)));
      boolean otherEdition = folder.name().startsWith("[Malignant]");
      List<String> ids = folder.allIds().toList();
      full &= !ids.isEmpty();
      for (String id : ids) {
        asPublished &= otherEdition || id.matches(".*/(WBC-(Benign|Malignant)|Sn?ap)[-_].*");
        samples.add(root.sample(id, label, Optional.empty()));
      }
    }
    if (samples.isEmpty() || !(asPublished || full || asked)) {
      return Optional.empty();
    }
    Map<String, Set<String>> copies = new TreeMap<>();
    for (Folder other : found) {
      if (other != original.get()) {
        copies.put(
            "copies of the originals in " + other.id(), other.allIds().collect(Collectors.toSet()));
      }
    }
    Claim claim = asPublished ? Claim.CERTAIN : Claim.POSSIBLE;
    return Optional.of(new Reading(TAXONOMY, samples, copies, claim));
  }

  private static boolean isClasses(Folder folder, boolean asked) {
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
  private static String className(Folder folder) {
    return folder
        .name()
        .toLowerCase(Locale.ROOT)
        .replaceFirst("^\\[?malignant]?\\s*", "")
        .replaceAll("[\\[\\]]", "")
        .replaceFirst("-b$", "")
        .strip();
  }
}
