package io.github.leukemia4j.tf;

/** What a classifier does so that an image gets the same bits whichever images stand beside it. */
enum Arithmetic {
  /** Kernels that compute image by image, many images at once. */
  IMAGE_BY_IMAGE("kernels that go image by image: the same bits in every batch"),

  /**
   * Each image in a run of its own, where these kernels are missing or did not keep the promise:
   * 1.1 to 3.4 times as slow, most for small networks.
   */
  ONE_RUN_EACH("one run for each image: the same bits in every batch, but slower"),

  /** Nothing: a GPU has no such kernels. */
  OF_THE_GPU("the GPU's kernels: an image may get other last bits in another batch");

  private final String description;

  Arithmetic(String description) {
    this.description = description;
  }

  /** In words. */
  String description() {
    return description;
  }

  /** Whether bits are the same in every batch. */
  boolean keepsBits() {
    return this != OF_THE_GPU;
  }
}
