package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.run;
import static io.github.leukemia4j.cli.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.cli.Commands.Run;
import io.github.leukemia4j.synthetic.CellType;
import io.github.leukemia4j.synthetic.PatientLook;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FieldCommandTest {
  private static final int SIDE = 120;
  @TempDir Path temporary;
  private final Path model = Commands.model();

  /** Six drawn cells side by side, each in 24 micrometres of smear. */
  private Path field(Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(4);
    PatientLook look = PatientLook.draw(random);
    BufferedImage field = new BufferedImage(3 * SIDE, 2 * SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = field.createGraphics();
    for (int i = 0; i < 6; i++) {
      CellImage cell = SyntheticSmear.cell(CellType.LYMPHOBLAST, look, random, SIDE);
      graphics.drawImage(cell.toBufferedImage(), i % 3 * SIDE, i / 3 * SIDE, null);
    }
    graphics.dispose();
    ImageIO.write(field, "png", file.toFile());
    return file;
  }

  @Test
  void writesAPageATableAndLinesForEachPatient() throws IOException {
    Path patient = Files.createDirectory(temporary.resolve("anna"));
    field(patient.resolve("one.png"));
    field(patient.resolve("two.png"));
    Path out = temporary.resolve("out");

    Run run =
        succeed(
            "field",
            "--model",
            model,
            "--accept-unfit",
            "--micrometres-per-pixel",
            "0.2",
            "--out",
            out,
            patient);

    assertThat(run.out()).contains("one.png: 6 white cells");
    assertThat(Files.readAllLines(out.resolve("anna.csv"))).hasSize(1 + 12);
    String page = Files.readString(out.resolve("anna.html"));
    assertThat(page).contains("anna: white cells", "12 white cells on 2 fields", "data:image/jpeg");
    JsonNode line =
        new ObjectMapper().readTree(Files.readAllLines(out.resolve("anna.jsonl")).get(0));
    assertThat(line.get("cells")).hasSize(6);
    assertThat(line.at("/cells/0/result/label").asText()).isNotEmpty();
  }

  @Test
  void namesTheFieldThatItCannotReadAndReadsTheOthers() throws IOException {
    Path bad = Files.writeString(temporary.resolve("bad.png"), "no image");
    Run run = run("field", "--model", model, "--json", bad, field(temporary.resolve("good.png")));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(bad.toString());
    assertThat(new ObjectMapper().readTree(run.out()).get("cells")).isNotEmpty();
  }
}
