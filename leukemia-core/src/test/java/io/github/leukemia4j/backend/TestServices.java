package io.github.leukemia4j.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Puts backends on the class path of the running thread, as a services file would, until it is
 * closed. Other tests do not see them.
 */
public final class TestServices implements AutoCloseable {
  private static final String NAME = "META-INF/services/" + Backend.class.getName();

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final Path file;

  private TestServices(List<String> classes) throws IOException {
    this.file = Files.createTempFile("services", "");
    Files.write(file, classes);
    URL url = file.toUri().toURL();
    Thread.currentThread()
        .setContextClassLoader(
            new ClassLoader(before) {
              @Override
              public Enumeration<URL> getResources(String name) throws IOException {
                return name.equals(NAME)
                    ? Collections.enumeration(List.of(url))
                    : super.getResources(name);
              }
            });
  }

  /** Exactly these backends, each a public class with a public constructor without parameters. */
  @SafeVarargs
  public static TestServices of(Class<? extends Backend>... backends) {
    List<String> names = new ArrayList<>();
    for (Class<?> backend : backends) {
      names.add(backend.getName());
    }
    try {
      return new TestServices(names);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Thread.currentThread().setContextClassLoader(before);
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
