package io.github.leukemia4j.inference;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.backend.Backend;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Explainable;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.image.quality.ImageGate;
import io.github.leukemia4j.image.quality.ImageStatistics;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * An opened bundle: a {@link Network} with all that is the same for every backend. It resizes and
 * recolours images, runs them in chunks, limits how many chunks run at once, makes predictions of
 * logits, and holds images against the gate. Thread-safe: calls hold the read lock, {@link
 * #close()} the write lock, so that nothing native is freed under a running call.
 */
public final class OpenModel implements AutoCloseable {
  /**
   * The pixels in one chunk, over all views of its images, so that the outputs of layers stay in a
   * processor's cache. {@code docs/decisions/serving.md} has what was measured.
   */
  private static final int CHUNK_PIXELS = 256 * 64 * 64;

  private final ModelBundle bundle;
  private final ModelManifest.Input input;
  private final Network network;
  private final List<HeadClassifier> classifiers;

  /** Of the images at the network's size, in their own colours; empty where none is asked for. */
  private final Optional<ImageGate> gate;

  private final OptionalDouble micrometresPerPixel;
  private final int chunk;
  private final Semaphore running;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private OpenModel(ModelBundle bundle, Network network, OpenOptions options) {
    ModelManifest manifest = bundle.manifest();
    this.bundle = bundle;
    this.input = manifest.input();
    this.network = network;
    this.gate =
        Optional.ofNullable(manifest.gate())
            .filter(thresholds -> options.gate() != OpenOptions.Gate.OFF)
            .map(ImageGate::new);
    this.micrometresPerPixel = options.micrometresPerPixel();
    this.chunk = Math.max(1, CHUNK_PIXELS / (input.height() * input.width() * manifest.views()));
    this.running = new Semaphore(network.callsAtOnce());
    if (!input.resize().equals(ModelManifest.Input.AREA)) {
      throw new ModelFormatException(
          "%s: expected images that are resized by %s; found %s. Use the version of the library that made the model."
              .formatted(bundle.directory(), ModelManifest.Input.AREA, input.resize()));
    }
    List<Head> heads = Head.listOf(manifest);
    if (!network.heads().equals(heads)) {
      throw new ModelFormatException(
          "%s: expected a network with the heads %s; found %s."
              .formatted(bundle.directory(), heads, network.heads()));
    }
    this.classifiers =
        IntStream.range(0, heads.size())
            .mapToObj(i -> new HeadClassifier(this, i, manifest, options))
            .toList();
  }

  /**
   * Opens a bundle with the backend that the options name, else with the only one that fits.
   *
   * @throws IOException where a file of the bundle cannot be read
   * @throws ModelFormatException where the network does not fit its manifest
   * @throws BackendException where no backend fits, or several do and none is named, or the backend
   *     fails
   */
  public static OpenModel open(ModelBundle bundle, OpenOptions options) throws IOException {
    return open(Backends.of(bundle.manifest(), options.backend()), bundle, options);
  }

  /**
   * Opens a bundle with a backend, and runs a blank image through its network.
   *
   * @throws IOException where a file of the bundle cannot be read
   * @throws ModelFormatException where the network does not fit its manifest
   * @throws BackendException where the backend fails, or there is too little memory
   */
  public static OpenModel open(Backend backend, ModelBundle bundle, OpenOptions options)
      throws IOException {
    Network network = backend.open(bundle, options);
    try {
      OpenModel model = new OpenModel(bundle, network, options);
      model.requireFittingLogits();
      return model;
    } catch (RuntimeException | Error e) {
      try {
        network.close();
      } catch (RuntimeException | Error suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** One blank image through the network: it warms the network up and shows what it gives. */
  private void requireFittingLogits() {
    Logits logits;
    try {
      logits = run(new byte[input.height() * input.width() * 3], 1);
    } catch (BackendException | ModelFormatException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ModelFormatException(
          "%s: expected a network that takes images of %d x %d pixels; found %s"
              .formatted(bundle.directory(), input.height(), input.width(), e.getMessage()),
          e);
    }
    for (HeadClassifier classifier : classifiers) {
      double[] row = logits.row(classifier.number(), 0);
      if (!Arrays.stream(row).allMatch(Double::isFinite)) {
        throw new ModelFormatException(
            "%s: expected finite logits for a blank image; found %s."
                .formatted(bundle.directory(), Arrays.toString(row)));
      }
    }
  }

  private Logits run(byte[] rgb, int images) {
    Logits logits;
    try {
      logits = network.logits(rgb, images);
    } catch (OutOfMemoryError e) {
      throw new BackendException(
          "There must be memory to classify %d images; there was too little. Give the JVM more (-Xmx), or open fewer models."
              .formatted(images),
          e);
    }
    if (logits.heads() != classifiers.size() || logits.images() != images) {
      throw new ModelFormatException(
          "%s: expected logits of %d heads for %d images; found those of %d for %d."
              .formatted(
                  bundle.directory(), classifiers.size(), images, logits.heads(), logits.images()));
    }
    for (HeadClassifier classifier : classifiers) {
      for (double[] row : logits.ofHead(classifier.number())) {
        if (row.length != classifier.labels().size()) {
          throw new ModelFormatException(
              "%s: expected %d logits for each image; found %d."
                  .formatted(bundle.directory(), classifier.labels().size(), row.length));
        }
      }
    }
    return logits;
  }

  /** The bundle that was opened. */
  public ModelBundle bundle() {
    return bundle;
  }

  /**
   * The classifier of a network that answers one stage.
   *
   * @throws IllegalStateException where the network answers several; the model is closed then
   */
  public LeukemiaClassifier classifier() {
    if (stages().size() != 1) {
      close();
      throw new IllegalStateException(
          "The model must have one head to be opened as a classifier; %s has those of %s. Open the pipeline that it belongs to."
              .formatted(bundle.directory(), stages()));
    }
    return classifier(Label.of(stages().get(0)));
  }

  /** The classifiers of the heads that answer no stage, in the order of the manifest. */
  public List<HeadClassifier> auxiliary() {
    return classifiers.stream().filter(c -> !isOfStage(c)).toList();
  }

  private static boolean isOfStage(HeadClassifier classifier) {
    return classifier.head().orElseThrow().kind() == HeadManifest.Kind.STAGE;
  }

  /**
   * The classifier of the head that answers a stage.
   *
   * @throws IllegalArgumentException where none does
   */
  public HeadClassifier classifier(Label stage) {
    return classifiers.stream()
        .filter(OpenModel::isOfStage)
        .filter(classifier -> classifier.head().orElseThrow().stage().equals(stage.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s must have a head for the stage %s; found those of %s."
                        .formatted(bundle.directory(), stage, stages())));
  }

  private List<String> stages() {
    return classifiers.stream()
        .filter(OpenModel::isOfStage)
        .map(classifier -> classifier.head().orElseThrow().stage())
        .toList();
  }

  /**
   * Classifies images, which run through the network once for all its heads.
   *
   * @return for each head one prediction for each image, in the same order
   * @throws IllegalStateException where the model is closed
   * @throws BackendException where the backend fails
   */
  public List<List<Prediction>> classifyAll(List<CellImage> images) {
    return whileOpen(
        () -> {
          List<List<Prediction>> predictions = new ArrayList<>();
          classifiers.forEach(head -> predictions.add(new ArrayList<>(images.size())));
          for (int from = 0; from < images.size(); from += chunk) {
            List<CellImage> given = images.subList(from, Math.min(images.size(), from + chunk));
            List<List<Prediction>> some = classifyChunk(given);
            some.forEach(
                ofImage ->
                    IntStream.range(0, ofImage.size())
                        .forEach(head -> predictions.get(head).add(ofImage.get(head))));
          }
          return predictions.stream().map(List::copyOf).toList();
        });
  }

  /** Before and after the network the images are looked at one by one, on all processors. */
  private List<List<Prediction>> classifyChunk(List<CellImage> given) {
    int bytes = input.height() * input.width() * 3;
    byte[] rgb = new byte[given.size() * bytes];
    List<CellImage> resized =
        given.parallelStream().map(image -> input.resized(scaled(image))).toList();
    IntStream.range(0, given.size())
        .parallel()
        .forEach(i -> input.recolour(resized.get(i)).copyTo(rgb, i * bytes));
    Logits logits;
    running.acquireUninterruptibly();
    try {
      logits = run(rgb, given.size());
    } finally {
      running.release();
    }
    return IntStream.range(0, given.size())
        .parallel()
        .mapToObj(
            i -> {
              Set<Finding> found = findings(given.get(i), resized.get(i));
              return classifiers.stream()
                  .map(c -> c.predict(logits, i))
                  .map(p -> found.isEmpty() ? p : p.withFindings(found))
                  .toList();
            })
        .toList();
  }

  private CellImage scaled(CellImage image) {
    return micrometresPerPixel.isPresent() && image.micrometresPerPixel().isEmpty()
        ? image.withMicrometresPerPixel(micrometresPerPixel.getAsDouble())
        : image;
  }

  /** The part of an image that the network sees, before it is resized. */
  public CellImage seen(CellImage image) {
    return input.seen(scaled(image));
  }

  /**
   * What speaks against an image. It is looked at in the network's size, which costs a fiftieth of
   * a crop of 360 x 360 pixels, and in its own colours: stain normalisation would hide an unusual
   * stain. The thresholds were learnt from such images.
   */
  private Set<Finding> findings(CellImage image, CellImage resized) {
    CellImage.Whole whole = image.whole();
    return gate.map(g -> g.check(ImageStatistics.of(resized).ofSize(whole.height(), whole.width())))
        .orElse(Set.of());
  }

  /** Whether the network computes gradients. */
  boolean explains() {
    return network instanceof Explainable;
  }

  double[][] explain(CellImage image, BiFunction<Explainable, byte[], double[][]> method) {
    byte[] rgb = input.recolour(input.resized(scaled(image))).rgb();
    return whileOpen(() -> method.apply((Explainable) network, rgb));
  }

  private <T> T whileOpen(Supplier<T> call) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException(
            "The classifier must be open; it was closed. Open the bundle again.");
      }
      return call.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Waits for running calls and closes the network. Does nothing the second time. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        network.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public String toString() {
    return "%s, %s".formatted(bundle.manifest().name(), network);
  }
}
