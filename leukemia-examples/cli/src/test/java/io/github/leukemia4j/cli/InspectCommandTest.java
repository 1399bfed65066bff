package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.run;
import static io.github.leukemia4j.cli.Commands.succeed;
import static io.github.leukemia4j.cli.Commands.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.cli.Commands.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir Path temporary;
  private final Path cells = Commands.cells();

  @Test
  void writesAPageAndJson() throws IOException {
    Path html = temporary.resolve("report.html");
    Path json = temporary.resolve("report.json");
    Run run =
        succeed("inspect", "--data", cells.resolve("manifest.csv"), "--html", html, "--json", json);
    assertThat(run.out()).contains("near-duplicate pairs: ", "cell: ", "balanced accuracy");
    assertThat(html).content().startsWith("<!DOCTYPE html>");
    assertThat(JSON.readTree(json.toFile()).at("/baselines/colour/0/stage").asText())
        .isEqualTo("cell");
  }

  @Test
  void drawsAContactSheet() throws IOException {
    Path png = temporary.resolve("sheet.png");
    succeed(
        "contact-sheet",
        "--data",
        cells.resolve("manifest.csv"),
        "--out",
        png,
        "--size",
        "32",
        "--images",
        "1",
        "--epochs",
        "2");
    // Three pictures of 32 pixels in a row take less than the words above them, which have 240; the
    // labels stand before them.
    assertThat(ImageIO.read(png.toFile()).getWidth()).isBetween(240 + 20, 240 + 120);
  }

  @Test
  void inspectShowsLabelsPatientsAndIdenticalImages() throws IOException {
    Path tree = tree(temporary, 4, 4);
    Path original = tree.resolve("normal/normal-0.png");
    Files.copy(original, tree.resolve("abnormal/copy.png"));
    Files.writeString(tree.resolve("normal/broken.png"), "no image");
    Files.writeString(tree.resolve("notes.txt"), "not an image by its name");

    Run run = succeed("inspect", "--data", tree);
    assertThat(run.out())
        .contains("broken.png", "copy.png", "normal-0.png", "No patient is known", "txt");
  }

  @Test
  void sumsPatientsUpInALine() throws IOException {
    Run run = succeed("inspect", "--data", cells.resolve("manifest.csv"));

    assertThat(run.out()).contains("Patients: 30, with 2 to 5 samples each, median 4; 10 have");
    assertThat(run.out().lines().filter(line -> line.contains("P-"))).isEmpty();
  }

  @Test
  void drawsNoPictureUnderTheNameOfAnotherKind() {
    Path jpg = temporary.resolve("sheet.jpg");

    Run run = run("contact-sheet", "--data", cells.resolve("manifest.csv"), "--out", jpg);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("must end in .png", "sheet.jpg");
    assertThat(jpg).doesNotExist();
  }
}
