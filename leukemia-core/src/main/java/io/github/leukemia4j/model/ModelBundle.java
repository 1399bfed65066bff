package io.github.leukemia4j.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.model.ModelManifest.FileEntry;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.store.ChecksummedJson;
import io.github.leukemia4j.store.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A trained classifier on disk: a directory with a manifest that lists every other file with its
 * SHA-256. Immutable; a bundle is written once and never changed.
 *
 * <p>The digests show damage, not authorship: open bundles only from people you trust.
 */
public final class ModelBundle {
  /** The manifest's file name. */
  public static final String MANIFEST = "manifest.json";

  /** The name of the file that says for people what the manifest says. */
  public static final String CARD = "MODEL_CARD.md";

  private static final long MAX_FILE_BYTES = 4L << 30;

  /** Folders and a file name that start with a letter or a digit, so that none is "..". */
  private static final Pattern PLAIN_PATH =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,5}");

  private final Path directory;
  private final ModelManifest manifest;

  private ModelBundle(Path directory, ModelManifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /** Fills a bundle's directory with everything but the manifest. */
  @FunctionalInterface
  public interface Content {
    /**
     * @param directory exists and is empty
     */
    void writeTo(Path directory) throws IOException;
  }

  /**
   * Opens a bundle and verifies every file of it.
   *
   * @throws NoSuchFileException where there is no such directory
   * @throws IOException where a file cannot be read
   * @throws ModelFormatException where something is missing, damaged, or of a newer version; names
   *     the file
   */
  public static ModelBundle open(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NoSuchFileException(
          directory.toString(), null, "a model must be an existing directory");
    }
    ModelManifest manifest =
        ChecksummedJson.read(
            directory.resolve(MANIFEST), ModelManifest.class, ModelManifest.SCHEMA_VERSION);
    ModelBundle bundle = new ModelBundle(directory, manifest);
    for (Map.Entry<String, FileEntry> file : manifest.files().entrySet()) {
      verify(bundle.resolve(file.getKey()), file.getValue());
    }
    return bundle;
  }

  /**
   * Writes a bundle, which appears whole or not at all.
   *
   * @param directory missing, or empty
   * @param manifest its list of files is made here
   * @param content writes the other files
   * @throws java.nio.file.FileAlreadyExistsException where something is there already
   * @throws IOException where it cannot be written
   */
  public static ModelBundle create(Path directory, ModelManifest manifest, Content content)
      throws IOException {
    try (AtomicDirectory place = AtomicDirectory.create(directory)) {
      content.writeTo(place.path());
      Map<String, FileEntry> files = new TreeMap<>();
      try (Stream<Path> written = Files.walk(place.path())) {
        for (Path file : (Iterable<Path>) written.filter(Files::isRegularFile)::iterator) {
          String name = place.path().relativize(file).toString().replace('\\', '/');
          files.put(name, new FileEntry(Files.size(file), Sha256.of(file)));
        }
      }
      ChecksummedJson.write(place.path().resolve(MANIFEST), manifest.withFiles(files));
      place.commit();
    }
    return open(directory);
  }

  /** Where the bundle is. */
  public Path directory() {
    return directory;
  }

  /** What it says of itself. */
  public ModelManifest manifest() {
    return manifest;
  }

  /**
   * A file of the bundle.
   *
   * @param name its path inside the bundle, with forward slashes
   * @throws ModelFormatException where the manifest does not list it
   */
  public Path file(String name) {
    if (!manifest.files().containsKey(Objects.requireNonNull(name, "name"))) {
      throw new ModelFormatException(
          "%s: expected a bundle with the file %s; found %s."
              .formatted(directory, name, manifest.files().keySet()));
    }
    return directory.resolve(name);
  }

  /**
   * Copies the bundle into a directory, which appears whole or not at all, and verifies the copy.
   *
   * @param target missing, or empty
   */
  public ModelBundle copyTo(Path target) throws IOException {
    try (AtomicDirectory place = AtomicDirectory.create(target)) {
      for (String name : manifest.files().keySet()) {
        copy(name, place.path());
      }
      copy(MANIFEST, place.path());
      open(place.path());
      place.commit();
    }
    return open(target);
  }

  /**
   * One SHA-256 over the names of some networks and the digests of all their files: the same
   * weights and settings give the same. Empty where there is no bundle.
   */
  public static String digest(List<ModelBundle> bundles) {
    if (bundles.isEmpty()) {
      return "";
    }
    StringBuilder all = new StringBuilder();
    for (ModelBundle bundle : bundles) {
      all.append(bundle.manifest().name()).append('\0');
      bundle
          .manifest()
          .files()
          .forEach(
              (name, entry) -> all.append(name).append('\0').append(entry.sha256()).append('\0'));
    }
    return Sha256.of(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void copy(String name, Path target) throws IOException {
    Path file = target.resolve(name);
    Files.createDirectories(file.getParent());
    Files.copy(directory.resolve(name), file);
  }

  private Path resolve(String name) throws IOException {
    if (!PLAIN_PATH.matcher(name).matches()) {
      throw new ModelFormatException(
          "%s: expected paths inside the bundle; found \"%s\". Do not open this bundle."
              .formatted(directory.resolve(MANIFEST), name));
    }
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new ModelFormatException(
          "%s: expected this file; found none. The bundle is incomplete: copy it again from where it was made."
              .formatted(file));
    }
    if (!file.toRealPath().startsWith(directory.toRealPath())) {
      throw new ModelFormatException(
          file + ": expected a file inside the bundle; found a link that leaves it.");
    }
    return file;
  }

  private static void verify(Path file, FileEntry expected) throws IOException {
    long size = Files.size(file);
    if (size != expected.bytes() || size > MAX_FILE_BYTES) {
      throw new ModelFormatException(
          "%s: expected %s bytes, at most %s; found %s. The file was changed or cut: copy the bundle again from where it was made."
              .formatted(file, expected.bytes(), MAX_FILE_BYTES, size));
    }
    String found = Sha256.of(file);
    if (!found.equals(expected.sha256())) {
      throw new ModelFormatException(
          "%s: expected content with the SHA-256 %s; found %s. The file was changed or damaged: copy the bundle again from where it was made."
              .formatted(file, expected.sha256(), found));
    }
  }

  @Override
  public String toString() {
    return "ModelBundle[" + directory + "]";
  }

  /**
   * Where a model comes from: everything that would change the result, and when it was made.
   *
   * @param library version of leukemia4j
   * @param backend name and version, such as {@code tensorflow 2.18.0}
   * @param java version and vendor of the virtual machine
   * @param os name, version and architecture
   * @param device that trained, as the backend calls it
   * @param threads of the arithmetic; weights depend on it
   * @param options of the backend that change results, such as whether oneDNN was on
   * @param seed of everything drawn by chance
   * @param dataset its name
   * @param datasetDigest of the training and the validation samples under this stage's labels, as
   *     {@link io.github.leukemia4j.data.check.Verification#contentDigest()} says; empty where it
   *     is not known
   * @param samples in each part of the split, for this stage
   * @param patients known in each part of the split, for this stage
   * @param created in ISO 8601, UTC
   * @param adaptations to other laboratories, the last one last; mostly none
   * @param twin SHA-256 over all files of the pipeline that was evaluated in place of this one,
   *     which was trained once more on all parts afterwards; null where it was not
   */
  public record Provenance(
      String library,
      String backend,
      String java,
      String os,
      String device,
      int threads,
      Map<String, String> options,
      long seed,
      String dataset,
      String datasetDigest,
      Map<String, Integer> samples,
      Map<String, Integer> patients,
      String created,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Adaptation> adaptations,
      @JsonInclude(JsonInclude.Include.NON_NULL) String twin) {
    /**
     * An adaptation of the network to a laboratory: its normalisation statistics were estimated
     * again on images without labels.
     *
     * @param dataset the name of the images
     * @param images how many were used
     * @param imagesDigest SHA-256 over the digests of the images that were used, in order
     * @param weight of the new statistics, 0 to 1; the old ones have the rest
     * @param blocks the blocks of the network whose statistics were estimated, from the images up
     * @param pipeline SHA-256 over all files of the pipeline that was adapted
     * @param created in ISO 8601, UTC
     */
    public record Adaptation(
        String dataset,
        int images,
        String imagesDigest,
        double weight,
        List<String> blocks,
        String pipeline,
        String created) {
      /** Copies the list. */
      public Adaptation {
        blocks = List.copyOf(blocks);
      }
    }

    /** Of a model that does not say where it comes from: nothing is known, and numbers are 0. */
    public static final Provenance UNKNOWN =
        new Provenance(
            "unknown", "unknown", "unknown", "unknown", "unknown", 0, Map.of(), 0, "unknown", "",
            Map.of(), Map.of(), "unknown", List.of(), null);

    /** Copies the maps and the list. */
    public Provenance {
      options = ModelManifest.ordered(options);
      samples = ModelManifest.ordered(samples);
      patients = ModelManifest.ordered(patients);
      adaptations = adaptations == null ? List.of() : List.copyOf(adaptations);
    }

    /** The same after another adaptation. */
    public Provenance with(Adaptation adaptation) {
      return with(Stream.concat(adaptations.stream(), Stream.of(adaptation)).toList(), twin);
    }

    /**
     * The same for a network that was trained once more on all parts.
     *
     * @param evaluated SHA-256 over all files of the pipeline that was evaluated in its place
     */
    public Provenance withTwin(String evaluated) {
      return with(adaptations, evaluated);
    }

    private Provenance with(List<Adaptation> all, String evaluated) {
      return new Provenance(
          library,
          backend,
          java,
          os,
          device,
          threads,
          options,
          seed,
          dataset,
          datasetDigest,
          samples,
          patients,
          created,
          all,
          evaluated);
    }

    /** The version of leukemia4j that runs; {@code development} outside its jar. */
    public static String libraryVersion() {
      String version = Provenance.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }

    /** The virtual machine that runs. */
    public static String javaVersion() {
      return System.getProperty("java.version") + " " + System.getProperty("java.vendor");
    }

    /** The operating system that runs. */
    public static String operatingSystem() {
      return "%s %s %s"
          .formatted(
              System.getProperty("os.name"),
              System.getProperty("os.version"),
              System.getProperty("os.arch"));
    }
  }
}
