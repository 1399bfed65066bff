package io.github.leukemia4j.model;

import java.util.Map;

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
    String created) {
  /** Of a model that does not say where it comes from: nothing is known, and numbers are 0. */
  public static final Provenance UNKNOWN =
      new Provenance(
          "unknown", "unknown", "unknown", "unknown", "unknown", 0, Map.of(), 0, "unknown", "",
          Map.of(), Map.of(), "unknown");

  /** Copies the maps. */
  public Provenance {
    options = ModelManifest.ordered(options);
    samples = ModelManifest.ordered(samples);
    patients = ModelManifest.ordered(patients);
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
