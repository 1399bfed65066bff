package io.github.leukemia4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.ModelFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksummedJsonTest {
  /** A value with a number that binary fractions cannot give and one that needs 17 digits. */
  record Value(int schemaVersion, String name, double share, Map<String, Integer> counts) {}

  private static final Value VALUE = new Value(1, "Zelle ✓", 0.1 + 0.2, Map.of("b", 2, "a", 1));

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("value.json");
  }

  /** Writes JSON with the digest that belongs to it. */
  private void writeSigned(String canonical, String text) throws IOException {
    String digest = Sha256.of(canonical.getBytes(StandardCharsets.UTF_8));
    Files.writeString(file, text.replace("DIGEST", digest));
  }

  @Nested
  class Written {
    @Test
    void isReadAsItWas() throws IOException {
      ChecksummedJson.write(file, VALUE);
      assertThat(ChecksummedJson.read(file, Value.class, 1)).isEqualTo(VALUE);
    }

    @Test
    void mayBeWrittenInAnyOrderAndWithAnySpace() throws IOException {
      writeSigned(
          "{\"name\":\"x\",\"schemaVersion\":1,\"share\":0.5}",
          "{\"schemaVersion\":1,\n\n \"digest\":\"DIGEST\",\"share\":0.5,  \"name\":\"x\"}");
      assertThat(ChecksummedJson.read(file, Value.class, 1))
          .isEqualTo(new Value(1, "x", 0.5, null));
    }
  }

  @Nested
  class Damaged {
    @Test
    void inAnyByteIsRefused() throws IOException {
      ChecksummedJson.write(file, new Value(1, "Zelle ✓", 0.25, Map.of("b", 2)));
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < whole.length; i++) {
        for (int bit = 0; bit < 8; bit++) {
          byte[] flipped = whole.clone();
          flipped[i] ^= (byte) (1 << bit);
          Files.write(file, flipped);
          assertThatThrownBy(() -> ChecksummedJson.read(file, Value.class, 1))
              .as("bit %d of byte %d", bit, i)
              .isInstanceOf(ModelFormatException.class)
              .hasMessageStartingWith(file.toString());
        }
      }
    }

    @Test
    void byACutIsRefused() throws IOException {
      ChecksummedJson.write(file, VALUE);
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length < whole.length; length++) {
        Files.write(file, java.util.Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> ChecksummedJson.read(file, Value.class, 1))
            .as("the first %d bytes", length)
            .isInstanceOf(ModelFormatException.class);
      }
    }

    @Test
    void saysWhatWasExpectedAndWhatToDo() throws IOException {
      writeSigned(
          "{\"schemaVersion\":1,\"share\":0.5}",
          "{\"schemaVersion\":1,\"share\":0.6,\"digest\":\"DIGEST\"}");
      assertThatThrownBy(() -> ChecksummedJson.read(file, Value.class, 1))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("expected content with the digest")
          .hasMessageContaining("copy it again from where it was made");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | expected a JSON object",
        "1 | expected a JSON object",
        "`` | expected a JSON object",
        "{\"schemaVersion\":1,\"schemaVersion\":1} | Duplicate field 'schemaVersion'",
        "{\"schemaVersion\":1,\"digest\":\"x\"} {} | Trailing token",
        "{\"schemaVersion\":1,\"digest\":\"x\"} x | expected JSON",
        "{\"name\":\"x\"} | expected a schemaVersion from 1; found null",
        "{\"schemaVersion\":\"1\"} | expected a schemaVersion from 1; found \"1\"",
        "{\"schemaVersion\":1.0} | expected a schemaVersion from 1; found 1.0",
        "{\"schemaVersion\":0} | expected a schemaVersion from 1; found 0",
        "{\"schemaVersion\":99999999999} | expected a schemaVersion from 1; found 99999999999",
        "{\"schemaVersion\":1} | expected content with the digest null",
        "{\"schemaVersion\":2} | update the library"
      })
  void refusesWhatIsNoSignedObject(String json, String reason) throws IOException {
    Files.writeString(file, json);
    assertThatThrownBy(() -> ChecksummedJson.read(file, Value.class, 1))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'schemaVersion':1,'share':'0.5'} | share",
        "{'schemaVersion':1,'share':null} | share",
        "{'counts':[],'schemaVersion':1,'share':0.5} | counts",
        "{'counts':{'a':'x'},'schemaVersion':1,'share':0.5} | counts",
        "{'name':{},'schemaVersion':1,'share':0.5} | name"
      })
  void refusesFieldsOfOtherTypesAndNamesThem(String single, String field) throws IOException {
    String json = single.replace('\'', '"');
    writeSigned(json, json.substring(0, json.length() - 1) + ",\"digest\":\"DIGEST\"}");
    assertThatThrownBy(() -> ChecksummedJson.read(file, Value.class, 1))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining("expected the fields of the format")
        .hasMessageContaining("[\"" + field + "\"]");
  }

  @Test
  void refusesWhatIsMissingOrADirectory() {
    assertThatThrownBy(() -> ChecksummedJson.read(file, Value.class, 1))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining("expected this file; found none");
    assertThatThrownBy(() -> ChecksummedJson.read(folder, Value.class, 1))
        .isInstanceOf(ModelFormatException.class);
  }

  @Test
  void refusesHugeFilesBeforeReadingThem() throws IOException {
    try (var sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    } catch (IOException e) {
      org.junit.jupiter.api.Assumptions.abort("The file system has no sparse files of 1 TB.");
    }
    assertThatThrownBy(() -> ChecksummedJson.read(file, Value.class, 1))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("expected at most 16777216 bytes; found 1099511627776");
  }

  @Test
  void refusesNestingWithoutEnd() throws IOException {
    Files.writeString(file, "{\"schemaVersion\":1,\"x\":" + "[".repeat(100_000));
    assertThatThrownBy(() -> ChecksummedJson.read(file, Value.class, 1))
        .isInstanceOf(ModelFormatException.class);
  }
}
