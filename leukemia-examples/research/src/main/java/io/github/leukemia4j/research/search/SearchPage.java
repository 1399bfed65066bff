package io.github.leukemia4j.research.search;

import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.report.view.Document;
import io.github.leukemia4j.report.view.Document.Block;
import io.github.leukemia4j.report.view.Document.Items;
import io.github.leukemia4j.report.view.Document.Paragraph;
import io.github.leukemia4j.report.view.Document.Plots;
import io.github.leukemia4j.report.view.Document.Section;
import io.github.leukemia4j.report.view.Document.Tabular;
import io.github.leukemia4j.report.view.Numbers;
import io.github.leukemia4j.report.view.Table;
import io.github.leukemia4j.research.Documents;
import io.github.leukemia4j.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes what a search found: a page, and the same in Markdown and as settings. Thread-safe. */
public final class SearchPage {
  /** The page. */
  public static final String HTML = "search.html";

  /** The same without plots. */
  public static final String MARKDOWN = "search.md";

  /** The settings of the best trial, to train with. */
  public static final String SETTINGS = "best-config.json";

  private static final int SHOWN = 20;

  private final SearchResult result;
  private final StageMetric judgedBy;

  private SearchPage(SearchResult result) {
    this.result = result;
    this.judgedBy = result.options().judgedBy();
  }

  /**
   * Writes {@value #HTML}, {@value #MARKDOWN} and {@value #SETTINGS}, in place of those that are
   * there.
   */
  public static void write(SearchResult result, Path directory) throws IOException {
    Document document = new SearchPage(result).document(true);
    Documents.writeHtml(document, directory.resolve(HTML));
    Documents.writeMarkdown(document, directory.resolve(MARKDOWN));
    AtomicFile.write(directory.resolve(SETTINGS), result.bestSettings()::write);
  }

  /** Whether tuning beat the default, in sentences. */
  public static List<String> inWords(SearchResult result) {
    return new SearchPage(result).words();
  }

  private Document document(boolean plots) {
    List<Section> sections = new ArrayList<>();
    sections.add(Section.of("In words", new Items(words(), false)));
    sections.add(new Section("Best beside default", beside()));
    List<Block> trials = new ArrayList<>();
    if (plots) {
      SearchPlots drawn = new SearchPlots(result);
      trials.add(new Plots(List.of(drawn.history())));
      trials.add(new Plots(List.of(drawn.parallel())));
      List<Document.Plot> settings = drawn.settings();
      if (!settings.isEmpty()) {
        trials.add(new Plots(settings));
      }
    }
    trials.add(new Tabular("The best trials", trials()));
    sections.add(new Section("Trials", trials));
    sections.add(new Section("Importance of settings", importance()));
    return new Document(
        "Search of settings: " + metric(),
        "%s Strategy %s, %d folds by patient, seed %d. The test part was not looked at."
            .formatted(
                result.data(),
                result.options().strategy().name(),
                result.options().folds(),
                result.options().seed()),
        sections);
  }

  private String metric() {
    return "%s of the stage %s"
        .formatted(judgedBy.title().toLowerCase(Locale.ROOT), result.stage());
  }

  private List<String> words() {
    List<String> words = new ArrayList<>();
    long failed = result.trials().stream().filter(t -> t.value() == null).count();
    long pruned =
        result.trials().stream()
            .filter(t -> t.value() != null && t.folds() < result.options().folds())
            .count();
    words.add(
        "%s were made besides the default's: %d pruned on fewer folds, %d failed. The default has a %s of %s."
            .formatted(
                Numbers.count(result.trials().size() - 1L, "trial"),
                pruned,
                failed,
                metric(),
                Numbers.three(result.byDefault().value())));
    if (result.luck().isEmpty()) {
      words.add("No trial was better than the default settings.");
      return words;
    }
    BestOfMany luck = result.luck().get();
    words.add(
        "The best is trial %d of %d different ones on all folds, with %s. It leads the default by %s; the best of %d that are no better than the default would lead by %s on average, and by as much with a probability of %s."
            .formatted(
                result.best().trial(),
                luck.trials(),
                Numbers.three(result.best().value()),
                Numbers.three(luck.lead()),
                luck.trials(),
                Numbers.three(luck.luck()),
                Numbers.p(luck.pValue())));
    result
        .fresh()
        .map(result::difference)
        .ifPresent(
            d ->
                words.add(
                    "On fresh folds with another seed, where nothing was chosen: default %s, best trial %s, difference %s, p %s."
                        .formatted(
                            Numbers.three(d.first()),
                            Numbers.three(d.second()),
                            Numbers.text(d.value(), d.interval(), 3),
                            Numbers.p(d.pValue()))));
    words.add(
        result.beyondLuck()
            ? "Tuning beat the default beyond the noise of choosing the best of many."
            : "Tuning did not beat the default beyond the noise of choosing the best of many: these data give no reason to leave the default settings.");
    words.add(
        "What was chosen for being high is lower next time. Train with the settings of %s and judge them once on the test part."
            .formatted(SETTINGS));
    return words;
  }

  private List<Block> beside() {
    if (result.comparison().isEmpty()) {
      return List.of(new Paragraph("The default is the best of all trials."));
    }
    Table.Builder table =
        Table.of("", "Default", "Best trial", "Best less default", "p", "What it says");
    add(
        table,
        "Common folds",
        result.difference(result.comparison().get()),
        "flatters: the best was chosen by these figures");
    BestOfMany luck = result.luck().orElseThrow();
    table
        .row("Best of %d".formatted(luck.trials()))
        .none(null)
        .none(null)
        .value(luck.lead())
        .p(
            luck.pValue(),
            "White's reality check, a bootstrap over %d patients".formatted(luck.patients()))
        .text("by luck alone it would lead by %s".formatted(Numbers.three(luck.luck())));
    result
        .fresh()
        .map(result::difference)
        .ifPresent(
            d -> add(table, "Fresh folds, other seed", d, "fair: nothing was chosen by them"));
    Table.Builder settings = Table.of("Setting", "Default", "Best trial");
    Map<String, Object> base = new TreeMap<>(result.base().describe());
    Map<String, Object> best = result.bestSettings().describe();
    best.forEach(
        (path, value) -> {
          if (!value.equals(base.get(path))) {
            settings.row(path).text(String.valueOf(base.get(path))).text(String.valueOf(value));
          }
        });
    return List.of(
        new Tabular("", table.build()),
        new Paragraph(
            "Positive differences favour the best trial%s. Patients are what is drawn and swapped, so that many cells of one patient do not count as many witnesses. The folds share patients with the search: fresh folds tell the luck of choosing among trials, not how other hospitals differ."
                .formatted(
                    Judge.smallerIsBetter(judgedBy)
                        ? " in the row of the best of many; of this metric smaller is better, so elsewhere negative ones do"
                        : "")),
        new Tabular("What the best trial changed", settings.build()));
  }

  private static void add(Table.Builder table, String name, Difference difference, String says) {
    table
        .row(name)
        .value(difference.first())
        .value(difference.second())
        .estimate(difference.value(), difference.interval(), difference.remark(), "")
        .p(difference.pValue(), difference.test())
        .text(says);
  }

  private Table trials() {
    Table.Builder table = Table.of("Trial", "Value", "Folds", "Epochs", "Seconds", "Settings");
    result.trials().stream()
        .sorted(
            Comparator.<Trial>comparingInt(
                    t -> t.value() == null ? 2 : t.folds() == result.options().folds() ? 0 : 1)
                .thenComparing(t -> t.value() == null ? 0 : -Judge.score(judgedBy, t.value()))
                .thenComparing(Trial::trial))
        .limit(SHOWN)
        .forEach(
            t -> {
              table.row(t.trial() == 0 ? "default" : Integer.toString(t.trial()));
              if (t.value() == null) {
                table.none(t.failure());
              } else {
                table.value(t.value());
              }
              table
                  .count(t.folds())
                  .count(t.epochs())
                  .count(Math.round(t.seconds()))
                  .text(Trials.readable(t.values()));
            });
    return table.build();
  }

  private List<Block> importance() {
    if (result.importance().isEmpty()) {
      return List.of(
          new Paragraph(
              "At least %d trials on all folds are needed to say anything; found fewer, or settings that did not vary."
                  .formatted(Importance.LEAST)));
    }
    Table.Builder table = Table.of("Setting", "Trials", "Share of variance", "p", "");
    result
        .importance()
        .forEach(
            one ->
                table
                    .row(one.setting())
                    .count(one.trials())
                    .value(one.share())
                    .p(one.pValue(), "999 shuffles of the values over the trials")
                    .bar(one.share()));
    return List.of(
        new Tabular("", table.build()),
        new Paragraph(
            "The share of the variance between trials that goes with one setting alone, its choices or thirds of its range (one-way analysis of variance, epsilon squared). It sees no interactions; settings that a strategy moved together share what they explain; and strategies that go where it was good see little of the rest. Random trials say it best."));
  }
}
