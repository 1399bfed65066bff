/**
 * The backend on TensorFlow Java: the graph of a network, its training, and its use.
 *
 * <pre>
 * TrainingConfig, heads                         model bundle
 *        |                                           |
 *  TfTrainableNetwork                          SavedModelFile -- GraphCheck, GraphShapes (is it harmless?)
 *        |                                           |
 *  TrainingSession (steps)                     TfNetwork -- InvariantGraph (same bits in every batch)
 *        |                                           |
 *  TrainingGraph (two towers, gradients)       TfExplainer (gradients of the logits)
 *        |        \
 *  NetworkGraph    TfLosses, TfOptimizer
 *        |
 *  TfArchitecture on TfLayers
 * </pre>
 *
 * <p>{@link io.github.leukemia4j.tf.TfBackend} is the way in: it trains and opens networks and
 * exports them to ONNX. A network is an architecture's features of standardised pixels and a dense
 * head for each stage. The same architecture is built three times: in the tower that learns, in the
 * one that validates, and with constants for weights in the file of a bundle.
 *
 * <p>Others extend it in three places, each found by {@link java.util.ServiceLoader} or given to
 * the backend's builder, each proven by a contract of {@code leukemia-tf-testkit}: {@link
 * io.github.leukemia4j.tf.TfLoss}, {@link io.github.leukemia4j.tf.TfArchitecture} and {@link
 * io.github.leukemia4j.tf.TfOptimizer}. These types alone show TensorFlow's.
 *
 * <p>What is native is closed by whoever opened it, through a {@code TfScope}; nothing native is
 * loaded before a network is trained or opened.
 */
package io.github.leukemia4j.tf;
