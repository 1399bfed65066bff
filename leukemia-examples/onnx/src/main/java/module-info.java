/** Runs the models of leukemia4j on ONNX Runtime. */
module io.github.leukemia4j.onnx {
  requires transitive io.github.leukemia4j.core;
  requires com.google.protobuf;
  requires com.microsoft.onnxruntime;

  exports io.github.leukemia4j.onnx;

  provides io.github.leukemia4j.backend.Backend with
      io.github.leukemia4j.onnx.OnnxBackend;
}
