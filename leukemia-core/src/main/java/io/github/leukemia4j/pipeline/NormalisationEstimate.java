package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.backend.TrainableNetwork;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Normalisation statistics of a network over many images: the mean over batches, in double
 * precision, of what each batch says, an image counting as much as any other. A layer's statistics
 * are taken while the layers before it normalise as they will: wholly by the batch, or by the mix
 * of batch and stored statistics that the weight asks for. So all layers are estimated in one pass,
 * as batch normalisation does it while it learns. Immutable.
 *
 * @param estimates by the names of the weights, from the images up
 * @param weight of the estimates, the stored statistics having the rest
 */
record NormalisationEstimate(Map<String, double[]> estimates, double weight) {
  /** Images of a batch, at most. */
  static final int BATCH = 64;

  /** Copies an image, {@code [height, width, 3]}, into a batch. */
  @FunctionalInterface
  interface Images {
    void copyTo(int index, byte[] target, int offset);
  }

  /**
   * Estimates them. Batches are as equal as can be, because a small one says little.
   *
   * @param count of images, at least 1
   * @param imageBytes of one
   * @param images in the order in which they fill the batches
   * @return without any estimate where the network keeps no such statistics
   */
  static NormalisationEstimate of(
      TrainableNetwork network, int count, int imageBytes, Images images, double weight)
      throws InterruptedException {
    Map<String, double[]> sums = new LinkedHashMap<>();
    int batches = (count + BATCH - 1) / BATCH;
    byte[] rgb = new byte[Math.min(count, BATCH) * imageBytes];
    for (int b = 0; b < batches; b++) {
      if (Thread.interrupted()) {
        throw new InterruptedException(PipelineAdaptation.INTERRUPTED);
      }
      int from = (int) ((long) count * b / batches);
      int size = (int) ((long) count * (b + 1) / batches) - from;
      for (int i = 0; i < size; i++) {
        images.copyTo(from + i, rgb, i * imageBytes);
      }
      network
          .statistics(rgb, size, weight)
          .forEach(
              (name, values) -> {
                double[] sum = sums.computeIfAbsent(name, key -> new double[values.length]);
                for (int i = 0; i < sum.length; i++) {
                  sum[i] += (double) size * values[i];
                }
              });
    }
    Map<String, double[]> estimates = new LinkedHashMap<>();
    sums.forEach(
        (name, sum) -> {
          double[] mean = new double[sum.length];
          for (int i = 0; i < mean.length; i++) {
            mean[i] = sum[i] / count;
          }
          estimates.put(name, mean);
        });
    return new NormalisationEstimate(estimates, weight);
  }

  /**
   * The blocks of the network that have such statistics, from the images up: what their names have
   * before the first dot.
   */
  List<String> blocks() {
    return estimates.keySet().stream().map(NormalisationEstimate::block).distinct().toList();
  }

  private static String block(String name) {
    return name.split("\\.", 2)[0];
  }

  /**
   * All weights of the network with those of some blocks replaced.
   *
   * @param stored by name
   * @param blocks whose statistics become {@code (1 - weight) * stored + weight * estimate}
   */
  Map<String, float[]> into(Map<String, float[]> stored, List<String> blocks) {
    return stored.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry ->
                    blocks.contains(block(entry.getKey())) && estimates.containsKey(entry.getKey())
                        ? mixed(entry.getValue(), estimates.get(entry.getKey()))
                        : entry.getValue(),
                (a, b) -> a,
                LinkedHashMap::new));
  }

  private float[] mixed(float[] stored, double[] estimate) {
    float[] mixed = new float[stored.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = (float) ((1 - weight) * stored[i] + weight * estimate[i]);
    }
    return mixed;
  }
}
