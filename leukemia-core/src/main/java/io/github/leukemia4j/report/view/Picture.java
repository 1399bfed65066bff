package io.github.leukemia4j.report.view;

/**
 * A picture that stands in the page itself.
 *
 * @param uri a data URI
 * @param alternative what it shows, for those who do not see it
 * @param width at which it is shown, in pixels
 * @param height at which it is shown, in pixels
 */
public record Picture(String uri, String alternative, int width, int height) {
  /** The picture of a PNG or JPEG file's content. */
  public static Picture of(
      String mediaType, byte[] content, String alternative, int width, int height) {
    String base64 = java.util.Base64.getEncoder().encodeToString(content);
    return new Picture(
        "data:%s;base64,%s".formatted(mediaType, base64), alternative, width, height);
  }
}
