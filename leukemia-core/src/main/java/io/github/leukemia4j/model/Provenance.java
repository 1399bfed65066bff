package io.github.leukemia4j.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
 *     {@link io.github.leukemia4j.data.check.Verification#contentDigest()} says; empty where it is
 *     not known
 * @param samples in each part of the split, for this stage
 * @param patients known in each part of the split, for this stage
 * @param created in ISO 8601, UTC
 * @param adaptations to other laboratories, the last one last; mostly none
 * @param twin SHA-256 over all files of the pipeline that was evaluated in place of this one, which
 *     was trained once more on all parts afterwards; null where it was not
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
   * An adaptation of the network to a laboratory: its normalisation statistics were estimated again
   * on images without labels.
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
