package org.example.leukemia;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.DatasetFormat;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.ImageTree;
import io.github.leukemia4j.data.Sample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

// [layout]
/**
 * Three folders, {@code healthy}, {@code myeloid} and {@code lymphoid}, with images named {@code
 * PATIENT_NUMBER}.
 */
public final class ThreeFolders implements DatasetFormat {
  private static final Map<String, String> LABELS =
      Map.of("healthy", "normal", "myeloid", "AML", "lymphoid", "ALL");
  private static final Taxonomy TAXONOMY =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "ALL");

  @Override
  public String name() {
    return "three-folders";
  }

  @Override
  public String looks() {
    return "the folders healthy, myeloid and lymphoid, with images named PATIENT_NUMBER";
  }

  @Override
  public Optional<Reading> read(ImageTree tree, boolean asked) {
    Set<String> names = new HashSet<>();
    List<Sample> samples = new ArrayList<>();
    for (ImageTree folder : tree.folders()) {
      names.add(folder.name());
      for (String image : folder.images()) {
        Optional<String> patient =
            image.contains("_")
                ? Optional.of(image.substring(0, image.indexOf('_')))
                : Optional.empty();
        Label label = Label.of(LABELS.getOrDefault(folder.name(), "unknown"));
        ImageSource file = ImageSource.file(folder.folder().resolve(image));
        samples.add(new Sample(folder.idOf(image), file, label, patient));
      }
    }
    if (!names.equals(LABELS.keySet()) || samples.isEmpty()) {
      return Optional.empty();
    }
    String name = tree.folder().getFileName().toString();
    Dataset dataset = Dataset.read("three folders", name, TAXONOMY, samples, tree.skipped(""));
    return Optional.of(new Reading(dataset, Map.of(), Claim.CERTAIN));
  }
}
// [layout]
