package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Datasets.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads a tree of class folders; see {@link Datasets#folder}. */
final class FolderReader {
  /** What unpacking an archive that was packed on a Mac leaves behind. */
  static final String MAC_LEFTOVER = "__MACOSX";

  static final String ROOT = "cell";

  private final Path root;
  private final Set<Path> ancestors = new HashSet<>();
  private final Map<Label, Path> folderOf = new HashMap<>();
  private final Map<String, Integer> skipped = new TreeMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private Taxonomy taxonomy = Taxonomy.of(ROOT);

  private FolderReader(Path root) {
    this.root = root;
  }

  static Dataset read(Path root) throws IOException {
    FolderReader reader = new FolderReader(root);
    reader.folderOf.put(Label.of(ROOT), root);
    reader.visit(root, Label.of(ROOT), "");
    return Dataset.read(
        "folder tree",
        nameOf(root),
        reader.taxonomy,
        List.copyOf(reader.samples),
        Map.copyOf(reader.skipped));
  }

  /** The folder's own name, also where it was given as "." or with dots in it. */
  static String nameOf(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? "data" : name.toString();
  }

  private void visit(Path folder, Label label, String idPrefix) throws IOException {
    Path real = folder.toRealPath();
    if (!ancestors.add(real)) {
      throw new DataException(
          "Links in a folder tree must not lead back to a folder above them; found "
              + folder
              + ", which leads to "
              + real
              + ". Remove the link.");
    }
    List<Path> folders = new ArrayList<>();
    List<Path> images = new ArrayList<>();
    sortOut(folder, folders, images);
    if (label.name().equals(ROOT)) {
      requireRootOfClasses(folders, images);
    } else if (folders.isEmpty() && images.isEmpty()) {
      throw new DataException(
          "Every folder of a folder tree must hold images or folders; found none in "
              + folder
              + ". Add images (jpg, jpeg, png, bmp, tif, tiff), or remove the folder.");
    }
    for (Path image : images) {
      String id = idPrefix + image.getFileName();
      samples.add(new Sample(id, new FileBelow(root, id), label, Optional.empty()));
    }
    if (!folders.isEmpty()) {
      grow(folder, label, folders);
      for (Path child : folders) {
        String name = child.getFileName().toString();
        visit(child, Label.of(name), idPrefix + name + "/");
      }
    }
    ancestors.remove(real);
  }

  private void sortOut(Path folder, List<Path> folders, List<Path> images) throws IOException {
    List<Path> entries;
    try (Stream<Path> listing = Files.list(folder)) {
      // By the characters of the name, so that the order is the same on every machine.
      entries =
          listing.sorted(Comparator.comparing(entry -> entry.getFileName().toString())).toList();
    }
    for (Path entry : entries) {
      String name = entry.getFileName().toString();
      if (name.startsWith(".") || name.equals(MAC_LEFTOVER) || Files.isHidden(entry)) {
        continue;
      }
      if (Files.isDirectory(entry)) {
        folders.add(entry);
      } else if (FileNames.isImage(entry)) {
        images.add(entry);
      } else {
        skipped.merge(FileNames.extension(entry), 1, Integer::sum);
      }
    }
  }

  private void requireRootOfClasses(List<Path> folders, List<Path> images) {
    if (!images.isEmpty()) {
      throw new DataException(
          "Images must lie in a folder named for their class; found "
              + images.size()
              + " directly in "
              + root
              + ". Move them into class folders (such as normal and abnormal), or list them in a"
              + " CSV manifest with the columns file,label:",
          images.stream().map(Path::toString).toList());
    }
    if (folders.isEmpty()) {
      throw new DataException(
          "A folder tree must hold one folder of images for each class; found none in "
              + root
              + (skipped.containsKey("csv")
                  ? ". It has a CSV file: to open that as a manifest, give the file itself."
                  : ". Make folders named for the classes (such as normal and abnormal) and put"
                      + " the images there."));
    }
  }

  private void grow(Path folder, Label label, List<Path> folders) {
    if (folders.size() == 1) {
      throw new DataException(
          "A folder of a folder tree must hold at least two class folders, or there is nothing to"
              + " classify; found only "
              + folders.get(0)
              + ". Add a second class beside it, or "
              + (folder.equals(root)
                  ? "open that folder instead if the classes lie in it."
                  : "move its images up into " + folder + "."));
    }
    String[] names = folders.stream().map(f -> f.getFileName().toString()).toArray(String[]::new);
    for (Path child : folders) {
      Path other;
      try {
        other = folderOf.putIfAbsent(Label.of(child.getFileName().toString()), child);
      } catch (IllegalArgumentException e) {
        throw new DataException(child + ": " + e.getMessage(), e);
      }
      if (other != null) {
        throw new DataException(
            "Every class must have one folder, and only classes may have folders; found "
                + other
                + (other.equals(root) ? " (the root, which is called " + ROOT + ")" : "")
                + " and "
                + child
                + ". Rename or merge them; if they are patients or slides, list the images in a CSV"
                + " manifest with the columns file,label,patient instead.");
      }
    }
    taxonomy = taxonomy.with(label.name(), names);
  }
}
