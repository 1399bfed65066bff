package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.cli.Commands.Run;
import io.github.leukemia4j.training.TrainingConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What a person sees who asks, or who asks wrongly. */
class UsageTest {
  @TempDir Path temporary;

  @Test
  void anErrorIsSaidInThreeLinesWithTheWayToMore() {
    Run run = run("train", "--data", "cells");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .containsExactly(
            "Missing required option: '--out=DIR'",
            "Usage: leukemia-cli train --data=D --out=DIR [OPTIONS]",
            "All options: leukemia-cli train --help");
  }

  @Test
  void aWrongWordIsAnsweredWithTheRightOne() {
    Run option = run("train", "--data", "cells", "--out", "o", "--epoch", "3");
    Run command = run("clasify");

    assertThat(option.code()).isEqualTo(2);
    assertThat(option.err()).contains("'--epoch'", "--epochs");
    assertThat(command.err()).contains("classify").hasLineCount(4);
  }

  @Test
  void aMistypedOptionIsNamedAlsoWhereItIsRequired() {
    assertThat(run("classify", "--modle", "m", "x.png").err())
        .contains("Unknown option: '--modle'", "--model");
  }

  @Test
  void whatIsMissingIsCalledAsInTheUsage() {
    assertThat(run("classify", "x.png").err())
        .startsWith("Missing required option: '--model=DIR|ZIP'")
        .contains("Usage: leukemia-cli classify --model=DIR|ZIP IMAGE");
    assertThat(run("classify", "--model", "m").err())
        .startsWith("Missing required parameter: 'IMAGE'");
  }

  @Test
  void theHelpTellsTheLibrarysDefaults() {
    TrainingConfig defaults = TrainingConfig.defaults();

    String help = run("train", "--help").out().replaceAll("\\s+", " ");

    assertThat(help)
        .contains(
            "At most this many epochs; default " + defaults.selection().epochs(),
            "Images in a step; default " + defaults.batches().size(),
            "after the warm-up; default " + defaults.optimizer().learningRate(),
            "from the gradient; default " + defaults.optimizer().weightDecay(),
            "default " + defaults.network().name());
  }

  static Stream<String> commands() {
    return Main.commandLine().getSubcommands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyHelpFitsEightyColumns(String command) {
    assertThat(run(command, "--help").out().lines()).allMatch(line -> line.length() <= 80);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void oneThingHasOneName(String command) {
    CommandLine.Model.CommandSpec spec =
        Main.commandLine().getSubcommands().get(command).getCommandSpec();

    for (CommandLine.Model.OptionSpec option : spec.options()) {
      List<String> names = List.of(option.names());
      assertThat(names.contains("--model")).as("%s", names).isEqualTo(names.contains("--pipeline"));
    }
  }

  @Test
  void whatAComparisonOfLossesChoosesItselfCannotBeAskedOfIt() {
    for (String option : List.of("--loss", "--sampling", "--seed")) {
      Run run = run("compare-losses", "--out", temporary.resolve("out"), option + "=1");

      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("Unknown option: '" + option);
    }
  }
}
