package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.training.TrainingHistory;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

class TensorBoardListenerTest {
  private static final Label STAGE = Label.of("cell");
  private static final LabelSet LABELS = LabelSet.of("normal", "abnormal");

  /** Reads records as the format's description says, and holds every checksum against its bytes. */
  private static List<Event> events(Path directory) throws IOException {
    List<Event> events = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (content.hasRemaining()) {
          int start = content.position();
          int length = Math.toIntExact(content.getLong());
          assertThat(content.getInt()).isEqualTo(masked(bytes, start, 8));
          byte[] data = new byte[length];
          content.get(data);
          assertThat(content.getInt()).isEqualTo(masked(data, 0, length));
          events.add(Event.parseFrom(data));
        }
      }
    }
    return events;
  }

  /** As tensorflow/core/lib/hash/crc32c.h writes it. */
  private static int masked(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    long value = crc.getValue();
    return (int) (((value >>> 15) | (value << 17)) + 0xa282ead8L);
  }

  private static TrainingHistory.Epoch epoch(int number) {
    return new TrainingHistory.Epoch(
        number,
        1e-3,
        0.5,
        0.25,
        0.125,
        0.75,
        0.625,
        null,
        List.of(List.of(6L, 2L), List.of(1L, 7L)),
        2);
  }

  private static List<Summary.Value> values(List<Event> events, String tag) {
    return events.stream()
        .flatMap(event -> event.getSummary().getValueList().stream())
        .filter(value -> value.getTag().equals(tag))
        .toList();
  }

  private static BufferedImage decoded(Summary.Value value) throws IOException {
    BufferedImage image = ImageIO.read(value.getImage().getEncodedImageString().newInput());
    assertThat(image.getWidth()).isEqualTo(value.getImage().getWidth());
    assertThat(image.getHeight()).isEqualTo(value.getImage().getHeight());
    return image;
  }

  /** Stored values: TensorFlow's own file begins with this event of the version. */
  @Test
  void beginsAsTensorFlowsFilesDo(@TempDir Path directory) throws Exception {
    try (TensorBoardListener listener = new TensorBoardListener(directory)) {
      listener.stageStarted(STAGE, 3, 100);
    }
    assertThat(events(directory.resolve("cell")))
        .singleElement()
        .satisfies(event -> assertThat(event.getFileVersion()).isEqualTo("brain.Event:2"));
    try (Stream<Path> files = Files.list(directory.resolve("cell"))) {
      assertThat(files).allMatch(f -> f.getFileName().toString().contains("tfevents"));
    }
  }

  /** The checksum of "123456789" is in RFC 3720, B.4: e3069283. */
  @Test
  void masksTheChecksum() {
    int crc = 0xe3069283;
    int expected = ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    assertThat(EventFile.maskedChecksum("123456789".getBytes(StandardCharsets.US_ASCII), 0, 9))
        .isEqualTo(expected);
  }

  @Nested
  class Scalars {
    @Test
    void writesEveryFigureOfAnEpochAtItsLastStep(@TempDir Path directory) throws Exception {
      try (TensorBoardListener listener = new TensorBoardListener(directory)) {
        listener.stageStarted(STAGE, 3, 100);
        listener.epochEnded(STAGE, epoch(1));
        listener.epochEnded(STAGE, epoch(2));
      }
      List<Event> events = events(directory.resolve("cell"));
      assertThat(events).extracting(Event::getStep).containsExactly(0L, 100L, 200L);
      assertThat(values(events, "validation/balancedAccuracy"))
          .extracting(Summary.Value::getSimpleValue)
          .containsExactly(0.625f, 0.625f);
      assertThat(values(events, "validation/loss").get(0).getSimpleValue()).isEqualTo(0.25f);
      assertThat(values(events, "epoch/trainingLoss").get(0).getSimpleValue()).isEqualTo(0.5f);
      assertThat(values(events, "validation/auroc")).isEmpty();
      assertThat(events.get(1).getWallTime())
          .isCloseTo(System.currentTimeMillis() / 1e3, within(600.0));
    }

    @Test
    void thinsTheLossesOfTheSteps(@TempDir Path directory) throws Exception {
      try (TensorBoardListener listener = new TensorBoardListener(directory)) {
        listener.stageStarted(STAGE, 3, 120);
        for (int step = 1; step <= 120; step++) {
          listener.stepEnded(STAGE, 2, step, step);
        }
      }
      List<Event> events = events(directory.resolve("cell"));
      List<Event> losses = events.subList(1, events.size());
      assertThat(losses).hasSize(40).first().extracting(Event::getStep).isEqualTo(123L);
      assertThat(values(losses, "loss").get(0).getSimpleValue()).isEqualTo(3);
    }
  }

  @Nested
  class Images {
    @Test
    void drawsTheConfusionInShades(@TempDir Path directory) throws Exception {
      try (TensorBoardListener listener = new TensorBoardListener(directory)) {
        listener.stageStarted(STAGE, 3, 100);
        listener.batchPrepared(STAGE, LABELS, List.of(image(1)), List.of(Label.of("normal")));
        listener.epochEnded(STAGE, epoch(1));
      }
      Summary.Value value =
          values(events(directory.resolve("cell")), "validation/confusion").get(0);
      assertThat(value.getMetadata().getSummaryDescription()).contains("[normal, abnormal]");
      BufferedImage image = decoded(value);
      int cell = 58; // a square and the gap beside it
      int[] red = new int[4];
      for (int i = 0; i < 4; i++) {
        red[i] = image.getRGB(4 + i % 2 * cell, 4 + i / 2 * cell) >> 16 & 0xff;
      }
      // 255 (1 - share of the row), for 6/8, 2/8, 1/8 and 7/8.
      assertThat(red).containsExactly(64, 191, 223, 32);
      // The count 6 is in the middle of the first square, in black.
      int[] middle = image.getRGB(2, 2, 56, 56, null, 0, 56);
      assertThat(Arrays.stream(middle).filter(rgb -> rgb == 0xff000000)).hasSize(12 * 2 * 2);
    }

    @Test
    void showsTheFirstBatchAsAGrid(@TempDir Path directory) throws Exception {
      List<CellImage> images =
          Stream.of(10, 20, 30, 40, 50, 60, 70, 80, 90).map(this::image).toList();
      List<Label> truth = images.stream().map(image -> Label.of("normal")).toList();
      try (TensorBoardListener listener = new TensorBoardListener(directory)) {
        listener.stageStarted(STAGE, 3, 100);
        listener.batchPrepared(STAGE, LABELS, images, truth);
      }
      Summary.Value value = values(events(directory.resolve("cell")), "training/batch").get(0);
      BufferedImage grid = decoded(value);
      // Eight columns of 4 pixels and two rows of 3, with gaps of 2.
      assertThat(grid.getWidth()).isEqualTo(8 * 6 + 2);
      assertThat(grid.getHeight()).isEqualTo(2 * 5 + 2);
      assertThat(grid.getRGB(2, 2)).isEqualTo(0xff0a0b0c);
      assertThat(grid.getRGB(2 + 7 * 6, 2)).isEqualTo(0xff505152);
      assertThat(grid.getRGB(2, 2 + 5)).isEqualTo(0xff5a5b5c);
    }

    private CellImage image(int value) {
      byte[] rgb = new byte[3 * 3 * 4];
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) (value + i % 3);
      }
      return CellImage.ofRgb(3, 4, rgb);
    }
  }

  @Test
  void writesWhatARealTrainingTells(@TempDir Path directory) throws Exception {
    long scopes = TfScope.live();
    Path board = directory.resolve("board");
    try (TensorBoardListener listener = new TensorBoardListener(board)) {
      TinyTraining.train(TinyTraining.config().build(), directory.resolve("model"), listener);
    }
    List<Event> events = events(board.resolve("cell"));
    assertThat(values(events, "loss")).hasSize(3 * 6);
    assertThat(values(events, "validation/auroc")).hasSize(3);
    assertThat(values(events, "validation/confusion")).hasSize(3);
    assertThat(values(events, "training/batch")).hasSize(1);
    assertThat(TfScope.live()).isEqualTo(scopes);
  }

  @Test
  void namesTheFileThatCannotBeWritten(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    try (TensorBoardListener listener = new TensorBoardListener(file)) {
      assertThatThrownBy(() -> listener.stageStarted(STAGE, 3, 100))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(file.toString());
    }
  }
}
