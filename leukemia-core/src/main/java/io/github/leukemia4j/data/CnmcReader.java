package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * C-NMC 2019 (Gupta and Gupta, The Cancer Imaging Archive, 2019, doi 10.7937/tcia.2019.dc64i46r):
 * training folders {@code fold_N/all} and {@code fold_N/hem}, and the preliminary test set, whose
 * images are numbered and whose CSV file has the columns {@code Patient_ID,new_names,labels}, the
 * first being the name that the image had. The final test set has no labels and is left out.
 */
final class CnmcReader {
  static final String LAYOUT = "C-NMC 2019";

  private static final Pattern NAME =
      Pattern.compile("UID_(H?\\d+)_\\d+_\\d+_(all|hem)\\.bmp", Pattern.CASE_INSENSITIVE);
  private static final String PRELIMINARY = "C-NMC_test_prelim_phase_data";
  private static final String PRELIMINARY_LABELS = PRELIMINARY + "_labels.csv";
  private static final Taxonomy TAXONOMY = Taxonomy.of("cell").with("cell", "normal", "abnormal");

  private final Path root;
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final TreeMap<String, Integer> skipped = new TreeMap<>();

  private CnmcReader(Path root) {
    this.root = root;
  }

  static Optional<Dataset> recognise(Path root) throws IOException {
    List<Path> folds =
        ImageFolders.find(
            root,
            (folder, below) ->
                !below.isEmpty()
                    && below.stream().allMatch(CnmcReader::isClass)
                    && below.stream().anyMatch(CnmcReader::hasImagesOfSubjects));
    List<Path> lists =
        ImageFolders.find(
            root, (folder, below) -> Files.isRegularFile(folder.resolve(PRELIMINARY_LABELS)));
    if (folds.isEmpty() && lists.isEmpty()) {
      return Optional.empty();
    }
    CnmcReader reader = new CnmcReader(root);
    for (Path fold : folds) {
      for (Path folder : ImageFolders.folders(fold)) {
        reader.addFolder(folder);
      }
    }
    for (Path folder : lists) {
      reader.addPreliminary(folder.resolve(PRELIMINARY_LABELS));
    }
    return Optional.of(reader.dataset(FolderReader.nameOf(root)));
  }

  /** Whether a CSV file with these columns is the list of the preliminary test set. */
  static boolean isPreliminary(List<String> header) {
    return header.containsAll(List.of("Patient_ID", "new_names", "labels"));
  }

  static Dataset preliminary(Path csv) throws IOException {
    CnmcReader reader = new CnmcReader(csv.toAbsolutePath().getParent());
    reader.addPreliminary(csv.toAbsolutePath());
    return reader.dataset("C-NMC_test_prelim");
  }

  private static boolean isClass(Path folder) {
    String name = folder.getFileName().toString();
    return name.equals("all") || name.equals("hem");
  }

  private static boolean hasImagesOfSubjects(Path folder) {
    try {
      return ImageFolders.images(folder, ImageFolders.noneSkipped()).stream()
          .anyMatch(image -> NAME.matcher(image.getFileName().toString()).matches());
    } catch (IOException e) {
      return false; // What cannot be read is reported by the reader that is tried in the end.
    }
  }

  private void addFolder(Path folder) throws IOException {
    for (Path image : ImageFolders.images(folder, skipped)) {
      String id = ImageFolders.id(root, image);
      Matcher name = NAME.matcher(image.getFileName().toString());
      if (!name.matches()) {
        problems.add(image + ": the name must be UID_<subject>_<image>_<cell>_<all or hem>.bmp");
      } else if (!name.group(2).equalsIgnoreCase(folder.getFileName().toString())) {
        problems.add(image + ": the name must have the class of its folder");
      } else {
        add(id, root, name);
      }
    }
  }

  private void addPreliminary(Path csv) throws IOException {
    Path folder = csv.getParent();
    // The archive has one folder of that name, or two nested ones.
    for (Path inner = folder.resolve(PRELIMINARY);
        Files.isDirectory(inner);
        inner = inner.resolve(PRELIMINARY)) {
      folder = inner;
    }
    Path images = folder;
    String prefix = ImageFolders.id(root, images);
    CsvTable.read(
        csv,
        List.of("Patient_ID", "new_names", "labels"),
        row -> {
          Matcher name = NAME.matcher(row.value("Patient_ID"));
          boolean all = row.value("labels").equals("1");
          if (!name.matches()
              || all != name.group(2).equalsIgnoreCase("all")
              || !row.value("new_names").matches("\\d+\\.bmp")) {
            problems.add(csv + " line " + row.line() + ": name, number and label must agree");
          } else {
            String id = (prefix.isEmpty() ? "" : prefix + "/") + row.value("new_names");
            add(id, root, name);
          }
        });
  }

  private void add(String id, Path folder, Matcher name) {
    Label label = Label.of(name.group(2).equalsIgnoreCase("all") ? "abnormal" : "normal");
    Optional<String> subject = Optional.of(name.group(1).toUpperCase(Locale.ROOT));
    samples.add(new Sample(id, new FileBelow(folder, id), label, subject));
  }

  private Dataset dataset(String name) {
    if (!problems.isEmpty()) {
      throw new DataException(
          root
              + " must be laid out as C-NMC 2019 was published, since the names tell the patients."
              + " Restore these names, or list the images in a CSV manifest:",
          problems);
    }
    return Dataset.read(LAYOUT, name, TAXONOMY, List.copyOf(samples), Map.copyOf(skipped));
  }
}
