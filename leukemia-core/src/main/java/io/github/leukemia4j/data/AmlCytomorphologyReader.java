package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * AML-Cytomorphology_LMU (Matek, Schwarz, Marr and Spiekermann, The Cancer Imaging Archive, 2019,
 * doi 10.7937/tcia.2019.36f5o9ld): 15 folders named by the abbreviations of cell types, and {@code
 * annotations.dat} beside or above them, whose lines are file, label and two re-annotations. The
 * label there is the gold standard. Normal are the six types that occur in healthy blood, abnormal
 * all others, which with the 15 smudge cells (KSC) included is the question of atypical cells.
 * Patients are not published.
 */
final class AmlCytomorphologyReader {
  static final String LAYOUT = "AML-Cytomorphology_LMU";

  private static final String ANNOTATIONS = "annotations.dat";
  private static final Taxonomy TAXONOMY =
      Taxonomy.of("cell")
          .with("cell", "normal", "abnormal")
          .with("normal", "BAS", "EOS", "LYT", "MON", "NGB", "NGS")
          .with("abnormal", "EBO", "KSC", "LYA", "MMZ", "MOB", "MYB", "MYO", "PMB", "PMO");
  private static final Set<String> TYPES =
      Set.copyOf(TAXONOMY.leaves().stream().map(Label::name).toList());

  /** Fewer folders than all may have been downloaded, but two or three could be anything. */
  private static final int LEAST_TYPES = 5;

  private AmlCytomorphologyReader() {}

  static Optional<Dataset> recognise(Path root) throws IOException {
    List<Path> found =
        ImageFolders.find(
            root,
            (folder, below) ->
                below.size() >= LEAST_TYPES
                    && below.stream().allMatch(f -> TYPES.contains(f.getFileName().toString())));
    if (found.size() != 1) {
      return Optional.empty();
    }
    Path types = found.get(0);
    Map<String, Label> annotated = annotations(root, types);
    TreeMap<String, Integer> skipped = new TreeMap<>();
    List<Sample> samples = new ArrayList<>();
    for (Path folder : ImageFolders.folders(types)) {
      Label ofFolder = Label.of(folder.getFileName().toString());
      for (Path image : ImageFolders.images(folder, skipped)) {
        String id = ImageFolders.id(root, image);
        Label label = annotated.getOrDefault(ImageFolders.id(types, image), ofFolder);
        samples.add(new Sample(id, new FileBelow(root, id), label, Optional.empty()));
      }
    }
    return Optional.of(
        Dataset.read(
            LAYOUT + (annotated.isEmpty() ? "" : " with annotations"),
            FolderReader.nameOf(root),
            TAXONOMY,
            List.copyOf(samples),
            Map.copyOf(skipped)));
  }

  /** By the path below the folder of the types; empty where there is no such file. */
  private static Map<String, Label> annotations(Path root, Path types) throws IOException {
    Path file = types.resolve(ANNOTATIONS);
    for (Path up = types; !Files.exists(file) && !up.equals(root); ) {
      up = up.getParent();
      file = up.resolve(ANNOTATIONS);
    }
    Map<String, Label> labels = new HashMap<>();
    List<String> problems = new ArrayList<>();
    if (Files.exists(file)) {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        String[] columns = line.strip().split("\\s+");
        if (columns.length >= 2 && TYPES.contains(columns[1])) {
          labels.put(columns[0], Label.of(columns[1]));
        } else if (!line.isBlank()) {
          problems.add("line " + number + ": " + line);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          file
              + " must have lines of a file and one of the labels "
              + TYPES.stream().sorted().toList()
              + ". Restore the file as it was published, or remove it to take the folders as labels:",
          problems);
    }
    return labels;
  }
}
