package io.github.leukemia4j.cli;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.image.augment.Augmentation;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Shows what the network will see: each image at the network's size and, beside it, as augmentation
 * changes it in the first epochs.
 *
 * @param side of each picture in pixels: the network's input size
 * @param epochs how many augmented pictures stand beside each image, 0 or more
 * @param augmentation of the training
 * @param seed of the training
 */
record ContactSheet(int side, int epochs, Augmentation augmentation, long seed) {
  private static final int GAP = 2;

  /** Above the pictures, for words. */
  private static final int TITLE = 22;

  /** Further from one label to the next. */
  private static final int BREAK = 10;

  /** So that the words above the columns have room. */
  private static final int LEAST_WIDTH = 240;

  private static final int MOST_PIXELS = 100_000_000;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  ContactSheet {
    if (side < 1 || side > 1024 || epochs < 0 || epochs > 100) {
      throw new IllegalArgumentException(
          "A contact sheet must have a side of 1 to 1024 pixels and 0 to 100 epochs; found %s and %s."
              .formatted(side, epochs));
    }
  }

  /**
   * Draws one row for each image, on white, with its label; a wider gap stands where another label
   * begins. The first column is marked as the original. Text needs fonts on the machine.
   *
   * @param images at least one; an image's place in the list is its sample index
   * @param labels of the images, in the same order
   * @throws IllegalArgumentException where there is no image or the sheet would be too large
   */
  BufferedImage draw(List<CellImage> images, List<String> labels) {
    int breaks = (int) labels.stream().distinct().count() - 1;
    int margin = margin(labels);
    long height = TITLE + (long) images.size() * (side + GAP) + GAP + breaks * BREAK;
    int width = margin + Math.max((epochs + 1) * (side + GAP) + GAP, LEAST_WIDTH);
    if (images.isEmpty() || height * width > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "A contact sheet must show at least one image and have at most %s pixels; found %s images, %s x %s pixels."
              .formatted(MOST_PIXELS, images.size(), height, width));
    }
    BufferedImage sheet = new BufferedImage(width, (int) height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setFont(FONT);
    graphics.setColor(Color.BLACK);
    graphics.drawString("original", margin + GAP, TITLE - 6);
    if (epochs > 0) {
      int after = graphics.getFontMetrics().stringWidth("original") + 3 * GAP + 4;
      graphics.drawString(
          "as augmentation changes it", margin + Math.max(2 * GAP + side, after), TITLE - 6);
    }
    int y = TITLE;
    for (int i = 0; i < images.size(); i++) {
      y += i > 0 && !labels.get(i).equals(labels.get(i - 1)) ? BREAK : 0;
      graphics.drawString(labels.get(i), GAP, y + Math.max(11, side / 2 + 4));
      row(graphics, images.get(i), i, margin + GAP, y);
      y += side + GAP;
    }
    graphics.dispose();
    return sheet;
  }

  private void row(Graphics2D graphics, CellImage image, int index, int x, int y) {
    CellImage original = image.resize(side, side);
    graphics.drawImage(original.toBufferedImage(), x, y, null);
    for (int epoch = 0; epoch < epochs; epoch++) {
      byte[] rgb = original.rgb();
      augmentation.apply(rgb, side, side, Augmentation.random(seed, epoch, index));
      CellImage changed = CellImage.ofRgb(side, side, rgb);
      graphics.drawImage(changed.toBufferedImage(), x + (epoch + 1) * (side + GAP), y, null);
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
}
