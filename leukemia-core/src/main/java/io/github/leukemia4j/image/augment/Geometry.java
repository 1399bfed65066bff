package io.github.leukemia4j.image.augment;

import java.util.random.RandomGenerator;

/** Augmentations that move pixels or cover them. */
final class Geometry {
  private static final double BELOW_ONE = 0.99;

  private Geometry() {}

  record Dihedral() implements Augmentation {
    @Override
    public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
      Augmentations.checkImage(rgb, height, width);
      int element = random.nextInt(8);
      // The eight symmetries of a square are its four flips, each with or without a transposition.
      if ((element & 4) != 0 && height == width) {
        transpose(rgb, width);
      }
      if ((element & 2) != 0) {
        flipRows(rgb, height, width);
      }
      if ((element & 1) != 0) {
        flipColumns(rgb, height, width);
      }
    }

    private static void transpose(byte[] rgb, int side) {
      for (int y = 1; y < side; y++) {
        for (int x = 0; x < y; x++) {
          swap(rgb, (y * side + x) * 3, (x * side + y) * 3);
        }
      }
    }

    private static void flipRows(byte[] rgb, int height, int width) {
      int row = width * 3;
      byte[] held = new byte[row];
      for (int y = 0; y < height / 2; y++) {
        int top = y * row;
        int bottom = (height - 1 - y) * row;
        System.arraycopy(rgb, top, held, 0, row);
        System.arraycopy(rgb, bottom, rgb, top, row);
        System.arraycopy(held, 0, rgb, bottom, row);
      }
    }

    private static void flipColumns(byte[] rgb, int height, int width) {
      for (int y = 0; y < height; y++) {
        int left = y * width * 3;
        int right = left + (width - 1) * 3;
        while (left < right) {
          swap(rgb, left, right);
          left += 3;
          right -= 3;
        }
      }
    }

    private static void swap(byte[] rgb, int i, int j) {
      byte red = rgb[i];
      byte green = rgb[i + 1];
      byte blue = rgb[i + 2];
      rgb[i] = rgb[j];
      rgb[i + 1] = rgb[j + 1];
      rgb[i + 2] = rgb[j + 2];
      rgb[j] = red;
      rgb[j + 1] = green;
      rgb[j + 2] = blue;
    }

    @Override
    public String describe() {
      return "dihedral";
    }
  }

  record Affine(double degrees, double scale, double shift) implements Augmentation {
    Affine {
      Augmentations.checkSetting("rotation", degrees, 0, 180);
      Augmentations.checkSetting("scale", scale, 0, BELOW_ONE);
      Augmentations.checkSetting("shift", shift, 0, 1);
      if (degrees == 0 && scale == 0 && shift == 0) {
        throw new IllegalArgumentException(
            "An affine augmentation must turn, scale or shift; found 0 for all three.");
      }
    }

    @Override
    public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
      Augmentations.checkImage(rgb, height, width);
      double angle = Math.toRadians(Colouring.within(random, degrees));
      double inverseScale = 1 / (1 + Colouring.within(random, scale));
      double shiftY = Colouring.within(random, shift) * height;
      double shiftX = Colouring.within(random, shift) * width;
      double centreY = (height - 1) / 2.0;
      double centreX = (width - 1) / 2.0;
      // StrictMath: the same bits everywhere.
      double cos = StrictMath.cos(angle) * inverseScale;
      double sin = StrictMath.sin(angle) * inverseScale;
      byte[] source = rgb.clone();
      int to = 0;
      for (int y = 0; y < height; y++) {
        double dy = y - centreY - shiftY;
        for (int x = 0; x < width; x++) {
          double dx = x - centreX - shiftX;
          double fromY = centreY + cos * dy - sin * dx;
          double fromX = centreX + sin * dy + cos * dx;
          interpolate(source, height, width, fromY, fromX, rgb, to);
          to += 3;
        }
      }
    }

    private static void interpolate(
        byte[] source, int height, int width, double y, double x, byte[] target, int to) {
      int top = (int) Math.floor(y);
      int left = (int) Math.floor(x);
      // Weights of 256ths: far finer than a level of the mean of four.
      int down = (int) Math.round((y - top) * 256);
      int across = (int) Math.round((x - left) * 256);
      int row0 = reflect(top, height) * width;
      int row1 = reflect(top + 1, height) * width;
      int column0 = reflect(left, width);
      int column1 = reflect(left + 1, width);
      int a = (row0 + column0) * 3;
      int b = (row0 + column1) * 3;
      int c = (row1 + column0) * 3;
      int d = (row1 + column1) * 3;
      for (int channel = 0; channel < 3; channel++) {
        int upper =
            (source[a + channel] & 0xFF) * (256 - across) + (source[b + channel] & 0xFF) * across;
        int lower =
            (source[c + channel] & 0xFF) * (256 - across) + (source[d + channel] & 0xFF) * across;
        target[to + channel] = (byte) ((upper * (256 - down) + lower * down + (1 << 15)) >> 16);
      }
    }

    @Override
    public String describe() {
      return Augmentations.describe("affine", degrees, scale, shift);
    }
  }

  /** The index inside that a mirror at the border shows: -1 is 0, size is size - 1. */
  static int reflect(int index, int size) {
    if (index >= 0 && index < size) {
      return index;
    }
    int folded = Math.floorMod(index, 2 * size);
    return folded < size ? folded : 2 * size - 1 - folded;
  }

  record Cutout(double most) implements Augmentation {
    Cutout {
      Augmentations.checkPositive("cutout", most, 1);
    }

    @Override
    public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
      Augmentations.checkImage(rgb, height, width);
      int rows = (int) Math.round(random.nextDouble() * most * height);
      int columns = (int) Math.round(random.nextDouble() * most * width);
      int top = random.nextInt(height - rows + 1);
      int left = random.nextInt(width - columns + 1);
      byte[] mean = new byte[3];
      for (int channel = 0; channel < 3; channel++) {
        long sum = 0;
        for (int i = channel; i < rgb.length; i += 3) {
          sum += rgb[i] & 0xFF;
        }
        mean[channel] = (byte) Math.round((double) sum / (height * width));
      }
      for (int y = top; y < top + rows; y++) {
        for (int x = left; x < left + columns; x++) {
          System.arraycopy(mean, 0, rgb, (y * width + x) * 3, 3);
        }
      }
    }

    @Override
    public String describe() {
      return Augmentations.describe("cutout", most);
    }
  }
}
