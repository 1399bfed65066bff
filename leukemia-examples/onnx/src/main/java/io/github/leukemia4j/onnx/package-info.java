/** A backend that only infers, on ONNX Runtime: how small a backend can be. */
package io.github.leukemia4j.onnx;
