package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.DatasetFormat.Claim;
import io.github.leukemia4j.data.DatasetFormat.Folder;
import io.github.leukemia4j.data.DatasetFormat.Reading;
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
final class Recognition {
  private static final CnmcReader CNMC = new CnmcReader();

  private static final List<DatasetFormat> PUBLISHED =
      List.of(
          CNMC,
          AllIdbReader.FIELDS,
          AllIdbReader.CELLS,
          new FourClassReader(),
          new AmlCytomorphologyReader());

  private final Folder root;
  private final Set<String> images;
  private final Map<DatasetFormat, Reading> readings = new LinkedHashMap<>();

  private Recognition(Folder root) {
    this.root = root;
    this.images = root.allIds().collect(Collectors.toSet());
  }

  /** Those that are installed, then the published ones, as messages name them. */
  static List<DatasetFormat> formats() {
    return Stream.concat(
            ServiceLoader.load(DatasetFormat.class).stream().map(ServiceLoader.Provider::get),
            PUBLISHED.stream())
        .toList();
  }

  /** What a folder is, by what lies in it. */
  static Dataset of(Folder root) throws IOException {
    Recognition recognition = new Recognition(root);
    for (DatasetFormat format : formats()) {
      Optional<Reading> reading = format.read(root, false);
      reading.ifPresent(r -> recognition.readings.put(format, r));
    }
    return recognition.decide();
  }

  /** A folder in the layout that the user names. */
  static Dataset of(Folder root, DatasetFormat format) throws IOException {
    Reading reading =
        format
            .read(root, true)
            .orElseThrow(
                () ->
                    new DataException(
                        "The layout \"%s\" needs %s; found none in %s. Name another layout of %s."
                            .formatted(
                                format.name(), format.looks(), root.path(), Datasets.layouts())));
    return new Recognition(root).dataset(format, reading);
  }

  /**
   * A single file that was published as a data set: the list of C-NMC 2019's preliminary test set,
   * or BloodMNIST; empty for another CSV file.
   *
   * @param asked whether the user says that it is BloodMNIST
   */
  static Optional<Dataset> ofFile(Path file, boolean asked) throws IOException {
    if (!asked && Datasets.extension(file).equals("csv")) {
      return CnmcReader.isPreliminary(CsvTable.header(file))
          ? Optional.of(CNMC.preliminary(file))
          : Optional.empty();
    }
    return Optional.of(BloodMnistReader.read(file, asked));
  }

  private Dataset decide() {
    Map<DatasetFormat, Reading> whole = new LinkedHashMap<>(readings);
    whole.values().removeIf(reading -> !reading.accounted().containsAll(images));
    for (Map.Entry<DatasetFormat, Reading> found : whole.entrySet()) {
      if (found.getValue().claim() == Claim.CERTAIN) {
        return dataset(found.getKey(), found.getValue());
      }
    }
    Dataset folders;
    try {
      folders = FolderReader.read(root);
    } catch (DataException e) {
      if (readings.isEmpty()) {
        throw e;
      }
      if (whole.size() == 1) {
        Map.Entry<DatasetFormat, Reading> only = whole.entrySet().iterator().next();
        return dataset(only.getKey(), only.getValue());
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
    readings.values().stream()
        .filter(reading -> reading.claim() != Claim.WEAK)
        .forEach(reading -> left.removeAll(reading.accounted()));
    return left.isEmpty();
  }

  private Dataset dataset(DatasetFormat format, Reading reading) {
    String name = FolderReader.nameOf(root.path());
    Dataset checked = Dataset.of(name, reading.taxonomy(), reading.samples());
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
              .formatted(others.size(), format.name(), Folder.some(others)));
    }
    notices.addAll(root.notices());
    return Dataset.read(
            format.name(),
            name,
            reading.taxonomy(),
            checked.samples(),
            root.skipped(format.lists()))
        .withNotices(notices);
  }

  private List<String> others(Reading reading) {
    Set<String> accounted = reading.accounted();
    return images.stream().filter(id -> !accounted.contains(id)).sorted().toList();
  }

  private DataException ambiguous(String folders) {
    List<String> ways = new ArrayList<>();
    readings.forEach(
        (format, reading) -> {
          List<String> others = others(reading);
          ways.add(
              "layout \"%s\": labels %s, %d of %d images%s"
                  .formatted(
                      format.name(),
                      reading.taxonomy(),
                      images.size() - others.size(),
                      images.size(),
                      others.isEmpty() ? "" : " (not " + Folder.some(others) + ")"));
        });
    ways.add("layout \"%s\": a tree of class folders, %s".formatted(Datasets.FOLDERS, folders));
    return new DataException(
        """
        It must be plain which layout %s has; found several that it can be read in, or \
        none that has a place for every image. Name the layout, open a folder below, or \
        list the images in a CSV manifest:\
        """
            .formatted(root.path()),
        ways);
  }
}
