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
 * Resources of class loaders: the first of them that has any of a name is asked for all of that
 * name.
 */
public final class ClassPath {
  private final List<ClassLoader> loaders;

  /** What these class loaders see. */
  public ClassPath(List<ClassLoader> loaders) {
    this.loaders = List.copyOf(loaders);
  }

  /**
   * What a class sees, and after it what the thread does: an application may bring the native
   * library while its server has Afina.
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

  /** The first of a name. */
  public Optional<URL> first(String name) {
    return all(name).stream().findFirst();
  }

  /** A property of a file of properties, if there are such a file and such a property. */
  public Optional<String> property(String file, String key) {
    return first(file).map(url -> properties(url).getProperty(key));
  }

  /** Reads a file of properties. */
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
