package io.github.leukemia4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between the pages of the project lead somewhere, and every page can be found. */
class DocsLinksTest {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Path DOCS = ROOT.resolve("docs");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.+?) *#*$");

  @Test
  void leadSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path page : pages()) {
      for (String link : links(page)) {
        if (!link.matches("[a-z]+:.*") && !exists(page, link)) {
          dead.add(ROOT.relativize(page) + ": " + link);
        }
      }
    }
    assertThat(dead).as("links to files or headings that are not there").isEmpty();
  }

  @Test
  void everyGuideStandsInTheIndex() throws IOException {
    Set<Path> listed = new HashSet<>();
    for (String link : links(DOCS.resolve("README.md"))) {
      listed.add(DOCS.resolve(link.replaceFirst("#.*", "")).normalize());
    }
    try (Stream<Path> all = Files.list(DOCS)) {
      assertThat(
              all.filter(page -> page.toString().endsWith(".md"))
                  .filter(page -> !page.endsWith("README.md")))
          .as("guides; docs/README.md must list each")
          .allMatch(listed::contains);
    }
  }

  @Test
  void knowsADeadLinkFromAGoodOne() {
    Path page = DOCS.resolve("README.md");
    assertThat(exists(page, "results.md")).isTrue();
    assertThat(exists(page, "nowhere.md")).isFalse();
    assertThat(exists(page, "image-gate.md#stain-normalisation")).isTrue();
    assertThat(exists(page, "image-gate.md#nowhere")).isFalse();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (Path top : List.of(ROOT, DOCS, ROOT.resolve("leukemia-examples"))) {
      int depth = top.equals(ROOT) ? 1 : 6;
      try (Stream<Path> all = Files.walk(top, depth)) {
        all.filter(page -> page.toString().endsWith(".md"))
            .filter(page -> !ROOT.relativize(page).toString().contains("target"))
            .forEach(pages::add);
      }
    }
    assertThat(pages).hasSizeGreaterThan(20);
    return pages;
  }

  /** Code is left out: brackets mean something else there. */
  private static List<String> links(Path page) throws IOException {
    List<String> links = new ArrayList<>();
    Matcher found = LINK.matcher(String.join("\n", prose(page)).replaceAll("`[^`\n]*`", "code"));
    while (found.find()) {
      links.add(found.group(1));
    }
    return links;
  }

  private static List<String> prose(Path page) throws IOException {
    List<String> lines = new ArrayList<>();
    boolean code = false;
    for (String line : Files.readAllLines(page)) {
      if (line.strip().startsWith("```")) {
        code = !code;
      } else if (!code) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static boolean exists(Path page, String link) {
    String[] parts = link.split("#", 2);
    Path target =
        parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).toAbsolutePath().normalize();
    try {
      return Files.exists(target)
          && (parts.length == 1
              || !target.toString().endsWith(".md")
              || anchors(target).contains(parts[1]));
    } catch (IOException e) {
      return false;
    }
  }

  /** As GitHub makes them: a heading that occurs again is counted. */
  private static Set<String> anchors(Path page) throws IOException {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (String line : prose(page)) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        String anchor =
            heading
                .group(1)
                .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        int before = seen.merge(anchor, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? anchor : anchor + "-" + before);
      }
    }
    return anchors;
  }
}
