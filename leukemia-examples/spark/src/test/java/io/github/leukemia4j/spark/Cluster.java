package io.github.leukemia4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A standalone cluster of a master and two workers, each a process of its own. */
final class Cluster implements AutoCloseable {
  private static final Path SCRIPT = Path.of(System.getProperty("spark.script"));
  private static final Path JAR = Path.of(System.getProperty("spark.jar"));

  private final Path directory;
  private final Map<Process, Path> logs = new ConcurrentHashMap<>();

  private Cluster(Path directory) {
    this.directory = directory;
  }

  static Cluster start(Path directory) throws Exception {
    Cluster cluster = new Cluster(directory);
    String jars =
        classPath()
            .filter(
                jar ->
                    !jar.contains("leukemia")
                        && !jar.contains("tensorflow")
                        && !jar.contains("bytedeco"))
            .filter(jar -> !jar.contains("surefire") && !jar.contains("junit"))
            .collect(Collectors.joining(":"));
    cluster.require(cluster.script("start", jars, "2", "1", "2g"), 300);
    return cluster;
  }

  private static Stream<String> classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator)).filter(entry -> entry.endsWith(".jar"));
  }

  /** Submits the shaded jar; the native goes before it on the class path. */
  Process submit(String... arguments) throws IOException {
    String nativeJar =
        classPath()
            .filter(jar -> jar.matches(".*tensorflow-core-native-.*-(linux|mac|win).*"))
            .findFirst()
            .get();
    List<String> all =
        new ArrayList<>(
            List.of(
                "--conf",
                "spark.executor.extraClassPath=" + nativeJar,
                "--conf",
                "spark.executor.memory=768m",
                "--conf",
                "spark.driver.memory=512m",
                "--conf",
                "spark.executor.extraJavaOptions=-XX:ActiveProcessorCount=1",
                "--conf",
                "spark.executorEnv.TF_CPP_MIN_LOG_LEVEL=3",
                JAR.toString()));
    all.addAll(List.of(arguments));
    return script("submit", all.toArray(String[]::new));
  }

  void kill(int worker) throws Exception {
    require(script("kill", "" + worker), 60);
  }

  /** How many tasks the executors of a worker have finished, by their logs. */
  long finishedTasks(int worker) throws IOException {
    Path work = directory.resolve("work-" + worker);
    if (!Files.isDirectory(work)) {
      return 0;
    }
    long tasks = 0;
    try (Stream<Path> files = Files.walk(work)) {
      for (Path log : files.filter(f -> f.endsWith("stderr")).toList()) {
        try (Stream<String> lines = Files.lines(log)) {
          tasks += lines.filter(line -> line.contains("Finished task")).count();
        }
      }
    }
    return tasks;
  }

  /** What the executors take of the memory now, in kilobytes, the largest. */
  long residentKilobytes() throws IOException {
    long most = 0;
    for (int worker = 1; worker <= 2; worker++) {
      long pid =
          Long.parseLong(Files.readString(directory.resolve("worker-" + worker + ".pid")).strip());
      List<ProcessHandle> children =
          ProcessHandle.of(pid).map(p -> p.children().toList()).orElse(List.of());
      for (ProcessHandle executor : children) {
        Path status = Path.of("/proc/" + executor.pid() + "/status");
        if (Files.exists(status)) {
          most =
              Math.max(
                  most,
                  Files.readAllLines(status).stream()
                      .filter(line -> line.startsWith("VmRSS:"))
                      .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                      .findFirst()
                      .orElse(0));
        }
      }
    }
    return most;
  }

  private Process script(String command, String... arguments) throws IOException {
    List<String> line =
        new ArrayList<>(List.of("bash", SCRIPT.toString(), command, directory.toString()));
    line.addAll(List.of(arguments));
    Path log = Files.createTempFile(directory, command + "-", ".out");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    logs.put(process, log);
    return process;
  }

  /** Waits for the end of a process, which must be a good one. */
  String require(Process process, int seconds) throws IOException, InterruptedException {
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    String out = Files.readString(logs.get(process));
    assertThat(ended && process.exitValue() == 0)
        .as(out.substring(Math.max(0, out.length() - 8000)))
        .isTrue();
    return out;
  }

  @Override
  public void close() throws IOException {
    try {
      require(script("stop"), 60);
      // Links to jars, of which JUnit would warn one by one.
      try (Stream<Path> links = Files.list(directory.resolve("home/jars"))) {
        for (Path link : links.toList()) {
          Files.delete(link);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
