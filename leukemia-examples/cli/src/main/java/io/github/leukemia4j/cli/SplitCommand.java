package io.github.leukemia4j.cli;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "split",
    description =
        "Divides a data set into parts, no patient and no image in two of them, and writes which image is in which, for --split of other commands. The same seed gives the same parts.",
    mixinStandardHelpOptions = true)
final class SplitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DataOption data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The split file to write; must not exist. docs/split-file.md describes it.")
  private Path out;

  @Option(
      names = "--shares",
      split = ",",
      defaultValue = "0.7,0.1,0,0.2",
      paramLabel = "SHARE",
      description =
          "Of the images in train, validation, calibration and test, which add up to 1; default ${DEFAULT-VALUE}.")
  private List<Double> shares;

  @Option(
      names = "--leave-out-laboratory",
      paramLabel = "NAME",
      description =
          "Test on the images of this laboratory, as the column laboratory names it, and divide the others into the other parts.")
  private String laboratory;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Of what is drawn by chance; default ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private Reading reading;

  @Override
  public Integer call() throws Exception {
    if (shares.size() != Split.PARTS.size()) {
      throw new ParameterException(
          spec.commandLine(),
          "--shares must be one number for each of %s; found %s."
              .formatted(String.join(", ", Split.PARTS), shares));
    }
    Splitter splitter =
        Splitter.of(seed).parts(shares.get(0), shares.get(1), shares.get(2), shares.get(3));
    Output.requireFree(out);
    PrintWriter console = spec.commandLine().getOut();
    Dataset dataset = data.openAndDescribe();
    Verification verification = reading.verify(dataset);
    Split split =
        laboratory == null
            ? splitter.split(verification.readable(), verification)
            : splitter.leaveOut(laboratory, verification.readable(), verification);
    Output.write(out, split::write);
    console.println(split.summary().toText());
    console.println("Wrote " + out + ".");
    return 0;
  }
}
