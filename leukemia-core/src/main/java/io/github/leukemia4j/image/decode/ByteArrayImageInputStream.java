package io.github.leukemia4j.image.decode;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An image stream straight over an array. Unlike the JDK's streams it needs no cache, and it knows
 * its length, against which the TIFF reader checks what the file claims.
 */
final class ByteArrayImageInputStream extends ImageInputStreamImpl {
  private final byte[] content;

  ByteArrayImageInputStream(byte[] content) {
    this.content = content;
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos < content.length ? content[(int) streamPos++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    if (streamPos >= content.length) {
      return -1;
    }
    int count = (int) Math.min(length, content.length - streamPos);
    System.arraycopy(content, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return content.length;
  }
}
