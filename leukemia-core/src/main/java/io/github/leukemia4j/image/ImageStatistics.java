package io.github.leukemia4j.image;

import io.github.leukemia4j.CellImage;
import java.util.ArrayList;
import java.util.List;

/**
 * A few numbers about an image: what the quality gate looks at, and what a colour-only baseline may
 * know.
 *
 * @param height in pixels
 * @param width in pixels
 * @param contrast the standard deviation of grey over all pixels, in levels of 255
 * @param focus the variance of the Laplacian over the variance of grey, of the image area-averaged
 *     to sides of at most {@value #FOCUS_SIDE} pixels; falls as an image gets blurred, and does not
 *     depend on how strong the stain is; 0 where there is no contrast at all
 * @param clipped the part of all colour values that are 0 or 255, in [0, 1]
 * @param colour nine numbers, as {@link #colour} says
 */
public record ImageStatistics(
    int height, int width, double contrast, double focus, double clipped, List<Double> colour) {
  /** The longest side, in pixels, of the image in which focus is measured. */
  public static final int FOCUS_SIDE = 128;

  /** How many numbers {@link #colour} gives. */
  public static final int COLOURS = 9;

  /**
   * @throws IllegalArgumentException where the colours are not nine
   */
  public ImageStatistics {
    colour = List.copyOf(colour);
    if (colour.size() != COLOURS) {
      throw new IllegalArgumentException(
          "An image must have " + COLOURS + " colour statistics; found " + colour.size() + ".");
    }
  }

  /** The same numbers for an image that was of another size before it was resized. */
  public ImageStatistics ofSize(int otherHeight, int otherWidth) {
    return new ImageStatistics(otherHeight, otherWidth, contrast, focus, clipped, colour);
  }

  /** Measures an image. Takes about a millisecond for a crop of 360 x 360 pixels. */
  public static ImageStatistics of(CellImage image) {
    byte[] rgb = image.rgb();
    int[][] histograms = histograms(rgb);
    List<Double> colour = new ArrayList<>();
    for (double number : colour(histograms, rgb.length / 3)) {
      colour.add(number);
    }
    long clipped = 0;
    for (int[] histogram : histograms) {
      clipped += histogram[0] + histogram[255];
    }
    float[] grey = grey(rgb);
    double variance = variance(grey);
    return new ImageStatistics(
        image.height(),
        image.width(),
        Math.sqrt(variance),
        focus(image, grey, variance),
        (double) clipped / rgb.length,
        colour);
  }

  /**
   * Colour without any place: the means, then the standard deviations, then the skewnesses of the
   * optical densities {@code -ln((value + 1) / 256)} of red, green and blue. The skewness of a
   * channel that does not vary is 0.
   *
   * @return [9]
   */
  public static double[] colour(CellImage image) {
    byte[] rgb = image.rgb();
    return colour(histograms(rgb), rgb.length / 3);
  }

  private static int[][] histograms(byte[] rgb) {
    int[][] histograms = new int[3][256];
    for (int i = 0; i < rgb.length; i += 3) {
      histograms[0][rgb[i] & 0xFF]++;
      histograms[1][rgb[i + 1] & 0xFF]++;
      histograms[2][rgb[i + 2] & 0xFF]++;
    }
    return histograms;
  }

  private static double[] colour(int[][] histograms, int pixels) {
    double[] colour = new double[COLOURS];
    for (int channel = 0; channel < 3; channel++) {
      double mean = 0;
      for (int value = 0; value < 256; value++) {
        mean += histograms[channel][value] * Density.EXACT[value] / pixels;
      }
      double second = 0;
      double third = 0;
      for (int value = 0; value < 256; value++) {
        double away = Density.EXACT[value] - mean;
        double share = (double) histograms[channel][value] / pixels;
        second += share * away * away;
        third += share * away * away * away;
      }
      double deviation = Math.sqrt(second);
      colour[channel] = mean;
      colour[3 + channel] = deviation;
      // Far below the density step of one level; what is smaller is rounding.
      colour[6 + channel] = deviation < 1e-6 ? 0 : third / (deviation * deviation * deviation);
    }
    return colour;
  }

  private static double focus(CellImage image, float[] greyOfImage, double variance) {
    CellImage small =
        image.resize(Math.min(FOCUS_SIDE, image.height()), Math.min(FOCUS_SIDE, image.width()));
    int height = small.height();
    int width = small.width();
    float[] grey = small == image ? greyOfImage : grey(small.rgb());
    double contrast = small == image ? variance : variance(grey);
    if (height < 3 || width < 3 || contrast < 1e-6) {
      return 0;
    }
    float[] laplacian = new float[(height - 2) * (width - 2)];
    int to = 0;
    for (int y = 1; y < height - 1; y++) {
      for (int x = 1; x < width - 1; x++) {
        int at = y * width + x;
        laplacian[to++] =
            grey[at - 1] + grey[at + 1] + grey[at - width] + grey[at + width] - 4 * grey[at];
      }
    }
    return variance(laplacian) / contrast;
  }

  /** The mean of the three channels. */
  private static float[] grey(byte[] rgb) {
    float[] grey = new float[rgb.length / 3];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = ((rgb[3 * i] & 0xFF) + (rgb[3 * i + 1] & 0xFF) + (rgb[3 * i + 2] & 0xFF)) / 3f;
    }
    return grey;
  }

  private static double variance(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean);
    }
    return squares / values.length;
  }
}
