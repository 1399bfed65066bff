package io.github.leukemia4j.tf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.NodeDef;

/** Where a kernel or a pool comes to lie on images, and how ONNX says it. */
record OnnxWindow(Side rows, Side columns) {
  /**
   * One side of it: TensorFlow's SAME padding puts the odd pixel after the image.
   *
   * @param count how many places the window takes
   */
  record Side(long size, long stride, long before, long after, int count) {
    private static Side of(int side, long size, long stride, boolean same) {
      if (!same) {
        return new Side(size, stride, 0, 0, (int) ((side - size) / stride + 1));
      }
      long count = (side + stride - 1) / stride;
      long padding = Math.max(0, (count - 1) * stride + size - side);
      return new Side(size, stride, padding / 2, padding - padding / 2, (int) count);
    }
  }

  /**
   * Reads an operation's strides and padding.
   *
   * @param height of the images in pixels
   * @param width of the images in pixels
   * @param size of the window: height, width
   */
  static OnnxWindow of(OnnxSource source, NodeDef node, int height, int width, long... size) {
    source.requireByRow(node);
    List<Long> strides = OnnxSource.ints(node, "strides");
    if (strides.size() != 4 || OnnxSource.ints(node, "dilations").stream().anyMatch(d -> d != 1)) {
      throw source.cannot(node, "four strides and no dilation");
    }
    boolean same =
        switch (node.getAttrOrThrow("padding").getS().toStringUtf8()) {
          case "SAME" -> true;
          case "VALID" -> false;
          default -> throw source.cannot(node, "the padding SAME or VALID");
        };
    return new OnnxWindow(
        Side.of(height, size[0], strides.get(1), same),
        Side.of(width, size[1], strides.get(2), same));
  }

  /** The attributes of ONNX's convolutions and pools. */
  Map<String, Object> attributes() {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("kernel_shape", new long[] {rows.size, columns.size});
    attributes.put("strides", new long[] {rows.stride, columns.stride});
    attributes.put("pads", new long[] {rows.before, columns.before, rows.after, columns.after});
    return attributes;
  }
}
