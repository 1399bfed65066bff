package io.github.leukemia4j.cli;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.research.search.Search;
import io.github.leukemia4j.research.search.SearchListener;
import io.github.leukemia4j.research.search.SearchOptions;
import io.github.leukemia4j.research.search.SearchPage;
import io.github.leukemia4j.research.search.SearchResult;
import io.github.leukemia4j.research.search.SearchSpace;
import io.github.leukemia4j.research.search.Strategy;
import io.github.leukemia4j.research.search.Trial;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "search",
    description =
        "Searches settings of a training on folds by patient, never the test part, and says whether"
            + " the best beats the default by more than luck. Called again on the same directory it"
            + " goes on where it was stopped.",
    mixinStandardHelpOptions = true)
final class SearchCommand implements Callable<Integer> {
  private static final String SPLIT = "split.json";

  @Spec private CommandSpec spec;

  @Mixin private DataOption data;

  @Mixin private ScaleOption scale;

  @Mixin private TrainingOptions training;

  @Mixin private LossOptions losses;

  @Option(
      names = "--space",
      required = true,
      paramLabel = "FILE",
      description = "What is searched: a file of JSON, see docs/search.md.")
  private Path space;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "For the trials and the page.")
  private Path out;

  @Option(
      names = "--strategy",
      defaultValue = "random",
      paramLabel = "NAME",
      description =
          "grid, random, cma-es, swarm, genetic, or halving, which prunes by fold and by epoch;"
              + " default ${DEFAULT-VALUE}.")
  private String strategy;

  @Option(
      names = "--trials",
      defaultValue = "30",
      paramLabel = "N",
      description = "How many; default ${DEFAULT-VALUE}.")
  private int trials;

  @Option(
      names = "--folds",
      defaultValue = "5",
      paramLabel = "K",
      description = "On which every trial is judged; default ${DEFAULT-VALUE}.")
  private int folds;

  @Option(
      names = "--metric",
      defaultValue = "balancedAccuracy",
      paramLabel = "NAME",
      description =
          "By which trials are judged, such as auroc or logLoss; default ${DEFAULT-VALUE}.")
  private String metric;

  @Option(
      names = "--stage",
      paramLabel = "LABEL",
      description = "Where the metric is measured; the root by default.")
  private String stage;

  @Option(
      names = "--split",
      paramLabel = "FILE",
      description =
          "Leave out the test part of this split file; without it a split by patient is drawn.")
  private Path split;

  @Option(
      names = "--no-fresh-folds",
      description = "Do not compare the best trial with the default on fresh folds in the end.")
  private boolean notFresh;

  @Override
  @SuppressWarnings("try") // it works by being open
  public Integer call() throws Exception {
    long start = System.nanoTime();
    Output.requireWritableAbove(out);
    PrintWriter console = spec.commandLine().getOut();
    TrainingConfig config = training.config(data.auxiliary());
    SearchOptions options =
        new SearchOptions(
            Strategy.named(strategy),
            trials,
            folds,
            config.batches().seed(),
            metric,
            Optional.ofNullable(stage).map(Label::of),
            !notFresh);
    SearchSpace searched = SearchSpace.read(space);
    Dataset dataset = scale.of(data.openAndDescribe(config.auxiliary().keySet()), console);
    Path drawn = out.resolve(SPLIT);
    Split parts =
        split != null
            ? Split.read(split, dataset)
            : Files.exists(drawn)
                ? Split.read(drawn, dataset)
                : Splitter.of(config.batches().seed()).split(dataset);
    SearchResult result;
    try (CleanStop stop = CleanStop.onThisThread();
        Told told = new Told(console)) {
      result = new Search(parts, searched, config, options, training.run(), out).run(told);
    }
    if (!Files.exists(drawn)) {
      parts.write(drawn);
    }
    SearchPage.write(result, out);
    console.println();
    SearchPage.inWords(result).forEach(console::println);
    console.printf(
        Locale.ROOT,
        "Wrote %s, %s and %s to %s in %.0f s.%n",
        SearchPage.HTML,
        SearchPage.MARKDOWN,
        SearchPage.SETTINGS,
        out,
        (System.nanoTime() - start) / 1e9);
    return 0;
  }

  /** A line for each trial, and a bar below them with the time that is left. */
  private static final class Told implements SearchListener, AutoCloseable {
    private final PrintWriter out;
    private ProgressLine bar;

    Told(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void planned(long epochs) {
      bar = new ProgressLine(out, "Epochs", epochs, ProgressLine.onTerminal());
    }

    @Override
    public void advanced(long epochs) {
      bar.accept(epochs);
    }

    @Override
    public void tried(Trial trial, Trial best, boolean remembered) {
      String line =
          "%s %s  %s%s%s"
              .formatted(
                  trial.trial() == 0 ? "default" : "trial %3d".formatted(trial.trial()),
                  trial.value() == null
                      ? "failed: " + trial.failure()
                      : String.format(Locale.ROOT, "%.4f", trial.value()),
                  settings(trial.values()),
                  best == trial ? "  best so far" : "",
                  remembered
                      ? "  (from before)"
                      : String.format(
                          Locale.ROOT,
                          "  (%d folds, %d epochs, %.0f s)",
                          trial.folds(),
                          trial.epochs(),
                          trial.seconds()));
      if (ProgressLine.onTerminal()) {
        bar.print(line);
      } else {
        out.println(line);
        out.flush();
      }
    }

    private static String settings(Map<String, Object> values) {
      return values.entrySet().stream()
          .map(
              one ->
                  one.getKey()
                      + "="
                      + (one.getValue() instanceof Double number
                          ? String.format(Locale.ROOT, "%.4g", number)
                          : one.getValue()))
          .collect(Collectors.joining(" "));
    }

    @Override
    public void freshFolds() {
      String line = "The best trial and the default once more, on fresh folds";
      if (ProgressLine.onTerminal()) {
        bar.print(line);
      } else {
        out.println(line);
      }
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
      }
    }
  }
}
