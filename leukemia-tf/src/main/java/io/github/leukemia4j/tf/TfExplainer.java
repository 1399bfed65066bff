package io.github.leukemia4j.tf;

import io.github.leukemia4j.BackendException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.RawTensor;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/**
 * The gradients of a classifier's network, on a graph and a session of its own. Thread-safe, but to
 * be closed when no call is running.
 *
 * <p>What it needs is found by name: the standardised pixels and the last block's output, as {@link
 * NetworkGraph} and {@link TfLayers} name them. Where the network averages over views of an image,
 * the logits before that mean are explained, those of the image as it is.
 */
final class TfExplainer implements AutoCloseable {
  /** Points on the way of integrated gradients. */
  private static final int STEPS = 64;

  /** Points at once. */
  private static final int CHUNK = 16;

  private final TfScope scope = new TfScope();
  private final int height;
  private final int width;
  private final List<Integer> labels;

  /** Of the image as it is, one for each head. */
  private final List<Output<TFloat32>> logits = new ArrayList<>();

  /** Of each logit in the sum that is differentiated, [images, labels] for each head. */
  private final List<Placeholder<TFloat32>> weights = new ArrayList<>();

  private final Session session;
  private final Output<TFloat32> pixels;
  private final Output<TFloat32> features;
  private final Output<?> byFeatures;
  private final Output<?> byPixels;

  /**
   * @param definition of the graph that classifies
   * @param labels of each head
   */
  TfExplainer(
      GraphDef definition, ConfigProto config, int height, int width, List<Integer> labels) {
    this.height = height;
    this.width = width;
    this.labels = labels;
    try {
      Graph graph = scope.add(new Graph());
      graph.importGraphDef(definition);
      Ops tf = Ops.create(graph);
      pixels = named(graph, NetworkGraph.PIXELS);
      features = named(graph, TfLayers.LAST_CONVOLUTION);
      for (int head = 0; head < labels.size(); head++) {
        logits.add(named(graph, NetworkGraph.ofOneView(head)));
        weights.add(
            tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, labels.get(head)))));
      }
      byFeatures = gradient(tf, features);
      byPixels = gradient(tf, pixels);
      session = scope.add(new Session(graph, config));
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  private static Output<TFloat32> named(Graph graph, String name) {
    GraphOperation operation = graph.operation(name);
    if (operation == null) {
      throw new BackendException(
          "An explanation needs a network whose operation \"%s\" is named; found none. Networks of other makers cannot be explained."
              .formatted(name));
    }
    return operation.output(0);
  }

  private Output<?> gradient(Ops tf, Operand<TFloat32> of) {
    return Gradients.create(tf.scope(), logits, List.of(of), Gradients.dx(weights)).dy(0);
  }

  /**
   * Grad-CAM.
   *
   * @param rgb [height, width, 3]
   * @param derivative of the explained value with respect to the logits of all heads
   * @return of the last block's size; 0 or more
   */
  double[][] gradCam(byte[] rgb, UnaryOperator<double[][]> derivative) {
    float[] standardised = standardise(rgb);
    float[] gradient = gradient(byFeatures, standardised, 1, derivative);
    try (TfScope run = new TfScope()) {
      TFloat32 input = run.add(tensor(standardised, Shape.of(1, height, width, 3)));
      Result forward = run.add(session.runner().feed(pixels, input).fetch(features).run());
      Shape shape = forward.get(0).shape();
      return weighted(
          floats(forward.get(0).asRawTensor()),
          gradient,
          (int) shape.get(1),
          (int) shape.get(2),
          (int) shape.get(3));
    }
  }

  private static double[][] weighted(
      float[] features, float[] gradient, int height, int width, int channels) {
    double[] mean = new double[channels];
    for (int i = 0; i < gradient.length; i++) {
      mean[i % channels] += (double) gradient[i] / (height * width);
    }
    double[][] heat = new double[height][width];
    for (int i = 0; i < features.length; i++) {
      int pixel = i / channels;
      heat[pixel / width][pixel % width] += mean[i % channels] * features[i];
    }
    for (double[] row : heat) {
      Arrays.setAll(row, column -> Math.max(0, row[column]));
    }
    return heat;
  }

  /**
   * Integrated gradients from standardised pixels of 0, that is from an image of the mean colour;
   * the integral by the midpoint rule.
   *
   * @param rgb [height, width, 3]
   * @param derivative of the explained value with respect to the logits of all heads
   * @return [height, width]; sums to the value of the image less that of the mean colour
   */
  double[][] integratedGradients(byte[] rgb, UnaryOperator<double[][]> derivative) {
    float[] standardised = standardise(rgb);
    int size = standardised.length;
    double[][] heat = new double[height][width];
    for (int from = 0; from < STEPS; from += CHUNK) {
      float[] way = new float[CHUNK * size];
      for (int i = 0; i < way.length; i++) {
        way[i] = standardised[i % size] * (from + i / size + 0.5f) / STEPS;
      }
      float[] gradient = gradient(byPixels, way, CHUNK, derivative);
      for (int i = 0; i < gradient.length; i++) {
        int pixel = i % size / 3;
        heat[pixel / width][pixel % width] += (double) gradient[i] * standardised[i % size] / STEPS;
      }
    }
    return heat;
  }

  /**
   * The gradient of the explained value.
   *
   * @param standardised pixels, [count, height, width, 3]
   */
  private float[] gradient(
      Output<?> gradient, float[] standardised, int count, UnaryOperator<double[][]> derivative) {
    try (TfScope run = new TfScope()) {
      TFloat32 input = run.add(tensor(standardised, Shape.of(count, height, width, 3)));
      Session.Runner forward = session.runner().feed(pixels, input);
      logits.forEach(forward::fetch);
      Result found = run.add(forward.run());
      double[][][] rows = new double[labels.size()][][];
      float[][] slopes = new float[labels.size()][];
      for (int head = 0; head < rows.length; head++) {
        rows[head] = TrainingSession.rows(found.get(head).asRawTensor(), count, labels.get(head));
        slopes[head] = new float[count * labels.get(head)];
      }
      for (int i = 0; i < count; i++) {
        int image = i;
        double[][] own =
            derivative.apply(Arrays.stream(rows).map(head -> head[image]).toArray(double[][]::new));
        for (int head = 0; head < own.length; head++) {
          for (int label = 0; label < own[head].length; label++) {
            slopes[head][i * own[head].length + label] = (float) own[head][label];
          }
        }
      }
      Session.Runner backward = session.runner().feed(pixels, input).fetch(gradient);
      for (int head = 0; head < slopes.length; head++) {
        backward.feed(
            weights.get(head), run.add(tensor(slopes[head], Shape.of(count, labels.get(head)))));
      }
      return floats(run.add(backward.run()).get(0).asRawTensor());
    }
  }

  /** Of the image as it is, which comes before its other views. */
  private float[] standardise(byte[] rgb) {
    try (TfScope run = new TfScope()) {
      Result result =
          run.add(
              session
                  .runner()
                  .feed(
                      SavedModelFile.IMAGES,
                      run.add(TrainingSession.imageTensor(rgb, 0, 1, height, width)))
                  .fetch(pixels)
                  .run());
      return Arrays.copyOf(floats(result.get(0).asRawTensor()), rgb.length);
    }
  }

  private static TFloat32 tensor(float[] values, Shape shape) {
    TFloat32 tensor = TFloat32.tensorOf(shape);
    tensor.asRawTensor().data().asFloats().write(values);
    return tensor;
  }

  private static float[] floats(RawTensor tensor) {
    float[] values = new float[(int) tensor.shape().size()];
    tensor.data().asFloats().read(values);
    return values;
  }

  @Override
  public void close() {
    scope.close();
  }
}
