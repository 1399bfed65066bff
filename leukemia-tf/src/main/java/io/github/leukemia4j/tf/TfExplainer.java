package io.github.leukemia4j.tf;

import io.github.leukemia4j.BackendException;
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
  private final int labels;
  private final Session session;
  private final Output<TFloat32> pixels;
  private final Output<TFloat32> features;
  private final Output<TFloat32> logits;
  private final Placeholder<TFloat32> weights;
  private final Output<?> featureGradient;
  private final Output<?> pixelGradient;

  /**
   * @param definition of the graph that classifies
   */
  TfExplainer(GraphDef definition, ConfigProto config, int height, int width, int labels) {
    this.height = height;
    this.width = width;
    this.labels = labels;
    try {
      Graph graph = scope.add(new Graph());
      graph.importGraphDef(definition);
      Ops tf = Ops.create(graph);
      pixels = named(graph, NetworkGraph.PIXELS);
      features = named(graph, TfLayers.LAST_CONVOLUTION);
      logits = named(graph, NetworkGraph.ofOneView(0));
      weights = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, labels)));
      featureGradient = gradient(tf, features);
      pixelGradient = gradient(tf, pixels);
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
    return Gradients.create(tf.scope(), logits, List.of(of), Gradients.dx(List.of(weights))).dy(0);
  }

  /**
   * Grad-CAM.
   *
   * @param rgb [height, width, 3]
   * @param derivative of the explained value with respect to the logits
   * @return of the last block's size; 0 or more
   */
  double[][] gradCam(byte[] rgb, UnaryOperator<double[]> derivative) {
    float[] standardised = standardise(rgb);
    try (TfScope run = new TfScope()) {
      TFloat32 input = run.add(tensor(standardised, Shape.of(1, height, width, 3)));
      Result forward =
          run.add(session.runner().feed(pixels, input).fetch(features).fetch(logits).run());
      double[][] rows = TrainingGraph.rows(forward.get(1).asRawTensor(), 1, labels);
      TFloat32 towards = run.add(weights(rows, derivative));
      Result backward =
          run.add(
              session
                  .runner()
                  .feed(pixels, input)
                  .feed(weights, towards)
                  .fetch(featureGradient)
                  .run());
      Shape shape = forward.get(0).shape();
      return weighted(
          floats(forward.get(0).asRawTensor()),
          floats(backward.get(0).asRawTensor()),
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
   * @param derivative of the explained value with respect to the logits
   * @return [height, width]; sums to the value of the image less that of the mean colour
   */
  double[][] integratedGradients(byte[] rgb, UnaryOperator<double[]> derivative) {
    float[] standardised = standardise(rgb);
    int size = standardised.length;
    double[][] heat = new double[height][width];
    for (int from = 0; from < STEPS; from += CHUNK) {
      float[] way = new float[CHUNK * size];
      for (int i = 0; i < way.length; i++) {
        way[i] = standardised[i % size] * (from + i / size + 0.5f) / STEPS;
      }
      float[] gradient = pixelGradient(way, derivative);
      for (int i = 0; i < gradient.length; i++) {
        int pixel = i % size / 3;
        heat[pixel / width][pixel % width] += (double) gradient[i] * standardised[i % size] / STEPS;
      }
    }
    return heat;
  }

  private float[] pixelGradient(float[] standardised, UnaryOperator<double[]> derivative) {
    try (TfScope run = new TfScope()) {
      TFloat32 input = run.add(tensor(standardised, Shape.of(CHUNK, height, width, 3)));
      double[][] rows = logits(run, input);
      TFloat32 towards = run.add(weights(rows, derivative));
      Result result =
          run.add(
              session
                  .runner()
                  .feed(pixels, input)
                  .feed(weights, towards)
                  .fetch(pixelGradient)
                  .run());
      return floats(result.get(0).asRawTensor());
    }
  }

  private double[][] logits(TfScope run, TFloat32 input) {
    Result result = run.add(session.runner().feed(pixels, input).fetch(logits).run());
    int count = (int) input.shape().get(0);
    return TrainingGraph.rows(result.get(0).asRawTensor(), count, labels);
  }

  /** How the explained value changes with each logit: [images, labels]. */
  private TFloat32 weights(double[][] rows, UnaryOperator<double[]> derivative) {
    float[] flat = new float[rows.length * labels];
    for (int i = 0; i < rows.length; i++) {
      double[] gradient = derivative.apply(rows[i]);
      for (int j = 0; j < labels; j++) {
        flat[i * labels + j] = (float) gradient[j];
      }
    }
    return tensor(flat, Shape.of(rows.length, labels));
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
                      run.add(TrainingGraph.imageTensor(rgb, 0, 1, height, width)))
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
