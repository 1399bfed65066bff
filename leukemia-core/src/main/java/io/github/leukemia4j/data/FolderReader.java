package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.DatasetFormat.Folder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a tree of class folders; see {@link Datasets#folder}. */
final class FolderReader {
  /**
   * What an image of C-NMC 2019 is called: its first group is the subject, its second the class.
   */
  static final Pattern CNMC_NAME =
      Pattern.compile("UID_(H?\\d+)_\\d+_\\d+_(all|hem)\\.bmp", Pattern.CASE_INSENSITIVE);

  static final String ROOT = "cell";

  /** Folders that are no classes but parts of a split. */
  private static final Set<String> PARTS =
      Set.of("train", "training", "val", "valid", "validation", "test", "testing");

  private final Folder root;
  private final Map<Label, Path> folderOf = new HashMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private Taxonomy taxonomy = Taxonomy.of(ROOT);

  private FolderReader(Folder root) {
    this.root = root;
  }

  static Dataset read(Folder root) {
    FolderReader reader = new FolderReader(root);
    reader.folderOf.put(Label.of(ROOT), root.path());
    reader.visit(root, Label.of(ROOT));
    return Dataset.read(
            "folder tree",
            nameOf(root.path()),
            reader.taxonomy,
            reader.samples,
            root.skipped(Set.of()))
        .withNotices(reader.notices());
  }

  /** The folder's own name, also where it was given as "." or with dots in it. */
  static String nameOf(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? "data" : name.toString();
  }

  private List<String> notices() {
    List<String> notices = new ArrayList<>(root.notices());
    long known = samples.stream().filter(s -> s.patient().isPresent()).count();
    if (known > 0) {
      notices.add(
          "The names of %d of %d images are those of C-NMC 2019 and tell the patients%s."
              .formatted(
                  known,
                  samples.size(),
                  known < samples.size() ? "; the patients of the others are unknown" : ""));
    }
    return notices;
  }

  private void visit(Folder tree, Label label) {
    if (tree == root) {
      requireRootOfClasses();
    } else if (tree.folders().isEmpty() && tree.images().isEmpty()) {
      throw new DataException(
          "Every folder of a folder tree must hold images or folders; found none in %s. Add images (jpg, jpeg, png, bmp, tif, tiff), or remove the folder."
              .formatted(tree.path()));
    }
    for (String image : tree.images()) {
      String id = tree.idOf(image);
      samples.add(root.sample(id, label, subject(image)));
    }
    if (!tree.folders().isEmpty()) {
      grow(tree, label);
      tree.folders().forEach(child -> visit(child, Label.of(child.name())));
    }
  }

  private void requireRootOfClasses() {
    if (!root.images().isEmpty()) {
      throw new DataException(
          """
          Images must lie in a folder named for their class; found %s directly in %s. Move \
          them into class folders (such as normal and abnormal), or list them in a CSV \
          manifest with the columns file,label:\
          """
              .formatted(root.images().size(), root.path()),
          root.images().stream().map(image -> root.path().resolve(image).toString()).toList());
    }
    if (root.folders().isEmpty()) {
      throw new DataException(
          "A folder tree must hold one folder of images for each class; found none in %s%s"
              .formatted(
                  root.path(),
                  root.skipped(Set.of()).containsKey("csv")
                      ? ". It has a CSV file: to open that as a manifest, give the file itself."
                      : ". Make folders named for the classes (such as normal and abnormal) and put"
                          + " the images there."));
    }
  }

  private void grow(Folder tree, Label label) {
    List<Folder> folders = tree.folders();
    if (folders.size() == 1) {
      throw new DataException(
          "A folder of a folder tree must hold at least two class folders, or there is nothing to classify; found only %s. Add a second class beside it, or %s"
              .formatted(
                  folders.get(0).path(),
                  tree == root
                      ? "open that folder instead if the classes lie in it."
                      : "move its images up into " + tree.path() + "."));
    }
    for (Folder child : folders) {
      Path other;
      try {
        other = folderOf.putIfAbsent(Label.of(child.name()), child.path());
      } catch (IllegalArgumentException e) {
        throw new DataException(child.path() + ": " + e.getMessage(), e);
      }
      if (other != null) {
        throw new DataException(
            "Every class must have one folder, and only classes may have folders; found %s%s and %s. %s"
                .formatted(
                    other,
                    other.equals(root.path()) ? " (the root, which is called " + ROOT + ")" : "",
                    child.path(),
                    remedyOfTwice()));
      }
    }
    taxonomy =
        taxonomy.with(label.name(), folders.stream().map(Folder::name).toArray(String[]::new));
  }

  private String remedyOfTwice() {
    List<String> parts =
        root.folders().stream()
            .map(Folder::name)
            .filter(name -> PARTS.contains(name.toLowerCase(Locale.ROOT)))
            .toList();
    return parts.isEmpty()
        ? "Rename or merge them; if they are patients or slides, list the images in a CSV manifest"
            + " with the columns file,label,patient instead."
        : "Open one of "
            + String.join(", ", parts)
            + ", or list all images in a CSV manifest with the columns file,label,part, of"
            + " which the last makes a split.";
  }

  /** The subject that a file's name tells; empty where it is no name of C-NMC 2019. */
  static Optional<String> subject(String file) {
    Matcher name = CNMC_NAME.matcher(file);
    return name.matches() ? Optional.of(name.group(1).toUpperCase(Locale.ROOT)) : Optional.empty();
  }
}
