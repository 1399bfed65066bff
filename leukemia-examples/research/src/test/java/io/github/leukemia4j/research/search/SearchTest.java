package io.github.leukemia4j.research.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.synthetic.SmallPipeline;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchTest {
  private static final SearchSpace SPACE =
      new SearchSpace(
          List.of(
              new Setting("optimizer.learningRate", new Values.Numbers(1e-4, 1e-2, true, false)),
              new Setting("batches.sampling", new Values.Choices(List.of("natural", "balanced")))));

  private static final SearchOptions OPTIONS =
      SearchOptions.DEFAULT.with(Strategy.named("random"), 3).withFolds(2, 1);

  @TempDir private Path folder;

  private static Dataset dataset() {
    return SyntheticSmear.builder()
        .imageSize(32)
        .cellsPerLabel(16)
        .patientsPerLabel(8)
        .build()
        .dataset();
  }

  private static Search search(Split split, SearchOptions options, Path directory) {
    return new Search(
        split,
        SPACE,
        SmallPipeline.config().build(),
        options,
        RunOptions.DEFAULT.withThreads(1),
        directory);
  }

  private static SearchResult run(SearchOptions options, Path directory) throws Exception {
    return search(Splitter.of(1).split(dataset()), options, directory).run(SearchListener.NONE);
  }

  /** A source that counts how often it is read, and cannot be where it must not. */
  private record Guarded(ImageSource source, boolean shut, AtomicInteger reads)
      implements ImageSource {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public CellImage read() throws IOException {
      reads.incrementAndGet();
      if (shut) {
        throw new IOException("The test part was looked at.");
      }
      return source.read();
    }
  }

  @Test
  void neverLooksAtTheTestPart() throws Exception {
    Dataset open = dataset();
    Split split = Splitter.of(1).split(open);
    Set<String> test = split.test().samples().stream().map(Sample::id).collect(Collectors.toSet());
    AtomicInteger ofTest = new AtomicInteger();
    AtomicInteger ofOthers = new AtomicInteger();
    Dataset guarded =
        open.withSamples(
            open.samples().stream()
                .map(
                    s ->
                        new Sample(
                            s.id(),
                            new Guarded(
                                s.source(),
                                test.contains(s.id()),
                                test.contains(s.id()) ? ofTest : ofOthers),
                            s.label(),
                            s.patient(),
                            s.attributes()))
                .toList());
    SearchResult result =
        search(Splitter.of(1).split(guarded), OPTIONS, folder.resolve("out"))
            .run(SearchListener.NONE);
    assertThat(test).isNotEmpty();
    assertThat(ofTest).hasValue(0);
    assertThat(ofOthers.get()).isGreaterThanOrEqualTo(open.size() - test.size());
    assertThat(result.trials()).hasSize(4);
    SearchPage.write(result, folder.resolve("out"));
    for (String predictions : predictions(folder.resolve("out"))) {
      assertThat(test).noneSatisfy(id -> assertThat(predictions).contains(id + ","));
    }
    assertThat(Files.readString(folder.resolve("out").resolve(SearchPage.HTML)))
        .contains("Parallel coordinates", "The test part was not looked at.");
    assertThat(TrainingConfig.read(folder.resolve("out").resolve(SearchPage.SETTINGS)))
        .isEqualTo(result.bestSettings());
  }

  private static List<String> predictions(Path out) throws IOException {
    try (var files = Files.walk(out.resolve("trainings"))) {
      return files
          .filter(file -> file.toString().endsWith(".csv"))
          .map(
              file -> {
                try {
                  return Files.readString(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    }
  }

  @Test
  void aKilledSearchGoesOnToTheSameTrials() throws Exception {
    Path killed = folder.resolve("killed");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SearchTest.class.getName(),
                killed.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();
    Path log = killed.resolve(TrialLog.FILE);
    while (process.isAlive() && lines(log) < 2) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    process.destroyForcibly().waitFor();
    int before = lines(log);
    assertThat(before).as(Files.readString(folder.resolve("output.txt"))).isBetween(2, 3);
    // As where the process was killed in the middle of a line.
    Files.writeString(log, Files.readString(log) + "{\"trial\":9,\"val");

    SearchResult resumed = run(OPTIONS, killed);
    SearchResult whole = run(OPTIONS, folder.resolve("whole"));
    assertThat(withoutTimes(resumed)).isEqualTo(withoutTimes(whole));
    assertThat(resumed.luck()).isEqualTo(whole.luck());
    assertThat(Files.readAllLines(log)).hasSize(4);
  }

  /** What is killed. */
  public static void main(String[] args) throws Exception {
    run(OPTIONS, Path.of(args[0]));
  }

  private static int lines(Path log) throws IOException {
    return Files.exists(log)
        ? (int) Files.readString(log).chars().filter(c -> c == '\n').count()
        : 0;
  }

  private static List<String> withoutTimes(SearchResult result) {
    return result.trials().stream()
        .map(
            t ->
                new Trial(
                        t.trial(),
                        t.values(),
                        t.folds(),
                        t.epochs(),
                        t.training(),
                        t.value(),
                        t.foldValues(),
                        0,
                        t.failure())
                    .toString())
        .toList();
  }

  @Test
  void moreTrialsGoOnAfterTheFirstButNoOtherSearchDoes() throws Exception {
    Path out = folder.resolve("out");
    SearchResult few = run(OPTIONS.with(OPTIONS.strategy(), 1).withFresh(false), out);
    SearchResult more = run(OPTIONS.with(OPTIONS.strategy(), 2).withFresh(false), out);
    assertThat(more.trials()).hasSize(3).startsWith(few.trials().toArray(Trial[]::new));
    assertThatThrownBy(() -> run(OPTIONS.withFolds(3, 1), out))
        .hasMessageContaining(
            "holds a search of other folds: 2, wanted 3. Choose another directory");
  }

  @Test
  void prunesByFoldAndEpochs() throws Exception {
    SearchResult result =
        run(OPTIONS.with(Strategy.named("halving"), 3).withFresh(false), folder.resolve("out"));
    assertThat(result.trials().stream().map(Trial::folds)).containsExactly(2, 1, 1, 1, 1, 1, 2, 2);
    assertThat(result.best().folds()).isEqualTo(2);
  }

  @Test
  void saysAllFaultsBeforeTheFirstTraining() {
    Dataset open = dataset();
    Label rare = Label.of("APL");
    // One patient is left of a class, who cannot be in two folds.
    List<Sample> few =
        open.samples().stream()
            .filter(s -> !s.label().equals(rare) || s.patient().equals(patient(open, rare)))
            .toList();
    Split split =
        Split.of(
            open.withSamples(few),
            open.withSamples(List.of()),
            open.withSamples(List.of()),
            open.withSamples(List.of()));
    Search search =
        new Search(
            split,
            new SearchSpace(
                List.of(
                    new Setting("optimizer.rate", new Values.Numbers(0, 1, false, false)),
                    new Setting("optimizer.averaging", new Values.Numbers(0, 2, false, false)))),
            SmallPipeline.config().build(),
            OPTIONS.with(Strategy.named("grid"), 3).withMetric("accurracy", Optional.empty()),
            RunOptions.DEFAULT,
            folder.resolve("out"));
    assertThatThrownBy(() -> search.run(SearchListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("A search cannot begin:")
        .hasMessageContaining("There is no setting optimizer.rate")
        .hasMessageContaining("optimizer.averaging must be in [0, 1); found 2.0")
        .hasMessageContaining("found accurracy")
        .hasMessageContaining("found 3 trials for 4 combinations")
        .hasMessageContaining("class " + rare);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private static Optional<String> patient(Dataset open, Label label) {
    return open.samples().stream()
        .filter(s -> s.label().equals(label))
        .findFirst()
        .orElseThrow()
        .patient();
  }
}
