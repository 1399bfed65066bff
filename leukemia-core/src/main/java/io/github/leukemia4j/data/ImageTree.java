package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.image.decode.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A folder and all that lies below it, in the order of names, read once for all formats. Links are
 * followed. What is hidden is left out, with what unpacking an archive of a Mac leaves behind.
 *
 * @param folder the folder itself
 * @param id its path below the root, with slashes; empty for the root
 * @param folders those that lie in it
 * @param images the names of the image files in it
 * @param others the names of the files in it that are no images
 * @param overlooked the names of files in it that are images by what they hold, but are not taken
 *     for images because of their names
 */
public record ImageTree(
    Path folder,
    String id,
    List<ImageTree> folders,
    List<String> images,
    List<String> others,
    List<String> overlooked) {
  /** What unpacking an archive that was packed on a Mac leaves behind. */
  private static final String MAC_LEFTOVER = "__MACOSX";

  /** And beside each file, where the disk knows no attributes. */
  private static final String MAC_ATTRIBUTES = "._";

  /** Archives wrap what they hold in one folder, or in two. */
  private static final int MAX_WRAPPERS = 2;

  /** Reads nothing but names, and the first bytes of files whose names tell nothing. */
  static ImageTree read(Path root) throws IOException {
    return read(root, "", new HashSet<>());
  }

  private static ImageTree read(Path folder, String id, Set<Path> above) throws IOException {
    Path real = folder.toRealPath();
    if (!above.add(real)) {
      throw new DataException(
          "Links in a folder tree must not lead back to a folder above them; found %s, which leads to %s. Remove the link."
              .formatted(folder, real));
    }
    List<Path> entries;
    try (Stream<Path> listing = Files.list(folder)) {
      // By the characters of the name, so that the order is the same on every machine.
      entries =
          listing.sorted(Comparator.comparing(entry -> entry.getFileName().toString())).toList();
    }
    List<ImageTree> folders = new ArrayList<>();
    List<String> images = new ArrayList<>();
    List<String> others = new ArrayList<>();
    List<String> overlooked = new ArrayList<>();
    for (Path entry : entries) {
      String name = entry.getFileName().toString();
      if (name.startsWith(".") || Files.isHidden(entry)) {
        if (ImageDecoder.isNamedAsImage(entry) && !name.startsWith(MAC_ATTRIBUTES)) {
          overlooked.add(name);
        }
      } else if (Files.isDirectory(entry)) {
        if (!name.equals(MAC_LEFTOVER)) {
          folders.add(read(entry, id.isEmpty() ? name : id + "/" + name, above));
        }
      } else if (ImageDecoder.isNamedAsImage(entry)) {
        images.add(name);
      } else {
        (ImageDecoder.startsAsImage(entry) ? overlooked : others).add(name);
      }
    }
    above.remove(real);
    return new ImageTree(
        folder,
        id,
        List.copyOf(folders),
        List.copyOf(images),
        List.copyOf(others),
        List.copyOf(overlooked));
  }

  /** The folder's own name. */
  public String name() {
    return folder.getFileName() == null ? "" : folder.getFileName().toString();
  }

  /** This and all below, each before what lies in it. */
  public Stream<ImageTree> all() {
    return Stream.concat(Stream.of(this), folders.stream().flatMap(ImageTree::all));
  }

  /** This and those below, down to two levels, which is how deep archives wrap what they hold. */
  public List<ImageTree> wrapped() {
    List<ImageTree> found = new ArrayList<>(List.of(this));
    int from = 0;
    for (int depth = 1; depth <= MAX_WRAPPERS; depth++) {
      List<ImageTree> next =
          found.subList(from, found.size()).stream().flatMap(t -> t.folders.stream()).toList();
      from = found.size();
      found.addAll(next);
    }
    return found;
  }

  /** The id of a file that lies in this folder. */
  public String idOf(String file) {
    return id.isEmpty() ? file : id + "/" + file;
  }

  /** The ids of the images in this folder. */
  Stream<String> ids() {
    return images.stream().map(this::idOf);
  }

  /** The ids of the images in this folder and below. */
  public Stream<String> allIds() {
    return all().flatMap(ImageTree::ids);
  }

  /**
   * How many files there are that are no images, by extension in lower case.
   *
   * @param used the name of a file that is one but has been of use
   */
  public Map<String, Integer> skipped(String used) {
    Map<String, Integer> skipped = new TreeMap<>();
    all()
        .flatMap(tree -> tree.others.stream())
        .filter(name -> !name.equals(used))
        .forEach(name -> skipped.merge(Datasets.extension(Path.of(name)), 1, Integer::sum));
    return Map.copyOf(skipped);
  }

  /**
   * What to tell of files that may be images and were not taken for one; empty if there is none.
   */
  public List<String> notices() {
    List<String> ids = all().flatMap(t -> t.overlooked.stream().map(t::idOf)).toList();
    return ids.isEmpty()
        ? List.of()
        : List.of(
            "%d files hold images but are not taken for images, because they are hidden or lack the extension of one (%s). Rename them to use them."
                .formatted(ids.size(), some(ids)));
  }

  /** The first few of a list, as messages name them. */
  public static String some(List<String> ids) {
    int named = 3;
    return String.join(", ", ids.subList(0, Math.min(named, ids.size())))
        + (ids.size() > named ? ", ..." : "");
  }
}
