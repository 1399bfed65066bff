package io.github.leukemia4j.training;

import java.util.ArrayList;
import java.util.List;

/**
 * The shape of the network: an optional stem, blocks of convolutions, global average pooling, dense
 * layers, and an output for each label. Every convolution has batch normalisation and ReLU.
 *
 * @param block what a block is made of
 * @param stem channels of a 3 x 3 convolution with stride 2 before the blocks; 0 for none
 * @param channels of each block, one or more
 * @param dense units of each dense layer after the pooling; may be empty
 * @param dropout share of values dropped before the output while training, in [0, 1)
 */
public record NetworkConfig(
    Block block, int stem, List<Integer> channels, List<Integer> dense, double dropout) {

  /** What a block is made of. */
  public enum Block {
    /** A 3 x 3 convolution, then 2 x 2 max-pooling: the paper's. */
    PLAIN,
    /**
     * Two 3 x 3 convolutions and a shortcut around them (He et al. 2016); stride 2 in every block
     * but the first.
     */
    RESIDUAL
  }

  /**
   * @throws IllegalArgumentException naming every value out of its range
   */
  public NetworkConfig {
    channels = List.copyOf(channels);
    dense = List.copyOf(dense);
    List<String> faults = new ArrayList<>();
    if (stem < 0 || stem > 4096) {
      faults.add("stem must be 0 to 4096; found " + stem);
    }
    if (channels.isEmpty() || channels.size() > 8) {
      faults.add("there must be 1 to 8 blocks; found " + channels.size());
    }
    if (channels.stream().anyMatch(c -> c < 1 || c > 4096)) {
      faults.add("channels must be 1 to 4096; found " + channels);
    }
    if (dense.stream().anyMatch(u -> u < 1 || u > 65536)) {
      faults.add("dense units must be 1 to 65536; found " + dense);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      faults.add("dropout must be in [0, 1); found " + dropout);
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults) + ".");
    }
  }

  /** The default: a small residual network of 308,000 weights. */
  public static NetworkConfig residual() {
    return new NetworkConfig(Block.RESIDUAL, 16, List.of(16, 32, 64, 128), List.of(), 0.3);
  }

  /**
   * The network of the paper: convolutions with batch normalisation, ReLU and pooling, then dense
   * layers with dropout. The paper does not give its sizes; these are ours.
   */
  public static NetworkConfig paper() {
    return new NetworkConfig(Block.PLAIN, 0, List.of(32, 64, 128, 256), List.of(128), 0.5);
  }

  /** Four plain blocks of 16, 32, 64 and 128 channels: the one that speed is compared on. */
  public static NetworkConfig standard() {
    return new NetworkConfig(Block.PLAIN, 0, List.of(16, 32, 64, 128), List.of(), 0.3);
  }

  /** Three plain blocks of 8, 16 and 32 channels, for tests and small machines. */
  public static NetworkConfig small() {
    return new NetworkConfig(Block.PLAIN, 0, List.of(8, 16, 32), List.of(), 0.1);
  }

  /** The smallest input side, in pixels, that is not pooled away. */
  public int smallestInput() {
    int halvings =
        (stem > 0 ? 1 : 0) + (block == Block.PLAIN ? channels.size() : channels.size() - 1);
    return 1 << halvings;
  }
}
