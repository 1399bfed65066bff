package io.github.leukemia4j.data.check;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.parallel.Parallel;
import io.github.leukemia4j.store.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.ObjIntConsumer;

/** What was found when every image of a data set was read and decoded. Immutable. */
public final class Verification {
  private final Dataset dataset;
  private final SortedMap<String, String> unreadable;
  private final SortedMap<String, String> digests;
  private final List<List<Sample>> identical;

  private Verification(
      Dataset dataset, SortedMap<String, String> unreadable, SortedMap<String, String> digests) {
    this.dataset = dataset;
    this.unreadable = Collections.unmodifiableSortedMap(unreadable);
    this.digests = Collections.unmodifiableSortedMap(digests);
    this.identical = identical(dataset, digests);
  }

  /** {@link #of(Dataset, int, IntConsumer)} on all processors, without reports of progress. */
  public static Verification of(Dataset dataset) throws InterruptedException {
    return of(dataset, Runtime.getRuntime().availableProcessors(), done -> {});
  }

  /**
   * Reads and decodes every image, and finds those that cannot be read and those that are
   * identical. The result does not depend on the number of threads.
   *
   * @param threads at least 1
   * @param progress told how many images are done, now and then, from one thread at a time
   * @throws InterruptedException where the calling thread is interrupted; work stops
   */
  public static Verification of(Dataset dataset, int threads, IntConsumer progress)
      throws InterruptedException {
    return of(dataset, threads, progress, (image, index) -> {});
  }

  /**
   * The same, handing over every image that was decoded.
   *
   * @param keeper told each image and its place in the data set, from several threads
   */
  public static Verification of(
      Dataset dataset, int threads, IntConsumer progress, ObjIntConsumer<CellImage> keeper)
      throws InterruptedException {
    List<Sample> samples = dataset.samples();
    String[] digestOf = new String[samples.size()];
    String[] reasonOf = new String[samples.size()];
    Parallel.forEach(
        samples.size(),
        threads,
        i -> {
          ImageSource source = samples.get(i).source();
          try {
            CellImage image = samples.get(i).read();
            keeper.accept(image, i);
            digestOf[i] = image.digest();
          } catch (NoSuchFileException | FileNotFoundException e) {
            reasonOf[i] = source.name() + ": no such file";
          } catch (IOException | DataException e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            reasonOf[i] = reason.contains(source.name()) ? reason : source.name() + ": " + reason;
          }
        },
        progress);
    SortedMap<String, String> unreadable = new TreeMap<>();
    SortedMap<String, String> digests = new TreeMap<>();
    for (int i = 0; i < digestOf.length; i++) {
      if (reasonOf[i] == null) {
        digests.put(samples.get(i).id(), digestOf[i]);
      } else {
        unreadable.put(samples.get(i).id(), reasonOf[i]);
      }
    }
    return new Verification(dataset, unreadable, digests);
  }

  /** The data set that was verified. */
  public Dataset dataset() {
    return dataset;
  }

  /** The samples that are missing, cannot be read, or are no images: id to reason. */
  public SortedMap<String, String> unreadable() {
    return unreadable;
  }

  /**
   * What every readable sample looks like, {@link CellImage#digest}: id to digest. The same pixels
   * have the same digest in files of any format and in memory.
   */
  public SortedMap<String, String> digests() {
    return digests;
  }

  /** Groups of two or more samples with the same pixels, each in the order of ids. */
  public List<List<Sample>> identical() {
    return identical;
  }

  /**
   * The groups of identical images whose labels contradict each other: two labels of which neither
   * lies at or above the other.
   */
  public List<List<Sample>> contradicting() {
    return identical.stream().filter(this::contradict).toList();
  }

  /** Whether two labels of the group are such that neither lies at or above the other. */
  public boolean contradict(List<Sample> group) {
    Taxonomy taxonomy = dataset.taxonomy();
    List<Label> labels = group.stream().map(Sample::label).distinct().toList();
    return labels.stream()
        .anyMatch(
            a ->
                labels.stream()
                    .anyMatch(
                        b -> !taxonomy.pathTo(a).contains(b) && !taxonomy.pathTo(b).contains(a)));
  }

  /** The groups of identical images that are filed under more than one patient. */
  public List<List<Sample>> identicalAcrossPatients() {
    return identical.stream()
        .filter(
            group ->
                group.stream().map(Sample::patient).flatMap(Optional::stream).distinct().count()
                    > 1)
        .toList();
  }

  /**
   * Fails unless every image could be read.
   *
   * @return this
   * @throws DataException which lists the unreadable images with the reasons
   */
  public Verification requireReadable() {
    if (!unreadable.isEmpty()) {
      throw new DataException(
          "Every image of %s must be there and readable; found %s of %s that are not. Restore or remove these files, or leave them out (skip unreadable):"
              .formatted(dataset.name(), unreadable.size(), dataset.size()),
          List.copyOf(unreadable.values()));
    }
    return this;
  }

  /** The data set without the unreadable samples. */
  public Dataset readable() {
    return unreadable.isEmpty()
        ? dataset
        : dataset.withSamples(
            dataset.samples().stream().filter(s -> digests.containsKey(s.id())).toList());
  }

  /**
   * One SHA-256, in hexadecimal, of the readable samples' ids, labels and pixels, whatever their
   * order: it tells whether two machines have the same data.
   */
  public String contentDigest() {
    return contentDigest(dataset.samples());
  }

  /**
   * The same of some of the samples, perhaps under other labels, such as those of a stage.
   *
   * @param samples whose ids the data set has; those that are not readable are passed over
   */
  public String contentDigest(Collection<Sample> samples) {
    MessageDigest digest = Sha256.begin();
    samples.stream()
        .filter(s -> digests.containsKey(s.id()))
        .sorted(Comparator.comparing(Sample::id))
        .forEach(
            s -> {
              // No file name and no label has a NUL, which therefore separates safely.
              String line = s.id() + '\0' + s.label() + '\0' + digests.get(s.id()) + '\0';
              digest.update(line.getBytes(StandardCharsets.UTF_8));
              s.micrometresPerPixel()
                  .ifPresent(
                      scale -> digest.update((scale + "\0").getBytes(StandardCharsets.UTF_8)));
            });
    return Sha256.end(digest);
  }

  private static List<List<Sample>> identical(Dataset dataset, Map<String, String> digests) {
    Map<String, List<Sample>> byDigest = new TreeMap<>();
    for (Sample sample : dataset.samples()) {
      String digest = digests.get(sample.id());
      if (digest != null) {
        byDigest.computeIfAbsent(digest, d -> new ArrayList<>(1)).add(sample);
      }
    }
    return byDigest.values().stream()
        .filter(group -> group.size() > 1)
        .map(group -> group.stream().sorted(Comparator.comparing(Sample::id)).toList())
        .sorted(Comparator.comparing(group -> group.get(0).id()))
        .toList();
  }
}
