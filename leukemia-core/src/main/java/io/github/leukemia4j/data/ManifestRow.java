package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;

/** A row of a CSV manifest, for a {@link ManifestMapping}; valid only while it is being mapped. */
public interface ManifestRow {
  /** The line on which the row begins, from 1. */
  int line();

  /**
   * The value in a column, without white space around it; empty where the row is too short.
   *
   * @param column its name in the header, whatever the case
   * @throws DataException where the header does not have it, or has it twice; names the manifest
   */
  String value(String column);
}
