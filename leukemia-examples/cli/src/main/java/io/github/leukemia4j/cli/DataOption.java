package io.github.leukemia4j.cli;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.Datasets.ManifestColumns;
import io.github.leukemia4j.data.csv.CsvTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A labelled data set, and how its files are to be read. */
final class DataOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "D",
      description = "A folder tree whose folders are the labels, or a CSV manifest.")
  private Path data;

  @Option(
      names = "--layout",
      paramLabel = "NAME",
      completionCandidates = Layouts.class,
      description =
          "Read the data as ${COMPLETION-CANDIDATES}, whatever they look like; without it their"
              + " layout is recognised.")
  private String layout;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = "The manifest's column of labels; label by default.")
  private String labelColumn;

  @Option(
      names = "--patient-column",
      paramLabel = "NAME",
      description = "The manifest's column of patients; by default patient, or what is named so.")
  private String patientColumn;

  @Option(
      names = "--auxiliary",
      paramLabel = "NAME[=WEIGHT]",
      description =
          "A further column of the manifest, such as cell_class: training learns it beside the"
              + " labels, at this weight, 0.5 by default. Rows without a label stay if they have a"
              + " value in it. May be given several times.")
  private List<String> auxiliary = new ArrayList<>();

  static final class Layouts extends java.util.ArrayList<String> {
    private static final long serialVersionUID = 1;

    Layouts() {
      super(Datasets.layouts());
    }
  }

  /** The columns that are to be learnt beside the labels, each perhaps with a weight. */
  List<String> auxiliary() {
    return auxiliary;
  }

  /** Those of some columns that the data have; none where they are no manifest. */
  List<String> having(Collection<String> columns) throws IOException {
    Path csv = Files.isDirectory(data) ? data.resolve(Datasets.MANIFEST_FILE) : data;
    List<String> header = Files.isRegularFile(csv) ? CsvTable.header(csv) : List.of();
    return columns.stream()
        .filter(column -> header.stream().anyMatch(column::equalsIgnoreCase))
        .toList();
  }

  Dataset open() throws IOException {
    return open(List.of());
  }

  /**
   * @param further columns that are known to stand beside the labels
   */
  Dataset open(Collection<String> further) throws IOException {
    Set<String> beside = new LinkedHashSet<>(further);
    auxiliary.forEach(column -> beside.add(column.replaceFirst("=[^=]*$", "")));
    if (labelColumn == null && patientColumn == null && beside.isEmpty()) {
      return layout == null ? Datasets.open(data) : Datasets.open(data, layout);
    }
    if (layout != null && !layout.equals("manifest")) {
      throw new ParameterException(
          spec.commandLine(),
          "--label-column, --patient-column and --auxiliary are of a manifest; leave --layout %s out."
              .formatted(layout));
    }
    ManifestColumns columns = ManifestColumns.STANDARD.withAuxiliary(List.copyOf(beside));
    if (labelColumn != null) {
      columns = columns.withLabel(labelColumn);
    }
    if (patientColumn != null) {
      columns = columns.withPatient(patientColumn);
    }
    return Datasets.manifest(data, columns);
  }

  /** Opens the data set and says what it was taken for. */
  Dataset openAndDescribe() throws IOException {
    return openAndDescribe(List.of());
  }

  /**
   * Opens the data set and says what it was taken for.
   *
   * @param further columns that are known to stand beside the labels
   */
  Dataset openAndDescribe(Collection<String> further) throws IOException {
    Dataset dataset = open(further);
    spec.commandLine().getOut().println(dataset.description());
    return dataset;
  }
}
