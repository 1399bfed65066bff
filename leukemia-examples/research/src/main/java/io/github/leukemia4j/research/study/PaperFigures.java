package io.github.leukemia4j.research.study;

import java.util.List;

/**
 * What the paper reports of its own methods, as far as it could be read: K. Pritee and R. D. Garg,
 * Artificial Intelligence in Health 2(3), 71-80, 2025, doi 10.36922/aih.4710.
 */
final class PaperFigures {
  /** Why nobody should read these figures beside those of a study as if they were alike. */
  static final String NOT_COMPARABLE =
      """
      The paper's own figures stand here to be read, not to be compared: its protocol is not comparable. It trained \
      and tested on other images (10,000 of C-NMC 2019, 8,000 of them to train), what could be read of it does not say \
      that no patient was in both parts, and it gives no intervals.""";

  /**
   * A line, shares of 1.
   *
   * @param f1 the F1 score
   */
  record Line(String method, double accuracy, double precision, double recall, double f1) {}

  /** At epoch 50. */
  static final List<Line> LINES =
      List.of(
          new Line("SVM and CNN hybrid", 0.82, 0.80, 0.81, 0.805),
          new Line("Traditional machine learning", 0.72, 0.70, 0.72, 0.71));

  /** What the paper says of its own network, in words; it has no row that could be read whole. */
  static final String CURVES =
      """
      Of its own network its curves say that the loss falls from about 0.7 to about 0.1 in 30 epochs and that \
      validation accuracy stands still after epoch 15.""";

  private PaperFigures() {}
}
