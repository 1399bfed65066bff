package io.github.leukemia4j.image.augment;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.image.decode.ImageDecoder;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
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

  /** Above the pictures, for words. */
  private static final int TITLE = 22;

  /** Further from one label to the next. */
  private static final int BREAK = 10;

  /** So that the words above the columns have room. */
  private static final int LEAST_WIDTH = 240;

  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  /**
   * @throws IllegalArgumentException where a number is out of range
   */
  public ContactSheet {
    Objects.requireNonNull(augmentation, "augmentation");
    if (side < 1 || side > 1024 || epochs < 0 || epochs > 100) {
      throw new IllegalArgumentException(
          "A contact sheet must have a side of 1 to 1024 pixels and 0 to 100 epochs; found %s and %s."
              .formatted(side, epochs));
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
          "A contact sheet must show at least one image and have at most %s pixels; found %s images, %s x %s pixels."
              .formatted(ImageDecoder.MAX_PIXELS, images.size(), height, width));
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
   * Draws the sheet into a PNG file, which it replaces, with words: the first column is marked as
   * the original, and each row has its label; a wider gap stands where another label begins. Text
   * needs fonts on the machine.
   *
   * @param images as {@link #draw} takes them
   * @param labels of the images, in the same order
   * @throws IllegalArgumentException where there are not as many labels as images
   * @throws IOException where the file cannot be written
   */
  public void write(List<CellImage> images, List<String> labels, Path png) throws IOException {
    if (images.size() != labels.size()) {
      throw new IllegalArgumentException(
          "A contact sheet needs a label for each image; found %d labels and %d images."
              .formatted(labels.size(), images.size()));
    }
    BufferedImage rows = draw(images).toBufferedImage();
    int margin = margin(labels);
    int breaks = 0;
    for (int i = 1; i < labels.size(); i++) {
      breaks += labels.get(i).equals(labels.get(i - 1)) ? 0 : 1;
    }
    BufferedImage picture =
        new BufferedImage(
            margin + Math.max(rows.getWidth(), LEAST_WIDTH),
            TITLE + rows.getHeight() + breaks * BREAK,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setFont(FONT);
      graphics.setColor(Color.BLACK);
      graphics.drawString("original", margin + GAP, TITLE - 6);
      if (epochs > 0) {
        int after = graphics.getFontMetrics().stringWidth("original") + 2 * GAP + 4;
        graphics.drawString(
            "as augmentation changes it",
            margin + Math.max(2 * GAP + side, GAP + after),
            TITLE - 6);
      }
      rows(graphics, rows, labels, margin);
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(picture, "png", out);
    }
    Files.write(png, bytes.toByteArray());
  }

  private void rows(Graphics2D graphics, BufferedImage rows, List<String> labels, int margin) {
    int y = TITLE;
    for (int i = 0; i < labels.size(); i++) {
      boolean first = i == 0 || !labels.get(i).equals(labels.get(i - 1));
      y += first && i > 0 ? BREAK : 0;
      int from = GAP + i * (side + GAP);
      graphics.drawImage(rows.getSubimage(0, from, rows.getWidth(), side), margin, y, null);
      graphics.drawString(labels.get(i), GAP, y + Math.max(11, side / 2 + 4));
      y += side + GAP;
    }
  }

  /** The width of the longest label. */
  private static int margin(List<String> labels) {
    FontRenderContext context = new FontRenderContext(null, true, false);
    return labels.stream()
            .mapToInt(label -> (int) Math.ceil(FONT.getStringBounds(label, context).getWidth()))
            .max()
            .orElse(0)
        + 4 * GAP;
  }

  private void place(byte[] picture, byte[] sheet, int width, int top, int left) {
    for (int y = 0; y < side; y++) {
      System.arraycopy(picture, y * side * 3, sheet, ((top + y) * width + left) * 3, side * 3);
    }
  }
}
