package io.github.leukemia4j.training.loop;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.backend.TrainableNetwork.Tensor;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What a network begins with instead of random numbers: the weights of a bundle, or of a file of
 * another program, taken by name. The weights of a head are taken where it has the labels of a head
 * of the bundle, or, from a file, which knows no labels, where all their shapes match; else they
 * stay random.
 *
 * @param taken by the names of the network that is trained
 * @param left the names of the network's weights that stay random
 * @param source where they come from, in words
 */
record StartingWeights(Map<String, float[]> taken, List<String> left, String source) {
  private static final Logger LOG = System.getLogger(StartingWeights.class.getName());
  private static final Pattern OF_HEAD = Pattern.compile("head(\\d+)(\\..*)");

  /**
   * Reads them.
   *
   * @param place a bundle's directory, or a file {@code .safetensors} or {@code .npz}
   * @param heads of the network
   * @throws ModelFormatException where the place holds no such weights, where one of the shared
   *     features' weights is missing or has another shape; lists all of them
   * @throws IOException where it cannot be read
   */
  static StartingWeights read(
      Path place, NetworkFactory factory, TrainableNetwork network, List<Head> heads)
      throws IOException {
    Map<String, Tensor> there;
    String source;
    if (Files.isDirectory(place)) {
      ModelBundle bundle = ModelBundle.open(place);
      there = inPlaceOf(factory.weights(bundle), headsTaken(bundle.manifest(), heads));
      source = "%s (%s)".formatted(bundle.manifest().name(), bundle.manifest().format());
    } else {
      there = WeightFile.read(place);
      source = place.getFileName().toString();
    }
    StartingWeights start = choose(network.shapes(), there, place, source);
    LOG.log(
        Level.INFO,
        "Starts from {0} weights of {1}; random stay {2}",
        start.taken().size(),
        place,
        start.left());
    return start;
  }

  /** The number of the head of the bundle with the same labels, for each head. */
  private static List<Optional<Integer>> headsTaken(ModelManifest manifest, List<Head> heads) {
    List<Head> there = Head.listOf(manifest);
    return heads.stream()
        .map(
            head ->
                IntStream.range(0, there.size())
                    .boxed()
                    .filter(h -> there.get(h).labels().labels().equals(head.labels().labels()))
                    .findFirst())
        .toList();
  }

  /** The weights of heads under the number that they have in the new network; others are out. */
  private static Map<String, Tensor> inPlaceOf(
      Map<String, Tensor> weights, List<Optional<Integer>> heads) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    weights.forEach(
        (name, weight) -> {
          Matcher own = OF_HEAD.matcher(name);
          if (!own.matches()) {
            renamed.put(name, weight);
          }
          for (int h = 0; own.matches() && h < heads.size(); h++) {
            if (heads.get(h).equals(Optional.of(Integer.valueOf(own.group(1))))) {
              renamed.put("head" + h + own.group(2), weight);
            }
          }
        });
    return renamed;
  }

  static StartingWeights choose(
      Map<String, int[]> shapes, Map<String, Tensor> there, Path place, String source) {
    Map<String, float[]> taken = new LinkedHashMap<>();
    Set<String> otherHeads = new LinkedHashSet<>();
    List<String> faults = new ArrayList<>();
    shapes.forEach(
        (name, shape) -> {
          Tensor weight = there.get(name);
          Matcher own = OF_HEAD.matcher(name);
          if (weight != null && Arrays.equals(weight.shape(), shape)) {
            taken.put(name, weight.values());
          } else if (own.matches()) {
            otherHeads.add("head" + own.group(1) + ".");
          } else {
            faults.add(
                "%s must have the shape %s; found %s"
                    .formatted(
                        name,
                        Arrays.toString(shape),
                        weight == null ? "none" : Arrays.toString(weight.shape())));
          }
        });
    if (!faults.isEmpty()) {
      throw new ModelFormatException(
          """
          %s: the weights to start from must be those of the network that is trained, by name and \
          shape; %s. Choose the network, the input size and the file that belong together.\
          """
              .formatted(place, String.join("; ", faults)));
    }
    taken.keySet().removeIf(name -> otherHeads.stream().anyMatch(name::startsWith));
    List<String> left = shapes.keySet().stream().filter(name -> !taken.containsKey(name)).toList();
    return new StartingWeights(taken, left, source);
  }

  /** What was taken and what was not, for the model's provenance. */
  String describe() {
    return "%d weights of %s; random: %s"
        .formatted(taken.size(), source, left.isEmpty() ? "none" : String.join(", ", left));
  }
}
