package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.DatasetFormat.Folder;
import io.github.leukemia4j.image.decode.ImageDecoder;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Opens data sets. Only names are read: whether the images exist and can be decoded is what {@link
 * io.github.leukemia4j.data.check.Verification} finds out.
 */
public final class Datasets {
  /** The file that lists a data set, where it lies in a folder with its taxonomy. */
  public static final String MANIFEST_FILE = "manifest.csv";

  /** The file beside a manifest that holds its taxonomy. */
  public static final String TAXONOMY_FILE = "taxonomy.json";

  /** Between the name of a data set and that of a patient, where data sets were merged. */
  public static final String MERGED = "::";

  /** The layout of a tree of class folders. */
  public static final String FOLDERS = "folders";

  private static final String MANIFEST = "manifest";
  static final String BLOOD_MNIST = "bloodmnist";

  private static final System.Logger LOG = System.getLogger(Datasets.class.getName());

  private Datasets() {}

  /**
   * Opens whatever lies there and says in {@link Dataset#layout} (and in the log) what it took it
   * for:
   *
   * <ul>
   *   <li>a {@code .csv} file: a manifest, see {@link #manifest(Path)}
   *   <li>a {@code .npz} file with as many images as BloodMNIST has, of any size (28 to 224
   *       pixels); read in place, fastest in the order of its ids
   *   <li>a folder with both {@value #MANIFEST_FILE} and {@value #TAXONOMY_FILE}: that manifest
   *   <li>a folder of a published data set as it was published, or one or two levels above it, if
   *       it holds no other images: C-NMC 2019 (the training folds and the preliminary test set,
   *       with the subjects as patients; also the CSV file of the latter alone), ALL-IDB1 or
   *       ALL-IDB2, the four-class ALL set, or AML-Cytomorphology_LMU
   *   <li>any other folder: a tree of class folders, see {@link #folder}
   * </ul>
   *
   * <p>A folder that can be read in two ways is refused with the names of both, for {@link
   * #open(Path, String)}. The labels of published sets are {@code normal} and {@code abnormal} with
   * the set's own types below them, apart from BloodMNIST, which has cell types of healthy donors
   * only.
   *
   * @throws IOException where it is missing or cannot be read
   * @throws DataException where it is not laid out as it should be, or holds no image; names the
   *     file and the remedy
   */
  public static Dataset open(Path path) throws IOException {
    requireExisting(path);
    if (!Files.isDirectory(path)) {
      return openFile(path);
    }
    boolean listed =
        Files.isRegularFile(path.resolve(MANIFEST_FILE))
            && Files.isRegularFile(path.resolve(TAXONOMY_FILE));
    Folder root = Folder.read(path);
    return told(path, listed ? listed(path, root) : Recognition.of(root));
  }

  private static Dataset listed(Path folder, Folder root) throws IOException {
    Dataset dataset = ManifestReader.read(folder.resolve(MANIFEST_FILE), ManifestColumns.STANDARD);
    Set<String> listed = dataset.samples().stream().map(Sample::id).collect(Collectors.toSet());
    List<String> others = root.allIds().filter(id -> !listed.contains(id)).toList();
    return others.isEmpty()
        ? dataset
        : dataset.withNotices(
            List.of(
                "%d images of the folder are not in %s: %s."
                    .formatted(others.size(), MANIFEST_FILE, Folder.some(others))));
  }

  private static Dataset openFile(Path file) throws IOException {
    return switch (extension(file)) {
      case "csv", "npz" -> {
        Optional<Dataset> published = Recognition.ofFile(file, false);
        yield published.isPresent() ? told(file, published.get()) : manifest(file);
      }
      default ->
          throw new DataException(
              """
              A data set must be a folder, a CSV manifest (.csv), or BloodMNIST (.npz); \
              found the file %s. Give the folder that holds one folder for each class, or \
              a CSV file with the columns file,label.\
              """
                  .formatted(file));
    };
  }

  /**
   * Opens images whose labels are not known or do not matter, such as those that a pipeline is
   * adapted by: every image in a folder and below. A CSV manifest, a folder that has one with its
   * taxonomy, or BloodMNIST is opened as {@link #open(Path)} does, labels and all.
   *
   * @return where labels are not known, each image with the label {@code cell}, the root of a
   *     taxonomy without children
   * @throws IOException where it is missing or cannot be read
   * @throws DataException where there is no image
   */
  public static Dataset images(Path path) throws IOException {
    requireExisting(path);
    if (!Files.isDirectory(path)
        || Files.isRegularFile(path.resolve(MANIFEST_FILE))
            && Files.isRegularFile(path.resolve(TAXONOMY_FILE))) {
      return open(path);
    }
    Folder folder = Folder.read(path);
    Taxonomy any = Taxonomy.of(FolderReader.ROOT);
    List<Sample> samples =
        folder.allIds().map(id -> folder.sample(id, any.root(), Optional.empty())).toList();
    return told(
        path,
        Dataset.read(
                "images without labels",
                FolderReader.nameOf(path),
                any,
                samples,
                folder.skipped(Set.of()))
            .withNotices(folder.notices()));
  }

  /**
   * Opens a data set in the layout that the caller names, whatever it looks like. Images that are
   * no part of that layout are left out, and {@link Dataset#notices} says so.
   *
   * @param layout one of {@link #layouts}
   * @throws IOException where it is missing or cannot be read
   * @throws IllegalArgumentException where there is no such layout
   * @throws DataException where it cannot be read in this layout, or holds no image
   */
  public static Dataset open(Path path, String layout) throws IOException {
    requireExisting(path);
    return switch (layout) {
      case FOLDERS -> folder(path);
      case MANIFEST -> manifest(path);
      case BLOOD_MNIST -> told(path, Recognition.ofFile(path, true).orElseThrow());
      default -> {
        DatasetFormat format =
            Recognition.formats().stream()
                .filter(f -> f.name().equals(layout))
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "The layout must be one of %s; found \"%s\"."
                                .formatted(layouts(), layout)));
        yield told(path, Recognition.of(rootOf(path), format));
      }
    };
  }

  /**
   * The layouts by name: {@code folders}, a tree of class folders; {@code manifest}, a CSV file or
   * a folder with {@value #MANIFEST_FILE}; every {@link DatasetFormat} that is installed; and the
   * published data sets {@code c-nmc}, {@code all-idb1}, {@code all-idb2}, {@code four-class},
   * {@code aml-lmu} and {@code bloodmnist}.
   */
  public static List<String> layouts() {
    return Stream.of(
            Stream.of(FOLDERS, MANIFEST),
            Recognition.formats().stream().map(DatasetFormat::name),
            Stream.of(BLOOD_MNIST))
        .flatMap(names -> names)
        .toList();
  }

  private static Dataset told(Path path, Dataset dataset) {
    if (dataset.size() == 0) {
      throw new DataException(
          path + " must hold at least one image; found none. Add images, or open another folder.");
    }
    LOG.log(System.Logger.Level.INFO, () -> path + " taken as " + dataset.description());
    dataset
        .notices()
        .forEach(notice -> LOG.log(System.Logger.Level.WARNING, () -> path + ": " + notice));
    return dataset;
  }

  private static Folder rootOf(Path folder) throws IOException {
    requireExisting(folder);
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    return Folder.read(folder);
  }

  /**
   * Opens a tree of folders, which is its own taxonomy: the given folder is the root {@code cell},
   * every folder below is a label, in the order of their names, and holds the images of that label;
   * a folder that holds both images and folders is an inner label with images of its own. The
   * extension says which files are images ({@link ImageDecoder#isNamedAsImage}); others are skipped
   * and counted in {@link Dataset#skippedFiles}; hidden files and folders are passed over. Links
   * are followed. Patients are unknown, apart from images that are named as those of C-NMC 2019.
   *
   * @throws IOException where the folder is missing or cannot be read
   * @throws DataException where images lie directly in the root, a folder has a single folder in it
   *     or no image at all, two folders have the same name, or a link leads back to where it came
   *     from
   */
  public static Dataset folder(Path folder) throws IOException {
    return told(folder, FolderReader.read(rootOf(folder)));
  }

  /**
   * Opens a CSV manifest with a header that has the columns {@code file} and {@code label} and, if
   * patients are known, {@code patient}, in any order and among others. {@code file} is relative to
   * the manifest's folder; it must stay below it, so that the manifest means the same on every
   * machine. A backslash is read as a slash. The taxonomy is read from {@value #TAXONOMY_FILE}
   * beside the manifest; without it, the labels found are the children of {@code cell}, in the
   * order of their names. UTF-8, with or without a byte order mark, commas, quotes where needed,
   * any line ends, blank lines ignored.
   *
   * <p>A single column with another usual name of a patient's, such as {@code patient_id} or {@code
   * Subject}, is taken for the patients where there is no column {@code patient}; of several, one
   * must be named. A blank patient is an unknown one, and so is what stands for a missing value:
   * {@code NA}, {@code N/A}, {@code nan}, {@code null}, {@code none}, {@code unknown}, {@code ?},
   * {@code -}. Both are told in {@link Dataset#notices}. Every further column is an attribute of
   * the samples.
   *
   * @throws IOException where the manifest is missing or cannot be read
   * @throws DataException where a column is missing, or a row has no file, a file outside the
   *     folder, one that is listed twice, or an unknown label; lists the rows with their line
   *     numbers
   */
  public static Dataset manifest(Path csv) throws IOException {
    return manifest(csv, ManifestColumns.STANDARD);
  }

  /**
   * Opens a CSV manifest as {@link #manifest(Path)}, with other names of columns. A label that must
   * be made of several columns is: {@link Dataset#mapLabels} sees the others as attributes.
   *
   * @param csv the file, or a folder that has {@value #MANIFEST_FILE}
   * @throws IOException as {@link #manifest(Path)}
   * @throws DataException as {@link #manifest(Path)}
   */
  public static Dataset manifest(Path csv, ManifestColumns columns) throws IOException {
    requireExisting(csv);
    Path file = Files.isDirectory(csv) ? csv.resolve(MANIFEST_FILE) : csv;
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "A manifest must be a CSV file, or %s in a folder; found neither in %s."
              .formatted(MANIFEST_FILE, csv));
    }
    return told(file, ManifestReader.read(file, columns));
  }

  /**
   * Puts data sets together under one taxonomy. A sample keeps its label, which may be an inner
   * node there: one set may know only normal and abnormal, another the subtypes; where the names
   * differ, {@link Dataset#mapLabels} comes first. Ids and patients get the name of their data set
   * before them, because two hospitals' patients 1 are two people: {@code hospital/a.png} and
   * {@code hospital::P1}. What a model was made from is still recognised without that name, see
   * {@link io.github.leukemia4j.training.loop.TrainingSamples}.
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
            "Merged data sets must have different names; found %s twice. Rename one by Dataset.named."
                .formatted(part.name()));
      }
      for (Sample sample : part.samples()) {
        samples.add(
            new Sample(
                part.name() + "/" + sample.id(),
                sample.source(),
                sample.label(),
                sample.patient().map(patient -> part.name() + MERGED + patient),
                sample.attributes()));
      }
    }
    Dataset merged = Dataset.of(name, taxonomy, samples);
    return Dataset.read("merged data sets", name, taxonomy, merged.samples(), Map.of())
        .withNotices(parts.stream().flatMap(part -> part.notices().stream()).distinct().toList());
  }

  private static void requireExisting(Path path) throws NoSuchFileException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(
          path.toString(),
          null,
          "no such file or folder. Check the path; it was looked up from %s"
              .formatted(Path.of("").toAbsolutePath()));
    }
  }

  /** A file's extension in lower case, without the dot; empty where there is none. */
  static String extension(Path path) {
    String name = path.getFileName() == null ? "" : path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /**
   * What the columns of a CSV manifest are called, in any case.
   *
   * @param file the column of the files
   * @param label the column of the labels
   * @param patient the column of the patients; where it is not given, {@link
   *     Datasets#manifest(java.nio.file.Path) the header} tells
   * @param auxiliary columns that are to be learnt beside the labels; a row without a label is then
   *     a sample if it has a value in one of them, labelled with the taxonomy's root
   */
  public record ManifestColumns(
      String file, String label, Optional<String> patient, List<String> auxiliary) {
    /** {@code file}, {@code label}, and the patients as the header tells. */
    public static final ManifestColumns STANDARD =
        new ManifestColumns("file", "label", Optional.empty(), List.of());

    /** Copies the list. */
    public ManifestColumns {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(label, "label");
      Objects.requireNonNull(patient, "patient");
      auxiliary = List.copyOf(auxiliary);
    }

    /** The same with another column of the files. */
    public ManifestColumns withFile(String column) {
      return new ManifestColumns(column, label, patient, auxiliary);
    }

    /** The same with another column of the labels. */
    public ManifestColumns withLabel(String column) {
      return new ManifestColumns(file, column, patient, auxiliary);
    }

    /** The same with a column of the patients. */
    public ManifestColumns withPatient(String column) {
      return new ManifestColumns(file, label, Optional.of(column), auxiliary);
    }

    /** The same with columns that are to be learnt beside the labels. */
    public ManifestColumns withAuxiliary(List<String> columns) {
      return new ManifestColumns(file, label, patient, columns);
    }
  }
}
