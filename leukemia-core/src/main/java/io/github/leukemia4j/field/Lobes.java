package io.github.leukemia4j.field;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * From the purple pixels of a field to one set of pixels for each nucleus. Nuclei that touch are
 * parted by a watershed on the distance transform; lobes of one nucleus are joined again, nearest
 * first.
 */
final class Lobes {
  /** The most lobes that are looked at, the largest first: pure noise has thousands. */
  private static final int MOST = 4000;

  /** A neck is narrow where it has less than this share of the smaller side's radius. */
  private static final double NECK = 0.75;

  /** How far apart the lobes of a nucleus are at most, in micrometres. */
  private static final double GAP = 2.6;

  /** The longest side of a nucleus with all its lobes, in micrometres. */
  private static final double LONGEST = 14;

  /** The largest nucleus, in square micrometres; what is larger is a clump, or no cell. */
  private static final double LARGEST = 320;

  /** What may be a nucleus by itself: its area and the distance from the next, in micrometres. */
  private static final double WHOLE_AREA = 26;

  private static final double WHOLE_APART = 6.2;

  private final Mask mask;
  private final double micrometre;
  private int clumps;

  /**
   * @param micrometre in pixels
   */
  Lobes(Mask mask, double micrometre) {
    this.mask = mask;
    this.micrometre = micrometre;
  }

  /**
   * @return the pixels of each nucleus, the largest first
   */
  List<int[]> nuclei() {
    List<Lobe> lobes = new ArrayList<>();
    for (int[] pixels : parted()) {
      double squareMicrometres = pixels.length / (micrometre * micrometre);
      if (squareMicrometres > LARGEST) {
        clumps++;
      } else if (squareMicrometres >= 1.2) {
        lobes.add(Lobe.of(pixels, mask));
      }
    }
    lobes.sort(
        Comparator.comparingInt((Lobe l) -> -l.pixels.length).thenComparing(l -> l.pixels[0]));
    if (lobes.size() > MOST) {
      lobes = lobes.subList(0, MOST);
    }
    return joined(lobes);
  }

  /** How many regions were too large, once nuclei are found. */
  int clumps() {
    return clumps;
  }

  /** Connected regions, cut through at narrow necks. */
  private List<int[]> parted() {
    int[] squares = mask.inverted().squaredDistances();
    int[] basin = new int[mask.in.length];
    Arrays.fill(basin, -1);
    long[] order = new long[mask.area()];
    int n = 0;
    for (int i = 0; i < mask.in.length; i++) {
      if (mask.in[i]) {
        order[n++] = (long) -squares[i] << 32 | i;
      }
    }
    Arrays.sort(order);
    Basins basins = new Basins(2.2 * micrometre);
    int[] near = new int[8];
    for (long key : order) {
      int pixel = (int) key;
      double height = Math.sqrt(squares[pixel]);
      int x = pixel % mask.width;
      int y = pixel / mask.width;
      int count = 0;
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          int nx = x + dx;
          int ny = y + dy;
          if (nx >= 0 && nx < mask.width && ny >= 0 && ny < mask.height) {
            int there = basin[ny * mask.width + nx];
            if (there >= 0) {
              near[count++] = basins.root(there);
            }
          }
        }
      }
      basin[pixel] = basins.meet(near, count, height);
    }
    return basins.members(basin, order);
  }

  /** Hills of the distance from the edge, from their tops down. */
  private static final class Basins {
    private final double least;
    private int[] parent = new int[16];
    private double[] peak = new double[16];
    private int count;

    Basins(double least) {
      this.least = least;
    }

    int root(int basin) {
      int root = basin;
      while (parent[root] != root) {
        parent[root] = parent[parent[root]];
        root = parent[root];
      }
      return root;
    }

    int meet(int[] near, int n, double height) {
      if (n == 0) {
        if (count == parent.length) {
          parent = Arrays.copyOf(parent, 2 * count);
          peak = Arrays.copyOf(peak, 2 * count);
        }
        parent[count] = count;
        peak[count] = height;
        return count++;
      }
      int highest = near[0];
      for (int i = 1; i < n; i++) {
        highest = higher(root(near[i]), root(highest));
      }
      highest = root(highest);
      for (int i = 0; i < n; i++) {
        int other = root(near[i]);
        if (other != highest && !apart(other, highest, height)) {
          parent[other] = highest;
        }
      }
      return highest;
    }

    private int higher(int a, int b) {
      return peak[a] > peak[b] || peak[a] == peak[b] && a < b ? a : b;
    }

    private boolean apart(int a, int b, double saddle) {
      double lower = Math.min(peak[a], peak[b]);
      return lower >= least && saddle < NECK * lower;
    }

    List<int[]> members(int[] basin, long[] order) {
      int[] sizes = new int[count];
      for (long key : order) {
        sizes[root(basin[(int) key])]++;
      }
      int[][] pixels = new int[count][];
      int[] filled = new int[count];
      for (int i = 0; i < basin.length; i++) {
        if (basin[i] >= 0) {
          int root = root(basin[i]);
          if (pixels[root] == null) {
            pixels[root] = new int[sizes[root]];
          }
          pixels[root][filled[root]++] = i;
        }
      }
      List<int[]> found = new ArrayList<>();
      for (int[] some : pixels) {
        if (some != null) {
          found.add(some);
        }
      }
      return found;
    }
  }

  private List<int[]> joined(List<Lobe> lobes) {
    record Gap(int a, int b, double pixels) {}
    List<Gap> gaps = new ArrayList<>();
    for (int a = 0; a < lobes.size(); a++) {
      for (int b = a + 1; b < lobes.size(); b++) {
        double gap = lobes.get(a).gap(lobes.get(b), mask.width, GAP * micrometre);
        if (gap <= GAP * micrometre) {
          gaps.add(new Gap(a, b, gap));
        }
      }
    }
    gaps.sort(Comparator.comparingDouble(Gap::pixels).thenComparing(Gap::a).thenComparing(Gap::b));
    int[] parent = new int[lobes.size()];
    Lobe[] whole = lobes.toArray(Lobe[]::new);
    Arrays.setAll(parent, i -> i);
    for (Gap gap : gaps) {
      int a = root(parent, gap.a());
      int b = root(parent, gap.b());
      if (a != b && oneNucleus(whole[a], whole[b])) {
        parent[b] = a;
        whole[a] = whole[a].with(whole[b]);
      }
    }
    List<int[]> nuclei = new ArrayList<>();
    for (int i = 0; i < parent.length; i++) {
      if (parent[i] == i) {
        nuclei.add(whole[i].pixels);
      }
    }
    nuclei.sort(Comparator.comparingInt((int[] p) -> -p.length).thenComparing(p -> p[0]));
    return nuclei;
  }

  private boolean oneNucleus(Lobe a, Lobe b) {
    double square = micrometre * micrometre;
    boolean bothWhole =
        Math.min(a.pixels.length, b.pixels.length) >= WHOLE_AREA * square
            && Math.hypot(a.x - b.x, a.y - b.y) > WHOLE_APART * micrometre;
    return !bothWhole && a.longest(b) <= LONGEST * micrometre;
  }

  private static int root(int[] parent, int at) {
    int root = at;
    while (parent[root] != root) {
      root = parent[root];
    }
    return root;
  }

  /** A connected part of a nucleus, or several. */
  private record Lobe(
      int[] pixels, int[] edge, double x, double y, int left, int top, int right, int bottom) {
    static Lobe of(int[] pixels, Mask mask) {
      int left = Integer.MAX_VALUE;
      int top = Integer.MAX_VALUE;
      int right = -1;
      int bottom = -1;
      double x = 0;
      double y = 0;
      int[] edge = new int[pixels.length];
      int n = 0;
      boolean[] own = mask.in;
      for (int pixel : pixels) {
        int px = pixel % mask.width;
        int py = pixel / mask.width;
        left = Math.min(left, px);
        right = Math.max(right, px);
        top = Math.min(top, py);
        bottom = Math.max(bottom, py);
        x += px;
        y += py;
        if (px == 0
            || py == 0
            || px == mask.width - 1
            || py == mask.height - 1
            || !own[pixel - 1]
            || !own[pixel + 1]
            || !own[pixel - mask.width]
            || !own[pixel + mask.width]) {
          edge[n++] = pixel;
        }
      }
      return new Lobe(
          pixels,
          Arrays.copyOf(edge, n),
          x / pixels.length,
          y / pixels.length,
          left,
          top,
          right,
          bottom);
    }

    Lobe with(Lobe b) {
      double n = pixels.length;
      double m = b.pixels.length;
      return new Lobe(
          both(pixels, b.pixels),
          both(edge, b.edge),
          (n * x + m * b.x) / (n + m),
          (n * y + m * b.y) / (n + m),
          Math.min(left, b.left),
          Math.min(top, b.top),
          Math.max(right, b.right),
          Math.max(bottom, b.bottom));
    }

    private static int[] both(int[] one, int[] other) {
      int[] all = Arrays.copyOf(one, one.length + other.length);
      System.arraycopy(other, 0, all, one.length, other.length);
      return all;
    }

    /** The longer side of the box around both. */
    double longest(Lobe b) {
      return Math.max(
          Math.max(right, b.right) - Math.min(left, b.left),
          Math.max(bottom, b.bottom) - Math.min(top, b.top));
    }

    /** The least distance between the two, or more than the most that is asked for. */
    double gap(Lobe b, int width, double most) {
      double dx = Math.max(0, Math.max(left - b.right, b.left - right));
      double dy = Math.max(0, Math.max(top - b.bottom, b.top - bottom));
      if (Math.hypot(dx, dy) > most) {
        return Double.MAX_VALUE;
      }
      long least = Long.MAX_VALUE;
      for (int p : edge) {
        int px = p % width;
        int py = p / width;
        for (int q : b.edge) {
          long ex = px - q % width;
          long ey = py - q / width;
          least = Math.min(least, ex * ex + ey * ey);
        }
      }
      return Math.sqrt(least);
    }
  }
}
