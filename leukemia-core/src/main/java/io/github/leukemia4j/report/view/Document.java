package io.github.leukemia4j.report.view;

import java.util.List;

/**
 * A page of sections that hold sentences, tables and pictures: for what needs no template of its
 * own. Immutable.
 *
 * @param title the heading
 * @param under what stands below the heading, in a sentence
 * @param sections in order
 */
public record Document(String title, String under, List<Section> sections) {
  /** Copies the list. */
  public Document {
    sections = List.copyOf(sections);
  }

  /**
   * A part of the page.
   *
   * @param title its heading, unlike that of any other section
   * @param blocks in order
   */
  public record Section(String title, List<Block> blocks) {
    /** Copies the list. */
    public Section {
      blocks = List.copyOf(blocks);
    }

    /** A section of these blocks. */
    public static Section of(String title, Block... blocks) {
      return new Section(title, List.of(blocks));
    }
  }

  /** What a section holds. */
  public sealed interface Block {}

  /** A paragraph. */
  public record Paragraph(String text) implements Block {}

  /**
   * Sentences, each with a mark before it.
   *
   * @param warning whether they are things to mind
   */
  public record Items(List<String> sentences, boolean warning) implements Block {
    /** Copies the list. */
    public Items {
      sentences = List.copyOf(sentences);
    }
  }

  /** A table, with a heading; empty for none. */
  public record Tabular(String title, Table table) implements Block {}

  /** Plots side by side, which Markdown leaves out. */
  public record Plots(List<Plot> plots) implements Block {
    /** Copies the list. */
    public Plots {
      plots = List.copyOf(plots);
    }
  }

  /**
   * A plot.
   *
   * @param title for people
   * @param description what it shows, in a sentence
   */
  public record Plot(String title, String description, Picture picture) {}

  /** Small pictures, each with what is said of it; Markdown has the words alone. */
  public record Gallery(List<Exhibit> exhibits) implements Block {
    /** Copies the list. */
    public Gallery {
      exhibits = List.copyOf(exhibits);
    }
  }

  /**
   * A small picture.
   *
   * @param picture null where it cannot be shown
   * @param title in a few words
   * @param lines what is said of it
   */
  public record Exhibit(Picture picture, String title, List<String> lines) {
    /** Copies the list. */
    public Exhibit {
      lines = List.copyOf(lines);
    }
  }

  /** The headings of the sections. */
  public List<String> contents() {
    return sections.stream().map(Section::title).toList();
  }
}
