package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.model.ModelManifest;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Predicate;

/** The backends on the class path. */
public final class Backends {
  private Backends() {}

  /**
   * All of them, as {@link ServiceLoader} finds them.
   *
   * @throws BackendException where one cannot be loaded, because a library that it needs is missing
   */
  public static List<Backend> all() {
    try {
      return ServiceLoader.load(Backend.class).stream().map(ServiceLoader.Provider::get).toList();
    } catch (ServiceConfigurationError | LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new BackendException(
          """
          Every backend that the class path names must be loadable; found one that is not: %s (%s). \
          Add the libraries that this backend needs, or take it off the class path."""
              .formatted(e.getMessage(), cause),
          e);
    }
  }

  /**
   * What opens a bundle: the backend with that name, else the only one that fits.
   *
   * @throws BackendException where none fits, or several do and none is named
   */
  public static Backend of(ModelManifest manifest, Optional<String> name) {
    return choose(name, b -> b.canOpen(manifest), "open models of the format " + manifest.format());
  }

  /**
   * What makes networks to be trained: of the backend with that name, else of the only one that
   * can.
   *
   * @throws BackendException where none can, or several can and none is named
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
