package io.github.leukemia4j.field;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** From nuclei to whole cells: what is stained around a nucleus and is not a red cell. */
final class CellBodies {
  /** The least nucleus in square micrometres, also where the border cuts it, and in pixels. */
  private static final double LEAST_NUCLEUS = 13;

  private static final double LEAST_CUT_NUCLEUS = 6;
  private static final double LEAST_PIXELS = 40;

  /**
   * How far cytoplasm goes from the nucleus, where there are red cells and where there are none.
   */
  private static final double REACH_AMONG_RED_CELLS = 4.5;

  private static final double REACH_ALONE = 7;

  /** The radius of what is rubbed off a cell. */
  private static final double ROUGHNESS = 0.9;

  /** At which share of a shell around the nucleus a cell ends; neighbours fill less. */
  private static final double FILLED_AMONG_RED_CELLS = 0.2;

  private static final double FILLED_ALONE = 0.05;

  private final Planes planes;
  private final Mask stained;
  private final double micrometre;
  private final FieldFrame frame;
  private final int height;
  private final int width;

  /** Which nucleus a pixel is of; -1 for none. */
  private final int[] owner;

  private final double[] red;

  /**
   * @param stained what is not empty slide
   * @param micrometre in pixels
   */
  CellBodies(Planes planes, Mask stained, double micrometre, FieldFrame frame) {
    this.planes = planes;
    this.stained = stained;
    this.micrometre = micrometre;
    this.frame = frame;
    this.height = planes.height();
    this.width = planes.width();
    this.owner = new int[height * width];
    this.red = new double[3];
  }

  List<FoundCell> cells(List<int[]> nuclei) {
    Arrays.fill(owner, -1);
    Mask all = new Mask(height, width);
    List<int[]> kept = new ArrayList<>();
    for (int[] nucleus : nuclei) {
      if (nucleus.length >= least(atBorder(nucleus))) {
        for (int pixel : nucleus) {
          owner[pixel] = kept.size();
          all.in[pixel] = true;
        }
        kept.add(nucleus);
      }
    }
    boolean amongRedCells = learnRedCells(all);
    List<CellBody> bodies = new ArrayList<>();
    for (int k = 0; k < kept.size(); k++) {
      bodies.add(body(kept.get(k), k, amongRedCells));
    }
    join(bodies, kept, amongRedCells);
    List<FoundCell> cells = new ArrayList<>();
    for (CellBody body : bodies) {
      if (body != null) {
        body.cell(planes, micrometre, frame)
            .filter(
                cell -> cell.nucleusArea() >= least(cell.cut()) * frame.shrink() * frame.shrink())
            .ifPresent(cells::add);
      }
    }
    return cells;
  }

  private double least(boolean cut) {
    return Math.max(
        LEAST_PIXELS, (cut ? LEAST_CUT_NUCLEUS : LEAST_NUCLEUS) * micrometre * micrometre);
  }

  private boolean atBorder(int[] pixels) {
    for (int pixel : pixels) {
      int x = pixel % width;
      int y = pixel / width;
      if (x <= 1 || y <= 1 || x >= width - 2 || y >= height - 2) {
        return true;
      }
    }
    return false;
  }

  /** Nuclei whose cells make one round shape together are lobes of one. */
  private void join(List<CellBody> bodies, List<int[]> nuclei, boolean amongRedCells) {
    for (int a = 0; a < bodies.size(); a++) {
      for (int b = a + 1; b < bodies.size(); b++) {
        CellBody one = bodies.get(a);
        CellBody other = bodies.get(b);
        if (one != null && other != null && one.isOneWith(other, micrometre)) {
          int[] both = Arrays.copyOf(nuclei.get(a), nuclei.get(a).length + nuclei.get(b).length);
          System.arraycopy(nuclei.get(b), 0, both, nuclei.get(a).length, nuclei.get(b).length);
          for (int pixel : both) {
            owner[pixel] = a;
          }
          nuclei.set(a, both);
          bodies.set(a, body(both, a, amongRedCells));
          bodies.set(b, null);
          b = a; // the larger one may reach others
        }
      }
    }
  }

  /**
   * Learns the median colour of red cells: of what is stained and either far from all nuclei, or
   * does not hang together with one.
   *
   * @return whether there are any
   */
  private boolean learnRedCells(Mask nuclei) {
    int[] away = nuclei.squaredDistances();
    double far = square(6.5);
    double apart = square(0.6);
    int[][] histograms = new int[3][256];
    int count = 0;
    for (Mask.Region region : stained.opened(ROUGHNESS * micrometre).regions(false)) {
      boolean alone = region.pixels().length > 8 * micrometre * micrometre;
      for (int pixel : region.pixels()) {
        alone &= away[pixel] > apart;
      }
      for (int pixel : region.pixels()) {
        if (alone || away[pixel] > far) {
          count++;
          add(histograms, pixel);
        }
      }
    }
    medians(histograms, count, red);
    return count >= 20 * micrometre * micrometre;
  }

  private double square(double micrometres) {
    return micrometres * micrometre * micrometres * micrometre;
  }

  private void add(int[][] histograms, int pixel) {
    for (int channel = 0; channel < 3; channel++) {
      histograms[channel][planes.rgb()[3 * pixel + channel] & 0xFF]++;
    }
  }

  private static void medians(int[][] histograms, int count, double[] target) {
    for (int channel = 0; channel < 3; channel++) {
      int below = 0;
      int value = -1;
      while (2 * below < count) {
        below += histograms[channel][++value];
      }
      target[channel] = value;
    }
  }

  private CellBody body(int[] nucleus, int number, boolean amongRedCells) {
    double reach = (amongRedCells ? REACH_AMONG_RED_CELLS : REACH_ALONE) * micrometre;
    CellBody body = CellBody.around(nucleus, (int) Math.ceil(reach) + 2, height, width);
    Mask others = body.empty();
    Mask near = body.empty();
    for (int i = 0; i < near.in.length; i++) {
      int at = body.at(i, width);
      body.nucleus().in[i] = owner[at] == number;
      others.in[i] = owner[at] >= 0 && owner[at] != number;
      near.in[i] = stained.in[at];
    }
    int[] away = body.nucleus().squaredDistances();
    int[] awayFromOthers = others.squaredDistances();
    double[] cytoplasm = amongRedCells ? cytoplasm(body, away, near) : null;
    double sure = square(0.3);
    for (int i = 0; i < near.in.length; i++) {
      near.in[i] =
          body.nucleus().in[i]
              || near.in[i]
                  && away[i] <= reach * reach
                  && away[i] < awayFromOthers[i]
                  && (!amongRedCells
                      || away[i] <= sure
                      || cytoplasm != null && nearer(body.at(i, width), cytoplasm));
    }
    trim(near, away, reach, amongRedCells ? FILLED_AMONG_RED_CELLS : FILLED_ALONE);
    double hole = 30 * micrometre * micrometre;
    Mask smooth = near.filled(hole).opened(ROUGHNESS * micrometre);
    for (int i = 0; i < smooth.in.length; i++) {
      smooth.in[i] |= body.nucleus().in[i];
    }
    for (Mask.Region region : smooth.filled(hole).regions(false)) {
      if (region.count(body.nucleus()) > 0) {
        region.addTo(body.whole());
      }
    }
    return body;
  }

  /** The median colour of what is stained close around the nucleus; null where little is. */
  private double[] cytoplasm(CellBody body, int[] away, Mask near) {
    double from = square(0.4);
    double to = Math.pow(micrometre + 1, 2);
    int[][] histograms = new int[3][256];
    int count = 0;
    int all = 0;
    for (int i = 0; i < away.length; i++) {
      if (away[i] > from && away[i] <= to) {
        all++;
        if (near.in[i]) {
          count++;
          add(histograms, body.at(i, width));
        }
      }
    }
    if (count == 0 || count < 0.1 * all) {
      return null;
    }
    double[] colour = new double[3];
    medians(histograms, count, colour);
    return colour;
  }

  private boolean nearer(int pixel, double[] cytoplasm) {
    double toCytoplasm = 0;
    double toRed = 0;
    for (int channel = 0; channel < 3; channel++) {
      double value = planes.rgb()[3 * pixel + channel] & 0xFF;
      toCytoplasm += (value - cytoplasm[channel]) * (value - cytoplasm[channel]);
      toRed += (value - red[channel]) * (value - red[channel]);
    }
    return toCytoplasm < toRed;
  }

  /** Cuts off what lies so far out that little of the shell around the nucleus is in the cell. */
  private static void trim(Mask cell, int[] away, double reach, double filled) {
    int most = (int) Math.ceil(reach) + 2;
    int[] shell = new int[most + 2];
    int[] full = new int[most + 2];
    for (int i = 0; i < away.length; i++) {
      int d = (int) Math.min(most + 1, Math.sqrt(away[i]));
      shell[d]++;
      full[d] += cell.in[i] ? 1 : 0;
    }
    int last = 1;
    while (last < most && full[last] >= filled * shell[last]) {
      last++;
    }
    for (int i = 0; i < away.length; i++) {
      cell.in[i] &= away[i] <= (long) last * last;
    }
  }
}
