package io.github.leukemia4j.synthetic;

/**
 * An amount of each dye at a place. One unit of a dye is what a typical slide has in a dense
 * nucleus (purple), a red cell (haem), middling blue cytoplasm (azure) or an eosinophil's granule
 * (eosin).
 */
record Stain(double purple, double azure, double eosin, double haem) {
  static final int DYES = 4;
  static final Stain NONE = new Stain(0, 0, 0, 0);

  double of(int dye) {
    return switch (dye) {
      case 0 -> purple;
      case 1 -> azure;
      case 2 -> eosin;
      default -> haem;
    };
  }

  Stain times(double factor) {
    return new Stain(purple * factor, azure * factor, eosin * factor, haem * factor);
  }
}
