package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.inference.HeadClassifier;
import io.github.leukemia4j.training.input.TrainingColours;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The implementation of {@link MultilevelPipeline}. Calls hold the read lock and {@link #close()}
 * the write lock, so that no call that passed one stage finds the next one closed.
 */
final class TrainedPipeline implements MultilevelPipeline {
  private static final Logger LOG = System.getLogger(TrainedPipeline.class.getName());

  private final Taxonomy taxonomy;
  private final Map<Label, LeukemiaClassifier> classifiers;
  private final Map<Label, StageDecision> decisions;
  private final Map<Label, HeadClassifier> auxiliary;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;
  private final boolean refusing;
  private final Closeable afterwards;
  private final Optional<Path> directory;

  /**
   * @param refusing whether images with findings are referred
   * @param afterwards closed after the classifiers, each time; must bear it twice
   * @param directory that the pipeline was loaded from
   */
  TrainedPipeline(
      Taxonomy taxonomy,
      Map<Label, LeukemiaClassifier> classifierByInnerNode,
      boolean refusing,
      Closeable afterwards,
      Optional<Path> directory) {
    this.directory = directory;
    this.refusing = refusing;
    this.afterwards = afterwards;
    this.taxonomy = Objects.requireNonNull(taxonomy, "taxonomy");
    List<Label> nodes = taxonomy.innerNodes();
    if (nodes.isEmpty() || !new HashSet<>(nodes).equals(classifierByInnerNode.keySet())) {
      throw new IllegalArgumentException(
          "There must be one classifier for each inner node of %s, that is %s; found %s."
              .formatted(taxonomy, nodes, classifierByInnerNode.keySet()));
    }
    Map<Label, LeukemiaClassifier> ordered = new LinkedHashMap<>();
    for (Label node : nodes) {
      LeukemiaClassifier classifier =
          Objects.requireNonNull(classifierByInnerNode.get(node), () -> "classifier of " + node);
      List<Label> labels = classifier.labels().labels();
      if (!new HashSet<>(labels).equals(new HashSet<>(taxonomy.children(node)))) {
        throw new IllegalArgumentException(
            "The classifier of %s must choose among %s; found %s."
                .formatted(node, taxonomy.children(node), labels));
      }
      ordered.put(node, classifier);
    }
    this.classifiers = Collections.unmodifiableMap(ordered);
    Map<Label, StageDecision> rules = new LinkedHashMap<>();
    ordered.forEach((node, classifier) -> rules.put(node, StageDecision.of(classifier)));
    this.decisions = rules;
    Map<Label, HeadClassifier> beside = new LinkedHashMap<>();
    ordered.values().stream()
        .filter(HeadClassifier.class::isInstance)
        .map(classifier -> ((HeadClassifier) classifier).model())
        .distinct()
        .flatMap(model -> model.auxiliary().stream())
        .forEach(head -> beside.put(Label.of(head.head().orElseThrow().stage()), head));
    this.auxiliary = Collections.unmodifiableMap(beside);
  }

  @Override
  public Map<Label, HeadClassifier> auxiliary() {
    return auxiliary;
  }

  @Override
  public Taxonomy taxonomy() {
    return taxonomy;
  }

  @Override
  public Map<Label, LeukemiaClassifier> classifiers() {
    return classifiers;
  }

  @Override
  public Optional<Path> directory() {
    return directory;
  }

  /** Of the images that it was trained on; empty where it does not know them. */
  Optional<TrainingColours> trainingColours() throws IOException {
    return directory.isPresent() ? TrainingColours.read(directory.get()) : Optional.empty();
  }

  @Override
  public List<MultilevelResult> classifyAll(List<CellImage> images) {
    requireImages(images);
    return whileOpen(() -> follow(images.size(), new Answers(images)));
  }

  @Override
  public List<MultilevelResult> decide(Map<Label, List<Prediction>> predictions) {
    int images = requireEveryStage(predictions);
    return follow(
        images,
        (node, here) -> {
          List<Prediction> all = predictions.get(node);
          return here.stream().map(all::get).toList();
        });
  }

  /** Returns how many predictions each stage has. */
  private int requireEveryStage(Map<Label, List<Prediction>> predictions) {
    Set<Label> given = new HashSet<>(predictions.keySet());
    given.removeAll(auxiliary.keySet());
    if (!given.equals(classifiers.keySet())) {
      throw new IllegalArgumentException(
          "There must be predictions of each of the stages %s; found those of %s."
              .formatted(classifiers.keySet(), predictions.keySet()));
    }
    int images = predictions.get(taxonomy.root()).size();
    predictions.forEach(
        (node, all) -> {
          if (all.size() != images) {
            throw new IllegalArgumentException(
                "Every stage must have a prediction for each of %d images, as %s has; found %d of %s."
                    .formatted(images, taxonomy.root(), all.size(), node));
          }
        });
    return images;
  }

  /** What a stage says of the images with these numbers, one prediction for each. */
  private interface Stage {
    List<Prediction> say(Label node, List<Integer> images);
  }

  /** Asks each network at most once about an image, whichever of its heads is wanted first. */
  private final class Answers implements Stage {
    private final List<CellImage> images;
    private final Map<Label, Prediction[]> known = new HashMap<>();

    Answers(List<CellImage> images) {
      this.images = images;
      Stream.concat(classifiers.keySet().stream(), auxiliary.keySet().stream())
          .forEach(head -> known.put(head, new Prediction[images.size()]));
    }

    @Override
    public List<Prediction> say(Label node, List<Integer> here) {
      Prediction[] answers = known.get(node);
      ask(node, here.stream().filter(i -> answers[i] == null).toList());
      return here.stream().map(i -> answers[i]).toList();
    }

    private void ask(Label node, List<Integer> unknown) {
      List<CellImage> some = unknown.stream().map(images::get).toList();
      LeukemiaClassifier classifier =
          auxiliary.containsKey(node) ? auxiliary.get(node) : classifiers.get(node);
      if (classifier instanceof HeadClassifier one) {
        List<List<Prediction>> heads = one.model().classifyAll(some);
        BiConsumer<Label, LeukemiaClassifier> keepOwn =
            (stage, other) -> {
              if (other instanceof HeadClassifier head && head.model() == one.model()) {
                keep(stage, unknown, heads.get(head.number()));
              }
            };
        classifiers.forEach(keepOwn);
        auxiliary.forEach(keepOwn);
      } else {
        keep(node, unknown, classifier.classifyAll(some));
      }
    }

    private void keep(Label stage, List<Integer> numbers, List<Prediction> predictions) {
      if (predictions.size() != numbers.size()) {
        throw new IllegalStateException(
            "The classifier of %s must return one prediction for each of %d images; found %d."
                .formatted(stage, numbers.size(), predictions.size()));
      }
      for (int i = 0; i < numbers.size(); i++) {
        known.get(stage)[numbers.get(i)] = predictions.get(i);
      }
    }
  }

  private List<MultilevelResult> follow(int images, Stage stage) {
    List<MultilevelResult.Steps> steps = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      steps.add(new MultilevelResult.Steps(taxonomy.root()));
    }
    Map<Label, List<Integer>> waiting = new LinkedHashMap<>();
    waiting.put(taxonomy.root(), IntStream.range(0, images).boxed().toList());
    // Parents come before their children, so whoever reaches a node waits there by its turn.
    for (Label node : classifiers.keySet()) {
      List<Integer> here = waiting.getOrDefault(node, List.of());
      List<Prediction> predictions = stage.say(node, here);
      for (int i = 0; i < here.size(); i++) {
        int image = here.get(i);
        Prediction prediction = predictions.get(i);
        if (refused(prediction)) {
          steps.get(image).refuse(node, prediction);
        } else {
          Decision.Call call = decisions.get(node).call(prediction);
          steps.get(image).go(node, prediction, call);
          call.label()
              .ifPresent(
                  next -> waiting.computeIfAbsent(next, label -> new ArrayList<>()).add(image));
        }
      }
    }
    return steps.stream().map(MultilevelResult.Steps::end).toList();
  }

  private static void requireImages(List<CellImage> images) {
    Objects.requireNonNull(images, "The list of images to classify must not be null.");
    for (int i = 0; i < images.size(); i++) {
      int number = i;
      Objects.requireNonNull(
          images.get(i),
          () ->
              "No image to classify must be null; found that number %d of %d is, from 0."
                  .formatted(number, images.size()));
    }
  }

  private boolean refused(Prediction prediction) {
    return refusing && !prediction.findings().isEmpty();
  }

  @Override
  public Map<Label, List<Prediction>> classifyAtAllStages(List<CellImage> images) {
    requireImages(images);
    List<Integer> each = IntStream.range(0, images.size()).boxed().toList();
    Map<Label, List<Integer>> all = new LinkedHashMap<>();
    classifiers.keySet().forEach(node -> all.put(node, each));
    auxiliary.keySet().forEach(head -> all.put(head, each));
    return classifyAt(all, images);
  }

  /**
   * What stages say of some of the images each.
   *
   * @param wanted the numbers of the images that each stage is asked about
   */
  Map<Label, List<Prediction>> classifyAt(
      Map<Label, List<Integer>> wanted, List<CellImage> images) {
    return whileOpen(
        () -> {
          Answers answers = new Answers(images);
          Map<Label, List<Prediction>> all = new LinkedHashMap<>();
          wanted.forEach((head, which) -> all.put(head, answers.say(head, which)));
          return all;
        });
  }

  @Override
  public Label settle(Label innerNode, Prediction prediction) {
    StageDecision decision = decisions.get(innerNode);
    if (decision == null) {
      throw new IllegalArgumentException(
          "The stage must be one of " + decisions.keySet() + "; found " + innerNode + ".");
    }
    return decision.settled(prediction);
  }

  private <T> T whileOpen(Supplier<T> call) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The pipeline must be open; it was closed. Load it again.");
      }
      return call.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void save(Path directory) throws IOException {
    PipelineDirectory.save(this, directory);
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        closeClassifiers();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Closes all, whatever one of them throws; the first failure is thrown at the end. */
  private void closeClassifiers() {
    Throwable failure = null;
    for (LeukemiaClassifier classifier : classifiers.values()) {
      try {
        classifier.close();
      } catch (RuntimeException | Error e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    try {
      afterwards.close();
    } catch (IOException e) {
      // The classifiers are closed and nobody can do more; what is left are temporary files.
      LOG.log(Level.WARNING, "Temporary files could not be removed", e);
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  @Override
  public String toString() {
    return "MultilevelPipeline[" + taxonomy + "]";
  }
}
