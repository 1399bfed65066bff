package io.github.leukemia4j.cli;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.data.Datasets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.StringJoiner;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. Exit code 0, or 1 where the input was at fault, with the reason on the error
 * stream, or 2 where the command was used wrongly, or 130 where a training was stopped and left a
 * checkpoint.
 */
@Command(
    name = "leukemia-cli",
    description =
        "Trains, evaluates and runs classifiers of blood-smear cells. Research software, not a medical device.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main {
  private static final List<Class<?>> COMMANDS =
      List.of(
          QuickstartCommand.class,
          SplitCommand.class,
          TrainCommand.class,
          CrossValidateCommand.class,
          SearchCommand.class,
          CompareCommand.class,
          BenchmarkCommand.class,
          CompareLossesCommand.class,
          StudyCommand.class,
          LearningCurveCommand.class,
          DoctorCommand.class,
          CalibrateCommand.class,
          AdaptCommand.class,
          EvaluateCommand.class,
          ClassifyCommand.class,
          ClassifyBatchCommand.class,
          FieldCommand.class,
          ExplainCommand.class,
          InspectCommand.class,
          ContactSheetCommand.class,
          LabelsCommand.class,
          VerifyCommand.class,
          ExportCommand.class);

  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

  /** Commands say themselves what a data set was taken for. Held, or it would be forgotten. */
  private static final Logger DATASETS = Logger.getLogger(Datasets.class.getName());

  private Main() {}

  /**
   * @param args the command and its options
   */
  public static void main(String[] args) {
    if (System.getProperty(LOG_FORMAT) == null) {
      System.setProperty(LOG_FORMAT, "%4$s: %5$s%6$s%n");
    }
    DATASETS.setLevel(Level.WARNING);
    CleanStop.install();
    int code = run(args);
    CleanStop.commandEnded();
    System.exit(code);
  }

  /**
   * Runs a command without ending the JVM.
   *
   * @return the exit code
   */
  static int run(String... args) {
    return commandLine(args).execute(args);
  }

  /** Of the commands the one alone that is called, where one is: each takes time to describe. */
  static CommandLine commandLine(String... args) {
    CommandLine line = new CommandLine(new Main());
    List<Class<?>> called =
        COMMANDS.stream()
            .filter(command -> args.length > 0 && name(command).equals(args[0]))
            .toList();
    (called.isEmpty() ? COMMANDS : called).forEach(line::addSubcommand);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, given) -> misused(e, given))
        .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command.getErr()));
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  /** What is wrong, how the command is called, and where more is said. */
  private static int misused(ParameterException found, String... args) {
    CommandLine command = found.getCommandLine();
    CommandSpec spec = command.getCommandSpec();
    PrintWriter err = command.getErr();
    ParameterException e = found;
    if (found instanceof MissingParameterException missing) {
      // A mistyped option is missed first, and would not be named.
      List<String> unknown =
          Stream.of(args)
              .filter(arg -> arg.startsWith("--"))
              .map(arg -> arg.split("=", 2)[0])
              .filter(name -> !spec.optionsMap().containsKey(name))
              .toList();
      e = unknown.isEmpty() ? named(missing) : new UnmatchedArgumentException(command, unknown);
    }
    err.println(e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    StringJoiner usage = new StringJoiner(" ", "Usage: ", "");
    usage.add(spec.qualifiedName());
    for (OptionSpec option : spec.options()) {
      if (option.required() && option.group() == null) {
        usage.add(option.names()[0] + "=" + option.paramLabel());
      }
    }
    spec.positionalParameters().forEach(p -> usage.add(p.paramLabel()));
    if (!spec.subcommands().isEmpty()) {
      usage.add("COMMAND");
    }
    err.println(usage.add("[OPTIONS]"));
    err.println("All options: " + spec.qualifiedName() + " --help");
    return spec.exitCodeOnInvalidInput();
  }

  /** By the first of an option's names, as in the usage; picocli takes the longest. */
  private static ParameterException named(MissingParameterException e) {
    String kind = e.getMissing().get(0).isOption() ? "option" : "parameter";
    StringJoiner missing = new StringJoiner(", ");
    for (ArgSpec arg : e.getMissing()) {
      String name = arg instanceof OptionSpec option ? option.names()[0] + "=" : "";
      missing.add("'" + name + arg.paramLabel() + "'");
    }
    return new ParameterException(
        e.getCommandLine(), "Missing required %s: %s".formatted(kind, missing));
  }

  /** One line that says what was wrong; a stack trace only for what should not happen. */
  private static int failed(Exception e, PrintWriter err) throws Exception {
    if (e instanceof InterruptedException || e instanceof ClosedByInterruptException) {
      err.println(
          (e.getMessage() == null ? "Interrupted." : e.getMessage()) + " Go on with --resume.");
      return 130;
    }
    if (e instanceof DataException
        || e instanceof ModelFormatException
        || e instanceof BackendException
        || e instanceof IllegalArgumentException) {
      err.println(e.getMessage());
    } else if (e instanceof IOException io) {
      err.println(describe(io));
    } else if (e instanceof UncheckedIOException unchecked) {
      err.println(describe(unchecked.getCause()));
    } else {
      throw e;
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String describe(IOException e) {
    String message = e.getMessage();
    if (e instanceof FileAlreadyExistsException x) {
      return x.getFile() + " exists already" + reason(x.getReason());
    }
    if (e instanceof NoSuchFileException x) {
      return "There is no " + x.getFile() + reason(x.getReason());
    }
    if (e instanceof NotDirectoryException) {
      return message + " is not a directory";
    }
    if (e instanceof AccessDeniedException) {
      return "No permission to use " + message;
    }
    if (e instanceof FileSystemException x && x.getReason() != null) {
      return x.getFile() + ": " + x.getReason();
    }
    return message == null ? e.toString() : message;
  }

  private static String reason(String reason) {
    return reason == null ? "" : ": " + reason;
  }

  /** From the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"leukemia4j " + (version == null ? "development" : version)};
    }
  }
}
