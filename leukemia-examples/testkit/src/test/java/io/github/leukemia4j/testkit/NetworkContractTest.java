package io.github.leukemia4j.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelManifest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract finds what it says it finds, and a network of two heads keeps it. */
class NetworkContractTest {
  private static final int SIDE = 4;
  private static final int BYTES = 3 * SIDE * SIDE;
  private static final ModelManifest MANIFEST =
      new ModelManifest(
          "cell",
          "plain",
          new ModelManifest.Input(SIDE, SIDE, "area", "none"),
          "none",
          List.of(
              head("cell", LabelSet.of("normal", "abnormal")),
              head("abnormal", LabelSet.of("AML", "APL"))),
          null,
          null,
          null);

  private static HeadManifest head(String stage, LabelSet labels) {
    List<Double> even = List.of(0.5, 0.5);
    return HeadManifest.of(
        Label.of(stage), labels, "none", new ModelManifest.Priors("natural", even, even), Map.of());
  }

  /** Weighs each byte by its place. */
  private static class Weighted implements Network {
    @Override
    public List<Head> heads() {
      return Head.listOf(MANIFEST);
    }

    @Override
    public Logits logits(byte[] rgb, int images) {
      double[][][] logits = new double[2][images][2];
      for (int i = 0; i < images; i++) {
        double sum = 0;
        for (int p = 0; p < BYTES; p++) {
          sum += (rgb[i * BYTES + p] & 0xFF) * Math.sqrt(p + 1);
        }
        logits[0][i][1] = sum / 1000;
        logits[1][i][0] = -sum / 3000;
      }
      return Logits.of(logits);
    }

    @Override
    public void close() {}
  }

  @Nested
  class Sound extends NetworkContract {
    @Override
    protected Network open() {
      return new Weighted();
    }

    @Override
    protected ModelManifest manifest() {
      return MANIFEST;
    }
  }

  /** What a flawed network gives in place of what a sound one does. */
  private interface Flaw {
    Logits logits(Network sound, byte[] rgb, int images);
  }

  private static Network flawed(Flaw flaw) {
    Network sound = new Weighted();
    return new Weighted() {
      @Override
      public Logits logits(byte[] rgb, int images) {
        return flaw.logits(sound, rgb, images);
      }
    };
  }

  private static NetworkContract contract(Supplier<Network> opening) {
    NetworkContract contract =
        new NetworkContract() {
          @Override
          protected Network open() {
            return opening.get();
          }

          @Override
          protected ModelManifest manifest() {
            return MANIFEST;
          }
        };
    assertThatCode(contract::openNetwork).doesNotThrowAnyException();
    return contract;
  }

  private static void assertCaught(ThrowingCallable test) {
    assertThatThrownBy(test).isInstanceOf(AssertionError.class);
  }

  @Test
  void findsHeadsInAnotherOrder() {
    Network flawed =
        new Weighted() {
          @Override
          public List<Head> heads() {
            List<Head> heads = super.heads();
            return List.of(heads.get(1), heads.get(0));
          }
        };
    assertCaught(contract(() -> flawed)::hasTheHeadsThatTheManifestLists);
  }

  @Test
  void findsAHeadWithoutLogits() {
    Network flawed =
        flawed(
            (sound, rgb, images) ->
                Logits.of(new double[][][] {sound.logits(rgb, images).ofHead(0)}));
    assertCaught(contract(() -> flawed)::givesEachHeadARowOfFiniteLogitsForEachImage);
  }

  @Test
  void findsALogitThatIsNoNumber() {
    Network flawed =
        flawed(
            (sound, rgb, images) -> {
              Logits logits = sound.logits(rgb, images);
              logits.row(1, images - 1)[0] = Double.NaN;
              return logits;
            });
    assertCaught(contract(() -> flawed)::givesEachHeadARowOfFiniteLogitsForEachImage);
  }

  @Test
  void findsANetworkThatSaysTheSameOfAllImages() {
    Network flawed = flawed((sound, rgb, images) -> sound.logits(new byte[rgb.length], images));
    assertCaught(contract(() -> flawed)::tellsSomeImagesApart);
  }

  /** By one unit in the last place, in one head. */
  @Test
  void findsLogitsThatDependOnTheBatch() {
    Network flawed =
        flawed(
            (sound, rgb, images) -> {
              Logits logits = sound.logits(rgb, images);
              if (images > 8) {
                logits.row(1, images - 1)[0] = Math.nextUp(logits.row(1, images - 1)[0]);
              }
              return logits;
            });
    assertCaught(contract(() -> flawed)::givesAnImageTheSameLogitsAloneAndAtAnyPlaceInABatch);
  }

  /** A call that begins while another runs computes on black images. */
  @Test
  void findsANetworkForOneThread() {
    AtomicInteger running = new AtomicInteger();
    Network flawed =
        flawed(
            (sound, rgb, images) -> {
              boolean alone = running.incrementAndGet() == 1;
              try {
                Thread.sleep(2);
                return sound.logits(alone ? rgb : new byte[rgb.length], images);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              } finally {
                running.decrementAndGet();
              }
            });
    assertThatThrownBy(contract(() -> flawed)::givesTheSameLogitsToSeveralThreadsAtOnce)
        .hasCauseInstanceOf(AssertionError.class);
  }

  @Test
  void findsChangedPixels() {
    Network flawed =
        flawed(
            (sound, rgb, images) -> {
              rgb[rgb.length - 1]++;
              return sound.logits(rgb, images);
            });
    assertCaught(contract(() -> flawed)::doesNotChangeThePixels);
  }

  /** It takes an array that it has seen for what was in it then. */
  @Test
  void findsKeptPixels() {
    Network flawed =
        new Weighted() {
          private byte[] seen;
          private Logits last;

          @Override
          public Logits logits(byte[] rgb, int images) {
            if (rgb != seen) {
              last = super.logits(rgb, images);
            }
            seen = rgb;
            return last;
          }
        };
    assertCaught(contract(() -> flawed)::keepsNeitherPixelsNorLogits);
  }

  /** It gives the same arrays again, whatever was written to them. */
  @Test
  void findsKeptLogits() {
    Map<Integer, Logits> kept = new HashMap<>();
    Network flawed =
        flawed(
            (sound, rgb, images) ->
                kept.computeIfAbsent(Arrays.hashCode(rgb), key -> sound.logits(rgb, images)));
    assertCaught(contract(() -> flawed)::keepsNeitherPixelsNorLogits);
  }

  @Test
  void findsThatNoCallIsAllowed() {
    Network flawed =
        new Weighted() {
          @Override
          public int callsAtOnce() {
            return 0;
          }
        };
    assertCaught(contract(() -> flawed)::allowsACallAtLeast);
  }

  @Test
  void findsThatClosingOneClosesAll() {
    AtomicInteger closed = new AtomicInteger();
    Supplier<Network> opening =
        () ->
            new Weighted() {
              @Override
              public Logits logits(byte[] rgb, int images) {
                return super.logits(closed.get() > 0 ? new byte[rgb.length] : rgb, images);
              }

              @Override
              public void close() {
                closed.incrementAndGet();
              }
            };
    assertCaught(contract(opening)::closesWithoutHarmToAnotherOfTheSameManifest);
  }
}
