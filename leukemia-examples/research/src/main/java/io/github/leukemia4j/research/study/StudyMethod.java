package io.github.leukemia4j.research.study;

import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.evaluation.ScoredSample;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** How a row of a study is trained and tested. */
interface StudyMethod {
  /**
   * What came out of one fold.
   *
   * @param scored the fold's test part, in its order
   * @param trainingSeconds wall-clock; empty where it is not known
   * @param imageMilliseconds the median time for one image
   * @param parameters numbers that were learnt; empty where the method keeps its samples instead
   */
  record Fold(
      List<ScoredSample> scored,
      OptionalDouble trainingSeconds,
      double imageMilliseconds,
      OptionalLong parameters) {}

  /**
   * Trains on a fold's training part and says something of every sample of its test part. A fold
   * that was stopped goes on where it was.
   *
   * @param number of the fold, from 1
   */
  Fold fold(StudyWork work, int number, Split split) throws IOException, InterruptedException;
}
