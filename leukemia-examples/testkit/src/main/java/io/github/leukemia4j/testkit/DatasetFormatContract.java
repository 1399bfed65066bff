package io.github.leukemia4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.DatasetFormat;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.Sample;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link DatasetFormat} that is installed must do. Extend it in the tests of one:
 *
 * <pre>{@code
 * class MyFormatTest extends DatasetFormatContract {
 *   @Override
 *   protected DatasetFormat format() {
 *     return new MyFormat();
 *   }
 *
 *   @Override
 *   protected Map<String, Expected> images() {
 *     return Map.of("healthy/P1_1.png", new Expected("normal", "P1"));
 *   }
 * }
 * }</pre>
 */
public abstract class DatasetFormatContract {
  /**
   * What the format must say of an image.
   *
   * @param label its label
   * @param patient null where the layout tells none
   */
  public record Expected(String label, String patient) {}

  @TempDir private Path folder;

  /** For subclasses. */
  protected DatasetFormatContract() {}

  /** The format to be tested. */
  protected abstract DatasetFormat format();

  /** Files below a folder of this layout, with slashes, and what is to be found; at least two. */
  protected abstract Map<String, Expected> images();

  /** Images that all differ, and that are their folder's. */
  private Path lay() throws IOException {
    int number = 0;
    for (String name : new TreeMap<>(images()).keySet()) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      image.setRGB(number % 8, number / 8 % 8, 0xFFFFFF - number++);
      ImageIO.write(image, "png", file.toFile());
    }
    return folder;
  }

  private void assertWhole(Dataset dataset) {
    Map<String, Expected> found = new TreeMap<>();
    for (Sample sample : dataset.samples()) {
      found.put(sample.id(), new Expected(sample.label().name(), sample.patient().orElse(null)));
    }
    assertThat(found).containsExactlyInAnyOrderEntriesOf(images());
  }

  /** Names: it is found by its own, which no other layout has. */
  @Test
  final void isAmongTheLayoutsByName() {
    assertThat(Datasets.layouts()).containsOnlyOnce(format().name());
    assertThat(format().name()).matches("[a-z0-9][a-z0-9-]*");
    assertThat(format().looks()).isNotBlank();
  }

  /** Contents: labels, patients and ids, and images that can be read. */
  @Test
  final void readsEveryImageWhereItIsNamed() throws Exception {
    Dataset dataset = Datasets.open(lay(), format().name());
    assertWhole(dataset);
    for (Sample sample : dataset.samples()) {
      assertThat(sample.source().read().width()).isEqualTo(8);
      assertThat(dataset.taxonomy().contains(sample.label())).isTrue();
    }
  }

  /** Order: the same folder gives the same data set. */
  @Test
  final void readsTheSameTwice() throws Exception {
    Path laid = lay();
    List<String> first = ids(Datasets.open(laid, format().name()));
    assertThat(ids(Datasets.open(laid, format().name()))).isEqualTo(first);
    assertThat(new HashSet<>(first)).as("no id twice").hasSameSizeAs(first);
  }

  private static List<String> ids(Dataset dataset) {
    return dataset.samples().stream().map(Sample::id).toList();
  }

  /** Claims: a folder of another layout is not taken for this one. */
  @Test
  final void leavesOtherFoldersAlone() throws Exception {
    Path other = folder.resolve("elsewhere");
    for (String label : List.of("one class of mine", "another class of mine")) {
      Files.createDirectories(other.resolve(label));
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(image, "png", other.resolve(label).resolve("an image of mine.png").toFile());
    }
    Dataset dataset = Datasets.open(other);
    assertThat(dataset.taxonomy().children(dataset.taxonomy().root()))
        .extracting(Label::name)
        .containsExactlyInAnyOrder("one class of mine", "another class of mine");
    assertThatThrownBy(() -> Datasets.open(other, format().name()))
        .isInstanceOf(DataException.class);
  }
}
