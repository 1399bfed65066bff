package io.github.leukemia4j.tf;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.inference.ProbabilityScale;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the network of a bundle as an ONNX model, from raw pixels to logits and probabilities. The
 * graph is translated operation by operation, so that the export needs to know nothing of the
 * network's shape. The correction for the priors and the temperature come from the manifest, which
 * is what the classifier goes by.
 */
final class OnnxExport {
  /** After correction for the priors and the temperature: float [images, labels]. */
  private static final String PROBABILITIES = "probabilities";

  /** What a bundle's manifest calls this format. */
  static final String FORMAT = "onnx";

  /** The only file of the network. */
  static final String FILE = "model.onnx";

  private static final Map<String, Object> NONE = Map.of();

  /** Added to logits that no label is read from: no share of a softmax is left. */
  private static final double UNREAD = -1e4;

  private static final String CROP =
      """
      Of each side of an image the middle share in the metadata (centre_crop) must be cut out \
      first, and then resized: this file does neither.\s\
      """;

  private static final String STAIN =
      """
      The images must be stain-normalised first, to the colours in the metadata \
      (stain_normalisation): this file does not do it.\s\
      """;

  private OnnxExport() {}

  /**
   * Translates a bundle's network into an ONNX model.
   *
   * @throws ModelFormatException where the graph holds what cannot be translated
   */
  static byte[] model(ModelBundle bundle) throws IOException {
    ModelManifest manifest = bundle.manifest();
    ModelManifest.Input input = manifest.input();
    Path file = bundle.file(SavedModelFile.DIRECTORY + "/" + SavedModelFile.FILE);
    OnnxSource source =
        new OnnxSource(
            file, SavedModelFile.read(file, manifest, Extensions.installed().operations()));
    OnnxGraph graph = new OnnxGraph();
    graph.input(SavedModelFile.IMAGES, OnnxGraph.UINT8, "images", input.height(), input.width(), 3);
    OnnxTranslation network = new OnnxTranslation(source, input.height(), input.width(), graph);
    for (int head = 0; head < manifest.heads().size(); head++) {
      String logits = SavedModelFile.logits(head);
      String translated = network.translate(logits);
      graph.output(logits, OnnxGraph.FLOAT, "images", manifest.heads().get(head).labels().size());
      graph.node("Identity", logits, NONE, translated);
    }
    for (int head = 0; head < manifest.heads().size(); head++) {
      addProbabilities(graph, manifest, head);
    }
    return graph.model(manifest.name(), description(manifest), metadata(manifest));
  }

  /** Calibrated probabilities of the natural mixture, from the logits. */
  private static void addProbabilities(OnnxGraph graph, ModelManifest manifest, int number) {
    HeadManifest head = manifest.heads().get(number);
    int labels = head.labels().size();
    String suffix = number == 0 ? "" : "." + number;
    graph.output(PROBABILITIES + suffix, OnnxGraph.FLOAT, "images", labels);
    String logits = SavedModelFile.logits(number);
    if (head.reading() != null) {
      String sums = sums(graph, suffix, manifest, head);
      double own = head.reading().own();
      logits =
          own == 0
              ? sums
              : graph.node(
                  "Add",
                  "mean_logits" + suffix,
                  NONE,
                  times(graph, "own" + suffix, logits, own),
                  times(graph, "of_sums" + suffix, sums, 1 - own));
    }
    ProbabilityScale scale = ProbabilityScale.of(head, Map.of());
    double[] correction = scale.corrected(new double[labels]);
    String corrected =
        graph.node(
            "Add",
            "prior_corrected" + suffix,
            NONE,
            logits,
            graph.constant("prior_correction" + suffix, OnnxGraph.FLOAT, correction, labels));
    String tempered =
        graph.node(
            "Div",
            "tempered" + suffix,
            NONE,
            corrected,
            graph.constant(
                "temperature" + suffix, OnnxGraph.FLOAT, new double[] {head.temperature()}));
    String shifted =
        Arrays.stream(scale.shift()).allMatch(s -> s == 0)
            ? tempered
            : graph.node(
                "Add",
                "shifted" + suffix,
                NONE,
                tempered,
                graph.constant("shift" + suffix, OnnxGraph.FLOAT, scale.shift(), labels));
    graph.node("Softmax", PROBABILITIES + suffix, Map.of("axis", -1), shifted);
  }

  /** Up to a number that is the same for all labels, and so nothing to their softmax. */
  private static String sums(
      OnnxGraph graph, String suffix, ModelManifest manifest, HeadManifest head) {
    String logits = SavedModelFile.logits(manifest.source(head));
    int[][] places = manifest.places(head).orElseThrow();
    int values = manifest.heads().get(manifest.source(head)).labels().size();
    double[] below = new double[values * places.length];
    double[] unread = new double[values];
    Arrays.fill(unread, UNREAD);
    for (int label = 0; label < places.length; label++) {
      for (int value : places[label]) {
        below[value * places.length + label] = 1;
        unread[value] = 0;
      }
    }
    // A value of no label would otherwise leave every sum below it at 0, if it leads by far.
    String read =
        graph.node(
            "Add",
            "of_labels" + suffix,
            NONE,
            logits,
            graph.constant("unread" + suffix, OnnxGraph.FLOAT, unread, values));
    String shares = graph.node("Softmax", "read" + suffix, Map.of("axis", -1), read);
    String sums =
        graph.node(
            "MatMul",
            "sums" + suffix,
            NONE,
            shares,
            graph.constant("below" + suffix, OnnxGraph.FLOAT, below, values, places.length));
    return graph.node("Log", "log_sums" + suffix, NONE, sums);
  }

  private static String times(OnnxGraph graph, String name, String logits, double factor) {
    return graph.node(
        "Mul",
        name,
        NONE,
        logits,
        graph.constant("share_of_" + name, OnnxGraph.FLOAT, new double[] {factor}));
  }

  private static String description(ModelManifest manifest) {
    return "Chooses among %s for 8-bit RGB images of cells, [images, height, width, 3]. %s%sResearch use only: not a medical device."
        .formatted(
            String.join(
                "; ", manifest.heads().stream().map(head -> head.labels().toString()).toList()),
            manifest.input().centreCrop() == 1 ? "" : CROP,
            manifest.input().stainNormalisation() == null ? "" : STAIN);
  }

  private static Map<String, String> metadata(ModelManifest manifest) throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("name", manifest.name());
    for (int i = 0; i < manifest.heads().size(); i++) {
      HeadManifest head = manifest.heads().get(i);
      String suffix = i == 0 ? "" : "." + i;
      all.put(head.kind().name().toLowerCase(Locale.ROOT) + suffix, head.stage());
      all.put("labels" + suffix, new ObjectMapper().writeValueAsString(head.labels()));
      if (head.positive() != null) {
        all.put("positive" + suffix, head.positive());
      }
    }
    if (manifest.input().centreCrop() != 1) {
      all.put("centre_crop", manifest.input().centreCrop().toString());
    }
    if (manifest.input().micrometresPerPixel() != null) {
      all.put("micrometres_per_pixel", manifest.input().micrometresPerPixel().toString());
    }
    if (manifest.input().stainNormalisation() != null) {
      all.put(
          "stain_normalisation",
          new ObjectMapper().writeValueAsString(manifest.input().stainNormalisation()));
    }
    all.put("use", "research use only");
    all.put(
        "source.sha256",
        manifest.files().get(SavedModelFile.DIRECTORY + "/" + SavedModelFile.FILE).sha256());
    if (manifest.provenance() != null) {
      all.put("source.library", "leukemia4j " + manifest.provenance().library());
    }
    return all;
  }
}
