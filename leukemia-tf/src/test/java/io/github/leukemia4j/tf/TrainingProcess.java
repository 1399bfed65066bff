package io.github.leukemia4j.tf;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Trains in a process of its own that can be killed and measured; tells its steps line by line. */
final class TrainingProcess {
  private TrainingProcess() {}

  /** Starts one, with this JVM's class path and environment. */
  static Process start(Path directory, int epochs, int inputSize, String... options)
      throws IOException {
    return start(directory, epochs, inputSize, Map.of(), options);
  }

  /**
   * @param environment what is added to this JVM's
   * @param options of the new JVM
   */
  static Process start(
      Path directory, int epochs, int inputSize, Map<String, String> environment, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            TrainingProcess.class.getName(),
            directory.toString(),
            Integer.toString(epochs),
            Integer.toString(inputSize)));
    ProcessBuilder process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    process.environment().putAll(environment);
    return process.start();
  }

  /**
   * @param args the bundle's directory and the epochs, and the side of the input
   */
  public static void main(String[] args) throws Exception {
    TrainingListener lines =
        new TrainingListener() {
          @Override
          public void stepEnded(Label stage, int epoch, int step, double loss) {
            System.out.println("step " + epoch + " " + step);
            System.out.flush();
          }

          @Override
          public void epochEnded(Label stage, TrainingHistory.Epoch epoch) {
            System.out.println("epoch " + epoch.epoch() + " resident " + residentKilobytes());
            System.out.flush();
          }
        };
    TinyTraining.train(
        TinyTraining.config()
            .epochs(Integer.parseInt(args[1]))
            .inputSize(Integer.parseInt(args[2]))
            .build(),
        TinyTraining.RESUMED,
        Path.of(args[0]),
        lines);
    System.out.println("live scopes " + TfScope.live());
    System.out.flush();
  }

  /** Of this process, on Linux; -1 elsewhere. */
  private static long residentKilobytes() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1;
    }
  }
}
