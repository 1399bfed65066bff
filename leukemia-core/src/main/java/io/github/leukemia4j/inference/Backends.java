package io.github.leukemia4j.inference;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.backend.Backend;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.model.ModelManifest;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Predicate;

/** Finds the backends on the class path. */
public final class Backends {
  private Backends() {}

  /**
   * Returns all backends that {@link ServiceLoader} finds.
   *
   * @throws BackendException if one cannot be loaded, because a library that it needs is missing
   */
  public static List<Backend> all() {
    try {
      return ServiceLoader.load(Backend.class).stream().map(ServiceLoader.Provider::get).toList();
    } catch (ServiceConfigurationError | LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new BackendException(
          """
          Every backend that the class path names must be loadable; found one that is not: %s (%s). \
          Add the libraries that this backend needs, or take it off the class path.\
          """
              .formatted(e.getMessage(), cause),
          e);
    }
  }

  /**
   * Returns the backend that opens a bundle: the named one, or else the only one that fits.
   *
   * @throws BackendException if none fits, or several fit and none is named
   */
  public static Backend of(ModelManifest manifest, Optional<String> name) {
    return choose(name, b -> b.canOpen(manifest), "open models of the format " + manifest.format());
  }

  /**
   * Returns what makes networks to be trained: the factory of the named backend, or else of the
   * only one that trains.
   *
   * @throws BackendException if none trains, or several train and none is named
   */
  public static NetworkFactory training(Optional<String> name) {
    return choose(name, b -> b.training().isPresent(), "train").training().orElseThrow();
  }

  private static Backend choose(Optional<String> name, Predicate<Backend> fits, String what) {
    List<Backend> all = all();
    List<Backend> fitting =
        all.stream()
            .filter(b -> name.isEmpty() || b.name().equals(name.get()))
            .filter(fits)
            .toList();
    if (fitting.size() == 1) {
      return fitting.get(0);
    }
    List<String> names = all.stream().map(Backend::name).toList();
    if (fitting.isEmpty()) {
      throw new BackendException(
          "There must be a backend %sthat can %s; found %s. Add io.github.leukemia4j:leukemia-tf and a TensorFlow native to the class path."
              .formatted(
                  name.map(n -> "called " + n + " ").orElse(""),
                  what,
                  names.isEmpty() ? "none at all" : names));
    }
    throw new BackendException(
        "Several backends can %s: %s. Name one in the options, or leave only one on the class path."
            .formatted(what, fitting.stream().map(Backend::name).toList()));
  }
}
