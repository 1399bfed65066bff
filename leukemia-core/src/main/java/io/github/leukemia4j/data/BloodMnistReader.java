package io.github.leukemia4j.data;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * BloodMNIST (Yang et al., MedMNIST v2, Scientific Data 10:41, 2023; cells of Acevedo et al.,
 * 2020): a {@code .npz} file of images, 28 to 224 pixels wide, in three parts with a label for
 * each. All cells are of healthy donors; which donor is not published.
 */
final class BloodMnistReader {
  private static final String[] LABELS = {
    "basophil",
    "eosinophil",
    "erythroblast",
    "immature granulocyte",
    "lymphocyte",
    "monocyte",
    "neutrophil",
    "platelet"
  };

  private BloodMnistReader() {}

  /** How many images each part has; other sets of MedMNIST have others. */
  private static final Map<String, Integer> PUBLISHED =
      Map.of("train", 11959, "val", 1712, "test", 3421);

  /**
   * @param asked whether the user says that it is BloodMNIST; a part of it is then read as well
   */
  static Dataset read(Path npz, boolean asked) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (String part : List.of("train", "val", "test")) {
      NpzArray images = NpzArray.open(npz, part + "_images");
      byte[] labels = NpzArray.open(npz, part + "_labels").readAll();
      int[] shape = images.shape();
      if (shape.length != 4 || shape[3] != 3 || shape[0] != labels.length) {
        throw new DataException(
            "%s must have as many %s_labels as RGB %s_images; found the shape %s and %s labels. Download BloodMNIST again; other MedMNIST sets are not read."
                .formatted(npz, part, part, Arrays.toString(shape), labels.length));
      }
      if (!asked && labels.length != PUBLISHED.get(part)) {
        throw new DataException(
            ("%s must have the %d %s_images of BloodMNIST to be taken for it; found %d. Other sets"
                    + " of MedMNIST are not read. If it is a part of BloodMNIST, name the layout"
                    + " \"bloodmnist\".")
                .formatted(npz, PUBLISHED.get(part), part, labels.length));
      }
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] < 0 || labels[i] >= LABELS.length) {
          throw new DataException(
              "%s must have labels from 0 to 7; found %s in %s. Download BloodMNIST again."
                  .formatted(npz, labels[i], part));
        }
        // Padded, so that the order of ids is that of the file, in which it is read fastest.
        samples.add(
            new Sample(
                String.format("%s/%06d", part, i),
                new NpzImage(images, i),
                Label.of(LABELS[labels[i]]),
                Optional.empty()));
      }
    }
    return Dataset.read(
        Datasets.BLOOD_MNIST,
        npz.getFileName().toString().replaceFirst("\\.[^.]*$", ""),
        Taxonomy.of("cell").with("cell", LABELS),
        List.copyOf(samples),
        Map.of());
  }

  /** One image of an array. */
  private record NpzImage(NpzArray images, int index) implements ImageSource {
    @Override
    public String name() {
      return images + "[" + index + "]";
    }

    @Override
    public CellImage read() throws IOException {
      return CellImage.ofRgb(images.shape()[1], images.shape()[2], images.read(index));
    }
  }
}
