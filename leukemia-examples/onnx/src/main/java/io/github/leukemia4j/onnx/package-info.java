/**
 * A backend that only infers, on ONNX Runtime. It shows how small a backend can be.
 *
 * <pre>{@code
 * ModelBundle --OnnxBackend.open--> OnnxModelFile, OnnxShapes: is the model harmless?
 *                                         |
 *                                         v
 *                        OnnxNetwork on the session of OnnxRuntime: rgb -> Logits
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.onnx.OnnxBackend} opens bundles whose network is one ONNX file;
 * the command {@code export --onnx-bundle} makes them. {@code OnnxModelFile} lets only arithmetic
 * pass, and {@code OnnxShapes} bounds the memory that it can ask for. {@code OnnxNetwork} serves
 * all threads from one session.
 */
package io.github.leukemia4j.onnx;
