package io.github.leukemia4j.evaluation.inspection;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.image.quality.ImageStatistics;
import io.github.leukemia4j.image.scale.ScaleEstimate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** What a look at every image of a data set gives, before anything is trained on it. Immutable. */
public final class Inspection {
  private static final int MOST_MEASURED = 400;

  /**
   * Two images that show the same, though their files differ: saved anew, at another size, or
   * brightened.
   *
   * @param first the one whose id comes first
   * @param second the other
   * @param distance how many of the 64 bits of their difference hashes differ
   * @param correlation of the details of their grey pixels, area-averaged to 16 x 16 and less the
   *     mean of the 5 x 5 around each, in [-1, 1]
   * @param contradicting whether neither label lies at or above the other
   * @param acrossPatients whether they are filed under two patients
   */
  public record NearDuplicate(
      Sample first,
      Sample second,
      int distance,
      double correlation,
      boolean contradicting,
      boolean acrossPatients) {}

  private final Verification verification;
  private final SortedMap<String, ImageStatistics> statistics;
  private final SortedMap<String, String> formats;
  private final List<NearDuplicate> nearDuplicates;
  private final Optional<ScaleEstimate> scale;

  private Inspection(
      Verification verification,
      SortedMap<String, ImageStatistics> statistics,
      SortedMap<String, String> formats,
      List<NearDuplicate> nearDuplicates,
      Optional<ScaleEstimate> scale) {
    this.verification = verification;
    this.statistics = Collections.unmodifiableSortedMap(statistics);
    this.formats = Collections.unmodifiableSortedMap(formats);
    this.nearDuplicates = nearDuplicates;
    this.scale = scale;
  }

  /** {@link #of(Dataset, int, IntConsumer)} on all processors, without reports of progress. */
  public static Inspection of(Dataset dataset) throws InterruptedException {
    return of(dataset, Runtime.getRuntime().availableProcessors(), done -> {});
  }

  /**
   * Reads every image once. The result does not depend on the number of threads.
   *
   * @param threads at least 1
   * @param progress told how many images are done, now and then, from one thread at a time
   * @throws InterruptedException where the calling thread is interrupted; work stops
   */
  public static Inspection of(Dataset dataset, int threads, IntConsumer progress)
      throws InterruptedException {
    ImageStatistics[] measured = new ImageStatistics[dataset.size()];
    String[] format = new String[dataset.size()];
    List<List<Double>> redCells =
        new ArrayList<>(Collections.nCopies(dataset.size(), List.<Double>of()));
    NearDuplicates alike = new NearDuplicates(dataset.size());
    Verification verification =
        Verification.of(
            dataset,
            threads,
            progress,
            (image, index) -> {
              measured[index] = ImageStatistics.of(image);
              format[index] = format(dataset.samples().get(index).source());
              redCells.set(index, ScaleEstimate.redCells(image));
              alike.add(index, image);
            });
    SortedMap<String, ImageStatistics> statistics = new TreeMap<>();
    SortedMap<String, String> formats = new TreeMap<>();
    for (int i = 0; i < measured.length; i++) {
      String id = dataset.samples().get(i).id();
      if (verification.digests().containsKey(id)) {
        statistics.put(id, measured[i]);
        formats.put(id, format[i]);
      }
    }
    return new Inspection(
        verification,
        statistics,
        formats,
        alike.find(verification, threads),
        ScaleEstimate.of(redCells, dataset.samples().stream().map(Sample::patient).toList()));
  }

  /**
   * How many micrometres a pixel is in each laboratory, told by the red cells on at most {@value
   * #MOST_MEASURED} of its images, which are read.
   *
   * @param dataset whose images of known scale are passed over
   * @return by laboratory, empty text for images of an unknown one; without laboratories in which
   *     too few images show red cells
   */
  public static Map<String, ScaleEstimate> scales(Dataset dataset) {
    Map<String, List<Sample>> byLaboratory = new TreeMap<>();
    for (Sample sample : dataset.samples()) {
      if (sample.micrometresPerPixel().isEmpty()) {
        byLaboratory
            .computeIfAbsent(sample.laboratory().orElse(""), l -> new ArrayList<>())
            .add(sample);
      }
    }
    Map<String, ScaleEstimate> estimates = new TreeMap<>();
    byLaboratory.forEach(
        (laboratory, all) -> {
          int measured = Math.min(MOST_MEASURED, all.size());
          List<Sample> some =
              IntStream.range(0, measured)
                  .mapToObj(i -> all.get((int) ((long) i * all.size() / measured)))
                  .toList();
          ScaleEstimate.of(
                  some.parallelStream().map(Inspection::redCells).toList(),
                  some.stream().map(Sample::patient).toList())
              .ifPresent(estimate -> estimates.put(laboratory, estimate));
        });
    return estimates;
  }

  private static List<Double> redCells(Sample sample) {
    try {
      return ScaleEstimate.redCells(sample.read());
    } catch (IOException | DataException e) {
      return List.of(); // Whoever uses the image is told.
    }
  }

  private static String format(ImageSource source) {
    if (source.path().isEmpty()) {
      return "pixels";
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(source.path().get())) {
      start = Arrays.copyOf(in.readNBytes(2), 2);
    } catch (IOException e) {
      throw new DataException(source.name() + " was there and is gone: " + e.getMessage(), e);
    }
    return switch ((start[0] & 0xFF) << 8 | start[1] & 0xFF) {
      case 0xFFD8 -> "JPEG";
      case 0x8950 -> "PNG";
      case 0x424D -> "BMP";
      case 0x4949, 0x4D4D -> "TIFF";
      default -> "other";
    };
  }

  /** What was inspected. */
  public Dataset dataset() {
    return verification.dataset();
  }

  /** Digests, unreadable and identical images. */
  public Verification verification() {
    return verification;
  }

  /** A few numbers about each readable image, by sample id. */
  public SortedMap<String, ImageStatistics> statistics() {
    return statistics;
  }

  /**
   * {@code JPEG}, {@code PNG}, {@code BMP}, {@code TIFF}, {@code pixels} or {@code other}, by
   * sample id.
   */
  public SortedMap<String, String> formats() {
    return formats;
  }

  /**
   * How many micrometres a pixel is, told by the red cells; empty where too few images show any.
   */
  public Optional<ScaleEstimate> scale() {
    return scale;
  }

  /**
   * Pairs of images that show the same though their pixels differ: those whose labels contradict
   * each other first, then those of two patients, then the most alike. Of an image, at most its
   * first {@value NearDuplicates#MOST_PARTNERS} partners are listed. Flipped or turned copies are
   * not found.
   */
  public List<NearDuplicate> nearDuplicates() {
    return nearDuplicates;
  }
}
