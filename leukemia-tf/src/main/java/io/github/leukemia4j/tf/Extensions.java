package io.github.leukemia4j.tf;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.OptimizerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What can be built into a graph: losses by their type, architectures and optimisers by their name.
 * Those that are given go before those that ServiceLoader finds, and these before the built-in
 * ones.
 */
record Extensions(
    TfLosses losses,
    Map<String, TfArchitecture> architectures,
    Map<String, TfOptimizer> optimizers) {
  /** The built-in ones and those that are found. */
  static Extensions installed() {
    return of(List.of(), List.of(), List.of());
  }

  /**
   * @throws IllegalArgumentException where two given ones have the same name or type
   * @throws BackendException where two found ones have, or one cannot be loaded
   */
  static Extensions of(
      List<TfLoss<?>> losses, List<TfArchitecture> architectures, List<TfOptimizer> optimizers) {
    return new Extensions(
        TfLosses.standard(losses),
        byName(
            TfArchitecture.class,
            TfArchitecture::name,
            List.of(
                ConvolutionalNetwork.PLAIN,
                ConvolutionalNetwork.RESIDUAL,
                new RecurrentNetwork(),
                new TransformerNetwork()),
            architectures),
        byName(TfOptimizer.class, TfOptimizer::name, List.of(new AdamW()), optimizers));
  }

  private static <T> Map<String, T> byName(
      Class<T> type, Function<T, String> name, List<? extends T> builtIn, List<? extends T> given) {
    Map<String, T> all = new LinkedHashMap<>();
    builtIn.forEach(extension -> all.put(name.apply(extension), extension));
    all.putAll(distinct(found(type), name, BackendException::new));
    all.putAll(distinct(given, name, IllegalArgumentException::new));
    return Map.copyOf(all);
  }

  /**
   * By a key that each must have for itself.
   *
   * @param failure made of a message
   */
  static <K, T> Map<K, T> distinct(
      List<? extends T> extensions,
      Function<T, K> key,
      Function<String, RuntimeException> failure) {
    Map<K, T> distinct = new LinkedHashMap<>();
    for (T extension : extensions) {
      T other = distinct.put(key.apply(extension), extension);
      if (other != null) {
        throw failure.apply(
            "There must be one extension for %s; found %s and %s. Leave one out."
                .formatted(
                    key.apply(extension),
                    other.getClass().getName(),
                    extension.getClass().getName()));
      }
    }
    return distinct;
  }

  /** Those that the class path names. */
  static <T> List<T> found(Class<T> type) {
    List<T> found = new ArrayList<>();
    try {
      ServiceLoader.load(type).forEach(found::add);
    } catch (ServiceConfigurationError e) {
      throw new BackendException(
          "What META-INF/services/%s names must be public classes with a public constructor without parameters: %s"
              .formatted(type.getName(), e.getMessage()),
          e);
    }
    return found;
  }

  /**
   * @throws IllegalArgumentException where none has that name
   */
  TfArchitecture architecture(NetworkConfig config) {
    return named("architecture", TfArchitecture.class, architectures, config.name());
  }

  /**
   * The optimiser of a configuration.
   *
   * @throws IllegalArgumentException where none has its name, or it cannot take its parameters
   */
  TfOptimizer optimizer(OptimizerConfig config) {
    TfOptimizer optimizer = named("optimiser", TfOptimizer.class, optimizers, config.name());
    optimizer.check(config);
    return optimizer;
  }

  private static <T> T named(String what, Class<T> type, Map<String, T> all, String name) {
    T found = all.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "The %s must be one of %s; found \"%s\". One of your own is named in META-INF/services/%s on the class path."
              .formatted(what, new TreeSet<>(all.keySet()), name, type.getName()));
    }
    return found;
  }

  /** The further operations that the architectures declare. */
  Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    architectures.values().forEach(architecture -> operations.addAll(architecture.operations()));
    return operations;
  }
}
