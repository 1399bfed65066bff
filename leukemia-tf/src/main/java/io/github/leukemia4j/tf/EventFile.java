package io.github.leukemia4j.tf;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;

/**
 * A file of events as TensorBoard reads them: every record is its length, a checksum of the length,
 * the event, and a checksum of that (the framing of TensorFlow's {@code TFRecord}). A record is
 * written at once, so that a killed process leaves at most the last one cut. Not thread-safe.
 */
final class EventFile implements AutoCloseable {
  private final Path path;
  private final OutputStream out;

  private EventFile(Path path) throws IOException {
    this.path = path;
    this.out = new FileOutputStream(path.toFile());
  }

  /** Begins a new file in the directory, which is made where it is missing. */
  static EventFile create(Path directory) throws IOException {
    Files.createDirectories(directory);
    long seconds = Instant.now().getEpochSecond();
    Path path;
    int number = 0;
    do {
      path = directory.resolve("events.out.tfevents." + seconds + ".leukemia4j." + number++);
    } while (Files.exists(path));
    EventFile file = new EventFile(path);
    file.write(Event.newBuilder().setFileVersion("brain.Event:2"));
    return file;
  }

  /** Adds an event, at the present time. */
  void write(Event.Builder event) throws IOException {
    byte[] data = event.setWallTime(System.currentTimeMillis() / 1e3).build().toByteArray();
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(data.length);
    record.putInt(maskedChecksum(record.array(), 0, Long.BYTES));
    record.put(data);
    record.putInt(maskedChecksum(data, 0, data.length));
    try {
      out.write(record.array());
    } catch (IOException e) {
      throw new IOException("Could not write to " + path + ": " + e.getMessage(), e);
    }
  }

  /** CRC-32C, turned by 15 bits and shifted, so that checksums of checksums stay good ones. */
  static int maskedChecksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
