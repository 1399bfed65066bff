package io.github.leukemia4j.data;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A layout of folders: it finds in a tree of images which sample has which label and patient.
 * {@link java.util.ServiceLoader} finds those of your own; {@link
 * Datasets#open(java.nio.file.Path)} tries them with the published ones, and {@link
 * Datasets#open(java.nio.file.Path, String)} takes the one that is named. The kit {@code
 * io.github.leukemia4j.testkit.DatasetFormatContract} tests it. Stateless and thread-safe.
 */
public interface DatasetFormat {
  /** The name that text asks for it by: lower case letters, digits and hyphens; unique. */
  String name();

  /** What a folder must hold to be read as this, for messages. */
  String looks();

  /**
   * Reads what is laid out so.
   *
   * @param tree the folder that was given and all below
   * @param asked whether the user says that it is this layout, so that less has to speak for it
   * @return empty where nothing is laid out so
   * @throws io.github.leukemia4j.DataException where it is this layout, but damaged
   */
  Optional<Reading> read(ImageTree tree, boolean asked) throws IOException;

  /** How strongly a reading speaks against taking the folders for classes of the user's own. */
  enum Claim {
    /** The names of the files are those that were published. */
    CERTAIN,
    /** The names of the folders are, which a user may have given as well. */
    POSSIBLE,
    /** It fits, but a tree of class folders fits better wherever it can be read. */
    WEAK
  }

  /**
   * What a format makes of a folder.
   *
   * @param dataset with at least one sample
   * @param leftOut ids of images that the format knows and leaves out, with the reason
   * @param claim how sure that is
   */
  record Reading(Dataset dataset, Map<String, Set<String>> leftOut, Claim claim) {}
}
