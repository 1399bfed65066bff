package io.github.leukemia4j.data.csv;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.github.leukemia4j.DataException;
import java.io.BufferedInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A CSV file with a header, read row by row into one list that is used again, because manifests may
 * have millions of rows. Columns are found by name, whatever the case.
 */
public final class CsvTable {
  private final Path csv;
  private final Map<String, Integer> columns = new HashMap<>();
  private final Set<String> twice = new HashSet<>();
  private final List<String> values = new ArrayList<>();
  private List<String> header = List.of();
  private int line;

  private CsvTable(Path csv) {
    this.csv = csv;
  }

  /**
   * Reads all rows that are not blank.
   *
   * @param needed columns that the header must have
   * @param taker told each row, whose values are valid until it returns
   */
  public static void read(Path csv, List<String> needed, Consumer<CsvTable> taker)
      throws IOException {
    CsvTable table = new CsvTable(csv);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(csv), 1 << 16);
        CsvParser parser =
            CsvFactory.builder()
                .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
                .build()
                .createParser(in)) {
      if (!table.next(parser)) {
        throw new DataException(
            "%s must have a header with the columns %s; found an empty file."
                .formatted(csv, String.join(",", needed)));
      }
      table.takeHeader(needed);
      while (table.next(parser)) {
        taker.accept(table);
      }
    } catch (CharConversionException e) {
      throw new DataException(
          csv + " must be UTF-8 text: " + e.getMessage() + ". Save it again as UTF-8.", e);
    } catch (JsonProcessingException e) {
      throw new DataException(
          "%s must be CSV: %s%s. Correct the quotes of that line."
              .formatted(
                  csv,
                  e.getOriginalMessage(),
                  e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")"),
          e);
    }
  }

  /** The names in the header, as they are; empty where the file is no CSV. */
  public static List<String> header(Path csv) throws IOException {
    CsvTable table = new CsvTable(csv);
    try (InputStream in = Files.newInputStream(csv);
        CsvParser parser = new CsvFactory().createParser(in)) {
      return table.next(parser) ? List.copyOf(table.values) : List.of();
    } catch (JsonProcessingException | CharConversionException e) {
      return List.of();
    }
  }

  /** Reads the next row that is not blank; says whether there was one. */
  private boolean next(CsvParser parser) throws IOException {
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      boolean blank = true;
      values.clear();
      while (parser.nextToken() == JsonToken.VALUE_STRING) {
        // The start of a row has no place of its own; its first value has.
        line = values.isEmpty() ? parser.currentTokenLocation().getLineNr() : line;
        String value = parser.getText().strip();
        blank &= value.isEmpty(); // Spreadsheets leave rows of nothing but commas at the end.
        values.add(value);
      }
      if (!blank) {
        return true;
      }
    }
    return false;
  }

  private void takeHeader(List<String> needed) {
    header = List.copyOf(values);
    for (int i = 0; i < values.size(); i++) {
      Integer before = columns.putIfAbsent(values.get(i).toLowerCase(Locale.ROOT), i);
      if (before != null) {
        twice.add(values.get(i).toLowerCase(Locale.ROOT));
      }
    }
    List<String> missing = needed.stream().filter(name -> !has(name)).toList();
    if (!missing.isEmpty()) {
      throw new DataException(
          "%s must have a header with the columns %s; missing: %s; found: %s%s"
              .formatted(
                  csv,
                  String.join(",", needed),
                  String.join(", ", missing),
                  String.join(", ", values),
                  values.size() == 1 && values.get(0).matches(".*[;\t].*")
                      ? ". Separate the columns by commas."
                      : ". Add or rename the column."));
    }
    needed.forEach(this::index);
  }

  private boolean has(String column) {
    return columns.containsKey(column.toLowerCase(Locale.ROOT));
  }

  /** Where a column is, from 0. */
  public int index(String column) {
    String name = column.toLowerCase(Locale.ROOT);
    if (!columns.containsKey(name) || twice.contains(name)) {
      throw new DataException(
          "%s must have one column %s; found %s. Rename a column, or ask for another."
              .formatted(
                  csv,
                  column,
                  twice.contains(name) ? "several" : "only " + new TreeSet<>(columns.keySet())));
    }
    return columns.get(name);
  }

  /**
   * The columns that the header has once, other than some, in its order.
   *
   * @param others in any case
   * @return where each is, from 0, by its name in the header
   */
  public Map<String, Integer> columnsBut(Set<String> others) {
    Map<String, Integer> found = new LinkedHashMap<>();
    Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    known.addAll(others);
    known.addAll(twice);
    known.add("");
    for (int i = 0; i < header.size(); i++) {
      if (!known.contains(header.get(i))) {
        found.put(header.get(i), i);
      }
    }
    return found;
  }

  /** Whether the row has values beyond the columns of the header; blank ones do not count. */
  public boolean isTooLong() {
    return values.stream().skip(header.size()).anyMatch(value -> !value.isEmpty());
  }

  /** How many values the row has. */
  public int size() {
    return values.size();
  }

  /** The value of a column by its index; empty where the row is too short. */
  public String value(int index) {
    return index < values.size() ? values.get(index) : "";
  }

  /** The line on which the row begins, from 1. */
  public int line() {
    return line;
  }

  /**
   * The value in a column, without white space around it; empty where the row is too short.
   *
   * @throws DataException where the header does not have it, or has it twice; names the file
   */
  public String value(String column) {
    return value(index(column));
  }

  /** With slashes for backslashes, and without the steps that lead nowhere. */
  public static String slashed(String file) {
    String slashes = file.replace('\\', '/');
    while (slashes.startsWith("./")) {
      slashes = slashes.substring(2);
    }
    while (slashes.contains("/./")) {
      slashes = slashes.replace("/./", "/");
    }
    return slashes;
  }
}
