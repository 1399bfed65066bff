package io.github.leukemia4j.research.study;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What rows a study may have. Stateless. */
final class StudyRows {
  /** The row whose networks give the features of {@value #HYBRID}. */
  static final String OF_FEATURES = "paper-tversky";

  /** The row of features of a network under a support vector machine. */
  static final String HYBRID = "cnn-svm";

  /**
   * The weight of a stage's positive label in a weighted cross-entropy; the others share the rest.
   */
  private static final double POSITIVE = 0.7;

  private static final String WEIGHTED = "weighted-cross-entropy";

  /** By id: what it is called and as {@link Loss#parse} reads it. */
  private static final Map<String, List<String>> LOSSES = new LinkedHashMap<>();

  private static final Map<String, String> NETWORKS =
      Map.of("paper", "The paper's CNN", "default", "Residual network");

  private static final Map<String, String> OTHERS = new LinkedHashMap<>();

  static {
    LOSSES.put("tversky", List.of("Tversky", "tversky(0.3,0.7)"));
    LOSSES.put("focal-tversky", List.of("focal Tversky", "tversky(0.3,0.7,focal=0.75)"));
    LOSSES.put("cross-entropy", List.of("cross-entropy", "cross-entropy"));
    LOSSES.put(WEIGHTED, List.of("weighted cross-entropy", "cross-entropy"));
    LOSSES.put("focal-cross-entropy", List.of("focal cross-entropy", "cross-entropy(focal=2)"));
    LOSSES.put("dice", List.of("Dice", "dice"));
    OTHERS.put("recurrent", "Recurrent network over rows, default loss");
    OTHERS.put("transformer", "Vision transformer, default loss");
    OTHERS.put(HYBRID, "Features of the paper's CNN, SVM");
    OTHERS.put("features-forest", "Features of the nucleus, random forest");
    OTHERS.put("features-svm", "Features of the nucleus, SVM");
    OTHERS.put("features-neighbours", "Features of the nucleus, 5 nearest neighbours");
    OTHERS.put("colours", "Colours alone, 5 nearest neighbours");
    OTHERS.put("majority", "The most frequent label");
  }

  private StudyRows() {}

  /** In the order of the full table. */
  static List<String> ids() {
    List<String> all = new ArrayList<>();
    for (String network : List.of("paper", "default")) {
      LOSSES.keySet().forEach(loss -> all.add(network + "-" + loss));
    }
    all.addAll(OTHERS.keySet());
    return List.copyOf(all);
  }

  /** What a row is called. */
  static String title(String id) {
    String other = OTHERS.get(id);
    return other != null
        ? other
        : "%s, %s".formatted(NETWORKS.get(networkOf(id)), LOSSES.get(lossOf(id)).get(0));
  }

  private static String networkOf(String id) {
    return id.substring(0, id.indexOf('-'));
  }

  private static String lossOf(String id) {
    return id.substring(id.indexOf('-') + 1);
  }

  /** What does the work of a row. */
  static StudyMethod method(String id, StudyConfig config, Dataset dataset) {
    return switch (id) {
      case "recurrent", "transformer" ->
          new NetworkMethod(config.training().toBuilder().network(NetworkConfig.parse(id)).build());
      case HYBRID -> VectorMethod.ofNetworks(Learners.supportVectors());
      case "features-forest" -> VectorMethod.ofCells(Learners.forest());
      case "features-svm" -> VectorMethod.ofCells(Learners.supportVectors());
      case "features-neighbours" -> VectorMethod.ofCells(Learners.neighbours());
      case "colours" -> VectorMethod.ofColours(Learners.neighbours());
      case "majority" -> VectorMethod.ofNothing();
      default -> new NetworkMethod(network(id, config.training(), dataset.taxonomy()));
    };
  }

  private static TrainingConfig network(String id, TrainingConfig training, Taxonomy taxonomy) {
    TrainingConfig.Builder config =
        training.toBuilder()
            .network(
                networkOf(id).equals("paper") ? NetworkConfig.paper() : NetworkConfig.residual())
            .loss(Loss.parse(LOSSES.get(lossOf(id)).get(1)));
    if (lossOf(id).equals(WEIGHTED)) {
      for (Label stage : taxonomy.innerNodes()) {
        config.loss(stage, weighted(taxonomy, stage));
      }
    }
    return config.build();
  }

  /** The positive label of a stage weighs more; without one all weigh the same. */
  static Loss weighted(Taxonomy taxonomy, Label stage) {
    List<Label> labels = taxonomy.labelSet(stage).labels();
    return taxonomy
        .positive(stage)
        .map(
            positive ->
                labels.stream()
                    .map(
                        label ->
                            label.equals(positive)
                                ? POSITIVE
                                : (1 - POSITIVE) / (labels.size() - 1))
                    .map(weight -> "%.6f".formatted(weight).replace(',', '.'))
                    .collect(Collectors.joining(":")))
        .map(weights -> Loss.parse("cross-entropy(classWeights=%s)".formatted(weights)))
        .orElseGet(() -> Loss.parse("cross-entropy"));
  }
}
