package io.github.leukemia4j.synthetic;

import io.github.leukemia4j.Label;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The leukocytes that {@link SyntheticSmear} can draw, each with the label that it carries. */
public enum CellType {
  /** Three to five lobes joined by strands, pale pink cytoplasm with fine granules. */
  SEGMENTED_NEUTROPHIL("normal", 0.36),
  /** A curved nucleus of even width, cytoplasm as the segmented neutrophil's. */
  BAND_NEUTROPHIL("normal", 0.10),
  /** Two lobes among coarse orange granules. */
  EOSINOPHIL("normal", 0.09),
  /** A blurred nucleus under coarse dark violet granules. */
  BASOPHIL("normal", 0.05),
  /** Large; kidney-shaped nucleus with loose chromatin, grey-blue cytoplasm, often vacuoles. */
  MONOCYTE("normal", 0.18),
  /** Small; round dense nucleus in thin or moderate clear blue cytoplasm. */
  LYMPHOCYTE("normal", 0.22),
  /** Myeloblast: large nucleus, fine chromatin, clear nucleoli, now and then an Auer rod. */
  MYELOBLAST("AML", 1),
  /** Lymphoblast: middle-sized, scant cytoplasm, even chromatin, indistinct nucleoli. */
  LYMPHOBLAST("ALL", 1),
  /**
   * Abnormal promyelocyte: folded or bilobed eccentric nucleus, dense azurophil granules, Auer rods
   * often in bundles.
   */
  ABNORMAL_PROMYELOCYTE("APL", 1),
  /** Small mature lymphocyte with blocks of chromatin like a football's, sometimes smudged. */
  CLL_LYMPHOCYTE("CLL", 1);

  private final Label label;
  private final double share;

  CellType(String label, double share) {
    this.label = Label.of(label);
    this.share = share;
  }

  /** {@code normal}, {@code AML}, {@code ALL}, {@code APL} or {@code CLL}. */
  public Label label() {
    return label;
  }

  /** The types of a label; empty where the label is none of the five. */
  static List<CellType> of(Label label) {
    return Stream.of(values()).filter(type -> type.label.equals(label)).toList();
  }

  /**
   * One of a label's types, drawn by how frequent they are here: rare ones more so than in blood.
   */
  static CellType draw(Label label, Draws draws) {
    List<CellType> types = of(label);
    double left = draws.between(0, types.stream().mapToDouble(type -> type.share).sum());
    for (CellType type : types) {
      left -= type.share;
      if (left < 0) {
        return type;
      }
    }
    return types.get(types.size() - 1);
  }

  /** The name in lower case with hyphens, as in file names. */
  String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
