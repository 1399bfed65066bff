/** Trains and runs the networks of leukemia4j on TensorFlow. */
// Open for Jackson, which writes and reads records that are nobody else's.
open module io.github.leukemia4j.tf {
  requires transitive io.github.leukemia4j.core;
  requires transitive tensorflow;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires org.tribuo.util.onnx;

  exports io.github.leukemia4j.tf;

  uses io.github.leukemia4j.tf.TfArchitecture;
  uses io.github.leukemia4j.tf.TfLoss;
  uses io.github.leukemia4j.tf.TfOptimizer;

  provides io.github.leukemia4j.backend.Backend with
      io.github.leukemia4j.tf.TfBackend;
}
