package io.github.leukemia4j.explanation;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.explanation.Explanations.Heatmap;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Stroke;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;

/**
 * An image and what was found in it as one picture: beside the image an overlay for each heat map,
 * with its title, the frame of what the network saw, and below them what the colours mean. Text
 * needs fonts on the machine. Immutable.
 *
 * @param image that was explained
 * @param title of the image, such as its name
 * @param panels from left to right
 */
public record ExplanationPicture(CellImage image, String title, List<Panel> panels) {
  /** Smaller images are enlarged, so that titles fit above them. */
  private static final int LEAST_WIDTH = 320;

  private static final int TITLE = 52;
  private static final int FOOT = 40;
  private static final int GAP = 12;

  /**
   * One overlay.
   *
   * @param title what was explained: label, stage, probability
   * @param map the heat
   * @param crop the share of each side that the network saw, in (0, 1]
   */
  public record Panel(String title, Heatmap map, double crop) {
    /** Checks for null and the range of the crop. */
    public Panel {
      Objects.requireNonNull(title, "title");
      Objects.requireNonNull(map, "map");
      if (!(crop > 0 && crop <= 1)) {
        throw new IllegalArgumentException("The crop must lie in (0, 1]; found " + crop + ".");
      }
    }
  }

  /** Copies the list. */
  public ExplanationPicture {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(title, "title");
    panels = List.copyOf(panels);
  }

  private int scale() {
    return Math.max(1, (LEAST_WIDTH + image.width() - 1) / image.width());
  }

  /** Draws it on white. */
  public BufferedImage draw() {
    int width = scale() * image.width();
    int height = scale() * image.height();
    int all = GAP + (panels.size() + 1) * (width + GAP);
    BufferedImage picture =
        new BufferedImage(all, TITLE + height + FOOT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      panel(graphics, GAP, title, image.toBufferedImage(), 1);
      for (int i = 0; i < panels.size(); i++) {
        Panel panel = panels.get(i);
        panel(
            graphics,
            GAP + (i + 1) * (width + GAP),
            panel.title(),
            panel.map().overlay(image).toBufferedImage(),
            panel.crop());
      }
      colours(graphics, TITLE + height + 12);
    } finally {
      graphics.dispose();
    }
    return picture;
  }

  private void panel(Graphics2D graphics, int left, String text, BufferedImage of, double crop) {
    int width = scale() * image.width();
    int height = scale() * image.height();
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    int y = 18;
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && graphics.getFontMetrics().stringWidth(longer) > width) {
        graphics.drawString(line.toString(), left, y);
        y += 16;
        line = new StringBuilder(word);
      } else {
        line = new StringBuilder(longer);
      }
    }
    graphics.drawString(line.toString(), left, y);
    graphics.drawImage(of, left, TITLE, width, height, null);
    frame(graphics, new Rectangle(left, TITLE, width, height), crop);
  }

  /**
   * Draws the frame of the middle of a picture that a network saw: white dashes on black, so that
   * it is seen on every stain. Nothing where it saw all.
   *
   * @param picture where it lies, in pixels of the graphics
   * @param crop the share of each side that the network saw, in (0, 1]
   */
  public static void frame(Graphics2D graphics, Rectangle picture, double crop) {
    if (crop >= 1) {
      return;
    }
    int width = (int) Math.round(crop * picture.width);
    int height = (int) Math.round(crop * picture.height);
    int x = picture.x + (picture.width - width) / 2;
    int y = picture.y + (picture.height - height) / 2;
    graphics.setColor(Color.BLACK);
    graphics.drawRect(x, y, width - 1, height - 1);
    graphics.setColor(Color.WHITE);
    Stroke before = graphics.getStroke();
    graphics.setStroke(
        new BasicStroke(
            1f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1f, new float[] {5f, 5f}, 0f));
    graphics.drawRect(x, y, width - 1, height - 1);
    graphics.setStroke(before);
  }

  private static void colours(Graphics2D graphics, int y) {
    int x = GAP;
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    graphics.setColor(Color.BLACK);
    graphics.drawString("against", x, y + 11);
    x += graphics.getFontMetrics().stringWidth("against") + 8;
    Color none = new Color(0xF0F0F0);
    graphics.setPaint(new GradientPaint(x, y, new Color(Heatmap.AGAINST), x + 70, y, none));
    graphics.fillRect(x, y, 70, 14);
    graphics.setPaint(new GradientPaint(x + 70, y, none, x + 140, y, new Color(Heatmap.FOR)));
    graphics.fillRect(x + 70, y, 70, 14);
    graphics.setColor(Color.BLACK);
    graphics.drawString("for the label", x + 148, y + 11);
  }

  /**
   * Writes it as a PNG file.
   *
   * @throws FileAlreadyExistsException where something is there already
   * @throws IOException where it cannot be written
   */
  public void write(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(
          file.toString(), null, "nothing is overwritten: choose another file, or remove this one");
    }
    if (!ImageIO.write(draw(), "png", file.toFile())) {
      throw new IOException("This Java has no PNG writer, so " + file + " cannot be written.");
    }
  }
}
