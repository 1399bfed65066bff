package io.github.leukemia4j.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.image.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** On real images, where they are; docs/results.md has the figures. */
class RealFieldsTest {
  @Test
  void outlinesNucleusAndCellAsAPersonDoes() throws IOException {
    Path folder = SharedData.folder("wbc_jtsc");
    double nucleus = 0;
    double whole = 0;
    int good = 0;
    int images = 0;
    for (Path file : SharedData.images(folder)) {
      CellImage image = CellImage.read(file);
      String name = file.getFileName().toString().replace(".bmp", ".png");
      CellImage truth = CellImage.read(folder.resolve("masks").resolve(name));
      double[] middle = {image.width() / 2.0, image.height() / 2.0};
      List<FoundCell> cells = CellFinder.find(image).cells();
      double ofNucleus =
          cells.isEmpty() ? 0 : dice(truth, CellFinderTest.nearest(cells, middle), true);
      nucleus += ofNucleus;
      whole += cells.isEmpty() ? 0 : dice(truth, CellFinderTest.nearest(cells, middle), false);
      good += ofNucleus > 0.8 ? 1 : 0;
      images++;
    }
    System.Logger log = System.getLogger(RealFieldsTest.class.getName());
    log.log(
        System.Logger.Level.INFO,
        "%d images: Dice of the nucleus %.4f, above 0.8 %.4f, of the cell %.4f"
            .formatted(images, nucleus / images, (double) good / images, whole / images));
    assertThat(nucleus / images).isGreaterThan(0.96);
    assertThat((double) good / images).isGreaterThan(0.98);
    assertThat(whole / images).isGreaterThan(0.96);
  }

  private static double dice(CellImage truth, FoundCell cell, boolean nucleus) {
    int wanted = 0;
    int found = 0;
    int both = 0;
    for (int y = 0; y < truth.height(); y++) {
      for (int x = 0; x < truth.width(); x++) {
        // 0 outside, 128 cytoplasm, 255 nucleus.
        boolean in = truth.value(y, x, 0) > (nucleus ? 192 : 64);
        FoundCell.Part part = cell.part(x, y);
        boolean said = nucleus ? part == FoundCell.Part.NUCLEUS : part != FoundCell.Part.OUTSIDE;
        wanted += in ? 1 : 0;
        found += said ? 1 : 0;
        both += in && said ? 1 : 0;
      }
    }
    return 2.0 * both / (wanted + found);
  }

  @Test
  void findsTheCellsOfFieldsOfFourLaboratories() throws IOException {
    Path folder = SharedData.folder("fields_txl");
    Map<String, int[]> bySource = new TreeMap<>();
    for (Path file : SharedData.images(folder.resolve("images"))) {
      CellImage image = CellImage.read(file);
      String name = file.getFileName().toString().replace(".jpg", ".txt");
      List<FoundCell.Box> wanted = new ArrayList<>();
      for (String line : Files.readAllLines(folder.resolve("labels").resolve(name))) {
        double[] v = Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
        if (v[0] == 0) {
          wanted.add(
              new FoundCell.Box(
                  (int) Math.round((v[1] - v[3] / 2) * image.width()),
                  (int) Math.round((v[2] - v[4] / 2) * image.height()),
                  (int) Math.round(v[3] * image.width()),
                  (int) Math.round(v[4] * image.height())));
        }
      }
      List<FoundCell> cells = CellFinder.find(image).cells();
      for (String source : List.of(source(image), "all")) {
        int[] counts = bySource.computeIfAbsent(source, s -> new int[4]);
        counts[0] += wanted.size();
        counts[1] += cells.size();
        counts[2] += hits(wanted, cells, true);
        counts[3] += hits(wanted, cells, false);
      }
    }
    System.Logger log = System.getLogger(RealFieldsTest.class.getName());
    bySource.forEach(
        (source, n) ->
            log.log(
                System.Logger.Level.INFO,
                "%s: %d cells, %d found; IoU 0.5: recall %.3f, precision %.3f; centre in box: recall %.3f, precision %.3f"
                    .formatted(
                        source,
                        n[0],
                        n[1],
                        (double) n[2] / n[0],
                        (double) n[2] / n[1],
                        (double) n[3] / n[0],
                        (double) n[3] / n[1])));
    int[] all = bySource.get("all");
    assertThat((double) all[2] / all[0]).isGreaterThan(0.91);
    assertThat((double) all[2] / all[1]).isGreaterThan(0.94);
    assertThat((double) all[3] / all[0]).isGreaterThan(0.95);
    assertThat((double) all[3] / all[1]).isGreaterThan(0.98);
  }

  private static String source(CellImage image) {
    return switch (image.width()) {
      case 360, 366 -> "PBC";
      case 575 -> "Raabin";
      case 640 -> "BCCD";
      default -> "BCD";
    };
  }

  /** Each found cell is given to one box, the best first come. */
  private static int hits(List<FoundCell.Box> wanted, List<FoundCell> cells, boolean overlap) {
    List<FoundCell> left = new ArrayList<>(cells);
    int hits = 0;
    for (FoundCell.Box box : wanted) {
      FoundCell best = null;
      double most = 0.5;
      for (FoundCell cell : left) {
        double fits = overlap ? cell.box().overlap(box) : box.holds(cell.x(), cell.y()) ? 1 : 0;
        if (fits >= most && (best == null || fits > most)) {
          best = cell;
          most = fits;
        }
      }
      if (best != null) {
        left.remove(best);
        hits++;
      }
    }
    return hits;
  }
}
