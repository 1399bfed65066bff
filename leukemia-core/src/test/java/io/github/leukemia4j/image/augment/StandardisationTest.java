package io.github.leukemia4j.image.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.image.SharedData;
import io.github.leukemia4j.image.TestImages;
import io.github.leukemia4j.image.pixels.OpticalDensity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What augmentation of colour still changes after the network's standardisation of each image and
 * channel (minus its mean, over its deviation). The table of docs/augmentation.md is made here: it
 * is written to target/.
 */
class StandardisationTest {
  private static final int SIDE = 64;
  private static final int DRAWS = 8;

  /** In standard deviations of the image's channel, root mean square over pixels and draws. */
  private record Change(double before, double after) {
    double share() {
      return after / before;
    }
  }

  @Test
  void undoesBrightnessAndContrastButNotStainMixing() throws IOException {
    Map<String, Change> changes =
        changes(IntStream.range(0, 60).mapToObj(i -> TestImages.cell(SIDE, SIDE, i)).toList());
    write("drawn", changes);
    for (String idle : List.of("brightness(0.1)", "contrast(0.2)", "stain: offsets alone")) {
      assertThat(changes.get(idle).share()).as(idle).isLessThan(0.2);
    }
    for (String works : List.of("dihedral", "noise(8)", "blur(1.5)", "cutout(0.3)")) {
      assertThat(changes.get(works).share()).as(works).isGreaterThan(0.6);
    }
  }

  @Test
  void doesTheSameOnRealCells() throws IOException {
    List<Path> files = SharedData.images(SharedData.folder("deepapl"));
    List<CellImage> images = new ArrayList<>();
    for (int i = 0; i < files.size(); i += 20) {
      images.add(CellImage.read(files.get(i)).resize(SIDE, SIDE));
    }
    Map<String, Change> changes = changes(images);
    write("deepapl", changes);
    assertThat(changes.get("contrast(0.2)").share()).isLessThan(0.2);
    assertThat(changes.get("stain(0.6)").share())
        .isGreaterThan(changes.get("brightness(0.1)").share());
  }

  private static Map<String, Change> changes(List<CellImage> images) {
    Map<String, Change> changes = new LinkedHashMap<>();
    for (String name :
        List.of(
            "brightness(0.1)",
            "contrast(0.2)",
            "hsv(0, 0, 0.1)",
            "hsv(0, 0.2, 0)",
            "hsv(0.05, 0, 0)",
            "stain(0.6)")) {
      changes.put(name, change(Augmentation.parse(name), images));
    }
    changes.put("stain: gains alone", change(new StainPart(0.18, 0, 0), images));
    changes.put("stain: mixing alone", change(new StainPart(0, 0.06, 0), images));
    changes.put("stain: offsets alone", change(new StainPart(0, 0, 0.06), images));
    for (String name :
        List.of(
            "noise(8)",
            "blur(1.5)",
            "cutout(0.3)",
            "dihedral",
            "rotation(180)",
            "scale(0.1)",
            "translation(0.1)",
            "cells",
            "fields")) {
      changes.put(name, change(Augmentation.parse(name), images));
    }
    return changes;
  }

  private static Change change(Augmentation augmentation, List<CellImage> images) {
    double before = 0;
    double after = 0;
    for (int i = 0; i < images.size(); i++) {
      byte[] original = images.get(i).rgb();
      for (int draw = 0; draw < DRAWS; draw++) {
        byte[] changed = original.clone();
        augmentation.apply(changed, SIDE, SIDE, Augmentation.random(1, draw, i));
        for (int channel = 0; channel < 3; channel++) {
          double[] here = moments(original, channel);
          double[] there = moments(changed, channel);
          for (int at = channel; at < original.length; at += 3) {
            double from = ((original[at] & 0xFF) - here[0]) / here[1];
            before += square(((changed[at] & 0xFF) - here[0]) / here[1] - from);
            after += square(((changed[at] & 0xFF) - there[0]) / there[1] - from);
          }
        }
      }
    }
    double values = (double) images.size() * DRAWS * SIDE * SIDE * 3;
    return new Change(Math.sqrt(before / values), Math.sqrt(after / values));
  }

  private static double[] moments(byte[] rgb, int channel) {
    double sum = 0;
    double squares = 0;
    int count = rgb.length / 3;
    for (int at = channel; at < rgb.length; at += 3) {
      sum += rgb[at] & 0xFF;
      squares += square(rgb[at] & 0xFF);
    }
    double mean = sum / count;
    return new double[] {mean, Math.max(1, Math.sqrt(squares / count - mean * mean))};
  }

  private static double square(double value) {
    return value * value;
  }

  private static void write(String name, Map<String, Change> changes) throws IOException {
    List<String> lines = new ArrayList<>();
    changes.forEach(
        (augmentation, change) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "| `%s` | %.3f | %.3f | %.0f %% |",
                    augmentation,
                    change.before,
                    change.after,
                    100 * change.share())));
    Files.write(Path.of("target", "standardisation-" + name + ".md"), lines);
  }

  /** One of the three parts of stain jitter. */
  private record StainPart(double gain, double mixing, double offset) implements Augmentation {
    @Override
    public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
      int[] matrix = new int[9];
      int[] offsets = new int[3];
      for (int to = 0; to < 3; to++) {
        for (int from = 0; from < 3; from++) {
          double noise = Colouring.within(random, to == from ? gain : mixing);
          matrix[3 * to + from] = OpticalDensity.fixed((to == from ? 1 : 0) + noise);
        }
        offsets[to] = OpticalDensity.fixed(Colouring.within(random, offset) * OpticalDensity.STEPS);
      }
      OpticalDensity.mix(rgb, matrix, offsets);
    }

    @Override
    public String describe() {
      return "a part of stain";
    }
  }
}
