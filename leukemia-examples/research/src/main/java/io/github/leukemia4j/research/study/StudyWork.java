package io.github.leukemia4j.research.study;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.ImageCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What every row of a study works with. */
final class StudyWork {
  /** How many images a time is the median of. */
  static final int TIMED = 25;

  private final ImageCache images;
  private final StudyFolder folder;
  private final String row;
  private final RunOptions run;
  private final TrainingListener listener;
  private final long seed;
  private final Map<String, double[]> featuresOfCells;

  /**
   * @param featuresOfCells by the samples' ids, filled when they are first wanted, for all rows
   */
  StudyWork(
      ImageCache images,
      StudyFolder folder,
      String row,
      RunOptions run,
      TrainingListener listener,
      long seed,
      Map<String, double[]> featuresOfCells) {
    this.images = images;
    this.folder = folder;
    this.row = row;
    this.run = run;
    this.listener = listener;
    this.seed = seed;
    this.featuresOfCells = featuresOfCells;
  }

  ImageCache images() {
    return images;
  }

  RunOptions run() {
    return run;
  }

  TrainingListener listener() {
    return listener;
  }

  long seed() {
    return seed;
  }

  /** Where this row's pipeline of a fold is. */
  Path fold(int number) {
    return folder.fold(row, number);
  }

  /** Where another row's pipeline of a fold is. */
  Path foldOf(String other, int number) {
    return folder.fold(other, number);
  }

  /** The pixels of samples as networks get them, [samples, height, width, 3]. */
  byte[] pixels(List<Sample> samples) {
    byte[] rgb = new byte[samples.size() * images.imageBytes()];
    for (int i = 0; i < samples.size(); i++) {
      images.copyTo(images.indexOf(samples.get(i).id()), rgb, i * images.imageBytes());
    }
    return rgb;
  }

  /** Features of the cells of samples, each measured once for the whole study. */
  double[][] featuresOfCells(List<Sample> samples) throws IOException, InterruptedException {
    List<Sample> missing =
        samples.stream().filter(s -> !featuresOfCells.containsKey(s.id())).toList();
    if (!missing.isEmpty()) {
      double[][] found = new double[missing.size()][];
      List<IOException> failures = new ArrayList<>();
      IntStream.range(0, found.length)
          .parallel()
          .forEach(
              i -> {
                try {
                  found[i] = NucleusFeatures.of(missing.get(i).source().read());
                } catch (IOException e) {
                  synchronized (failures) {
                    failures.add(e);
                  }
                }
              });
      if (!failures.isEmpty()) {
        throw failures.get(0);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("The study was stopped.");
      }
      Map<String, double[]> made = new LinkedHashMap<>();
      for (int i = 0; i < found.length; i++) {
        made.put(missing.get(i).id(), found[i]);
      }
      featuresOfCells.putAll(made);
    }
    return samples.stream().map(s -> featuresOfCells.get(s.id())).toArray(double[][]::new);
  }

  /** Something that is done with one image. */
  @FunctionalInterface
  interface OneImage {
    void run(Sample sample, CellImage image) throws IOException;
  }

  /**
   * The median time for one image, in milliseconds, after one that is not counted. Reading and
   * decoding do not count.
   */
  static double medianMilliseconds(List<Sample> samples, OneImage work) throws IOException {
    List<Sample> timed = samples.subList(0, Math.min(TIMED + 1, samples.size()));
    double[] times = new double[timed.size()];
    for (int i = 0; i < times.length; i++) {
      CellImage image = timed.get(i).source().read();
      long start = System.nanoTime();
      work.run(timed.get(i), image);
      times[i] = (System.nanoTime() - start) / 1e6;
    }
    double[] counted = times.length > 1 ? Arrays.copyOfRange(times, 1, times.length) : times;
    Arrays.sort(counted);
    return counted[counted.length / 2];
  }
}
