package io.github.leukemia4j.evaluation.inspection;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.training.input.TrainingColours;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A classifier of a few numbers for each image, to show what these alone give away: the nearest
 * images of other patients vote. Every sample is left out together with its patient's and with
 * identical images, which is cross-validation by patient without folds: nothing is drawn by chance,
 * and classes of few patients need no exception.
 *
 * <p>A vote weighs the inverse of how often its class is to be had, because balanced accuracy is
 * what is looked at; all images as near as the last neighbour vote, so that images with equal
 * numbers decide nothing by their order.
 */
final class NearestNeighbours {
  static final int NEIGHBOURS = 5;

  /** More are thinned evenly: ten thousand take seconds, and more would hardly change a score. */
  static final int MOST_REFERENCES = 10_000;

  private final Taxonomy taxonomy;
  private final List<Label> labels;

  /** So many of the samples, from the first on, may vote. */
  private final int references;

  private final int[] patients;
  private final int[] contents;
  private final double[][] features;

  /**
   * @param patients of each image by number, -1 where it is not known
   * @param contents of each image by number, -1 where it is not known
   */
  private NearestNeighbours(
      Taxonomy taxonomy,
      List<Label> labels,
      int references,
      int[] patients,
      int[] contents,
      Stream<double[]> features) {
    this.taxonomy = taxonomy;
    this.labels = labels;
    this.references = references;
    this.patients = patients;
    this.contents = contents;
    this.features = standardised(features.toArray(double[][]::new), references);
  }

  private static int[] numbered(List<Sample> samples, Function<Sample, String> name) {
    Map<String, Integer> numbers = new HashMap<>();
    return samples.stream()
        .map(name)
        .mapToInt(n -> n == null ? -1 : numbers.computeIfAbsent(n, k -> numbers.size()))
        .toArray();
  }

  /**
   * Tells every readable sample by the others.
   *
   * @param features of a readable sample, always as many
   * @return what the neighbours say of every readable sample
   */
  static List<ScoredSample> score(Verification verification, Function<Sample, double[]> features) {
    List<Sample> samples = verification.readable().samples();
    return new NearestNeighbours(
            verification.dataset().taxonomy(),
            samples.stream().map(Sample::label).toList(),
            samples.size(),
            numbered(samples, s -> s.patient().orElse(null)),
            numbered(samples, s -> verification.digests().get(s.id())),
            samples.stream().map(features))
        .score(samples);
  }

  /**
   * Tells samples by the colours that a model was trained on, none of whose patients and images are
   * among the tested ones.
   *
   * @param colours of a tested sample
   * @return what the neighbours say of the tested samples
   */
  static List<ScoredSample> score(
      Taxonomy taxonomy,
      TrainingColours training,
      List<Sample> tested,
      Function<Sample, double[]> colours) {
    List<Label> labels =
        Stream.concat(training.labels().stream(), tested.stream().map(Sample::label)).toList();
    int[] unknown = new int[labels.size()];
    Arrays.fill(unknown, -1);
    return new NearestNeighbours(
            taxonomy,
            labels,
            training.labels().size(),
            unknown,
            unknown,
            Stream.concat(training.colours().stream(), tested.stream().map(colours)))
        .score(tested);
  }

  /** To a mean of 0 and a standard deviation of 1 of the references; what does not vary is 0. */
  private static double[][] standardised(double[][] rows, int references) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    double[][] result = new double[rows.length][columns];
    for (int c = 0; c < columns; c++) {
      int column = c;
      double mean =
          Arrays.stream(rows, 0, references).mapToDouble(r -> r[column]).average().orElse(0);
      double variance =
          Arrays.stream(rows, 0, references)
              .mapToDouble(r -> (r[column] - mean) * (r[column] - mean))
              .average()
              .orElse(0);
      double scale = variance < 1e-12 ? 0 : 1 / Math.sqrt(variance);
      for (int r = 0; r < rows.length; r++) {
        result[r][c] = (rows[r][c] - mean) * scale;
      }
    }
    return result;
  }

  /**
   * @param tested the last of the images
   */
  private List<ScoredSample> score(List<Sample> tested) {
    int from = labels.size() - tested.size();
    List<Map<Label, Prediction>> predictions = new ArrayList<>();
    tested.forEach(s -> predictions.add(new LinkedHashMap<>()));
    for (Label stage : taxonomy.innerNodes()) {
      LabelSet children = taxonomy.labelSet(stage);
      int[] classOf =
          labels.stream()
              .mapToInt(
                  label -> taxonomy.childTowards(stage, label).map(children::indexOf).orElse(-1))
              .toArray();
      int[] all = IntStream.range(0, references).filter(i -> classOf[i] >= 0).toArray();
      int[] voters = thinned(all);
      List<Prediction> votes =
          IntStream.range(from, labels.size())
              .parallel()
              .mapToObj(i -> vote(i, voters, classOf, children))
              .toList();
      for (int i = 0; i < votes.size(); i++) {
        predictions.get(i).put(stage, votes.get(i));
      }
    }
    return IntStream.range(0, tested.size())
        .mapToObj(i -> scored(tested.get(i), predictions.get(i)))
        .toList();
  }

  private static int[] thinned(int[] all) {
    if (all.length <= MOST_REFERENCES) {
      return all;
    }
    return IntStream.range(0, MOST_REFERENCES)
        .map(i -> all[(int) ((long) i * all.length / MOST_REFERENCES)])
        .toArray();
  }

  private Prediction vote(int sample, int[] voters, int[] classOf, LabelSet labels) {
    double[] distances = new double[voters.length];
    int[] available = new int[labels.size()];
    double[] nearest = new double[NEIGHBOURS];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    for (int r = 0; r < voters.length; r++) {
      int other = voters[r];
      if (related(sample, other)) {
        distances[r] = Double.POSITIVE_INFINITY;
        continue;
      }
      available[classOf[other]]++;
      distances[r] = distance(features[sample], features[other]);
      insert(nearest, distances[r]);
    }
    double reach = nearest[NEIGHBOURS - 1];
    int[] near = new int[labels.size()];
    for (int r = 0; r < voters.length; r++) {
      if (distances[r] <= reach && distances[r] < Double.POSITIVE_INFINITY) {
        near[classOf[voters[r]]]++;
      }
    }
    // One division for each class: where all images are alike, all classes get exactly the same.
    double[] votes =
        IntStream.range(0, near.length)
            .mapToDouble(c -> near[c] == 0 ? 0 : (double) near[c] / available[c])
            .toArray();
    double sum = Arrays.stream(votes).sum();
    return Prediction.of(
        labels, Arrays.stream(votes).map(v -> sum == 0 ? 1.0 / labels.size() : v / sum).toArray());
  }

  /** Squared; short, so that it is compiled soon. */
  private static double distance(double[] a, double[] b) {
    double distance = 0;
    for (int c = 0; c < a.length; c++) {
      double difference = a[c] - b[c];
      distance += difference * difference;
    }
    return distance;
  }

  private boolean related(int a, int b) {
    return a == b
        || contents[a] >= 0 && contents[a] == contents[b]
        || patients[a] >= 0 && patients[a] == patients[b];
  }

  private static void insert(double[] ascending, double value) {
    int at = ascending.length - 1;
    if (value >= ascending[at]) {
      return;
    }
    while (at > 0 && ascending[at - 1] > value) {
      ascending[at] = ascending[at - 1];
      at--;
    }
    ascending[at] = value;
  }

  private ScoredSample scored(Sample sample, Map<Label, Prediction> stages) {
    Label decided = taxonomy.root();
    while (stages.containsKey(decided)) {
      decided = stages.get(decided).label();
    }
    return new ScoredSample(
        sample.id(),
        sample.label(),
        sample.patient(),
        stages,
        decided,
        MultilevelResult.Outcome.DECIDED);
  }
}
