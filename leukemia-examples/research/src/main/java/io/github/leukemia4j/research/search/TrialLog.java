package io.github.leukemia4j.research.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.store.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The trials of a search, one line of JSON each. A line is on the disk when {@link #append}
 * returns. Not thread-safe.
 */
final class TrialLog implements AutoCloseable {
  static final String FILE = "trials.jsonl";

  private final List<Trial> trials = new ArrayList<>();
  private final FileChannel channel;

  /**
   * Opens a log. A last line that was not finished, as where the process was killed while it wrote,
   * is taken away.
   *
   * @throws DataException where another line cannot be read; names it
   */
  TrialLog(Path file) throws IOException {
    long whole = Files.exists(file) ? read(file) : 0;
    channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE).truncate(whole);
    channel.position(whole);
  }

  private long read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int start = 0;
    for (int end = 0; end < bytes.length; end++) {
      if (bytes[end] == '\n') {
        String line = new String(bytes, start, end - start, StandardCharsets.UTF_8);
        try {
          trials.add(Json.MAPPER.readValue(line, Trial.class));
        } catch (JsonProcessingException e) {
          throw new DataException(
              "%s must hold a trial in each line; line %d is none: %s. Remove this line and all that follow it; their trials are run again."
                  .formatted(file, trials.size() + 1, Json.problem(e)),
              e);
        }
        start = end + 1;
      }
    }
    return start;
  }

  /** Those that are written, in order. */
  List<Trial> trials() {
    return Collections.unmodifiableList(trials);
  }

  void append(Trial trial) throws IOException {
    byte[] line = (Json.MAPPER.writeValueAsString(trial) + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer left = ByteBuffer.wrap(line);
    while (left.hasRemaining()) {
      channel.write(left);
    }
    channel.force(true);
    trials.add(trial);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
