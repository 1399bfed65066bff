package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Taxonomy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Opens data sets. Only names are read: whether the images exist and can be decoded is what {@link
 * Dataset#verify} finds out.
 */
public final class Datasets {
  /** The file that lists a data set, where it lies in a folder with its taxonomy. */
  public static final String MANIFEST_FILE = "manifest.csv";

  /** The file beside a manifest that holds its taxonomy. */
  public static final String TAXONOMY_FILE = "taxonomy.json";

  private static final List<Recogniser> PUBLISHED =
      List.of(
          CnmcReader::recognise,
          AllIdbReader::recognise,
          FourClassReader::recognise,
          AmlCytomorphologyReader::recognise);

  /** Reads a folder if it is laid out as a certain data set was published. */
  @FunctionalInterface
  private interface Recogniser {
    Optional<Dataset> recognise(Path folder) throws IOException;
  }

  private static final System.Logger LOG = System.getLogger(Datasets.class.getName());

  private Datasets() {}

  /**
   * Opens whatever lies there and says in {@link Dataset#layout} (and in the log) what it took it
   * for:
   *
   * <ul>
   *   <li>a {@code .csv} file: a manifest, see {@link #manifest}
   *   <li>a {@code .npz} file: BloodMNIST, of any size (28 to 224 pixels); read in place, fastest
   *       in the order of its ids
   *   <li>a folder with both {@value #MANIFEST_FILE} and {@value #TAXONOMY_FILE}: that manifest
   *   <li>a folder of a published data set as it was published, or one or two levels above it:
   *       C-NMC 2019 (the training folds and the preliminary test set, with the subjects as
   *       patients; also the CSV file of the latter alone), ALL-IDB1 or ALL-IDB2, the four-class
   *       ALL set, or AML-Cytomorphology_LMU
   *   <li>any other folder: a tree of class folders, see {@link #folder}
   * </ul>
   *
   * <p>The labels of published sets are {@code normal} and {@code abnormal} with the set's own
   * types below them, apart from BloodMNIST, which has cell types of healthy donors only.
   *
   * @throws IOException where it is missing or cannot be read
   * @throws DataException where it is not laid out as it should be; names the file and the remedy
   */
  public static Dataset open(Path path) throws IOException {
    requireExisting(path);
    Dataset dataset = recognise(path);
    LOG.log(System.Logger.Level.INFO, () -> path + " taken as " + dataset.description());
    return dataset;
  }

  private static Dataset recognise(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      Path manifest = path.resolve(MANIFEST_FILE);
      if (Files.isRegularFile(manifest) && Files.isRegularFile(path.resolve(TAXONOMY_FILE))) {
        return manifest(manifest);
      }
      for (Recogniser published : PUBLISHED) {
        Optional<Dataset> dataset = published.recognise(path);
        if (dataset.isPresent()) {
          return dataset.get();
        }
      }
      return folder(path);
    }
    if (FileNames.extension(path).equals("csv")) {
      return CnmcReader.isPreliminary(CsvTable.header(path))
          ? CnmcReader.preliminary(path)
          : manifest(path);
    }
    if (FileNames.extension(path).equals("npz")) {
      return BloodMnistReader.read(path);
    }
    throw new DataException(
        "A data set must be a folder, a CSV manifest (.csv), or BloodMNIST (.npz); found the file "
            + path
            + ". Give the folder that holds one folder for each class, or a CSV file with the"
            + " columns file,label.");
  }

  /**
   * Opens a tree of folders, which is its own taxonomy: the given folder is the root {@code cell},
   * every folder below is a label, in the order of their names, and holds the images of that label;
   * a folder that holds both images and folders is an inner label with images of its own. Files
   * whose extension is not jpg, jpeg, png, bmp, tif or tiff (in any case) are skipped and counted
   * in {@link Dataset#skippedFiles}; hidden files and folders are passed over. Links are followed.
   *
   * @throws IOException where the folder is missing or cannot be read
   * @throws DataException where images lie directly in the root, a folder has a single folder in it
   *     or no image at all, two folders have the same name, or a link leads back to where it came
   *     from
   */
  public static Dataset folder(Path folder) throws IOException {
    requireExisting(folder);
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    return FolderReader.read(folder);
  }

  /**
   * Opens a CSV manifest with a header that has the columns {@code file} and {@code label} and, if
   * patients are known, {@code patient}, in any order and among others. {@code file} is relative to
   * the manifest's folder; it must stay below it, so that the manifest means the same on every
   * machine. A backslash is read as a slash. A blank patient is an unknown one. The taxonomy is
   * read from {@value #TAXONOMY_FILE} beside the manifest; without it, the labels found are the
   * children of {@code cell}, in the order of their names. UTF-8, with or without a byte order
   * mark, commas, quotes where needed, any line ends, blank lines ignored.
   *
   * @throws IOException where the manifest is missing or cannot be read
   * @throws DataException where a column is missing, or a row has no file, a file outside the
   *     folder, one that is listed twice, or an unknown label; lists the rows with their line
   *     numbers
   */
  public static Dataset manifest(Path csv) throws IOException {
    requireExisting(csv);
    if (!Files.isRegularFile(csv)) {
      throw new IOException("A manifest must be a CSV file; found the folder " + csv + ".");
    }
    return ManifestReader.read(csv);
  }

  /**
   * Opens a CSV manifest with columns of its own.
   *
   * @param mapping says which columns to use, and makes each row's label
   * @throws IOException where the manifest is missing or cannot be read
   * @throws DataException as {@link #manifest(Path)}
   */
  public static Dataset manifest(Path csv, ManifestMapping mapping) throws IOException {
    requireExisting(csv);
    return ManifestReader.read(csv, mapping);
  }

  /**
   * Puts data sets together under one taxonomy. A sample keeps its label, which may be an inner
   * node there: one set may know only normal and abnormal, another the subtypes; where the names
   * differ, {@link Dataset#mapLabels} comes first. Ids and patients get the name of their data set
   * before them, because two hospitals' patients 1 are two people.
   *
   * @param name of the whole
   * @param taxonomy that has the labels of all
   * @param parts with different names (see {@link Dataset#named}), which share no patients
   * @throws IllegalArgumentException where two names are the same
   * @throws DataException where a label is not in the taxonomy
   */
  public static Dataset merge(String name, Taxonomy taxonomy, List<Dataset> parts) {
    Set<String> names = new HashSet<>();
    List<Sample> samples = new ArrayList<>();
    for (Dataset part : parts) {
      if (!names.add(part.name())) {
        throw new IllegalArgumentException(
            "Merged data sets must have different names; found "
                + part.name()
                + " twice. Rename one by Dataset.named.");
      }
      for (Sample sample : part.samples()) {
        samples.add(
            new Sample(
                part.name() + "/" + sample.id(),
                sample.source(),
                sample.label(),
                sample.patient().map(patient -> part.name() + "/" + patient)));
      }
    }
    Dataset merged = Dataset.of(name, taxonomy, samples);
    return Dataset.read("merged data sets", name, taxonomy, merged.samples(), Map.of());
  }

  private static void requireExisting(Path path) throws NoSuchFileException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(
          path.toString(),
          null,
          "no such file or folder. Check the path; it was looked up from "
              + Path.of("").toAbsolutePath());
    }
  }

  /** Names of files, as far as readers judge by them. */
  static final class FileNames {
    private FileNames() {}

    /** In lower case, without the dot; empty where there is none. */
    static String extension(Path path) {
      String name = path.getFileName() == null ? "" : path.getFileName().toString();
      int dot = name.lastIndexOf('.');
      return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    static boolean isImage(Path path) {
      return switch (extension(path)) {
        case "jpg", "jpeg", "png", "bmp", "tif", "tiff" -> true;
        default -> false;
      };
    }
  }
}
