package dev.afina.internal.natives;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Finds resources through several class loaders: the first loader that has a resource of a name
 * provides all resources of that name.
 */
public final class ClassPath {
  private final List<ClassLoader> loaders;

  /** The resources of these class loaders, in this order. */
  public ClassPath(List<ClassLoader> loaders) {
    this.loaders = List.copyOf(loaders);
  }

  /**
   * The resources of a class's loader, then those of the thread's context class loader: an
   * application may contain the native library while its server contains Afina.
   */
  public static ClassPath of(Class<?> user) {
    return new ClassPath(
        Stream.of(user.getClassLoader(), Thread.currentThread().getContextClassLoader())
            .filter(Objects::nonNull)
            .toList());
  }

  /** All resources of a name. */
  public List<URL> all(String name) {
    try {
      for (ClassLoader loader : loaders) {
        List<URL> found = Collections.list(loader.getResources(name));
        if (!found.isEmpty()) {
          return found;
        }
      }
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("the class path cannot be read", e);
    }
  }

  /** The first resource of a name. */
  public Optional<URL> first(String name) {
    return all(name).stream().findFirst();
  }

  /** A property in a properties file; empty if there is no such file or property. */
  public Optional<String> property(String file, String key) {
    return first(file).map(url -> properties(url).getProperty(key));
  }

  /** Reads a properties file. */
  public static Properties properties(URL source) {
    Properties properties = new Properties();
    try (InputStream in = source.openStream()) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(source + " cannot be read", e);
    }
    return properties;
  }
}
