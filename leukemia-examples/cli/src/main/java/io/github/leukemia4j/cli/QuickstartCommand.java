package io.github.leukemia4j.cli;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.starter.Starter;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.input.ImageCache;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "quickstart",
    description =
        "Draws synthetic cells, trains both levels, evaluates them on unseen patients, saves, loads and classifies a few cells. Then asks the starter pipeline about real ones.",
    mixinStandardHelpOptions = true)
final class QuickstartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      defaultValue = "quickstart",
      paramLabel = "DIR",
      description =
          "Where to write the cells and the pipeline; must be missing or empty; default ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Of everything drawn by chance; default ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    Output.requireFreeDirectory(out);
    Path cells = out.resolve("cells");
    Path model = out.resolve("pipeline");
    console.println("Drawing synthetic cells into " + cells);
    Dataset dataset = Datasets.open(synthetic().write(cells));
    console.println(dataset.description());
    TrainingConfig config = TrainingConfig.builder().seed(seed).epochs(15).build();
    try (ImageCache images = new Reading(spec).read(dataset, config)) {
      Split split = Splitter.of(seed).split(dataset, images.verification());
      new TrainingSession(spec, config, RunOptions.DEFAULT, null).run(images, split, model, null);
    }

    console.println();
    console.println("Loaded again from " + model + ", one unseen cell of each label:");
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model)) {
      Split split = Split.read(model.resolve(TrainingSession.SPLIT), dataset);
      for (Sample sample : oneOfEach(split.test())) {
        MultilevelResult result = pipeline.classify(sample.source().read());
        console.printf("  %-8s %s%n", sample.label(), result);
      }
    }
    realCells(console, out.resolve("real-cells"));
    console.println();
    console.println("Next: java -jar leukemia-examples/cli/target/leukemia-cli.jar train --help");
    return 0;
  }

  /** What the README shows. */
  static void realCells(PrintWriter console, Path folder) throws IOException {
    Dataset cells = Starter.cells(folder);
    console.println();
    console.printf(
        "The starter pipeline on one real cell of each type, of %d in %s:%n", cells.size(), folder);
    console.printf("  %-22s%s%n", "labelled", "answer");
    try (MultilevelPipeline pipeline = Starter.pipeline()) {
      for (Sample sample : oneOfEach(cells)) {
        MultilevelResult result = pipeline.classify(sample.read());
        console.printf("  %-22s%s%n", sample.label(), ClassifyCommand.answer(result));
      }
    }
    console.println("Who made the images: " + folder.resolve("ATTRIBUTION.txt"));
  }

  private SyntheticSmear synthetic() {
    return SyntheticSmear.builder()
        .seed(seed)
        .imageSize(64)
        .patientsPerLabel(16)
        .cellsPerLabel(150)
        .cells(Label.of("normal"), 600)
        .build();
  }

  private static List<Sample> oneOfEach(Dataset dataset) {
    Set<Label> seen = new HashSet<>();
    List<Sample> chosen = new ArrayList<>();
    for (Sample sample : dataset.samples()) {
      if (seen.add(sample.label())) {
        chosen.add(sample);
      }
    }
    return chosen;
  }
}
