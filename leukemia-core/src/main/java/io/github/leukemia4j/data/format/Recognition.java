package io.github.leukemia4j.data.format;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.DatasetFormat;
import io.github.leukemia4j.data.DatasetFormat.Claim;
import io.github.leukemia4j.data.DatasetFormat.Reading;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.FolderReader;
import io.github.leukemia4j.data.ImageTree;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.csv.CsvTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds out how a folder is laid out. A published layout is taken only where it accounts for every
 * image of the tree; else the folders are the user's own classes. What can be read in two ways is
 * refused, with the names of both.
 */
public final class Recognition {
  private static final List<DatasetFormat> PUBLISHED =
      List.of(
          new CnmcReader(),
          AllIdbReader.FIELDS,
          AllIdbReader.CELLS,
          new FourClassReader(),
          new AmlCytomorphologyReader());

  /** Those that are installed, then the published ones, as messages name them. */
  public static List<DatasetFormat> formats() {
    return Stream.concat(
            ServiceLoader.load(DatasetFormat.class).stream().map(ServiceLoader.Provider::get),
            PUBLISHED.stream())
        .toList();
  }

  private final ImageTree tree;
  private final Set<String> images;
  private final Map<String, Reading> readings = new LinkedHashMap<>();

  private Recognition(ImageTree tree) {
    this.tree = tree;
    this.images = tree.allIds().collect(Collectors.toSet());
  }

  /** What a folder is, by what lies in it. */
  public static Dataset of(ImageTree tree) throws IOException {
    Recognition recognition = new Recognition(tree);
    for (DatasetFormat format : formats()) {
      Optional<Reading> reading = format.read(tree, false);
      reading.ifPresent(r -> recognition.readings.put(format.name(), r));
    }
    return recognition.decide();
  }

  /** A folder in the layout that the user names. */
  public static Dataset of(ImageTree tree, DatasetFormat format) throws IOException {
    Recognition recognition = new Recognition(tree);
    Reading reading =
        format
            .read(tree, true)
            .orElseThrow(
                () ->
                    new DataException(
                        "The layout \"%s\" needs %s; found none in %s. Name another layout of %s."
                            .formatted(
                                format.name(), format.looks(), tree.folder(), Datasets.layouts())));
    return recognition.told(reading);
  }

  /**
   * A single file that was published as a data set: the list of C-NMC 2019's preliminary test set,
   * or BloodMNIST; empty for another CSV file.
   *
   * @param asked whether the user says that it is BloodMNIST
   */
  public static Optional<Dataset> ofFile(Path file, boolean asked) throws IOException {
    if (!asked && Datasets.extension(file).equals("csv")) {
      return CnmcReader.isPreliminary(CsvTable.header(file))
          ? Optional.of(CnmcReader.preliminary(file))
          : Optional.empty();
    }
    return Optional.of(BloodMnistReader.read(file, asked));
  }

  private Dataset decide() {
    Optional<Reading> certain =
        readings.values().stream()
            .filter(r -> r.claim() == Claim.CERTAIN && coversAll(r))
            .findFirst();
    if (certain.isPresent()) {
      return told(certain.get());
    }
    Dataset folders;
    try {
      folders = FolderReader.read(tree);
    } catch (DataException e) {
      List<Reading> whole = readings.values().stream().filter(this::coversAll).toList();
      if (readings.isEmpty()) {
        throw e;
      }
      if (whole.size() == 1) {
        return told(whole.get(0));
      }
      throw ambiguous(e.getMessage());
    }
    if (speakAgainstFolders()) {
      throw ambiguous("labels " + folders.taxonomy());
    }
    return folders;
  }

  /** Whether published layouts, one or several together, account for all images as well. */
  private boolean speakAgainstFolders() {
    Set<String> left = new HashSet<>(images);
    for (Reading reading : readings.values()) {
      if (reading.claim() != Claim.WEAK) {
        left.removeAll(accounted(reading));
      }
    }
    return left.isEmpty();
  }

  private static Set<String> accounted(Reading reading) {
    Set<String> ids =
        reading.dataset().samples().stream().map(Sample::id).collect(Collectors.toSet());
    reading.leftOut().values().forEach(ids::addAll);
    return ids;
  }

  private boolean coversAll(Reading reading) {
    return accounted(reading).containsAll(images);
  }

  private Dataset told(Reading reading) {
    List<String> notices = new ArrayList<>();
    reading
        .leftOut()
        .forEach(
            (reason, ids) -> {
              if (!ids.isEmpty()) {
                notices.add("%d images are left out: %s.".formatted(ids.size(), reason));
              }
            });
    List<String> others = others(reading);
    if (!others.isEmpty()) {
      notices.add(
          "%d images are left out, because they are no part of %s as it was published: %s."
              .formatted(others.size(), reading.dataset().layout(), ImageTree.some(others)));
    }
    notices.addAll(tree.notices());
    return reading.dataset().withNotices(notices);
  }

  private List<String> others(Reading reading) {
    Set<String> accounted = accounted(reading);
    return images.stream().filter(id -> !accounted.contains(id)).sorted().toList();
  }

  private DataException ambiguous(String folders) {
    List<String> ways = new ArrayList<>();
    readings.forEach(
        (name, reading) -> {
          List<String> others = others(reading);
          ways.add(
              "layout \"%s\": %s, labels %s, %d of %d images%s"
                  .formatted(
                      name,
                      reading.dataset().layout(),
                      reading.dataset().taxonomy(),
                      images.size() - others.size(),
                      images.size(),
                      others.isEmpty() ? "" : " (not " + ImageTree.some(others) + ")"));
        });
    ways.add("layout \"%s\": a tree of class folders, %s".formatted(Datasets.FOLDERS, folders));
    return new DataException(
        """
            It must be plain which layout %s has; found several that it can be read in, or \
            none that has a place for every image. Name the layout, open a folder below, or \
            list the images in a CSV manifest:"""
            .formatted(tree.folder()),
        ways);
  }
}
