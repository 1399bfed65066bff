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

/**
 * AML-Cytomorphology_LMU (Matek, Schwarz, Marr and Spiekermann, The Cancer Imaging Archive, 2019,
 * doi 10.7937/tcia.2019.36f5o9ld): 15 folders named by the abbreviations of cell types, whose
 * images are named by type and number, and {@code annotations.dat} beside or above them, whose
 * lines are file, label and two re-annotations. The label there is the gold standard. Normal are
 * the six types that occur in healthy blood, abnormal all others, which with the 15 smudge cells
 * (KSC) included is the question of atypical cells. Patients are not published.
 */
final class AmlCytomorphologyReader implements DatasetFormat {
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

  @Override
  public String name() {
    return "aml-lmu";
  }

  @Override
  public String looks() {
    return "class folders named " + TYPES.stream().sorted().toList();
  }

  @Override
  public Set<String> lists() {
    return Set.of(ANNOTATIONS);
  }

  @Override
  public Optional<Reading> read(Folder root, boolean asked) throws IOException {
    List<Folder> found =
        root.wrapped().stream()
            .filter(
                folder ->
                    folder.folders().size() >= (asked ? 1 : LEAST_TYPES)
                        && folder.folders().stream().allMatch(f -> TYPES.contains(f.name())))
            .toList();
    if (found.size() != 1) {
      return Optional.empty();
    }
    Folder types = found.get(0);
    Map<String, Label> annotated = annotations(root.path(), types.path());
    List<Sample> samples = new ArrayList<>();
    boolean asPublished = true;
    boolean full = true;
    for (Folder folder : types.folders()) {
      Label ofFolder = Label.of(folder.name());
      List<String> ids = folder.allIds().toList();
      full &= !ids.isEmpty();
      for (String id : ids) {
        String below = types.id().isEmpty() ? id : id.substring(types.id().length() + 1);
        asPublished &= below.matches("(\\w+)/\\1_\\d+\\.\\w+");
        Label label = annotated.getOrDefault(below, ofFolder);
        samples.add(root.sample(id, label, Optional.empty()));
      }
    }
    return samples.isEmpty() || !(asPublished || full || asked)
        ? Optional.empty()
        : Optional.of(
            new Reading(TAXONOMY, samples, Map.of(), asPublished ? Claim.CERTAIN : Claim.POSSIBLE));
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
          "%s must have lines of a file and one of the labels %s. Restore the file as it was published, or remove it to take the folders as labels:"
              .formatted(file, TYPES.stream().sorted().toList()),
          problems);
    }
    return labels;
  }
}
