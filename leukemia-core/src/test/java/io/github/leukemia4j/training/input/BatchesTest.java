package io.github.leukemia4j.training.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.TestData;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.image.pixels.Mixup;
import io.github.leukemia4j.training.BatchConfig;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BatchesTest {
  private static final int SIDE = 4;
  private static final Taxonomy THREE = Taxonomy.of("cell").with("cell", "a", "b", "c");

  private ImageCache cache;
  private Dataset part;

  /** 60 of a, 30 of b, 10 of c; the image of sample i is all i. */
  @BeforeEach
  void load() throws Exception {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String label = i < 60 ? "a" : i < 90 ? "b" : "c";
      samples.add(TestData.sample("s" + i, label, null, TestData.image(SIDE, SIDE, i)));
    }
    part = Dataset.of("d", THREE, samples);
    cache = ImageCache.load(part, SIDE, SIDE, new ImageCache.Options(1, 1 << 20, done -> {}));
  }

  @AfterEach
  void close() throws Exception {
    cache.close();
  }

  /** What a batch held, copied before its arrays are used again. */
  private record Kept(byte[] images, List<Integer> labels, float[] targets, List<Integer> samples) {
    static Kept of(Batch batch, int imageBytes) {
      return new Kept(
          Arrays.copyOf(batch.images(), batch.size() * imageBytes),
          IntStream.of(batch.heads().get(0).labels()).limit(batch.size()).boxed().toList(),
          Arrays.copyOf(batch.heads().get(0).values(), batch.size() * 3),
          IntStream.of(batch.samples()).limit(batch.size()).boxed().toList());
    }
  }

  private List<Kept> epoch(Batches batches, int number) throws InterruptedException {
    List<Kept> kept = new ArrayList<>();
    Batches.Epoch epoch = batches.epoch(number);
    while (epoch.hasNext()) {
      kept.add(Kept.of(epoch.next(), cache.imageBytes()));
    }
    assertThat(kept).hasSize(epoch.size()).hasSize(batches.batchesPerEpoch());
    return kept;
  }

  private List<Kept> epoch(Builder builder, int number) throws InterruptedException {
    try (Batches batches = builder.build()) {
      return epoch(batches, number);
    }
  }

  private Builder builder() {
    return new Builder(part);
  }

  /** Settings of batches. */
  private final class Builder {
    private final Dataset samples;
    private BatchConfig config = new BatchConfig(32, Sampling.NATURAL, Augmentation.none(), 0, 0);
    private int threads = 2;
    private int prefetch = 4;

    Builder(Dataset samples) {
      this.samples = samples;
    }

    private Builder set(
        int size, Sampling sampling, Augmentation augmentation, double mixup, long seed) {
      config = new BatchConfig(size, sampling, augmentation, mixup, seed);
      return this;
    }

    Builder batchSize(int images) {
      return set(images, config.sampling(), config.augmentation(), config.mixup(), config.seed());
    }

    Builder sampling(Sampling wanted) {
      return set(config.size(), wanted, config.augmentation(), config.mixup(), config.seed());
    }

    Builder augmentation(Augmentation wanted) {
      return set(config.size(), config.sampling(), wanted, config.mixup(), config.seed());
    }

    Builder mixup(double alpha) {
      return set(config.size(), config.sampling(), config.augmentation(), alpha, config.seed());
    }

    Builder seed(long wanted) {
      return set(config.size(), config.sampling(), config.augmentation(), config.mixup(), wanted);
    }

    Builder threads(int count) {
      threads = count;
      return this;
    }

    Builder prefetch(int count) {
      prefetch = count;
      return this;
    }

    Batches build() {
      return new Batches(cache, samples, List.of(), config, threads, prefetch);
    }
  }

  private static List<Integer> samples(List<Kept> epoch) {
    return epoch.stream().flatMap(b -> b.samples().stream()).toList();
  }

  @Nested
  class Content {
    @ParameterizedTest
    @EnumSource(Sampling.class)
    void isTheSamplesImageAndLabel(Sampling sampling) throws InterruptedException {
      for (Kept batch : epoch(builder().sampling(sampling), 3)) {
        for (int i = 0; i < batch.samples().size(); i++) {
          int sample = batch.samples().get(i);
          int label = sample < 60 ? 0 : sample < 90 ? 1 : 2;
          assertThat(batch.labels().get(i)).isEqualTo(label);
          for (int c = 0; c < 3; c++) {
            assertThat(batch.targets()[3 * i + c]).isEqualTo(c == label ? 1 : 0);
          }
          for (int k = 0; k < cache.imageBytes(); k++) {
            assertThat(batch.images()[i * cache.imageBytes() + k]).isEqualTo((byte) sample);
          }
        }
      }
    }

    @Test
    void isAugmentedDifferentlyInEveryEpochAndDraw() throws InterruptedException {
      Augmentation draw = new Drawing();
      Builder builder = builder().sampling(Sampling.BALANCED).augmentation(draw);
      List<Long> drawn = new ArrayList<>();
      for (int number = 0; number < 2; number++) {
        for (Kept batch : epoch(builder, number)) {
          for (int i = 0; i < batch.samples().size(); i++) {
            drawn.add(
                java.nio.ByteBuffer.wrap(batch.images(), i * cache.imageBytes(), 8).getLong());
          }
        }
      }
      assertThat(drawn).hasSize(204).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Sampling.class)
    void doesNotDependOnThreadsAndPrefetch(Sampling sampling) throws InterruptedException {
      Builder builder =
          builder().sampling(sampling).seed(5).batchSize(7).augmentation(Augmentation.cells());
      List<Kept> one = epoch(builder.threads(1).prefetch(1), 2);
      List<Kept> many = epoch(builder.threads(5).prefetch(9), 2);
      assertThat(many).usingRecursiveComparison().isEqualTo(one);
    }

    @Test
    void comesFromAPartOfTheCache() throws InterruptedException {
      Dataset some = part.withSamples(part.samples().subList(58, 62));
      List<Kept> epoch = epoch(new Builder(some), 0);
      assertThat(epoch).hasSize(1);
      Kept batch = epoch.get(0);
      assertThat(batch.samples()).containsExactlyInAnyOrder(0, 1, 2, 3);
      for (int i = 0; i < 4; i++) {
        int sample = batch.samples().get(i);
        assertThat(batch.labels().get(i)).isEqualTo(sample < 2 ? 0 : 1);
        assertThat(batch.images()[i * cache.imageBytes()]).isEqualTo((byte) (58 + sample));
      }
    }
  }

  @Nested
  class Mixing {
    private static final Augmentation NOISE = Augmentation.noise(20);

    /** One long batch, so that positions are those of the epoch. */
    private Kept whole(Builder builder) throws InterruptedException {
      List<Kept> epoch = epoch(builder.seed(5).batchSize(100), 2);
      assertThat(epoch).hasSize(1);
      return epoch.get(0);
    }

    @Test
    void isOffUnlessAskedForAndThenChangesNothing() throws InterruptedException {
      Kept off = whole(builder().augmentation(NOISE));
      assertThat(whole(builder().augmentation(NOISE).mixup(0)))
          .usingRecursiveComparison()
          .isEqualTo(off);
      for (int i = 0; i < 100; i++) {
        int sample = off.samples().get(i);
        assertThat(image(off, i)).isEqualTo(augmented(sample, Augmentation.random(5, 2, sample)));
      }
    }

    @Test
    void mixesTwoAugmentedSamplesOfTheEpochAndTheirTargets() throws InterruptedException {
      Kept off = whole(builder().augmentation(NOISE));
      Kept mixed = whole(builder().augmentation(NOISE).mixup(0.8));
      assertThat(mixed.samples()).isEqualTo(off.samples());
      assertThat(mixed.labels()).isEqualTo(off.labels());
      for (int i = 0; i < 100; i++) {
        int sample = off.samples().get(i);
        RandomGenerator random = Augmentation.random(5, 2, sample);
        byte[] expected = augmented(sample, random);
        double share = new Mixup(0.8).share(random);
        int other = off.samples().get(random.nextInt(100));
        double[] target = hot(sample);
        Mixup.mix(expected, target, augmented(other, random), hot(other), share);
        assertThat(image(mixed, i)).isEqualTo(expected);
        for (int c = 0; c < 3; c++) {
          assertThat(mixed.targets()[3 * i + c]).isEqualTo((float) target[c]);
        }
      }
    }

    @Test
    void keepsTheSamplesOwnLabelTheMainOne() throws InterruptedException {
      Kept mixed = whole(builder().mixup(1));
      int ofTwoClasses = 0;
      for (int i = 0; i < 100; i++) {
        int sample = mixed.samples().get(i);
        int own = mixed.labels().get(i);
        float share = mixed.targets()[3 * i + own];
        assertThat(share).isBetween(0.5f, 1f);
        int value = image(mixed, i)[0];
        if (share < 0.95) {
          ofTwoClasses++;
          // The image of a sample is its number all over: the other one's follows from the share.
          double other = (value - share * sample) / (1 - share);
          double slack = 0.5 / (1 - share) + 1e-3;
          int label = mixed.targets()[3 * i + (own + 1) % 3] > 0 ? (own + 1) % 3 : (own + 2) % 3;
          int[] first = {0, 60, 90, 100};
          assertThat(other).isBetween(first[label] - slack, first[label + 1] - 1 + slack);
        }
      }
      // Two draws are of different classes with a probability of 1 - 0.36 - 0.09 - 0.01 = 0.54,
      // and nine tenths of the shares are below 0.95.
      assertThat(ofTwoClasses).isBetween(30, 70);
    }

    @ParameterizedTest
    @EnumSource(Sampling.class)
    void doesNotDependOnThreadsPrefetchAndBatchSize(Sampling sampling) throws InterruptedException {
      Builder builder =
          builder().sampling(sampling).seed(5).batchSize(7).augmentation(NOISE).mixup(0.4);
      List<Kept> one = epoch(builder.threads(1).prefetch(1), 2);
      assertThat(epoch(builder.threads(5).prefetch(9), 2))
          .usingRecursiveComparison()
          .isEqualTo(one);
      assertThat(images(epoch(builder.batchSize(50), 2))).isEqualTo(images(one));
    }

    private byte[] images(List<Kept> epoch) {
      java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
      epoch.forEach(batch -> all.writeBytes(batch.images()));
      return all.toByteArray();
    }

    @Test
    void isTheSameWhereAnEpochIsGoneOnWith() throws InterruptedException {
      Builder builder = builder().batchSize(10).augmentation(NOISE).mixup(0.4);
      Kept seventh = epoch(builder, 3).get(6);
      try (Batches batches = builder.build()) {
        assertThat(Kept.of(batches.epoch(3, 6).next(), cache.imageBytes()))
            .usingRecursiveComparison()
            .isEqualTo(seventh);
      }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1001, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesWhatIsNoAlpha(double alpha) {
      assertThatThrownBy(() -> builder().mixup(alpha).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found " + alpha);
    }

    private double[] hot(int sample) {
      double[] target = new double[3];
      target[sample < 60 ? 0 : sample < 90 ? 1 : 2] = 1;
      return target;
    }

    private byte[] image(int sample) {
      byte[] rgb = new byte[cache.imageBytes()];
      Arrays.fill(rgb, (byte) sample);
      return rgb;
    }

    private byte[] augmented(int sample, RandomGenerator random) {
      byte[] rgb = image(sample);
      NOISE.apply(rgb, SIDE, SIDE, random);
      return rgb;
    }

    private byte[] image(Kept batch, int index) {
      return Arrays.copyOfRange(
          batch.images(), index * cache.imageBytes(), (index + 1) * cache.imageBytes());
    }
  }

  /** Writes what it draws into the image. */
  private record Drawing() implements Augmentation {
    @Override
    public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
      java.nio.ByteBuffer.wrap(rgb).putLong(random.nextLong());
    }

    @Override
    public String describe() {
      return "drawing";
    }
  }

  @Nested
  class Order {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 32, 99, 100, 1000})
    void isInBatchesOfNearlyEqualSize(int batchSize) throws InterruptedException {
      List<Kept> epoch = epoch(builder().batchSize(batchSize), 0);
      int full = (100 + batchSize - 1) / batchSize;
      assertThat(epoch).hasSize(full);
      assertThat(epoch)
          .allMatch(b -> b.samples().size() == 100 / full || b.samples().size() == 100 / full + 1)
          .allMatch(b -> b.samples().size() <= batchSize);
    }

    @Test
    void holdsEverySampleOnceAndEveryClassEvenlyWhenNatural() throws InterruptedException {
      List<Kept> epoch = epoch(builder().batchSize(20), 1);
      assertThat(samples(epoch))
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).boxed().toList())
          .isNotEqualTo(IntStream.range(0, 100).boxed().toList());
      // Of 5 batches of 20, each has the shares 12, 6 and 2, one more or less at either end.
      for (Kept batch : epoch) {
        assertThat(batch.labels().stream().filter(l -> l == 0).count()).isBetween(10L, 14L);
        assertThat(batch.labels().stream().filter(l -> l == 1).count()).isBetween(4L, 8L);
        assertThat(batch.labels().stream().filter(l -> l == 2).count()).isBetween(1L, 4L);
      }
    }

    @Test
    void holdsEveryClassEquallyOftenWhenBalanced() throws InterruptedException {
      List<Kept> epoch = epoch(builder().sampling(Sampling.BALANCED).batchSize(5), 1);
      int[] draws = new int[100];
      for (Kept batch : epoch) {
        assertThat(batch.labels()).contains(0, 1, 2);
        batch.samples().forEach(s -> draws[s]++);
      }
      // 100 samples of 3 classes: 34 draws of each.
      assertThat(Arrays.stream(draws, 0, 60).sum()).isEqualTo(34);
      assertThat(Arrays.stream(draws, 60, 90).sum()).isEqualTo(34);
      assertThat(Arrays.stream(draws, 90, 100).sum()).isEqualTo(34);
      assertThat(Arrays.stream(draws, 0, 60)).allMatch(d -> d <= 1);
      assertThat(Arrays.stream(draws, 60, 90)).allMatch(d -> d == 1 || d == 2);
      assertThat(Arrays.stream(draws, 90, 100)).allMatch(d -> d == 3 || d == 4);
    }

    @Test
    void holdsTheLaboratoriesOfAClassEquallyOftenWhenBalancedByThem() throws InterruptedException {
      // The last ten of a are of another laboratory, which has neither b nor c.
      Dataset two =
          part.withSamples(
              IntStream.range(0, 100)
                  .mapToObj(
                      i ->
                          part.samples()
                              .get(i)
                              .withAttribute("laboratory", i >= 50 && i < 60 ? "Y" : "X"))
                  .toList());
      int[] draws = new int[100];
      for (Kept batch :
          epoch(new Builder(two).sampling(Sampling.BALANCED_BY_LABORATORY).batchSize(6), 1)) {
        batch.samples().forEach(s -> draws[s]++);
      }
      // 17 turns of once a of X, once a of Y, twice b and twice c.
      assertThat(Arrays.stream(draws, 0, 50).sum()).isEqualTo(17);
      assertThat(Arrays.stream(draws, 50, 60).sum()).isEqualTo(17);
      assertThat(Arrays.stream(draws, 60, 90).sum()).isEqualTo(34);
      assertThat(Arrays.stream(draws, 90, 100).sum()).isEqualTo(34);
    }

    @Test
    void differsByEpochAndSeedAndIsTheSameAgain() throws InterruptedException {
      List<Integer> first = samples(epoch(builder().seed(1), 0));
      assertThat(samples(epoch(builder().seed(1), 0))).isEqualTo(first);
      assertThat(samples(epoch(builder().seed(1), 1))).isNotEqualTo(first);
      assertThat(samples(epoch(builder().seed(2), 0))).isNotEqualTo(first);
    }

    @Test
    void leavesOutClassesWithoutSamples() throws InterruptedException {
      Dataset some = part.withSamples(part.samples().subList(50, 70));
      List<Kept> epoch = epoch(new Builder(some).sampling(Sampling.BALANCED).batchSize(4), 0);
      assertThat(epoch).hasSize(5).allMatch(b -> b.labels().containsAll(List.of(0, 1)));
      assertThat(epoch).noneMatch(b -> b.labels().contains(2));
    }

    @Test
    void isEmptyForAnEmptyPart() throws InterruptedException {
      Dataset none = part.withSamples(List.of());
      assertThat(epoch(new Builder(none), 0)).isEmpty();
      assertThat(epoch(new Builder(none).sampling(Sampling.BALANCED), 0)).isEmpty();
    }
  }

  @Nested
  class Life {
    @Test
    void reusesItsArrays() throws InterruptedException {
      try (Batches batches = builder().batchSize(10).prefetch(2).threads(2).build()) {
        List<byte[]> arrays = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
          Batches.Epoch epoch = batches.epoch(number);
          while (epoch.hasNext()) {
            byte[] images = epoch.next().images();
            if (arrays.stream().noneMatch(a -> a == images)) {
              arrays.add(images);
            }
          }
        }
        assertThat(arrays).hasSizeLessThanOrEqualTo(3);
      }
    }

    @Test
    void endsAnEpochWhenTheNextBegins() throws InterruptedException {
      try (Batches batches = builder().batchSize(10).threads(3).build()) {
        Batches.Epoch left = batches.epoch(0);
        left.next();
        List<Kept> next = epoch(batches, 1);
        assertThat(samples(next)).isEqualTo(samples(epoch(builder().batchSize(10), 1)));
        assertThatThrownBy(left::next)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("the epoch begun last");
      }
    }

    @Test
    void refusesToGoOnPastTheEndOrAfterClosing() throws InterruptedException {
      Batches batches = builder().batchSize(100).build();
      Batches.Epoch epoch = batches.epoch(0);
      epoch.next();
      assertThatThrownBy(epoch::next).isInstanceOf(NoSuchElementException.class);
      batches.close();
      batches.close();
      assertThatThrownBy(epoch::next).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> batches.epoch(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }

    @Test
    void closesInTheMiddleOfTheWorkAndEndsItsThreads() throws InterruptedException {
      CountDownLatch begun = new CountDownLatch(1);
      List<Thread> workers = new ArrayList<>();
      Augmentation slow =
          new Augmentation() {
            @Override
            public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
              synchronized (workers) {
                workers.add(Thread.currentThread());
              }
              begun.countDown();
            }

            @Override
            public String describe() {
              return "counting";
            }
          };
      Batches batches = builder().batchSize(1).prefetch(50).threads(2).augmentation(slow).build();
      batches.epoch(0);
      begun.await();
      batches.close();
      int worked = workers.size();
      for (Thread worker : workers) {
        worker.join();
      }
      assertThat(workers).hasSize(worked).allMatch(Thread::isDaemon);
    }

    @Test
    void passesOnWhatTheAugmentationThrows() {
      Augmentation failing =
          new Augmentation() {
            @Override
            public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
              throw new ArithmeticException("by zero");
            }

            @Override
            public String describe() {
              return "failing";
            }
          };
      try (Batches batches = builder().augmentation(failing).build()) {
        Batches.Epoch epoch = batches.epoch(0);
        assertThatThrownBy(epoch::next)
            .isInstanceOf(ArithmeticException.class)
            .hasMessage("by zero");
      }
    }
  }

  @Nested
  class OfSeveralHeads {
    private static final Taxonomy TREE =
        Taxonomy.of("cell").with("cell", "a", "rest").with("rest", "b", "c");

    /** The same samples, of which those of b and c reach a second head. */
    private Dataset tree() {
      return Dataset.of("tree", TREE, part.samples());
    }

    @Test
    void carryForEachHeadTheImagesThatReachIt() throws Exception {
      try (Batches batches = new Builder(tree()).batchSize(20).build()) {
        Batches.Epoch epoch = batches.epoch(0);
        while (epoch.hasNext()) {
          Batch batch = epoch.next();
          Batch.Targets first = batch.heads().get(0);
          Batch.Targets second = batch.heads().get(1);
          assertThat(first.count()).isEqualTo(batch.size());
          int at = 0;
          for (int i = 0; i < batch.size(); i++) {
            String label = part.samples().get(batch.samples()[i]).label().name();
            int child = label.equals("a") ? 0 : 1;
            assertThat(first.labels()[i]).isEqualTo(child);
            assertThat(first.values()[2 * i + child]).isEqualTo(1);
            assertThat(first.values()[2 * i + 1 - child]).isZero();
            if (child == 1) {
              int leaf = label.equals("b") ? 0 : 1;
              assertThat(second.rows()[at]).isEqualTo(i);
              assertThat(second.labels()[at]).isEqualTo(leaf);
              assertThat(second.values()[2 * at + leaf]).isEqualTo(1);
              assertThat(second.values()[2 * at + 1 - leaf]).isZero();
              at++;
            }
          }
          assertThat(second.count()).isEqualTo(at);
        }
      }
    }

    @Test
    void trainAHeadOnAMixedImageOnlyWhereBothReachIt() throws Exception {
      try (Batches batches = new Builder(tree()).batchSize(100).mixup(1).build()) {
        Batch batch = batches.epoch(0).next();
        Batch.Targets first = batch.heads().get(0);
        Batch.Targets second = batch.heads().get(1);
        // 40 of the 100 reach the second head, and 40 % of those are mixed with another that does.
        assertThat(second.count()).isBetween(5, 30);
        for (int at = 0; at < second.count(); at++) {
          float[] values = second.values();
          assertThat(values[2 * at] + values[2 * at + 1]).isEqualTo(1);
          // Both images are of the rest, so that the first head is sure of it.
          assertThat(first.values()[2 * second.rows()[at] + 1]).isEqualTo(1);
        }
      }
    }

    @Test
    void drawEachLabelOfEachHeadEquallyOftenWhereBalanced() throws Exception {
      try (Batches batches =
          new Builder(tree()).batchSize(102).sampling(Sampling.BALANCED).build()) {
        Batch batch = batches.epoch(0).next();
        // Of four draws two have the first head's other label, so that both its labels are even.
        assertThat(batch.size()).isEqualTo(100);
        assertThat(IntStream.of(batch.heads().get(0).labels()).limit(100).sum()).isEqualTo(50);
        assertThat(batch.heads().get(1).count()).isEqualTo(50);
        assertThat(IntStream.of(batch.heads().get(1).labels()).limit(50).sum()).isEqualTo(25);
      }
    }
  }

  @Nested
  class Settings {
    @Test
    void refuseASampleThatReachesNoHead() {
      Sample root =
          new Sample(
              "s0", part.samples().get(0).source(), Label.of("cell"), java.util.Optional.empty());
      Dataset odd = Dataset.of("d", THREE, List.of(root));
      assertThatThrownBy(() -> new Builder(odd).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "a label below cell, or reach another head; found s0 that does not");
    }
  }
}
