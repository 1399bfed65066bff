package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * ALL-IDB (Labati, Piuri and Scotti, ICIP 2011): {@code ALL_IDB1/im/ImXXX_Y.jpg}, whole fields, and
 * {@code ALL_IDB2/img/ImXXX_Y.tif}, single cells cut from them; Y is 1 with lymphoblasts and 0
 * without. Patients are not published.
 */
final class AllIdbReader {
  static final String LAYOUT = "ALL-IDB";

  private static final Pattern NAME =
      Pattern.compile("Im\\d{3}_[01]\\.(jpg|tif)", Pattern.CASE_INSENSITIVE);

  private AllIdbReader() {}

  static Optional<Dataset> recognise(Path root) throws IOException {
    List<Path> found =
        ImageFolders.find(
            root,
            (folder, below) ->
                below.isEmpty()
                    && ImageFolders.allImages(folder, name -> NAME.matcher(name).matches()));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (found.size() > 1) {
      throw new DataException(
          root
              + " must hold one of ALL-IDB1 and ALL-IDB2, whose images overlap; found "
              + found
              + ". Open one of these folders.");
    }
    Path folder = found.get(0);
    TreeMap<String, Integer> skipped = new TreeMap<>();
    List<Sample> samples = new ArrayList<>();
    for (Path image : ImageFolders.images(folder, skipped)) {
      String name = image.getFileName().toString();
      String label = name.charAt(name.lastIndexOf('_') + 1) == '1' ? "abnormal" : "normal";
      String id = ImageFolders.id(root, image);
      samples.add(new Sample(id, new FileBelow(root, id), Label.of(label), Optional.empty()));
    }
    boolean fields = Datasets.FileNames.extension(Path.of(samples.get(0).id())).equals("jpg");
    return Optional.of(
        Dataset.read(
            LAYOUT + (fields ? "1" : "2"),
            FolderReader.nameOf(root),
            Taxonomy.of("cell").with("cell", "normal", "abnormal"),
            List.copyOf(samples),
            Map.copyOf(skipped)));
  }
}
