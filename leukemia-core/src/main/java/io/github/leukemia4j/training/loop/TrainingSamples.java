package io.github.leukemia4j.training.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.store.Json;
import io.github.leukemia4j.store.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Whose and which images a model was made from, its training, validation and calibration parts
 * together, as salted SHA-256 digests: enough to recognise a patient or an image, not to list them.
 * An image is recognised by its pixels, in files of any format. Immutable.
 *
 * <p>Patients of merged data sets ({@link Datasets#merge}) are kept in two forms, {@code
 * hospital::P1} and {@code P1}, so that they are recognised in the hospital's own data as well, and
 * the other way round. {@code A::P1} and {@code B::P1} are two people.
 *
 * <p>A digest hides an identifier only from those who cannot guess it: who has a bundle can try
 * short identifiers such as running numbers one by one.
 *
 * @param salt of this bundle, in hexadecimal
 * @param patients the digests of the patients' identifiers, in hexadecimal, and of those without
 *     the names of merged data sets
 * @param images the digests of the images' pixels, in hexadecimal
 */
public record TrainingSamples(String salt, SortedSet<String> patients, SortedSet<String> images) {
  /** The file's name in a bundle. */
  public static final String FILE = "training-samples.json";

  private static final String PATIENT = "patient";
  private static final String MERGED_PATIENT = "merged patient";

  /** Of the file: digests of three million patients and images. */
  private static final long MAX_BYTES = 256 << 20;

  private static final int SALT_BYTES = 16;
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  /**
   * @throws IllegalArgumentException where one is missing or no such digest
   */
  public TrainingSamples {
    if (salt == null || salt.isBlank() || patients == null || images == null) {
      throw new IllegalArgumentException("salt, patients and images must be given");
    }
    patients = Collections.unmodifiableSortedSet(new TreeSet<>(patients));
    images = Collections.unmodifiableSortedSet(new TreeSet<>(images));
    requireDigests("patients", patients);
    requireDigests("images", images);
  }

  private static void requireDigests(String field, SortedSet<String> digests) {
    for (String digest : digests) {
      if (!SHA_256.matcher(digest).matches()) {
        throw new IllegalArgumentException(
            field + " must be SHA-256 in lower-case hexadecimal; found \"" + digest + "\"");
      }
    }
  }

  /**
   * Digests under a new salt that is drawn by chance.
   *
   * @param patients their identifiers
   * @param imageDigests of the images, see {@link CellImage#digest}
   */
  public static TrainingSamples of(Collection<String> patients, Collection<String> imageDigests) {
    byte[] random = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(random);
    String salt = HexFormat.of().formatHex(random);
    SortedSet<String> saltedPatients = new TreeSet<>();
    patients.forEach(patient -> saltedPatients.addAll(forms(salt, patient)));
    SortedSet<String> saltedImages = new TreeSet<>();
    imageDigests.forEach(image -> saltedImages.add(digest(salt, "image", image)));
    return new TrainingSamples(salt, saltedPatients, saltedImages);
  }

  /**
   * These and more, under the same salt.
   *
   * @param morePatients their identifiers
   * @param moreImageDigests of the images, see {@link CellImage#digest}
   */
  public TrainingSamples with(
      Collection<String> morePatients, Collection<String> moreImageDigests) {
    SortedSet<String> allPatients = new TreeSet<>(patients);
    morePatients.forEach(patient -> allPatients.addAll(forms(salt, patient)));
    SortedSet<String> allImages = new TreeSet<>(images);
    moreImageDigests.forEach(image -> allImages.add(digest(salt, "image", image)));
    return new TrainingSamples(salt, allPatients, allImages);
  }

  /**
   * Fails where data hold a patient or an image that models were made from.
   *
   * @param made what the models were made from
   * @param verification of the data
   * @param use what becomes of the models, such as {@code evaluated}
   * @param remedy what to do about it, ending in a colon
   * @throws DataException which says how many patients and images these are, and lists them
   */
  public static void requireUnseen(
      List<TrainingSamples> made, Verification verification, String use, String remedy) {
    Map<String, Integer> known = new TreeMap<>();
    List<Sample> samples = verification.dataset().samples();
    samples.forEach(s -> s.patient().ifPresent(p -> known.merge(p, 1, Integer::sum)));
    known.keySet().removeIf(p -> made.stream().noneMatch(m -> m.hasPatient(p)));
    List<Sample> seen =
        samples.stream()
            .filter(s -> verification.digests().containsKey(s.id()))
            .filter(
                s -> made.stream().anyMatch(m -> m.hasImage(verification.digests().get(s.id()))))
            .toList();
    if (known.isEmpty() && seen.isEmpty()) {
      return;
    }
    List<String> problems = new ArrayList<>();
    known.forEach((patient, n) -> problems.add("patient " + patient + ": " + n + " images"));
    seen.forEach(s -> problems.add("image " + s.id()));
    throw new DataException(
        """
            A pipeline must be %s on patients and images that it was not made from; found %s \
            patients and %s of %s images in %s that were in its training, validation or \
            calibration part. %s"""
            .formatted(
                use,
                known.size(),
                seen.size(),
                samples.size(),
                verification.dataset().name(),
                remedy),
        problems);
  }

  /** Whether images of this patient were used, perhaps in a data set that was merged. */
  public boolean hasPatient(String patient) {
    return patients.contains(digest(salt, PATIENT, patient))
        || patients.contains(digest(salt, MERGED_PATIENT, patient))
        || withoutDatasets(patient).stream()
            .anyMatch(alone -> patients.contains(digest(salt, PATIENT, alone)));
  }

  /** What is kept of a patient. */
  private static List<String> forms(String salt, String patient) {
    List<String> forms = new ArrayList<>(List.of(digest(salt, PATIENT, patient)));
    withoutDatasets(patient).forEach(alone -> forms.add(digest(salt, MERGED_PATIENT, alone)));
    return forms;
  }

  /**
   * Of {@code all::hospital::P1}, as twice merged data have it: {@code hospital::P1}, {@code P1}.
   */
  private static List<String> withoutDatasets(String patient) {
    List<String> alone = new ArrayList<>();
    for (int at = patient.indexOf(Datasets.MERGED);
        at >= 0;
        at = patient.indexOf(Datasets.MERGED, at + Datasets.MERGED.length())) {
      alone.add(patient.substring(at + Datasets.MERGED.length()));
    }
    return alone;
  }

  /**
   * Whether this image was used.
   *
   * @param imageDigest of the image, see {@link CellImage#digest}
   */
  public boolean hasImage(String imageDigest) {
    return images.contains(digest(salt, "image", imageDigest));
  }

  private static String digest(String salt, String kind, String value) {
    Objects.requireNonNull(value, kind);
    // No salt and no kind has a NUL, which therefore separates safely.
    return Sha256.of((salt + '\0' + kind + '\0' + value).getBytes(StandardCharsets.UTF_8));
  }

  /** Writes the file {@value #FILE} into a bundle that is being made. */
  public void write(Path directory) throws IOException {
    Files.write(
        directory.resolve(FILE),
        Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
  }

  /**
   * What a bundle says of its training samples.
   *
   * @return empty where the bundle does not say, as those made before this file existed
   * @throws IOException where the file cannot be read
   * @throws ModelFormatException where it is of another form, or too large
   */
  public static Optional<TrainingSamples> of(ModelBundle bundle) throws IOException {
    if (!bundle.manifest().files().containsKey(FILE)) {
      return Optional.empty();
    }
    Path file = bundle.file(FILE);
    if (Files.size(file) > MAX_BYTES) {
      throw new ModelFormatException(
          "%s: expected at most %d bytes; found %d.".formatted(file, MAX_BYTES, Files.size(file)));
    }
    try {
      return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), TrainingSamples.class));
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          "%s: expected salt, patients and images; found: %s".formatted(file, Json.problem(e)), e);
    }
  }
}
