package io.github.leukemia4j.data;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ALL-IDB (Labati, Piuri and Scotti, ICIP 2011): {@code ALL_IDB1/im/ImXXX_Y.jpg}, whole fields, and
 * {@code ALL_IDB2/img/ImXXX_Y.tif}, single cells cut from them; Y is 1 with lymphoblasts and 0
 * without. Patients are not published. The images also circulate in class folders, whose names then
 * tell the labels and not those of the files.
 */
final class AllIdbReader implements DatasetFormat {
  static final AllIdbReader FIELDS = new AllIdbReader("1", "jpe?g");
  static final AllIdbReader CELLS = new AllIdbReader("2", "tiff?");

  private static final Taxonomy TAXONOMY = Taxonomy.of("cell").with("cell", "normal", "abnormal");

  private final String number;
  private final String extension;
  private final Pattern pattern;

  private AllIdbReader(String number, String extension) {
    this.number = number;
    this.extension = extension;
    pattern = Pattern.compile("Im\\d{3}_([01])\\." + extension, Pattern.CASE_INSENSITIVE);
  }

  @Override
  public String name() {
    return "all-idb" + number;
  }

  @Override
  public String looks() {
    return "images that are all named Im001_0 or Im001_1 and so on, with the extension %s"
        .formatted(extension.replace("?", ""));
  }

  @Override
  public Optional<Reading> read(Folder root, boolean asked) {
    List<Sample> samples = new ArrayList<>();
    boolean mixed = false;
    for (Folder folder : root.wrapped()) {
      List<Matcher> names =
          folder.images().stream().map(pattern::matcher).filter(Matcher::matches).toList();
      if (!asked && names.size() < folder.images().size()) {
        continue;
      }
      mixed |= names.stream().map(name -> name.group(1)).distinct().count() > 1;
      for (Matcher name : names) {
        Label label = Label.of(name.group(1).equals("1") ? "abnormal" : "normal");
        samples.add(root.sample(folder.idOf(name.group()), label, Optional.empty()));
      }
    }
    // A folder with images of both kinds is no class folder, so that the names must tell.
    return samples.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Reading(TAXONOMY, samples, Map.of(), mixed ? Claim.POSSIBLE : Claim.WEAK));
  }
}
