package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.image.decode.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A layout of folders: it finds in a tree of images which sample has which label and patient.
 * {@link java.util.ServiceLoader} finds those of your own; {@link
 * Datasets#open(java.nio.file.Path)} tries them with the published ones, and {@link
 * Datasets#open(java.nio.file.Path, String)} takes the one that is named. The kit {@code
 * io.github.leukemia4j.testkit.DatasetFormatContract} tests it. Stateless and thread-safe.
 */
public interface DatasetFormat {
  /**
   * The name that text asks for it by, and the layout of its data sets: lower case letters, digits
   * and hyphens; unique.
   */
  String name();

  /** What a folder must hold to be read as this, for messages. */
  String looks();

  /**
   * Reads what is laid out so.
   *
   * @param root the folder that was given and all below
   * @param asked whether the user says that it is this layout, so that less has to speak for it
   * @return empty where nothing is laid out so
   * @throws DataException where it is this layout, but damaged
   */
  Optional<Reading> read(Folder root, boolean asked) throws IOException;

  /** The names of files that are no images and that it reads, such as a list; none by default. */
  default Set<String> lists() {
    return Set.of();
  }

  /** How strongly a reading speaks against taking the folders for classes of the user's own. */
  enum Claim {
    /** The names of the files are those that were published. */
    CERTAIN,
    /** The names of the folders are, which a user may have given as well. */
    POSSIBLE,
    /** It fits, but a tree of class folders fits better wherever it can be read. */
    WEAK
  }

  /**
   * What a format makes of a folder.
   *
   * @param taxonomy that has the samples' labels
   * @param samples at least one, with unique ids
   * @param leftOut ids of images that the format knows and leaves out, by the reason
   * @param claim how sure that is
   */
  record Reading(
      Taxonomy taxonomy, List<Sample> samples, Map<String, Set<String>> leftOut, Claim claim) {
    /** The ids of the images that have their place in it. */
    Set<String> accounted() {
      return Stream.concat(
              samples.stream().map(Sample::id), leftOut.values().stream().flatMap(Set::stream))
          .collect(Collectors.toSet());
    }
  }

  /**
   * A folder and all that lies below it, in the order of names, read once for all formats. Links
   * are followed. What is hidden is left out, with what unpacking an archive of a Mac leaves
   * behind.
   *
   * @param path of the folder itself
   * @param id its path below the root, with slashes; empty for the root
   * @param folders those that lie in it
   * @param images the names of the image files in it
   * @param others the names of the files in it that are no images
   * @param overlooked the names of files in it that are images by what they hold, but are not taken
   *     for images because of their names
   */
  record Folder(
      Path path,
      String id,
      List<Folder> folders,
      List<String> images,
      List<String> others,
      List<String> overlooked) {
    /** What unpacking an archive that was packed on a Mac leaves behind. */
    private static final String MAC_LEFTOVER = "__MACOSX";

    /** And beside each file, where the disk knows no attributes. */
    private static final String MAC_ATTRIBUTES = "._";

    /** Reads nothing but names, and the first bytes of files whose names tell nothing. */
    static Folder read(Path root) throws IOException {
      return read(root, "", new HashSet<>());
    }

    private static Folder read(Path path, String id, Set<Path> above) throws IOException {
      Path real = path.toRealPath();
      if (!above.add(real)) {
        throw new DataException(
            "Links in a folder tree must not lead back to a folder above them; found %s, which leads to %s. Remove the link."
                .formatted(path, real));
      }
      List<Path> entries;
      try (Stream<Path> listing = Files.list(path)) {
        // By the characters of the name, so that the order is the same on every machine.
        entries = listing.sorted(Comparator.comparing(e -> e.getFileName().toString())).toList();
      }
      Folder folder =
          new Folder(
              path, id, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.startsWith(".") || Files.isHidden(entry)) {
          if (ImageDecoder.isNamedAsImage(entry) && !name.startsWith(MAC_ATTRIBUTES)) {
            folder.overlooked.add(name);
          }
        } else if (Files.isDirectory(entry)) {
          if (!name.equals(MAC_LEFTOVER)) {
            folder.folders.add(read(entry, folder.idOf(name), above));
          }
        } else if (ImageDecoder.isNamedAsImage(entry)) {
          folder.images.add(name);
        } else {
          (ImageDecoder.startsAsImage(entry) ? folder.overlooked : folder.others).add(name);
        }
      }
      above.remove(real);
      return folder;
    }

    /** The folder's own name. */
    public String name() {
      return path.getFileName() == null ? "" : path.getFileName().toString();
    }

    /** This and all below, each before what lies in it. */
    public Stream<Folder> all() {
      return Stream.concat(Stream.of(this), folders.stream().flatMap(Folder::all));
    }

    /** This and those one and two levels below: archives wrap what they hold in so many. */
    public List<Folder> wrapped() {
      List<Folder> below = folders.stream().flatMap(folder -> folder.folders.stream()).toList();
      return Stream.of(List.of(this), folders, below).flatMap(List::stream).toList();
    }

    /** The id of a file that lies in this folder. */
    public String idOf(String file) {
      return id.isEmpty() ? file : id + "/" + file;
    }

    /** The ids of the images in this folder and below. */
    public Stream<String> allIds() {
      return all().flatMap(folder -> folder.images.stream().map(folder::idOf));
    }

    /**
     * A sample of an image in this folder or below.
     *
     * @param imageId the image's id
     */
    public Sample sample(String imageId, Label label, Optional<String> patient) {
      String below = id.isEmpty() ? imageId : imageId.substring(id.length() + 1);
      return new Sample(imageId, ImageSource.file(path, below), label, patient);
    }

    /**
     * How many files there are that are no images, by extension in lower case.
     *
     * @param lists names of files that are none but have been of use
     */
    Map<String, Integer> skipped(Set<String> lists) {
      Map<String, Integer> skipped = new TreeMap<>();
      all()
          .flatMap(folder -> folder.others.stream())
          .filter(name -> !lists.contains(name))
          .forEach(name -> skipped.merge(Datasets.extension(Path.of(name)), 1, Integer::sum));
      return Map.copyOf(skipped);
    }

    /** What to tell of files that may be images and were not taken for one; empty if none. */
    List<String> notices() {
      List<String> ids = all().flatMap(f -> f.overlooked.stream().map(f::idOf)).toList();
      return ids.isEmpty()
          ? List.of()
          : List.of(
              "%d files hold images but are not taken for images, because they are hidden or lack the extension of one (%s). Rename them to use them."
                  .formatted(ids.size(), some(ids)));
    }

    /** The first few of a list, as messages name them. */
    static String some(List<String> ids) {
      int named = 3;
      return String.join(", ", ids.subList(0, Math.min(named, ids.size())))
          + (ids.size() > named ? ", ..." : "");
    }
  }
}
