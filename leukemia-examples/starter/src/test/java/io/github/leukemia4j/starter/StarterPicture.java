package io.github.leukemia4j.starter;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;

/** One cell of each type with its label and the starter's answer: the picture of the README. */
final class StarterPicture {
  private static final int SIDE = 176;
  private static final int COLUMNS = 5;
  private static final int TEXT = 40;
  private static final int GAP = 8;

  private StarterPicture() {}

  static void write(Dataset cells, List<MultilevelResult> answers, Path file) throws IOException {
    int types = cells.taxonomy().leaves().size();
    int rows = (types + COLUMNS - 1) / COLUMNS;
    BufferedImage sheet =
        new BufferedImage(
            GAP + COLUMNS * (SIDE + GAP),
            GAP + rows * (SIDE + TEXT + GAP),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    Set<Label> seen = new HashSet<>();
    for (int i = 0; i < cells.size(); i++) {
      Sample sample = cells.samples().get(i);
      if (seen.add(sample.label())) {
        int at = seen.size() - 1;
        int x = GAP + at % COLUMNS * (SIDE + GAP);
        int y = GAP + at / COLUMNS * (SIDE + TEXT + GAP);
        CellImage image = sample.read().resize(SIDE, SIDE);
        graphics.drawImage(image.toBufferedImage(), x, y, null);
        graphics.setColor(Color.BLACK);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 12));
        graphics.drawString(sample.label().name().replace('_', ' '), x, y + SIDE + 15);
        MultilevelResult answer = answers.get(i);
        graphics.setColor(
            answer.label().equals(sample.label()) ? new Color(0x11, 0x77, 0x33) : Color.RED);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        graphics.drawString(
            answer.outcome() == MultilevelResult.Outcome.REFERRED
                ? "referred"
                : String.format(
                    Locale.ROOT,
                    "%s %.2f",
                    answer.label().name().replace('_', ' '),
                    answer.probability()),
            x,
            y + SIDE + 32);
      }
    }
    graphics.dispose();
    ImageIO.write(sheet, "jpg", file.toFile());
  }
}
