package io.github.leukemia4j.tf.testkit;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.tf.TfLoss;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Proves that a loss and its graph are a pair that can be trained with. Three lines are a test:
 *
 * <pre>
 * class MyLossTest extends TfLossContract {
 *   MyLossTest() { super(new MyLoss(0.3), new MyLossGraph()); }
 * }
 * </pre>
 *
 * Every property is tried on batches that are random, soft, uniform, perfect, without a class, of a
 * single class, all wrong and saturated, for each of {@link #classes()}. A failure names the batch,
 * the sample and the class, with the numbers. The reference is the loss in double precision on the
 * softmax of the same logits; its gradient is its own where it overrides {@link Loss#gradient}, and
 * central differences of its value otherwise.
 *
 * <p>Needs JUnit 5 and a TensorFlow native on the class path of the tests.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class TfLossContract {
  /** How far the graph's value may be from the reference's, relative to the reference's. */
  public static final double VALUE_TOLERANCE = 1e-5;

  /** The same for each element of the gradient with respect to the logits. */
  public static final double GRADIENT_TOLERANCE = 1e-4;

  /**
   * Added to both tolerances: what single precision leaves of a number that is the difference of
   * two of the size 1.
   */
  public static final double ABSOLUTE_FLOOR = 1e-7;

  /**
   * Differences of the reference's value below this, relative to values above 1, may be rounding:
   * sums over a batch in double precision, with a thousandfold reserve.
   */
  private static final double VALUE_RESOLUTION = 1e-11;

  private interface GraphFactory {
    LossGraph create(int classes);
  }

  private final Loss loss;
  private final GraphFactory factory;
  private final Map<Integer, LossGraph> graphs = new ConcurrentHashMap<>();

  /**
   * @param loss the meaning
   * @param graph the same as a graph
   */
  protected <L extends Loss> TfLossContract(L loss, TfLoss<? super L> graph) {
    this.loss = loss;
    this.factory = classes -> new LossGraph(loss, graph, classes);
  }

  /** The numbers of classes to try; 2, 3 and 7 unless overridden, as where there are weights. */
  protected int[] classes() {
    return new int[] {2, 3, 7};
  }

  @AfterAll
  void closeGraphs() {
    graphs.values().forEach(LossGraph::close);
    graphs.clear();
  }

  @TestFactory
  final Stream<DynamicTest> graphHasTheValueOfTheReference() {
    return onEveryBatch(
        batch -> {
          double expected = batch.value(loss);
          requireClose(batch, "the value", answer(batch).value(), expected, VALUE_TOLERANCE);
        });
  }

  @TestFactory
  final Stream<DynamicTest> graphHasTheGradientOfTheReference() {
    boolean ownGradient = overridesGradient();
    return onEveryBatch(
        batch -> {
          double[][] expected = ownGradient ? batch.gradient(loss) : batch.differences(loss);
          requireClose(batch, answer(batch).gradient(), expected);
        });
  }

  @TestFactory
  final Stream<DynamicTest> referenceGradientIsTheDerivativeOfItsValue() {
    return onEveryBatch(
        batch -> {
          if (overridesGradient() && batch.smooth()) {
            double[][] expected = batch.differences(loss);
            double[][] actual = batch.gradient(loss);
            for (int i = 0; i < expected.length; i++) {
              for (int c = 0; c < expected[i].length; c++) {
                requireClose(
                    batch, element(i, c), actual[i][c], expected[i][c], GRADIENT_TOLERANCE);
              }
            }
          }
        });
  }

  @TestFactory
  final Stream<DynamicTest> valueAndGradientAreFinite() {
    return onEveryBatch(
        batch -> {
          LossGraph.Answer answer = answer(batch);
          requireFinite(batch, "the value", answer.value());
          requireFinite(batch, "the reference's value", batch.value(loss));
          double[][] reference = batch.gradient(loss);
          for (int i = 0; i < reference.length; i++) {
            for (int c = 0; c < reference[i].length; c++) {
              requireFinite(batch, element(i, c), answer.gradient()[i][c]);
              requireFinite(batch, element(i, c) + " of the reference", reference[i][c]);
            }
          }
        });
  }

  @TestFactory
  final Stream<DynamicTest> orderOfTheSamplesDoesNotMatter() {
    return onEveryBatch(
        batch -> {
          LossGraph.Answer forth = answer(batch);
          LossGraph.Answer back = answer(batch.reversed());
          requireClose(batch.reversed(), "the value", back.value(), forth.value(), VALUE_TOLERANCE);
          int last = forth.gradient().length - 1;
          double[][] expected = new double[last + 1][];
          for (int i = 0; i <= last; i++) {
            float[] row = forth.gradient()[last - i];
            expected[i] = IntStream.range(0, row.length).mapToDouble(c -> row[c]).toArray();
          }
          requireClose(batch.reversed(), back.gradient(), expected);
        });
  }

  @TestFactory
  final Stream<DynamicTest> valueDoesNotGrowWithTheBatch() {
    return onEveryBatch(
        batch -> {
          double some = batch.repeated(16).value(loss);
          double many = batch.repeated(32).value(loss);
          if (Math.abs(many) > 1.5 * Math.abs(some) + ABSOLUTE_FLOOR) {
            fail(
                "%s: the value must not grow with the batch; it is %s with every sample 16 times, %s with every sample 32 times. Take means, not sums. %s"
                    .formatted(batch.name(), some, many, loss.describe()));
          }
        });
  }

  /**
   * Where the gradient predicts a fall of the reference's value that can be told from rounding, a
   * step of at most 0.001 in every logit must bring one. The prediction is that of the graph's
   * gradient, less what {@link #ABSOLUTE_FLOOR} lets its elements be off: on saturated batches
   * single precision leaves slopes of 1e-8 where there are none, on some processors. Skipped, with
   * both numbers, where no fall can be seen.
   */
  @TestFactory
  final Stream<DynamicTest> aSmallStepAgainstTheGradientLowersTheValue() {
    return onEveryBatch(
        batch -> {
          float[][] gradient = answer(batch).gradient();
          double squares = 0;
          double doubtful = 0;
          double largest = 0;
          for (float[] row : gradient) {
            for (float slope : row) {
              squares += (double) slope * slope;
              doubtful += ABSOLUTE_FLOOR * Math.abs(slope);
              largest = Math.max(largest, Math.abs(slope));
            }
          }
          double here = batch.value(loss);
          double step = largest == 0 ? 0 : 1e-3 / largest;
          double predicted = step * (squares - doubtful);
          double resolution = VALUE_RESOLUTION * Math.max(1, Math.abs(here));
          assumeTrue(
              !(predicted <= resolution),
              () ->
                  "%s: the gradient predicts a fall of %.3g, and below %.3g none can be told from rounding"
                      .formatted(batch.name(), predicted, resolution));
          double there = batch.valueAfterStep(loss, gradient, step);
          if (!(there < here)) {
            fail(
                "%s: a step against the gradient must lower the value; it is %s, and %s after a step that changes no logit by more than 0.001 and should lower it by %.3g. %s"
                    .formatted(batch.name(), here, there, predicted, loss.describe()));
          }
        });
  }

  private Stream<DynamicTest> onEveryBatch(Consumer<LossCase> check) {
    return Arrays.stream(classes())
        .boxed()
        .flatMap(classes -> LossCase.all(classes).stream())
        .map(
            batch ->
                DynamicTest.dynamicTest(
                    batch.name() + ", " + batch.targets()[0].length + " classes",
                    () -> check.accept(batch)));
  }

  private LossGraph.Answer answer(LossCase batch) {
    return graphs
        .computeIfAbsent(batch.targets()[0].length, factory::create)
        .of(batch.targets(), batch.logits());
  }

  private boolean overridesGradient() {
    try {
      return loss.getClass()
              .getMethod("gradient", double[][].class, double[][].class)
              .getDeclaringClass()
          != Loss.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  private void requireClose(LossCase batch, float[][] actual, double[][] expected) {
    for (int i = 0; i < expected.length; i++) {
      for (int c = 0; c < expected[i].length; c++) {
        requireClose(batch, element(i, c), actual[i][c], expected[i][c], GRADIENT_TOLERANCE);
      }
    }
  }

  private void requireClose(
      LossCase batch, String what, double actual, double expected, double tolerance) {
    double allowed = tolerance * Math.abs(expected) + ABSOLUTE_FLOOR;
    if (!(Math.abs(actual - expected) <= allowed)) {
      fail(
          "%s: %s must be %s, is %s; they differ by %.3g, allowed is %.3g. %s"
              .formatted(
                  batch.name(),
                  what,
                  expected,
                  actual,
                  Math.abs(actual - expected),
                  allowed,
                  loss.describe()));
    }
  }

  private void requireFinite(LossCase batch, String what, double actual) {
    if (!Double.isFinite(actual)) {
      fail(
          "%s: %s must be finite, is %s. %s"
              .formatted(batch.name(), what, actual, loss.describe()));
    }
  }

  private static String element(int sample, int ofClass) {
    return "the gradient with respect to the logit of sample " + sample + ", class " + ofClass;
  }
}
