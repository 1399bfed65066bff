package io.github.leukemia4j.service;

import io.github.leukemia4j.serving.ServiceOptions;
import io.github.leukemia4j.serving.ServiceOptions.ServiceListener;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/** Holds the model that answers, and puts another one in its place. Thread-safe. */
final class ModelSwitch implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ModelSwitch.class.getName());

  private final Path path;
  private final ServiceOptions options;
  private final ServiceListener listener;
  private final ReentrantLock loading = new ReentrantLock();
  private volatile ServedModel current;

  ModelSwitch(Path path, ServiceOptions options, ServiceListener listener) throws IOException {
    this.path = path;
    this.options = options;
    this.listener = listener;
    this.current = ServedModel.open(path, options, listener);
  }

  /** The model that answers now; the caller releases it. */
  ServedModel hold() {
    while (true) {
      ServedModel model = current;
      if (model == null) {
        throw Problem.closing();
      }
      if (model.hold()) {
        return model;
      }
      Thread.onSpinWait();
    }
  }

  /** How many images wait for the model that answers now. */
  int waiting() {
    ServedModel model = current;
    return model == null ? 0 : model.service().waiting();
  }

  /**
   * Loads the model's files again and warms the new one; then requests go to it, and the old one
   * answers those that it has. Where it cannot be loaded, the old one stays.
   */
  ServedModel.Description reload() {
    if (!loading.tryLock()) {
      throw Problem.busy("Another model is being loaded.");
    }
    try {
      ServedModel next = ServedModel.open(path, options, listener);
      ServedModel old = current;
      if (old == null) {
        next.retire();
        throw Problem.closing();
      }
      current = next;
      old.retire();
      LOG.log(Level.INFO, "The model {0} answers now", next.description().digest());
      return next.description();
    } catch (Problem e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "The model was refused; the one before it stays", e);
      throw new Problem(
          422,
          "model-refused",
          "The model could not be opened: %s. The one before it goes on answering."
              .formatted(e.getClass().getSimpleName()),
          "The service's log says why; mend the files and try again.");
    } finally {
      loading.unlock();
    }
  }

  /** Retires the model, which is closed once nobody uses it. */
  @Override
  public void close() {
    loading.lock();
    try {
      ServedModel last = current;
      current = null;
      if (last != null) {
        last.retire();
      }
    } finally {
      loading.unlock();
    }
  }
}
