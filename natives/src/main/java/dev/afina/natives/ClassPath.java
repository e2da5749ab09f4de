package dev.afina.natives;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Resources that the class loader of a class sees; where it has none of a name, those of the
 * thread's context class loader, for an application that brings the native library while its server
 * has Afina.
 */
public final class ClassPath {
  private final @Nullable ClassLoader own;

  /** The class path of a class. */
  public ClassPath(Class<?> user) {
    this.own = user.getClassLoader();
  }

  /** All resources of a name. */
  public List<URL> all(String name) {
    try {
      List<URL> found = own == null ? List.of() : Collections.list(own.getResources(name));
      ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
      return found.isEmpty() && ofThread != null
          ? Collections.list(ofThread.getResources(name))
          : found;
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
    try {
      URLConnection connection = source.openConnection();
      try (InputStream in = connection.getInputStream()) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(source + " cannot be read", e);
    }
    return properties;
  }
}
