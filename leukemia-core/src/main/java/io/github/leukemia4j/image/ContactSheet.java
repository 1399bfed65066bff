package io.github.leukemia4j.image;

import io.github.leukemia4j.CellImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Shows what the network will see: each image at the network's size and, beside it, as augmentation
 * changes it in the first epochs.
 *
 * @param side of each picture in pixels: the network's input size
 * @param epochs how many augmented pictures stand beside each image, 0 or more
 * @param augmentation of the training
 * @param seed of the training
 */
public record ContactSheet(int side, int epochs, Augmentation augmentation, long seed) {
  private static final int GAP = 2;

  /**
   * @throws IllegalArgumentException where a number is out of range
   */
  public ContactSheet {
    Objects.requireNonNull(augmentation, "augmentation");
    if (side < 1 || side > 1024 || epochs < 0 || epochs > 100) {
      throw new IllegalArgumentException(
          "A contact sheet must have a side of 1 to 1024 pixels and 0 to 100 epochs; found "
              + side
              + " and "
              + epochs
              + ".");
    }
  }

  /**
   * Draws one row for each image, on white.
   *
   * @param images at least one; an image's place in the list is its sample index
   * @throws IllegalArgumentException where there is none or the sheet would be too large
   */
  public CellImage draw(List<CellImage> images) {
    long height = (long) images.size() * (side + GAP) + GAP;
    int width = (epochs + 1) * (side + GAP) + GAP;
    if (images.isEmpty() || height * width > ImageDecoder.MAX_PIXELS) {
      throw new IllegalArgumentException(
          "A contact sheet must show at least one image and have at most "
              + ImageDecoder.MAX_PIXELS
              + " pixels; found "
              + images.size()
              + " images, "
              + height
              + " x "
              + width
              + " pixels.");
    }
    byte[] sheet = new byte[(int) height * width * 3];
    Arrays.fill(sheet, (byte) 255);
    for (int i = 0; i < images.size(); i++) {
      byte[] original = images.get(i).resize(side, side).rgb();
      int top = GAP + i * (side + GAP);
      place(original, sheet, width, top, GAP);
      for (int epoch = 0; epoch < epochs; epoch++) {
        byte[] changed = original.clone();
        augmentation.apply(changed, side, side, Augmentation.random(seed, epoch, i));
        place(changed, sheet, width, top, GAP + (epoch + 1) * (side + GAP));
      }
    }
    return CellImage.ofRgb((int) height, width, sheet);
  }

  /**
   * Draws the sheet into a PNG file, which it replaces.
   *
   * @throws IOException where the file cannot be written
   */
  public void write(List<CellImage> images, Path png) throws IOException {
    CellImage sheet = draw(images);
    BufferedImage buffered =
        new BufferedImage(sheet.width(), sheet.height(), BufferedImage.TYPE_INT_RGB);
    int[] samples = new int[sheet.width() * sheet.height() * 3];
    byte[] rgb = sheet.rgb();
    for (int i = 0; i < rgb.length; i++) {
      samples[i] = rgb[i] & 0xFF;
    }
    buffered.getRaster().setPixels(0, 0, sheet.width(), sheet.height(), samples);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(buffered, "png", out);
    }
    Files.write(png, bytes.toByteArray());
  }

  private void place(byte[] picture, byte[] sheet, int width, int top, int left) {
    for (int y = 0; y < side; y++) {
      System.arraycopy(picture, y * side * 3, sheet, ((top + y) * width + left) * 3, side * 3);
    }
  }
}
