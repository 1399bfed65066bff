package org.example.leukemia;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.DatasetFormat;
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
  public Optional<Reading> read(Folder root, boolean asked) {
    Set<String> names = new HashSet<>();
    List<Sample> samples = new ArrayList<>();
    for (Folder folder : root.folders()) {
      names.add(folder.name());
      Label label = Label.of(LABELS.getOrDefault(folder.name(), "unknown"));
      for (String image : folder.images()) {
        Optional<String> patient =
            image.contains("_")
                ? Optional.of(image.substring(0, image.indexOf('_')))
                : Optional.empty();
        samples.add(folder.sample(folder.idOf(image), label, patient));
      }
    }
    return samples.isEmpty() || !names.equals(LABELS.keySet())
        ? Optional.empty()
        : Optional.of(new Reading(TAXONOMY, samples, Map.of(), Claim.CERTAIN));
  }
}
// [layout]
