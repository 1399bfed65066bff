package io.github.leukemia4j.backend;

import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.Network.Logits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A network in plain Java: every head's logits are a function of an image's bytes. Remembers how
 * many images each call had, and how often it was closed.
 */
public final class PlainNetwork implements Network {
  /** What a head says of one image. */
  @FunctionalInterface
  public interface Answer {
    /**
     * @param rgb of one image, {@code [height, width, 3]}
     * @return {@code [labels]}
     */
    double[] logits(Head head, byte[] rgb);
  }

  private final List<Head> heads;
  private final Answer answer;
  private final List<Integer> calls = Collections.synchronizedList(new ArrayList<>());
  private int closed;

  public PlainNetwork(List<Head> heads, Answer answer) {
    this.heads = heads;
    this.answer = answer;
  }

  @Override
  public List<Head> heads() {
    return heads;
  }

  @Override
  public Logits logits(byte[] rgb, int images) {
    if (closed > 0) {
      throw new AssertionError("A closed network was asked.");
    }
    calls.add(images);
    int bytes = rgb.length / images;
    double[][][] logits = new double[heads.size()][images][];
    for (int head = 0; head < logits.length; head++) {
      for (int i = 0; i < images; i++) {
        byte[] one = Arrays.copyOfRange(rgb, i * bytes, (i + 1) * bytes);
        logits[head][i] = answer.logits(heads.get(head), one);
      }
    }
    return Logits.of(logits);
  }

  /** How many images each call had; the first is the blank one of opening. */
  public List<Integer> calls() {
    return List.copyOf(calls);
  }

  /** How often close() was called. */
  public synchronized int closed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed++;
  }

  @Override
  public String toString() {
    return "plain Java";
  }
}
