package io.github.leukemia4j.synthetic;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.synthetic.Outline.Rod;

/**
 * A square of the smear seen through the microscope: how much of each dye lies at every pixel, and
 * what colour that gives. Places are in micrometres from the centre.
 */
final class SmearField {
  /** Side of the square: a large blast fills two thirds of it. */
  static final double SIDE = 24;

  private static final double TABLE_STEP = 1.0 / 256;
  private static final double[] TRANSMITTED = new double[9 * 256];

  static {
    for (int i = 0; i < TRANSMITTED.length; i++) {
      TRANSMITTED[i] = StrictMath.exp(-i * TABLE_STEP);
    }
  }

  private final int size;
  private final double pixel;
  private final double[][] dyes;

  SmearField(int size) {
    this.size = size;
    this.pixel = SIDE / size;
    this.dyes = new double[Stain.DYES][size * size];
  }

  int size() {
    return size;
  }

  /** Of a row or a column. */
  double place(int index) {
    return (index + 0.5) * pixel - SIDE / 2;
  }

  /** First row or column that reaches a place, or the last but one where it is the far end. */
  int index(double place) {
    return (int) Math.max(0, Math.min(size, Math.floor((place + SIDE / 2) / pixel)));
  }

  /** How much of a pixel lies inside an edge at a signed distance; at least one pixel soft. */
  double cover(double distance, double softness) {
    double t = Math.max(0, Math.min(1, 0.5 - distance / (pixel + softness)));
    return t * t * (3 - 2 * t);
  }

  /** Puts dye on top of what is there. */
  void add(int row, int column, Stain stain) {
    for (int dye = 0; dye < Stain.DYES; dye++) {
      dyes[dye][row * size + column] += stain.of(dye);
    }
  }

  /** Lets a share of the dye give way to another. */
  void cover(int row, int column, double share, Stain stain) {
    for (int dye = 0; dye < Stain.DYES; dye++) {
      double there = dyes[dye][row * size + column];
      dyes[dye][row * size + column] = there + share * (stain.of(dye) - there);
    }
  }

  /** Stains a rod over what is there: a granule, an Auer rod, or with no dye a vacuole. */
  void paint(Rod rod, double share, Stain stain) {
    double reach = Math.max(rod.r1(), rod.r2()) + pixel;
    int lastRow = Math.min(size - 1, index(Math.max(rod.y1(), rod.y2()) + reach));
    int lastColumn = Math.min(size - 1, index(Math.max(rod.x1(), rod.x2()) + reach));
    int firstColumn = index(Math.min(rod.x1(), rod.x2()) - reach);
    for (int row = index(Math.min(rod.y1(), rod.y2()) - reach); row <= lastRow; row++) {
      for (int column = firstColumn; column <= lastColumn; column++) {
        double cover = cover(rod.distance(place(column), place(row)), 0);
        if (cover > 0) {
          cover(row, column, share * cover, stain);
        }
      }
    }
  }

  /** The colours: Beer-Lambert's law, then the optics' blur, then the sensor's grain. */
  CellImage develop(PatientLook look, Draws draws) {
    double[][] light = new double[3][size * size];
    double brightness = draws.between(0.97, 1.03);
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        int at = row * size + column;
        double lamp =
            brightness
                * (1
                    + look.unevenLightX * place(column) / SIDE
                    + look.unevenLightY * place(row) / SIDE);
        for (int channel = 0; channel < 3; channel++) {
          double density = 0;
          for (int dye = 0; dye < Stain.DYES; dye++) {
            density += dyes[dye][at] * look.density[dye][channel];
          }
          light[channel][at] = look.background[channel] * lamp * transmitted(density);
        }
      }
    }
    byte[] rgb = new byte[size * size * 3];
    double[] kernel = kernel(look.blur * draws.between(0.8, 1.3) / pixel);
    int pattern = draws.pattern();
    for (int channel = 0; channel < 3; channel++) {
      double[] blurred = blur(blur(light[channel], kernel, 1, size), kernel, size, 1);
      for (int at = 0; at < blurred.length; at++) {
        double grain = 2 * look.grain * (Noise.uniform(at, channel, pattern) - 0.5);
        rgb[3 * at + channel] = (byte) Math.max(0, Math.min(255, blurred[at] + grain + 0.5));
      }
    }
    return CellImage.ofRgb(size, size, rgb);
  }

  private static double transmitted(double density) {
    double at = Math.max(0, Math.min(TRANSMITTED.length - 2, density / TABLE_STEP));
    int below = (int) at;
    return TRANSMITTED[below] + (at - below) * (TRANSMITTED[below + 1] - TRANSMITTED[below]);
  }

  /** Half of a Gaussian, from its centre. */
  private static double[] kernel(double sigma) {
    double[] half = new double[1 + (int) StrictMath.ceil(2.5 * sigma)];
    double sum = 0;
    for (int i = 0; i < half.length; i++) {
      half[i] = StrictMath.exp(-i * i / (2 * sigma * sigma));
      sum += i == 0 ? half[i] : 2 * half[i];
    }
    for (int i = 0; i < half.length; i++) {
      half[i] /= sum;
    }
    return half;
  }

  /** Along the lines whose neighbours lie {@code step} apart; the border is repeated outwards. */
  private double[] blur(double[] from, double[] kernel, int step, int lineStep) {
    double[] to = new double[from.length];
    for (int line = 0; line < size; line++) {
      for (int i = 0; i < size; i++) {
        double sum = kernel[0] * from[line * lineStep + i * step];
        for (int k = 1; k < kernel.length; k++) {
          sum +=
              kernel[k]
                  * (from[line * lineStep + Math.max(0, i - k) * step]
                      + from[line * lineStep + Math.min(size - 1, i + k) * step]);
        }
        to[line * lineStep + i * step] = sum;
      }
    }
    return to;
  }
}
