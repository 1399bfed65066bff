package io.github.leukemia4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Network} of a backend must do. Extend it in the tests of a backend and say how
 * one is opened:
 *
 * <pre>{@code
 * class MyNetworkTest extends NetworkContract {
 *   @Override
 *   protected Network open() throws IOException {
 *     return new MyBackend().open(BUNDLE, OpenOptions.DEFAULT);
 *   }
 *
 *   @Override
 *   protected ModelManifest manifest() {
 *     return BUNDLE.manifest();
 *   }
 * }
 * }</pre>
 *
 * The kit closes a network once and asks it nothing afterwards, as the library does.
 */
public abstract class NetworkContract {
  private static final int IMAGES = 8;

  /** Odd, and more than kernels take at once. */
  private static final int MANY = 33;

  private ModelManifest manifest;
  private Network network;

  /** For subclasses. */
  protected NetworkContract() {}

  /** Opens the network of the manifest anew; closed by the kit. */
  protected abstract Network open() throws IOException;

  /** Says which heads the network has, and the size of its images. */
  protected abstract ModelManifest manifest() throws IOException;

  /**
   * Specifies how far a logit may be from that of the same image in another call. 0, the same bits,
   * is what a network must keep on a CPU; override it where a GPU computes.
   */
  protected double tolerance() {
    return 0;
  }

  @BeforeEach
  final void openNetwork() throws IOException {
    manifest = manifest();
    network = open();
  }

  @AfterEach
  final void closeNetwork() {
    if (network != null) {
      network.close();
    }
  }

  /** A black image, a white one, and images of noise: those of the indices, one after another. */
  private byte[] pixels(int... indices) {
    int bytes = manifest.input().height() * manifest.input().width() * 3;
    byte[] rgb = new byte[indices.length * bytes];
    for (int i = 0; i < indices.length; i++) {
      byte[] one = new byte[bytes];
      if (indices[i] == 1) {
        Arrays.fill(one, (byte) 255);
      } else if (indices[i] > 1) {
        new SplittableRandom(indices[i]).nextBytes(one);
      }
      System.arraycopy(one, 0, rgb, i * bytes, bytes);
    }
    return rgb;
  }

  private Logits logits(int... indices) {
    return network.logits(pixels(indices), indices.length);
  }

  /** Each image's logits where it is alone. */
  private Logits[] alone() {
    return IntStream.range(0, IMAGES).mapToObj(this::logits).toArray(Logits[]::new);
  }

  /** Requires of each image in the call what it got alone. */
  private void requireSame(Logits found, Logits[] alone, int... indices) {
    assertThat(found.images()).as("images").isEqualTo(indices.length);
    for (int head = 0; head < found.heads(); head++) {
      for (int i = 0; i < indices.length; i++) {
        double[] expected = alone[indices[i]].row(head, 0);
        var row = assertThat(found.row(head, i));
        row.as("head %d, image %d at place %d", head, indices[i], i);
        if (tolerance() == 0) {
          row.isEqualTo(expected);
        } else {
          row.containsExactly(expected, within(tolerance()));
        }
      }
    }
  }

  @Test
  final void hasTheHeadsThatTheManifestLists() {
    List<Head> heads = network.heads();
    assertThat(heads).isNotEmpty().isEqualTo(Head.listOf(manifest));
    logits(0, 2);
    assertThat(network.heads()).isEqualTo(heads);
  }

  @Test
  final void givesEachHeadARowOfFiniteLogitsForEachImage() {
    for (int images : new int[] {1, 2, 5, MANY}) {
      Logits found = logits(IntStream.range(0, images).map(i -> i % IMAGES).toArray());
      assertThat(found.heads()).isEqualTo(network.heads().size());
      assertThat(found.images()).isEqualTo(images);
      for (int head = 0; head < found.heads(); head++) {
        for (double[] row : found.ofHead(head)) {
          assertThat(row).hasSize(network.heads().get(head).labels().size());
          assertThat(Arrays.stream(row)).allMatch(Double::isFinite);
        }
      }
    }
  }

  /** Otherwise the tests of places and threads could not fail. */
  @Test
  final void tellsSomeImagesApart() {
    assertThat(Arrays.stream(alone()).map(one -> Arrays.toString(one.row(0, 0))).distinct())
        .hasSizeGreaterThan(1);
  }

  @Test
  final void givesAnImageTheSameLogitsAloneAndAtAnyPlaceInABatch() {
    Logits[] alone = alone();
    int[] first = IntStream.range(0, IMAGES).toArray();
    int[] backwards = IntStream.range(0, IMAGES).map(i -> IMAGES - 1 - i).toArray();
    int[] many = IntStream.range(0, MANY).map(i -> (3 * i + 2) % IMAGES).toArray();
    for (int[] indices : List.of(first, backwards, many)) {
      requireSame(logits(indices), alone, indices);
    }
  }

  @Test
  final void givesTheSameLogitsToSeveralThreadsAtOnce() throws Exception {
    Logits[] alone = alone();
    LeukemiaClassifierContract.inThreads(
        thread -> {
          for (int round = 0; round < 5; round++) {
            int start = thread + round;
            int[] indices = IntStream.range(start, start + 5).map(i -> i % IMAGES).toArray();
            requireSame(logits(indices), alone, indices);
          }
        });
  }

  @Test
  final void doesNotChangeThePixels() {
    byte[] rgb = pixels(1, 2, 3);
    network.logits(rgb, 3);
    assertThat(rgb).isEqualTo(pixels(1, 2, 3));
  }

  /** The pixels stay the caller's, and the logits are the caller's. */
  @Test
  final void keepsNeitherPixelsNorLogits() {
    Logits[] alone = alone();
    byte[] rgb = pixels(2, 3);
    Logits before = network.logits(rgb, 2);
    byte[] others = pixels(4, 5);
    System.arraycopy(others, 0, rgb, 0, rgb.length);
    Logits after = network.logits(rgb, 2);
    requireSame(before, alone, 2, 3);
    requireSame(after, alone, 4, 5);
    for (int head = 0; head < after.heads(); head++) {
      Arrays.stream(after.ofHead(head)).forEach(row -> Arrays.fill(row, 9));
    }
    requireSame(network.logits(rgb, 2), alone, 4, 5);
  }

  @Test
  final void allowsACallAtLeast() {
    assertThat(network.callsAtOnce()).isPositive();
  }

  @Test
  final void closesWithoutHarmToAnotherOfTheSameManifest() throws IOException {
    Logits[] alone = alone();
    try (Network other = open()) {
      requireSame(other.logits(pixels(2, 3), 2), alone, 2, 3);
    }
    requireSame(logits(2, 3), alone, 2, 3);
  }
}
