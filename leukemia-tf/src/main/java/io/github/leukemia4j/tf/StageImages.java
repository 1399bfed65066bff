package io.github.leukemia4j.tf;

import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.image.Augmentation;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Temporary. */
record StageImages(List<Sample> samples, byte[] rgb, int[] truth, int side) {
  static StageImages read(Dataset data, LabelSet labels, int side) throws IOException {
    int bytes = side * side * 3;
    byte[] rgb = new byte[data.size() * bytes];
    int[] truth = new int[data.size()];
    IntStream.range(0, data.size())
        .parallel()
        .forEach(
            i -> {
              Sample s = data.samples().get(i);
              truth[i] = labels.indexOf(s.label());
              try {
                s.source().read().resize(side, side).copyTo(rgb, i * bytes);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return new StageImages(data.samples(), rgb, truth, side);
  }

  int size() {
    return truth.length;
  }

  int imageBytes() {
    return side * side * 3;
  }

  int[] order(TrainingConfig config, int epoch) {
    SplittableRandom random = new SplittableRandom(config.seed() * 1000003 + epoch);
    int[] order = IntStream.range(0, size()).toArray();
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int t = order[i];
      order[i] = order[j];
      order[j] = t;
    }
    return order;
  }

  void batch(
      TrainingConfig config,
      int epoch,
      int[] order,
      int from,
      int count,
      byte[] batch,
      float[] targets) {
    int labels = targets.length / config.batchSize();
    Arrays.fill(targets, 0);
    for (int i = 0; i < count; i++) {
      int sample = order[from + i];
      byte[] one = Arrays.copyOfRange(rgb, sample * imageBytes(), (sample + 1) * imageBytes());
      config
          .augmentation()
          .apply(one, side, side, Augmentation.random(config.seed(), epoch, sample));
      System.arraycopy(one, 0, batch, i * imageBytes(), imageBytes());
      targets[i * labels + truth[sample]] = 1;
    }
  }

  List<String> ids(int[] order, int from, int count) {
    return Arrays.stream(order, from, from + count).mapToObj(i -> samples.get(i).id()).toList();
  }
}
