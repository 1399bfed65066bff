package io.github.leukemia4j.service;

import io.github.leukemia4j.LeukemiaException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the service. */
@Command(
    name = "leukemia-service",
    description =
        "Answers over HTTP what a pipeline says of images of cells, with a page for review. Research software, not a medical device.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR|ZIP",
      description = "The pipeline: what train of the command line wrote, or a zip file of it.")
  private Path model;

  @Option(names = "--host", defaultValue = "127.0.0.1", description = "The address to listen at.")
  private String host;

  @Option(names = "--port", defaultValue = "8080", description = "0 takes one that is free.")
  private int port;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "Holds the token that requests must bring; needed for any address but the machine's own. LEUKEMIA_TOKEN in the environment does the same.")
  private Path tokenFile;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Stores the images that come, by their digest; without it none is stored.")
  private Path keep;

  @Option(
      names = "--max-image-bytes",
      defaultValue = "16777216",
      description = "Of one image's file.")
  private long imageBytes;

  @Option(names = "--max-pixels", defaultValue = "10000000", description = "Of one image.")
  private long pixels;

  @Option(names = "--max-images", defaultValue = "256", description = "In one request.")
  private int images;

  @Option(
      names = "--max-waiting",
      defaultValue = "512",
      description = "Images that wait to be classified; what comes beyond is refused with 429.")
  private int waiting;

  @Option(names = "--max-connections", defaultValue = "512", description = "Open at once.")
  private int connections;

  @Option(
      names = "--patience",
      defaultValue = "30",
      paramLabel = "SECONDS",
      description = "How long a request may take, its body included.")
  private int patience;

  private Main() {}

  /**
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Main());
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command.getErr()));
    System.exit(line.execute(args));
  }

  private static int failed(Exception e, PrintWriter err) throws Exception {
    if (e instanceof LeukemiaException
        || e instanceof IOException
        || e instanceof IllegalArgumentException) {
      err.println(e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw e;
  }

  @Override
  public Integer call() throws Exception {
    ServerSettings.Limits limits =
        new ServerSettings.Limits(
            imageBytes,
            pixels,
            images,
            ServerSettings.Limits.DEFAULT.bodyBytes(),
            waiting,
            connections,
            Duration.ofSeconds(patience));
    ServerSettings settings =
        new ServerSettings(host, port, token(), limits, Optional.ofNullable(keep));
    LeukemiaServer server = LeukemiaServer.start(model, settings);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  ended.countDown();
                },
                "leukemia4j-stop"));
    Hangup.handle(server::reload);
    spec.commandLine()
        .getOut()
        .println("Listening at http://%s:%d/ . Research software.".formatted(host, server.port()));
    ended.await();
    return 0;
  }

  private Optional<String> token() throws IOException {
    return tokenFile == null
        ? Optional.ofNullable(System.getenv("LEUKEMIA_TOKEN"))
        : Optional.of(Files.readString(tokenFile).strip());
  }
}
