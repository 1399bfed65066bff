package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.csv.CsvTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * C-NMC 2019 (Gupta and Gupta, The Cancer Imaging Archive, 2019, doi 10.7937/tcia.2019.dc64i46r):
 * training folders {@code fold_N/all} and {@code fold_N/hem}, and the preliminary test set, whose
 * images are numbered and whose CSV file has the columns {@code Patient_ID,new_names,labels}, the
 * first being the name that the image had. The final test set has no labels and is left out.
 */
final class CnmcReader implements DatasetFormat {
  private static final Pattern NAME = FolderReader.CNMC_NAME;
  private static final Set<String> CLASSES = Set.of("all", "hem");
  private static final String PRELIMINARY = "C-NMC_test_prelim_phase_data";
  private static final String PRELIMINARY_LABELS = PRELIMINARY + "_labels.csv";
  private static final String FINAL = "C-NMC_test_final_phase_data";
  private static final Taxonomy TAXONOMY = Taxonomy.of("cell").with("cell", "normal", "abnormal");

  @Override
  public String name() {
    return "c-nmc";
  }

  @Override
  public String looks() {
    return "images named UID_<subject>_<image>_<cell>_<all or hem>.bmp, or " + PRELIMINARY_LABELS;
  }

  @Override
  public Set<String> lists() {
    return Set.of(PRELIMINARY_LABELS);
  }

  @Override
  public Optional<Reading> read(Folder root, boolean asked) throws IOException {
    Found found = new Found(root.path());
    Claim claim = Claim.CERTAIN;
    for (Folder folder : root.all().toList()) {
      List<String> named =
          folder.images().stream().filter(name -> NAME.matcher(name).matches()).toList();
      if (!named.isEmpty()) {
        boolean ofClass = CLASSES.contains(folder.name());
        claim = ofClass ? claim : Claim.WEAK;
        (ofClass ? folder.images() : named).forEach(image -> found.addImage(folder, image));
      }
    }
    for (Folder folder : root.wrapped()) {
      if (folder.others().contains(PRELIMINARY_LABELS)) {
        found.addPreliminary(folder.path().resolve(PRELIMINARY_LABELS));
      }
    }
    Set<String> unlabelled =
        root.all()
            .filter(folder -> folder.name().equals(FINAL))
            .flatMap(Folder::allIds)
            .collect(Collectors.toSet());
    List<Sample> samples = found.whole();
    return samples.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Reading(
                TAXONOMY,
                samples,
                Map.of("the final test set, without labels", unlabelled),
                claim));
  }

  /** Whether a CSV file with these columns is the list of the preliminary test set. */
  static boolean isPreliminary(List<String> header) {
    return header.containsAll(List.of("Patient_ID", "new_names", "labels"));
  }

  Dataset preliminary(Path csv) throws IOException {
    Found found = new Found(csv.toAbsolutePath().getParent());
    found.addPreliminary(csv.toAbsolutePath());
    return Dataset.read(name(), "C-NMC_test_prelim", TAXONOMY, found.whole(), Map.of());
  }

  /** What was found so far. */
  private record Found(Path root, List<Sample> samples, List<String> problems) {
    Found(Path root) {
      this(root, new ArrayList<>(), new ArrayList<>());
    }

    /** From a folder in which some names, at least, are those of this data set. */
    void addImage(Folder folder, String image) {
      Matcher name = NAME.matcher(image);
      String path = folder.path().resolve(image).toString();
      if (!name.matches()) {
        problems.add(path + ": the name must be UID_<subject>_<image>_<cell>_<all or hem>.bmp");
      } else if (CLASSES.contains(folder.name())
          && !name.group(2).equalsIgnoreCase(folder.name())) {
        problems.add(path + ": the name must have the class of its folder");
      } else {
        add(folder.idOf(image), name);
      }
    }

    void addPreliminary(Path csv) throws IOException {
      Path folder = csv.getParent();
      // The archive has one folder of that name, or two nested ones.
      for (Path inner = folder.resolve(PRELIMINARY);
          Files.isDirectory(inner);
          inner = inner.resolve(PRELIMINARY)) {
        folder = inner;
      }
      StringBuilder prefix = new StringBuilder();
      for (Path step : root.relativize(folder)) {
        prefix.append(step.toString().isEmpty() ? "" : step + "/");
      }
      CsvTable.read(
          csv,
          List.of("Patient_ID", "new_names", "labels"),
          row -> {
            Matcher name = NAME.matcher(row.value("Patient_ID"));
            boolean all = row.value("labels").equals("1");
            if (!name.matches()
                || all != name.group(2).equalsIgnoreCase("all")
                || !row.value("new_names").matches("\\d+\\.bmp")) {
              problems.add(csv + " line " + row.line() + ": name, number and label must agree");
            } else {
              add(prefix + row.value("new_names"), name);
            }
          });
    }

    private void add(String id, Matcher name) {
      Label label = Label.of(name.group(2).equalsIgnoreCase("all") ? "abnormal" : "normal");
      samples.add(
          new Sample(id, ImageSource.file(root, id), label, FolderReader.subject(name.group())));
    }

    List<Sample> whole() {
      if (!problems.isEmpty()) {
        throw new DataException(
            """
            %s must be laid out as C-NMC 2019 was published, since the names tell the \
            patients. Restore these names, list the images in a CSV manifest, or read the \
            folder in the layout "%s", as a tree of class folders:\
            """
                .formatted(root, Datasets.FOLDERS),
            problems);
      }
      return samples;
    }
  }
}
