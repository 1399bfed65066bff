package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jars as they are built, each run in a JVM of its own. */
class JarsIT {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path LIBRARIES = TARGET.resolve("lib");
  private static final Path COMMAND_LINE = TARGET.resolve("leukemia-cli.jar");
  private static final String DENY = "--illegal-native-access=deny";

  @TempDir static Path compiled;
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"leukemia-core", "leukemia-tf", "leukemia-cli"})
  void carryLicenceAndNotice(String name) throws IOException {
    try (JarFile jar = new JarFile(jar(name).toFile())) {
      assertThat(jar.stream().map(Object::toString))
          .contains("META-INF/LICENSE", "META-INF/NOTICE");
    }
  }

  @Test
  void noticeNamesEveryLibraryThatTheProgramRunsOn() throws IOException {
    String notice = Files.readString(Path.of("..", "..", "NOTICE"));
    try (Stream<Path> libraries = Files.list(LIBRARIES)) {
      assertThat(
              libraries
                  .map(jar -> jar.getFileName().toString().replaceFirst("-[0-9].*", ""))
                  .filter(name -> !name.startsWith("leukemia-")))
          .as("libraries; NOTICE must name each beside its licence")
          .isNotEmpty()
          .allMatch(name -> notice.matches("(?s).*[ \\n]%s[ ,\\n].*".formatted(name)));
    }
  }

  @Test
  void aProgramWithoutTheNativeIsToldWhatToAdd() throws Exception {
    Run run =
        java(List.of("-cp", classPath(jar -> !isNative(jar)), Main.class.getName(), "doctor"));
    assertThat(run.output)
        .contains("Add org.tensorflow:tensorflow-core-native with the classifier of this machine");
    assertThat(run.exit).isEqualTo(1);
  }

  private static boolean isNative(String jar) {
    return jar.matches("tensorflow-core-native-.*-.*");
  }

  /** The classes of the command line and the libraries that it keeps. */
  private static String classPath(Predicate<String> kept) throws IOException {
    try (Stream<Path> all = Files.list(LIBRARIES)) {
      return Stream.concat(
              Stream.of(TARGET.resolve("classes")),
              all.filter(jar -> kept.test(jar.getFileName().toString())).sorted())
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  /** A program of another project, which requires the module of leukemia-tf and nothing else. */
  @Nested
  class OnTheModulePath {
    @BeforeAll
    static void compile() {
      int failed =
          ToolProvider.findFirst("javac")
              .orElseThrow()
              .run(
                  System.out,
                  System.err,
                  "-d",
                  compiled.toString(),
                  "--module-path",
                  LIBRARIES.toString(),
                  "src/it/modular/module-info.java",
                  "src/it/modular/app/Main.java");
      assertThat(failed).isZero();
    }

    @Test
    void trainsAndClassifies() throws Exception {
      Run run = modular();
      assertThat(run.output).contains("normal]").doesNotContain("Exception");
      assertThat(run.exit).isZero();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_24)
    void needsNativeAccessForTheTwoModulesThatTheGuideNames() throws Exception {
      Run run = modular(DENY, "--enable-native-access=org.bytedeco.javacpp,tensorflow.nativelib");
      assertThat(run.output).contains("normal]").doesNotContain("Restricted methods");
      assertThat(run.exit).isZero();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_24)
    void saysWhichModulesNeedNativeAccess() throws Exception {
      assertThat(modular(DENY).output)
          .contains("Java must allow TensorFlow to use its native library; it was denied (")
          .contains("--enable-native-access=org.bytedeco.javacpp,tensorflow.nativelib.")
          .doesNotContain("Add org.tensorflow");
    }

    private Run modular(String... options) throws Exception {
      List<String> command = new ArrayList<>(List.of(options));
      command.addAll(
          List.of(
              "--module-path",
              LIBRARIES + File.pathSeparator + compiled,
              "--module",
              "modular/app.Main",
              folder.toString()));
      return java(command);
    }
  }

  @Nested
  @EnabledForJreRange(min = JRE.JAVA_24)
  class WhereNativeAccessIsDenied {
    @Test
    void theCommandLineRunsAllTheSame() throws Exception {
      Run run = java(List.of(DENY, "-jar", COMMAND_LINE.toString(), "doctor"));
      assertThat(run.output).doesNotContain("Restricted methods");
      assertThat(run.exit).as(run.output).isZero();
    }

    @Test
    void aProgramOnTheClassPathIsToldTheFlag() throws Exception {
      assertThat(onTheClassPath(DENY).output)
          .contains("it was denied (java.lang.IllegalCallerException")
          .contains("--enable-native-access=ALL-UNNAMED")
          .contains("Enable-Native-Access: ALL-UNNAMED into the manifest")
          .doesNotContain("Add org.tensorflow");
    }

    @Test
    void aProgramThatIsDeniedUnsafeIsToldTheFlag() throws Exception {
      Run run =
          onTheClassPath(
              "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=deny");
      assertThat(run.output)
          .contains("Java must allow protobuf, which TensorFlow needs, to use sun.misc.Unsafe")
          .contains("--sun-misc-unsafe-memory-access=allow");
    }

    private Run onTheClassPath(String... options) throws Exception {
      List<String> command = new ArrayList<>(List.of(options));
      command.addAll(
          List.of(
              "-cp",
              COMMAND_LINE + File.pathSeparator + LIBRARIES.resolve("*"),
              Main.class.getName(),
              "doctor"));
      return java(command);
    }
  }

  private static Path jar(String name) throws IOException {
    if (Files.exists(TARGET.resolve(name + ".jar"))) {
      return TARGET.resolve(name + ".jar");
    }
    try (Stream<Path> all = Files.list(LIBRARIES)) {
      return all.filter(jar -> jar.getFileName().toString().startsWith(name))
          .findFirst()
          .orElseThrow();
    }
  }

  private record Run(int exit, String output) {}

  private Run java(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ends").isTrue();
    return new Run(process.exitValue(), Files.readString(output));
  }
}
