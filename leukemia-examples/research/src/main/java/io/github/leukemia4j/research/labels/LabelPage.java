package io.github.leukemia4j.research.labels;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.report.view.Document;
import io.github.leukemia4j.report.view.Document.Block;
import io.github.leukemia4j.report.view.Document.Exhibit;
import io.github.leukemia4j.report.view.Document.Gallery;
import io.github.leukemia4j.report.view.Document.Items;
import io.github.leukemia4j.report.view.Document.Paragraph;
import io.github.leukemia4j.report.view.Document.Section;
import io.github.leukemia4j.report.view.Document.Tabular;
import io.github.leukemia4j.report.view.Numbers;
import io.github.leukemia4j.report.view.Picture;
import io.github.leukemia4j.report.view.Table;
import io.github.leukemia4j.research.Documents;
import io.github.leukemia4j.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows contradicted labels: a contact sheet, and a list of all of them. Thread-safe. */
public final class LabelPage {
  /** The contact sheet. */
  public static final String HTML = "labels.html";

  /** All suspects of all stages, a line each. */
  public static final String CSV = "labels.csv";

  private static final int PATIENTS = 20;

  private LabelPage() {}

  /**
   * Writes {@value #HTML} and {@value #CSV}, in place of those that are there.
   *
   * @param dataset whose images are shown
   * @param found of each stage
   * @param most how many suspects of a stage are shown
   * @throws DataException where a sample is not in the data set
   * @throws IOException where something cannot be written
   */
  public static void write(Dataset dataset, List<LabelAgreement> found, int most, Path directory)
      throws IOException {
    Map<String, Sample> samples = new HashMap<>();
    dataset.samples().forEach(sample -> samples.put(sample.id(), sample));
    List<String> missing =
        found.stream()
            .flatMap(stage -> stage.suspects().stream())
            .map(LabelAgreement.Suspect::id)
            .filter(id -> !samples.containsKey(id))
            .distinct()
            .toList();
    if (!missing.isEmpty()) {
      throw new DataException(
          "The predictions must be of samples of %s; found %d that it does not have. Give the data set that they were made of:"
              .formatted(dataset.name(), missing.size()),
          missing);
    }
    Document document = document(dataset, found, most, samples);
    Files.createDirectories(directory);
    Documents.writeHtml(document, directory.resolve(HTML));
    AtomicFile.write(directory.resolve(CSV), file -> Files.writeString(file, csv(found)));
  }

  private static Document document(
      Dataset dataset, List<LabelAgreement> found, int most, Map<String, Sample> samples) {
    List<Section> sections = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (LabelAgreement stage : found) {
      words.add(
          "Stage %s: %d of %s are confidently of another label; about %s of the labels are wrong, if the models err at random."
              .formatted(
                  stage.stage(),
                  stage.suspects().size(),
                  Numbers.count(stage.samples(), "sample"),
                  Numbers.percent(stage.errors())));
    }
    sections.add(
        Section.of(
            "In words",
            new Items(words, false),
            new Items(
                List.of(
                    "No label was changed. Whoever knows cells looks through the pictures; a model that is wrong in one way contradicts right labels too.",
                    "Do not take samples out of a test part because a model contradicts them: that would grade the model by itself."),
                true)));
    for (LabelAgreement stage : found) {
      sections.add(section(stage, most, samples));
    }
    return new Document(
        dataset.name() + ": labels that predictions contradict",
        "%s Each sample was judged by a pipeline that has not seen its patient, if the predictions are of a cross-validation."
            .formatted(dataset.description()),
        sections);
  }

  private static Section section(LabelAgreement stage, int most, Map<String, Sample> samples) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Tabular("Given labels against those that predictions are sure of", joint(stage)));
    if (!stage.patients().isEmpty()) {
      Table.Builder patients = Table.of("Patient", "Suspects", "Cells", "");
      stage.patients().stream()
          .limit(PATIENTS)
          .forEach(
              p ->
                  patients
                      .row(p.patient())
                      .count(p.suspects())
                      .count(p.samples())
                      .bar((double) p.suspects() / p.samples()));
      blocks.add(new Tabular("Patients with the largest share of suspects", patients.build()));
    }
    List<Exhibit> exhibits =
        stage.suspects().stream().limit(most).map(s -> exhibit(s, samples.get(s.id()))).toList();
    blocks.add(
        new Paragraph(
            exhibits.size() < stage.suspects().size()
                ? "The %d most contradicted of %d; %s lists all."
                    .formatted(exhibits.size(), stage.suspects().size(), CSV)
                : "All of them, the most contradicted first."));
    blocks.add(new Gallery(exhibits));
    return new Section("Stage " + stage.stage(), blocks);
  }

  private static Table joint(LabelAgreement stage) {
    List<String> columns = new ArrayList<>(List.of("Given"));
    stage.labels().labels().forEach(label -> columns.add("sure: " + label));
    columns.add("Threshold");
    Table.Builder table = Table.of(columns);
    for (int given = 0; given < stage.labels().size(); given++) {
      table.row(stage.labels().get(given).name());
      stage.confident().get(given).forEach(table::count);
      double threshold = stage.thresholds().get(given);
      if (Double.isNaN(threshold)) {
        table.none("no sample has this label");
      } else {
        table.value(threshold);
      }
    }
    return table.build();
  }

  private static Exhibit exhibit(LabelAgreement.Suspect suspect, Sample sample) {
    Picture picture;
    try {
      picture =
          Picture.thumbnail(
              sample.source(),
              1,
              "%s, given as %s, predicted as %s"
                  .formatted(suspect.id(), suspect.given(), suspect.predicted()));
    } catch (IOException | DataException e) {
      picture = null;
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "p(%s) %s, p(%s) %s"
            .formatted(
                suspect.given(),
                Numbers.fixed(suspect.ofGiven(), 2),
                suspect.predicted(),
                Numbers.fixed(suspect.ofPredicted(), 2)));
    suspect.patient().ifPresent(patient -> lines.add("patient " + patient));
    lines.add(suspect.id());
    return new Exhibit(
        picture, "%s, not %s?".formatted(suspect.predicted(), suspect.given()), lines);
  }

  private static String csv(List<LabelAgreement> found) {
    StringBuilder csv = new StringBuilder("stage,file,patient,given,predicted,pGiven,pPredicted\n");
    for (LabelAgreement stage : found) {
      for (LabelAgreement.Suspect suspect : stage.suspects()) {
        csv.append(
            String.format(
                Locale.ROOT,
                "%s,%s,%s,%s,%s,%.6f,%.6f%n",
                quoted(stage.stage().name()),
                quoted(suspect.id()),
                quoted(suspect.patient().orElse("")),
                quoted(suspect.given().name()),
                quoted(suspect.predicted().name()),
                suspect.ofGiven(),
                suspect.ofPredicted()));
      }
    }
    return csv.toString();
  }

  private static String quoted(String text) {
    return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
