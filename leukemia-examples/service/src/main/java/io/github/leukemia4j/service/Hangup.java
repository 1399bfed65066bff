package io.github.leukemia4j.service;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;

/**
 * Runs something when the process is told SIGHUP. The JDK's class for signals is asked by its name,
 * since the compiler warns of it; where it is not there, signals do what they do by default.
 */
final class Hangup {
  private static final Logger LOG = System.getLogger(Hangup.class.getName());

  private Hangup() {}

  static void handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  new Thread(action, "leukemia4j-reload").start();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(Level.INFO, "SIGHUP does not load the model anew here", e);
    }
  }
}
