package io.github.leukemia4j.cli;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.evaluation.crossvalidation.CrossValidation;
import io.github.leukemia4j.evaluation.patient.AbnormalShare;
import io.github.leukemia4j.evaluation.patient.PatientTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a cross-validation says of patients: a table for each stage of two labels. */
final class PatientTables {
  private static final String FILE = "patients.md";

  @Option(
      names = "--patient-types",
      paramLabel = "COLUMN[=TYPE]",
      description =
          "The manifest's column of cell types, whose shares tell patients at the stages of two labels, and a type whose share alone is tried.")
  private String types;

  @Option(
      names = "--abnormal-share",
      paramLabel = "SHARE",
      description =
          "Call patients of whose cells at least this share is called abnormal, such as 0.2, where the exact interval of the share allows it.")
  private Double share;

  /** Writes and prints the tables; nothing where no patient is known. */
  void write(Dataset dataset, CrossValidation result, Path out, PrintWriter console)
      throws IOException {
    Map<String, Integer> foldOf = new HashMap<>();
    for (int fold = 0; fold < result.folds().size(); fold++) {
      for (Sample sample : result.folds().get(fold).test().samples()) {
        foldOf.put(sample.id(), fold + 1);
      }
    }
    Predictions predictions =
        new Predictions(
            dataset.taxonomy(),
            result.scored(),
            result.scored().stream().map(sample -> foldOf.get(sample.id())).toList());
    String text = tables(dataset, predictions) + shares(predictions);
    if (!text.isEmpty()) {
      Files.writeString(out.resolve(FILE), text);
      console.println(text);
      console.flush();
    }
  }

  private String tables(Dataset dataset, Predictions predictions) {
    String[] parts = types == null ? new String[0] : types.split("=", 2);
    Map<String, String> typeOf = new HashMap<>();
    if (parts.length > 0) {
      for (Sample sample : dataset.samples()) {
        Optional.ofNullable(sample.attributes().get(parts[0]))
            .ifPresent(type -> typeOf.put(sample.id(), type));
      }
    }
    StringBuilder text = new StringBuilder();
    for (Label stage : dataset.taxonomy().innerNodes()) {
      if (dataset.taxonomy().children(stage).size() == 2) {
        PatientTable.of(
                predictions,
                stage,
                id -> Optional.ofNullable(typeOf.get(id)),
                parts.length == 2 ? Optional.of(parts[1]) : Optional.empty())
            .ifPresent(table -> text.append(table.markdown()).append(System.lineSeparator()));
      }
    }
    return text.toString();
  }

  private String shares(Predictions predictions) {
    if (share == null) {
      return "";
    }
    Map<AbnormalShare.Verdict, Integer> counts = new HashMap<>();
    AbnormalShare.of(predictions.taxonomy(), predictions.samples(), share)
        .forEach(patient -> counts.merge(patient.verdict(), 1, Integer::sum));
    return String.format(
        Locale.ROOT,
        "At least %s of the cells abnormal, by the exact 95 %% interval of each patient's share: %d patients; below: %d; too few cells to say: %d.%n",
        share,
        counts.getOrDefault(AbnormalShare.Verdict.AT_LEAST, 0),
        counts.getOrDefault(AbnormalShare.Verdict.BELOW, 0),
        counts.getOrDefault(AbnormalShare.Verdict.OPEN, 0));
  }
}
