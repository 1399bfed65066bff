package io.github.leukemia4j.cli;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.inference.Backends;
import io.github.leukemia4j.tf.Diagnosis;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "doctor",
    description =
        "Says what this machine offers to training (native library, devices, CUDA, threads,"
            + " memory), what is missing and what to do about it. Tries out that an image gets the"
            + " same bits in every batch, and trains a few steps. Exit code 1 where a check fails.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  /** What TensorFlow 2.18 loads by name for a GPU, and what it belongs to. */
  static final Map<String, String> GPU_LIBRARIES = gpuLibraries();

  private static final int STEPS = 5;

  /** GPUs multiply in TF32, of 10 bits, unless told not to. */
  private static final double TOLERANCE = 0.02;

  @Spec private CommandSpec spec;
  private PrintWriter out;

  private static Map<String, String> gpuLibraries() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("libcuda.so.1", "the NVIDIA driver");
    for (String name :
        List.of(
            "libcudart.so.12",
            "libcublas.so.12",
            "libcublasLt.so.12",
            "libcufft.so.11",
            "libcusolver.so.11",
            "libcusparse.so.12",
            "libnvJitLink.so.12")) {
      all.put(name, "CUDA 12");
    }
    all.put("libcudnn.so.9", "cuDNN 9");
    return Collections.unmodifiableMap(all);
  }

  @Override
  public Integer call() throws Exception {
    out = spec.commandLine().getOut();
    say("Java", Runtime.version() + ", " + System.getProperty("os.name") + " on " + os());
    List<URL> natives = natives();
    boolean gpuNative = natives.stream().anyMatch(url -> url.toString().contains("-gpu"));
    say("Native", natives.isEmpty() ? "none" : names(natives));
    if (natives.isEmpty()) {
      advise(
          "Add org.tensorflow:tensorflow-core-native with the classifier of this machine, such as"
              + " linux-x86_64, to the class path.");
    } else if (natives.size() > 1) {
      advise("Leave only one on the class path; of these the GPU's is loaded.");
    }
    List<String> devices;
    try {
      say("TensorFlow", Diagnosis.version());
      devices = Diagnosis.devices(0);
    } catch (BackendException e) {
      say("TensorFlow", "cannot be loaded");
      advise(e.getMessage());
      return 1;
    }
    boolean gpu = devices.stream().anyMatch(name -> name.contains("GPU"));
    say("Devices", String.join(", ", devices));
    cuda(gpuNative, gpu);
    oneDnn();
    say(
        "Threads",
        "%s for the arithmetic, of %s processors; weights are the same again only with the same number"
            .formatted(Diagnosis.threads(), Runtime.getRuntime().availableProcessors()));
    memory();
    boolean sound = sameBits(gpu);
    sound &= selfCheck(gpu);
    return sound ? 0 : 1;
  }

  private void say(String what, String found) {
    out.printf(Locale.ROOT, "%-12s %s%n", what, found);
  }

  private void advise(String text) {
    out.printf(Locale.ROOT, "%-12s -> %s%n", "", text);
  }

  private static String os() {
    return System.getProperty("os.arch");
  }

  /** The native libraries on the class path: the jars that hold TensorFlow's Java binding. */
  private static List<URL> natives() throws IOException {
    List<URL> found = new ArrayList<>();
    ClassLoader loader = DoctorCommand.class.getClassLoader();
    for (String platform :
        List.of("linux-x86_64", "linux-arm64", "macosx-arm64", "windows-x86_64")) {
      for (String extension : List.of("", "-gpu")) {
        for (String file :
            List.of("libjnitensorflow.so", "libjnitensorflow.dylib", "jnitensorflow.dll")) {
          found.addAll(
              Collections.list(
                  loader.getResources(
                      "org/tensorflow/internal/c_api/" + platform + extension + "/" + file)));
        }
      }
    }
    return found;
  }

  private static String names(List<URL> natives) {
    return natives.stream()
        .map(url -> url.toString().replaceAll("!.*", "").replaceAll(".*/", ""))
        .collect(Collectors.joining(", "));
  }

  private void cuda(boolean gpuNative, boolean gpu) {
    if (!gpuNative) {
      say("CUDA", "not asked for: this native library is for the CPU");
      if (os().equals("amd64") && File.separatorChar == '/') {
        advise(
            "To use an NVIDIA GPU, build with -Pgpu, which takes the classifier linux-x86_64-gpu.");
      }
      return;
    }
    List<String> missing = missing(libraryNames());
    say("CUDA", missing.isEmpty() ? "all libraries are there" : "missing: " + missing);
    missing.stream()
        .map(GPU_LIBRARIES::get)
        .distinct()
        .forEach(what -> advise("Install " + what + ", or name its folder in LD_LIBRARY_PATH."));
    if (!gpu) {
      advise(
          "TensorFlow sees no GPU and runs on the CPU, with the same weights as the CPU's native"
              + " library.");
    }
    say(
        "GPU memory",
        "growth %s, largest share %s"
            .formatted(
                System.getProperty("leukemia4j.gpu.memoryGrowth", "true"),
                System.getProperty("leukemia4j.gpu.memoryFraction", "all")));
  }

  /** Which of the libraries are not among these files. */
  static List<String> missing(List<String> present) {
    return GPU_LIBRARIES.keySet().stream().filter(name -> !present.contains(name)).toList();
  }

  /** The shared libraries that the loader finds: its cache, and the folders of the environment. */
  private static List<String> libraryNames() {
    List<String> names = new ArrayList<>();
    String folders = System.getenv("LD_LIBRARY_PATH");
    if (folders != null) {
      for (String folder : folders.split(File.pathSeparator)) {
        String[] files = new File(folder.isEmpty() ? "." : folder).list();
        names.addAll(files == null ? List.of() : Arrays.asList(files));
      }
    }
    for (String ldconfig : List.of("/sbin/ldconfig", "/usr/sbin/ldconfig")) {
      if (Files.isExecutable(Path.of(ldconfig))) {
        names.addAll(cached(ldconfig));
        break;
      }
    }
    return names;
  }

  private static List<String> cached(String ldconfig) {
    try {
      Process process =
          new ProcessBuilder(ldconfig, "-p").redirectError(ProcessBuilder.Redirect.DISCARD).start();
      return process
          .inputReader(StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.strip().split(" ")[0])
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private void oneDnn() {
    String wish = System.getenv("TF_ENABLE_ONEDNN_OPTS");
    boolean on = Diagnosis.oneDnn();
    boolean there = Diagnosis.hasOneDnn();
    say(
        "oneDNN",
        (on ? "on" : "off")
            + (wish == null
                ? ", as TensorFlow chose for this processor"
                : ", as the environment says")
            + (on || !there ? "" : "; training and classifying ask for its kernels by name"));
    if (on) {
      return;
    }
    if (wish != null) {
      advise("Unset TF_ENABLE_ONEDNN_OPTS: training on the CPU is slower without oneDNN.");
    } else if (there) {
      advise(
          "Set TF_ENABLE_ONEDNN_OPTS=1 in the environment: what is not asked for by name is then"
              + " faster too.");
    }
  }

  /** That a batch does not change what is said of an image, tried out. */
  private boolean sameBits(boolean gpu) throws IOException {
    boolean kept = sameBits("Same bits", Device.CPU);
    return (!gpu || sameBits("", Device.GPU)) && kept;
  }

  private boolean sameBits(String title, Device device) throws IOException {
    Diagnosis.Bits bits = Diagnosis.bits(device);
    say(
        title,
        "%s: %s of %d answers in batches of 2 to 33 differ from those to single images%s"
            .formatted(
                device == Device.CPU ? "CPU" : "GPU",
                bits.differing() == 0 ? "none" : Integer.toString(bits.differing()),
                bits.answers(),
                bits.differing() == 0
                    ? ""
                    : String.format(Locale.ROOT, ", by up to %.1e", bits.largest())));
    say("", "by " + bits.arithmetic());
    if (bits.promised() && bits.differing() > 0) {
      advise("An image must get the same bits in every batch. Report this with the lines above.");
      return false;
    }
    return true;
  }

  private void memory() {
    double heap = Runtime.getRuntime().maxMemory() / 1e9;
    String natives = System.getProperty("org.bytedeco.javacpp.maxphysicalbytes");
    double machine =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean bean
            ? bean.getTotalMemorySize() / 1e9
            : Double.NaN;
    say(
        "Memory",
        String.format(
            Locale.ROOT,
            "heap up to %.1f GB, process up to %s, machine %.1f GB",
            heap,
            natives == null ? String.format(Locale.ROOT, "%.1f GB", 4 * heap) : natives,
            machine));
    if (heap < 0.5) {
      advise("Give the JVM more, such as -Xmx2g: decoded images are kept there.");
    }
    if (natives == null && 4 * heap > machine) {
      advise(
          "The process may grow beyond the machine's memory; where others need it, set"
              + " -Dorg.bytedeco.javacpp.maxphysicalbytes=8g, or a smaller -Xmx.");
    }
  }

  /** The same few steps on the CPU, and on the GPU where there is one. */
  private boolean selfCheck(boolean gpu) {
    double[] cpu = losses(Device.CPU);
    say("Self-check", STEPS + " steps on the CPU: losses " + text(cpu));
    boolean finite = Arrays.stream(cpu).allMatch(Double::isFinite);
    if (!finite || cpu[STEPS - 1] >= cpu[0]) {
      advise("The loss must fall. Report this with the lines above.");
      return false;
    }
    if (!gpu) {
      say("", "no GPU to hold them against");
      return true;
    }
    double[] other = losses(Device.GPU);
    say("", STEPS + " steps on the GPU: losses " + text(other));
    for (int i = 0; i < STEPS; i++) {
      if (!(Math.abs(other[i] - cpu[i]) <= TOLERANCE * Math.abs(cpu[i]))) {
        advise(
            "The losses must agree to %s %%. Update the driver; train on the CPU until they do."
                .formatted(100 * TOLERANCE));
        return false;
      }
    }
    say("", "they agree");
    return true;
  }

  private static String text(double[] losses) {
    return Arrays.stream(losses)
        .mapToObj(loss -> String.format(Locale.ROOT, "%.5f", loss))
        .collect(Collectors.joining(" "));
  }

  private static double[] losses(Device device) {
    int side = 32;
    int size = 16;
    byte[] images = new byte[size * 3 * side * side];
    new SplittableRandom(1).nextBytes(images);
    int[] labels = new int[size];
    float[] targets = new float[2 * size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % 2;
      targets[2 * i + i % 2] = 1;
    }
    TrainingConfig config =
        TrainingConfig.builder()
            .network(NetworkConfig.small())
            .inputSize(side)
            .batchSize(size)
            .build();
    LabelSet two = LabelSet.of("normal", "abnormal").withPositive(Label.of("abnormal"));
    Batch batch = Batch.ofOneHead(images, labels, size, labels, targets);
    List<Head> heads = List.of(new Head(Label.of("cell"), two));
    RunOptions run = RunOptions.DEFAULT.withDevice(device);
    try (TrainableNetwork network =
        Backends.training(Optional.empty()).create(config, HeadLoss.of(config, heads), run)) {
      double[] losses = new double[STEPS];
      for (int i = 0; i < STEPS; i++) {
        losses[i] = network.step(batch, config.optimizer().learningRate(), i + 1).loss();
      }
      return losses;
    }
  }
}
