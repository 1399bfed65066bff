package io.github.leukemia4j.tf;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Device;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.tensorflow.TensorFlow;
import org.tensorflow.exceptions.TFResourceExhaustedException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.types.TFloat32;

/**
 * What holds for the whole process: the native library, its devices, and the number of threads of
 * the arithmetic, which the first session sets for all later ones.
 */
final class TfRuntime {
  private static final Logger LOG = System.getLogger(TfRuntime.class.getName());

  /** System property: whether GPU memory is taken as it is needed. */
  static final String GPU_GROWTH = "leukemia4j.gpu.memoryGrowth";

  /** System property: the largest share of the GPU's memory. */
  static final String GPU_FRACTION = "leukemia4j.gpu.memoryFraction";

  private static final TfDevices DEVICES =
      new TfDevices(gpu -> call("list its devices", () -> listDevices(gpu)));

  private static int threads;
  private static boolean fallbackTold;
  private static Boolean oneDnn;

  private TfRuntime() {}

  /**
   * The settings of a session, after checking that the device is there. For the CPU no GPU is
   * touched.
   *
   * @param wished threads, 0 for as many as there are processors
   * @throws BackendException where there is no native library, or no GPU where one is demanded
   */
  static synchronized ConfigProto config(Device device, int wished) {
    start(wished);
    Optional<String> gpu = DEVICES.gpu(device);
    if (device == Device.AUTO && !fallbackTold) {
      fallbackTold = true;
      LOG.log(
          Level.INFO,
          gpu.map(name -> "Runs on the GPU " + name)
              .orElse("Runs on the CPU with " + threads + " threads: TensorFlow sees no GPU"));
    }
    return proto(gpu.isPresent());
  }

  /** Whether a session of these settings, which {@link #config} gave, runs on the CPU alone. */
  static boolean onCpu(ConfigProto config) {
    return config.getDeviceCountOrDefault("GPU", 1) == 0;
  }

  /** The device that a session with this wish runs on, as TensorFlow calls it. */
  static synchronized String deviceName(Device device) {
    start(0);
    return DEVICES.gpu(device == Device.GPU ? Device.AUTO : device).orElse("CPU");
  }

  /**
   * What TensorFlow was seen to have, such as CPU:0 and GPU:0; no GPU before one was wished for.
   */
  static List<String> devices() {
    return DEVICES.seen();
  }

  /** The threads of the arithmetic; 0 before the first session. */
  static synchronized int threads() {
    return threads;
  }

  static String version() {
    return call("ask for the version", TensorFlow::version);
  }

  /**
   * Whether oneDNN computes what TensorFlow lets it: measured, because TensorFlow decides by the
   * processor. Left alone it turns oneDNN on for x86-64 with AVX512-VNNI, AVX512-BF16, AVX-VNNI or
   * AMX and for Neoverse V1, and off for all others; {@code TF_ENABLE_ONEDNN_OPTS} in the
   * environment overrules it. Starts TensorFlow on all processors where nothing has started it.
   *
   * @throws BackendException where there is no native library
   */
  static synchronized boolean oneDnn() {
    if (oneDnn == null) {
      ConfigProto config = config(Device.CPU, 0);
      oneDnn = call("find out whether oneDNN is on", () -> OneDnn.chosen(TFloat32.class, config));
    }
    return oneDnn;
  }

  /**
   * What changes results beside the threads: whether oneDNN computes as TensorFlow decides (on,
   * off), or because the graph asks for it.
   */
  static Map<String, String> options() {
    String oneDnn = OneDnn.available() ? "asked for by name" : oneDnn() ? "on" : "off";
    String limit = System.getenv("ONEDNN_MAX_CPU_ISA");
    return limit == null
        ? Map.of("oneDNN", oneDnn)
        : new TreeMap<>(Map.of("oneDNN", oneDnn, "ONEDNN_MAX_CPU_ISA", limit));
  }

  /**
   * Runs something on TensorFlow and says so where it fails.
   *
   * @param what completes "TensorFlow could not ..."
   */
  static <T> T call(String what, Supplier<T> work) {
    try {
      return work.get();
    } catch (TFResourceExhaustedException e) {
      throw new BackendException(
          """
              The device had too little memory to %s: lower the batch size or the input size, \
              choose a smaller network, or free memory that other programs hold. TensorFlow \
              said: %s"""
              .formatted(what, e.getMessage()),
          e);
    } catch (RuntimeException e) {
      if (isTensorFlows(e)) {
        throw new BackendException("TensorFlow could not " + what + ": " + e.getMessage(), e);
      }
      throw e;
    } catch (OutOfMemoryError e) {
      throw new BackendException(
          "There was too little memory to %s: lower the batch size or the input size, or give the JVM more with -Xmx and -Dorg.bytedeco.javacpp.maxphysicalbytes."
              .formatted(what),
          e);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
      throw new BackendException(NativeFailure.message(e), e);
    }
  }

  /** Not all extend TensorFlowException: that for invalid arguments, a common one, does not. */
  static boolean isTensorFlows(RuntimeException e) {
    return e.getClass().getPackageName().equals(TensorFlowException.class.getPackageName());
  }

  private static void start(int wished) {
    if (threads == 0) {
      int chosen = wished > 0 ? wished : Runtime.getRuntime().availableProcessors();
      threads = chosen;
      try {
        DEVICES.start();
      } catch (BackendException e) {
        threads = 0;
        throw e;
      }
    } else if (wished > 0 && wished != threads) {
      LOG.log(
          Level.WARNING,
          "TensorFlow keeps the %s threads that the first session of this JVM asked for; the wish for %s has no effect"
              .formatted(threads, wished));
    }
  }

  private static ConfigProto proto(boolean gpu) {
    ConfigProto.Builder config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            .setInterOpParallelismThreads(threads)
            .setAllowSoftPlacement(true)
            // Threads that wait for work would else take the processor from those that decode.
            .setExperimental(ConfigProto.Experimental.newBuilder().setDisableThreadSpinning(true));
    if (gpu) {
      config.setGpuOptions(
          gpuOptions(System.getProperty(GPU_GROWTH), System.getProperty(GPU_FRACTION)));
    } else {
      config.putDeviceCount("GPU", 0);
    }
    return config.build();
  }

  /**
   * How much of a GPU's memory the process takes. Like the threads, the first session sets it for
   * all, which is why these are properties of the process and not settings of a training.
   *
   * @param growth false to take it all at once; null for true: only as much as is needed
   * @param fraction of the memory, at most; null for no limit
   */
  static GPUOptions gpuOptions(String growth, String fraction) {
    // One GPU, the first that the process may see: on the others there is nothing to do.
    GPUOptions.Builder options = GPUOptions.newBuilder().setVisibleDeviceList("0");
    options.setAllowGrowth(growth == null || Boolean.parseBoolean(growth));
    if (fraction != null) {
      double share;
      try {
        share = Double.parseDouble(fraction);
      } catch (NumberFormatException e) {
        share = Double.NaN;
      }
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException(
            "The property %s must be a share of the GPU's memory, above 0 and at most 1; found %s."
                .formatted(GPU_FRACTION, fraction));
      }
      options.setPerProcessGpuMemoryFraction(share);
    }
    return options.build();
  }

  @SuppressWarnings("try") // the scope frees what is made under it, without being named
  private static List<String> listDevices(boolean gpu) {
    byte[] config = proto(gpu).toByteArray();
    List<String> names = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      TF_Status status = TF_Status.newStatus();
      TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
      tensorflow.TF_SetConfig(options, new BytePointer(config), config.length, status);
      status.throwExceptionIfNotOK();
      TF_Session session = TF_Session.newSession(TF_Graph.newGraph(), options, status);
      status.throwExceptionIfNotOK();
      TF_DeviceList list = tensorflow.TF_SessionListDevices(session, status);
      status.throwExceptionIfNotOK();
      for (int i = 0; i < tensorflow.TF_DeviceListCount(list); i++) {
        String type = tensorflow.TF_DeviceListType(list, i, status).getString();
        if (!type.contains("XLA")) {
          names.add(type + ":" + names.stream().filter(n -> n.startsWith(type + ":")).count());
        }
      }
      tensorflow.TF_DeleteDeviceList(list);
    }
    return names;
  }
}
