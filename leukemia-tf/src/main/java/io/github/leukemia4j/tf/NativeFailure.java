package io.github.leukemia4j.tf;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.internal.c_api.global.tensorflow;

/** Why TensorFlow's native library could not be used, and what to do about it. */
final class NativeFailure {
  /** The modules that load and bind native code, where the program runs on the module path. */
  private static final String MODULES = "org.bytedeco.javacpp,tensorflow.nativelib";

  private NativeFailure() {}

  /** A message for what was thrown while the library was loaded, or later because of that. */
  static String message(LinkageError failure) {
    List<String> chain = new ArrayList<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      chain.add(cause.toString());
    }
    String found = chain.get(chain.size() - 1);
    // A class that failed before is named by the text of the first failure alone.
    if (chain.stream().anyMatch(c -> c.contains("IllegalCallerException"))) {
      String modules = modules();
      return """
          Java must allow TensorFlow to use its native library; it was denied (%s). Start the JVM with \
          --enable-native-access=%s%s."""
          .formatted(
              found,
              modules,
              modules.equals(MODULES)
                  ? ""
                  : ", or put the line Enable-Native-Access: ALL-UNNAMED into the manifest of the jar"
                      + " that java -jar starts");
    }
    if (denied(failure)) {
      return """
          Java must allow protobuf, which TensorFlow needs, to use sun.misc.Unsafe; it was denied (%s). \
          Start the JVM with --sun-misc-unsafe-memory-access=allow."""
          .formatted(found);
    }
    return """
        TensorFlow's native library must be on the class path; it could not be loaded (%s). Add \
        org.tensorflow:tensorflow-core-native with the classifier of this machine, such as \
        linux-x86_64, linux-arm64, macosx-arm64, windows-x86_64 or linux-x86_64-gpu."""
        .formatted(found);
  }

  private static boolean denied(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.toString().contains("UnsupportedOperationException")
          && List.of(cause.getStackTrace()).stream()
              .anyMatch(frame -> frame.getClassName().contains("Unsafe"))) {
        return true;
      }
    }
    return false;
  }

  /** What the flag must name. Asking a class for its module does not initialise it. */
  private static String modules() {
    return tensorflow.class.getModule().isNamed() ? MODULES : "ALL-UNNAMED";
  }
}
