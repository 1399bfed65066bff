package io.github.leukemia4j.synthetic;

import java.util.random.RandomGenerator;

/**
 * What the cells of one patient's slide have in common, whatever their type: stain, light,
 * sharpness, crowding of red cells, how far cells are spread out flat, and a slight likeness in
 * granules and chromatin. Drawn without regard to any diagnosis, so that colour is no short cut to
 * the label. Immutable.
 */
public final class PatientLook {
  /**
   * Optical density (natural logarithm) of one unit of each dye in red, green and blue, estimated
   * from the colours that are usual in May-Gruenwald-Giemsa slides, such as a nucleus of (90, 37,
   * 130) on a ground of (252, 227, 200).
   */
  private static final double[][] TYPICAL = {
    {1.03, 1.81, 0.43}, {0.42, 0.32, 0.05}, {0.34, 0.76, 0.70}, {0.39, 0.64, 0.35}
  };

  final double[][] density = new double[Stain.DYES][3];
  final double[] background = new double[3];
  final double unevenLightX;
  final double unevenLightY;
  final double blur;
  final double grain;
  final double crowding;
  final double pallor;
  final double spread;
  final double granulation;
  final double chromatin;

  private PatientLook(Draws draws) {
    double strength = draws.between(0.78, 1.22);
    double blueness = draws.between(-0.13, 0.13);
    for (int dye = 0; dye < Stain.DYES; dye++) {
      double gain = strength * draws.between(0.85, 1.15);
      double shift = blueness + draws.between(-0.05, 0.05);
      density[dye][0] = TYPICAL[dye][0] * gain * (1 + shift);
      density[dye][1] = TYPICAL[dye][1] * gain;
      density[dye][2] = TYPICAL[dye][2] * gain * (1 - 1.5 * shift);
    }
    double exposure = draws.between(228, 252);
    double warmth = draws.between(0, 1);
    background[0] = exposure * (1 + 0.01 * warmth);
    background[1] = exposure * (1 - 0.10 * warmth + draws.between(-0.015, 0.015));
    background[2] = exposure * (0.98 - 0.19 * warmth);
    unevenLightX = draws.between(-0.05, 0.05);
    unevenLightY = draws.between(-0.05, 0.05);
    blur = draws.between(0.02, 0.16);
    grain = draws.between(0.6, 2.2);
    crowding = draws.between(0.25, 1);
    pallor = draws.between(0.35, 0.75);
    spread = draws.between(0.87, 1.13);
    granulation = draws.between(0.6, 1.4);
    chromatin = draws.between(0.75, 1.25);
  }

  /**
   * Draws a patient.
   *
   * @param random only its {@code nextDouble} is used, a fixed number of times
   */
  public static PatientLook draw(RandomGenerator random) {
    return new PatientLook(new Draws(random));
  }
}
