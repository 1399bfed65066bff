package io.github.leukemia4j.data;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a data set holds of a label.
 *
 * @param label the label's name
 * @param samples how many are labelled with it or with a label below it
 * @param patients of how many known patients these are
 * @param withoutPatient how many of the samples are of an unknown patient
 */
public record LabelCount(String label, int samples, int patients, int withoutPatient) {

  static List<LabelCount> of(Dataset dataset) {
    Taxonomy taxonomy = dataset.taxonomy();
    Map<Label, Tally> tallies = new LinkedHashMap<>();
    taxonomy.labels().forEach(label -> tallies.put(label, new Tally()));
    Map<Label, List<Label>> paths = new LinkedHashMap<>();
    for (Sample sample : dataset.samples()) {
      for (Label label : paths.computeIfAbsent(sample.label(), taxonomy::pathTo)) {
        tallies.get(label).add(sample);
      }
    }
    return tallies.entrySet().stream()
        .map(
            e ->
                new LabelCount(
                    e.getKey().name(),
                    e.getValue().samples,
                    e.getValue().patients.size(),
                    e.getValue().withoutPatient))
        .toList();
  }

  private static final class Tally {
    private final Set<String> patients = new HashSet<>();
    private int samples;
    private int withoutPatient;

    void add(Sample sample) {
      samples++;
      sample.patient().ifPresentOrElse(patients::add, () -> withoutPatient++);
    }
  }
}
